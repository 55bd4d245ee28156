/** What is measured side by side: our adapter, and the vendor's as its samples put it up, over one issuer of tokens on this machine. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import Fastify from 'fastify';
import { createEnvelopes } from '../../playground/teams/envelopes.ts';
import { createIssuer, type Issuer } from '../../playground/teams/issuer.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/system.ts';
import { authenticationParameters, type StandInUrls, sendsNothing } from '../../src/adapters/teams/authentication.ts';
import { createTeams, type Teams } from '../../src/adapters/teams/teams.ts';

export const TENANT = '5f0c2b1e-6a51-4c39-9c50-0d6f3f1a7e01';

export type Answering = (body: Buffer, request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface Bots {
  readonly appId: string;
  readonly issuer: Issuer;
  readonly serviceUrl: string;
  /** A question in private, as it stands in a request. */
  readonly question: string;
  /** Our adapter; what it takes is counted and goes nowhere. */
  ours(): { readonly teams: Teams; readonly taken: () => number };
  /** The vendor's adapter and a bot that says nothing: with its own authentication, or with none. */
  vendors(o: { readonly authentication: boolean }): Answering;
  close(): Promise<void>;
}

export const openBots = async (): Promise<Bots> => {
  const appId = randomUUID();
  const documents = Fastify({ forceCloseConnections: true });
  const issuer = createIssuer({ appId, serviceUrl: () => serviceUrl });
  issuer.routes(documents);
  const base = await documents.listen({ host: '127.0.0.1', port: 0 });
  const serviceUrl = `${base}/amer/${TENANT}/`;
  const unsafeStandIn: StandInUrls = {
    openIdMetadataUrl: `${base}${issuer.metadataPath}`,
    tokenIssuer: issuer.tokenIssuer,
    loginUrl: `${base}/login`,
    oauthUrl: `${base}/oauth`,
  };
  const envelopes = createEnvelopes({ appId, tenant: TENANT, serviceUrl: () => serviceUrl, now: Date.now });
  const opened: Teams[] = [];

  return {
    appId,
    issuer,
    serviceUrl,
    question: JSON.stringify(
      envelopes.message({
        person: { user: '0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e02', name: 'Evan Brooks' },
        chat: { kind: 'personal', id: 'a:1evan-and-the-bot' },
        text: 'how many days of leave have I left?',
        mention: false,
      }),
    ),
    ours: () => {
      let taken = 0;
      const teams = createTeams({
        appId,
        tenantIds: [TENANT],
        appToken: async () => 'app-token',
        unsafeStandIn,
        oauthConnection: null,
        unsafeServiceHosts: [new URL(base).host],
        reference: { keep: async () => undefined, find: async () => null },
        clock: systemClock(),
        random: systemRandom(),
        log: { info: () => undefined, warn: () => undefined, error: () => undefined },
        metrics: { count: () => undefined, observe: () => undefined },
        reject: () => undefined,
        accept: async () => {
          taken += 1;
          return 'accepted';
        },
        open: async () => undefined,
        submit: async () => undefined,
        more: async () => undefined,
        signedIn: async () => undefined,
        texts: { tryAgain: '', viewTitle: 'Sotto', fieldNeeded: 'Needed.' },
      });
      opened.push(teams);
      return { teams, taken: () => taken };
    },
    vendors: ({ authentication }) => {
      const [settings, credentials, ...rest] = authenticationParameters({
        appId,
        tenantId: TENANT,
        unsafeStandIn,
        transport: sendsNothing,
      });
      const open = { ...credentials, isAuthenticationDisabled: async () => !authentication };
      return answeringBy(
        new CloudAdapter(new ConfigurationBotFrameworkAuthentication(settings, open as never, ...rest)),
      );
    },
    close: async () => {
      for (const teams of opened) await teams.stop();
      issuer.close();
      await documents.close();
    },
  };
};

const answeringBy =
  (adapter: CloudAdapter): Answering =>
  (body, request, response) =>
    adapter.process(
      { method: 'POST', headers: request.headers, body: JSON.parse(body.toString('utf8')) },
      {
        socket: null,
        header: (name: string, value: unknown) => response.setHeader(name, String(value)),
        status: (code: number) => {
          response.statusCode = code;
        },
        send: (text: unknown) => response.write(String(text)),
        end: () => response.end(),
      },
      async () => undefined,
    );

/** A server of its own, on this machine. */
export const serve = async (answer: Answering): Promise<{ readonly url: string; readonly server: Server }> => {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    await answer(Buffer.concat(chunks), request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/teams/messages` };
};

/** Our route behind such a server. */
export const answeringByRoute =
  ({ route }: Teams): Answering =>
  async (body, request, response) => {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, one]) => [name, String(one)]));
    const answer = await route.handle({ headers, body });
    response.writeHead(answer.status).end(answer.body);
  };
