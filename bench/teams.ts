/** CPU of an accepted message: our route against the bare CloudAdapter, which checks the same token, or none. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import Fastify from 'fastify';
import { createEnvelopes } from '../playground/teams/envelopes.ts';
import { createIssuer } from '../playground/teams/issuer.ts';
import { systemClock, systemRandom } from '../src/adapters/system/system.ts';
import { createTeams } from '../src/adapters/teams/teams.ts';
import { type Bench, figure, median } from './figure.ts';

const TENANT = '5f0c2b1e-6a51-4c39-9c50-0d6f3f1a7e01';
const EVAN = { user: '0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e02', name: 'Evan Brooks' };

const cpuOf = async (count: number, run: (n: number) => Promise<void>): Promise<number> => {
  const before = process.cpuUsage();
  for (let n = 0; n < count; n += 16) await Promise.all(Array.from({ length: 16 }, (_, i) => run(n + i)));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
};

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** The vendor's adapter with an empty turn, as its own samples host it. */
const bareAdapter = (authentication: ConfigurationBotFrameworkAuthentication): Server => {
  const adapter = new CloudAdapter(authentication);
  return createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const body: unknown = JSON.parse((await bodyOf(request)).toString('utf8'));
    await adapter.process(
      { method: 'POST', headers: request.headers as Record<string, string[]>, body: body as Record<string, unknown> },
      {
        socket: null,
        header: (name, value) => void response.setHeader(name, String(value)),
        status: (code) => {
          response.statusCode = code;
        },
        send: (text) => void response.write(String(text ?? '')),
        end: () => void response.end(),
      },
      async () => undefined,
    );
  });
};

export const bench: Bench = async ({ seconds }) => {
  const appId = randomUUID();
  const app = Fastify({ forceCloseConnections: true });
  let serviceUrl = '';
  const issuer = createIssuer({ appId, serviceUrl: () => serviceUrl });
  issuer.routes(app);
  const base = await app.listen({ host: '127.0.0.1', port: 0 });
  serviceUrl = `${base}/amer/`;
  const standIn = {
    openIdMetadataUrl: `${base}${issuer.metadataPath}`,
    tokenIssuer: issuer.tokenIssuer,
    loginUrl: `${base}/login`,
    oauthUrl: `${base}/oauth`,
  };
  let accepted = 0;
  const ours = createTeams({
    appId,
    tenantIds: [TENANT],
    appToken: async () => 'bench',
    standIn,
    oauthConnection: null,
    serviceHosts: [new URL(base).host],
    reference: { keep: async () => undefined, find: async () => null },
    clock: systemClock(),
    random: systemRandom(),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    metrics: { count: () => undefined, observe: () => undefined },
    reject: () => undefined,
    accept: async () => {
      accepted += 1;
      return 'accepted';
    },
    open: async () => undefined,
    signedIn: async () => undefined,
    texts: { tryAgain: '', viewTitle: 'Sotto' },
  });
  const ourServer = createServer(async (request, response) => {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const { status, body } = await ours.route.handle({ headers, body: await bodyOf(request) });
    response.writeHead(status).end(body);
  });
  const checking = bareAdapter(
    new ConfigurationBotFrameworkAuthentication({
      MicrosoftAppId: appId,
      MicrosoftAppType: 'SingleTenant',
      MicrosoftAppTenantId: TENANT,
      MicrosoftAppPassword: 'never used: nothing is sent',
      ToBotFromChannelOpenIdMetadataUrl: standIn.openIdMetadataUrl,
      ToBotFromEmulatorOpenIdMetadataUrl: standIn.openIdMetadataUrl,
      ToBotFromChannelTokenIssuer: standIn.tokenIssuer,
      ToChannelFromBotOAuthScope: standIn.tokenIssuer,
      ToChannelFromBotLoginUrl: standIn.loginUrl,
      OAuthUrl: standIn.oauthUrl,
      CallerId: 'urn:botframework:azure',
      ValidateAuthority: true,
    }),
  );
  const trusting = bareAdapter(new ConfigurationBotFrameworkAuthentication({}));

  const envelopes = createEnvelopes({ appId, tenant: TENANT, serviceUrl: () => serviceUrl, now: Date.now });
  const authorization = `Bearer ${issuer.mint()}`;
  const sender = async (server: Server, bearer: string | null): Promise<(n: number) => Promise<void>> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const headers = { 'content-type': 'application/json', ...(bearer === null ? {} : { authorization: bearer }) };
    return async (n) => {
      const chat = { kind: 'personal', id: `a:1bench-${n % 100}` } as const;
      const text = 'how many days of leave have I left?';
      const body = JSON.stringify(envelopes.message({ person: EVAN, chat, text, mention: false }));
      const response = await fetch(`http://127.0.0.1:${port}/teams/messages`, { method: 'POST', body, headers });
      if (response.status !== 200)
        throw new Error(`a message was answered ${response.status}: the bench measures nothing`);
      await response.arrayBuffer();
    };
  };
  const servers = [ourServer, checking, trusting];
  const sotto = await sender(ourServer, authorization);
  const jwt = await sender(checking, authorization);
  const open = await sender(trusting, null);

  for (const run of [sotto, jwt, open]) await cpuOf(200, run);
  const count = Math.max(200, Math.round(seconds * 200));
  const rounds: { readonly sotto: number; readonly jwt: number; readonly open: number }[] = [];
  for (let i = 0; i < 3; i++)
    rounds.push({ jwt: await cpuOf(count, jwt), sotto: await cpuOf(count, sotto), open: await cpuOf(count, open) });
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  issuer.close();
  await ours.stop();
  await app.close();
  if (accepted === 0) throw new Error('no message was accepted: the bench measures nothing');
  const plain = { unit: 'µs', target: null, direction: 'max' } as const;
  return [
    figure({
      id: 'CPU an accepted message / a bare CloudAdapter that checks the token',
      value: median(rounds.map((r) => r.sotto / r.jwt)),
      unit: 'x',
      target: 1.3,
      direction: 'max',
    }),
    figure({
      id: 'CPU an accepted message / a bare CloudAdapter that checks nothing',
      value: median(rounds.map((r) => r.sotto / r.open)),
      unit: 'x',
      target: null,
      direction: 'max',
    }),
    figure({ id: 'CPU an accepted message', value: median(rounds.map((r) => r.sotto)), ...plain }),
    figure({
      id: 'CPU of a bare CloudAdapter that checks the token',
      value: median(rounds.map((r) => r.jwt)),
      ...plain,
    }),
    figure({
      id: 'CPU of a bare CloudAdapter that checks nothing',
      value: median(rounds.map((r) => r.open)),
      ...plain,
    }),
  ];
};
