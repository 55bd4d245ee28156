/**
 * CPU of an accepted message: our route, which proves it twice over and runs it as a turn of the vendor's adapter, against
 * that adapter alone, with its own authentication and with none. So ours cannot cost less than the adapter with none; what
 * it adds beyond the vendor's own authentication is the price of a proof of our own. Real http, real signatures.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import Fastify from 'fastify';
import { createEnvelopes } from '../playground/teams/envelopes.ts';
import { createIssuer } from '../playground/teams/issuer.ts';
import { systemClock, systemRandom } from '../src/adapters/system/system.ts';
import { authenticationParameters, type StandInUrls, sendsNothing } from '../src/adapters/teams/authentication.ts';
import { createTeams } from '../src/adapters/teams/teams.ts';
import { PERMIT } from '../test/support/world.ts';
import { askSqlite } from './core/cpu.ts';
import { type Bench, figure, median } from './figure.ts';

const TENANT = '5f0c2b1e-6a51-4c39-9c50-0d6f3f1a7e01';
const AT_ONCE = 16;
const ROUNDS = 5;

type Answering = (body: Buffer, request: IncomingMessage, response: ServerResponse) => Promise<void>;

const serve = async (answer: Answering): Promise<Server> => {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    await answer(Buffer.concat(chunks), request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

/** The vendor's adapter as its samples put it up, and a bot that says nothing. */
const vendors = (authentication: ConfigurationBotFrameworkAuthentication): Answering => {
  const adapter = new CloudAdapter(authentication);
  return (body, request, response) =>
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
};

/** Resolves to the CPU of this process for each of them, µs. */
const cpuOf = async (
  posting: ChildProcess,
  o: { readonly server: Server; readonly headers: Readonly<Record<string, string>>; readonly body: string },
  count: number,
): Promise<number> => {
  const url = `http://127.0.0.1:${(o.server.address() as AddressInfo).port}/teams/messages`;
  const before = process.cpuUsage();
  posting.send({ url, headers: o.headers, body: o.body, count, atOnce: AT_ONCE });
  const [good] = await once(posting, 'message');
  const { user, system } = process.cpuUsage(before);
  if (good !== count) throw new Error(`${count - good} of ${count} messages were refused: the bench measures nothing`);
  return (user + system) / count;
};

export const bench: Bench = async ({ seconds }) => {
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

  let accepted = 0;
  const ours = createTeams({
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
      accepted += 1;
      return 'accepted';
    },
    open: async () => undefined,
    submit: async () => undefined,
    more: async () => undefined,
    signedIn: async () => undefined,
    texts: { tryAgain: '', viewTitle: 'Sotto', fieldNeeded: 'Needed.' },
  });
  const [settings, credentials, ...rest] = authenticationParameters({
    appId,
    tenantId: TENANT,
    unsafeStandIn,
    transport: sendsNothing,
  });
  const open = { ...credentials, isAuthenticationDisabled: async () => true };
  const servers = {
    ours: await serve(async (body, request, response) => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, one]) => [name, String(one)]));
      const answer = await ours.route.handle({ headers, body });
      response.writeHead(answer.status).end(answer.body);
    }),
    proved: await serve(
      vendors(
        new ConfigurationBotFrameworkAuthentication(
          ...authenticationParameters({
            appId,
            tenantId: TENANT,
            unsafeStandIn,
            transport: sendsNothing,
          }),
        ),
      ),
    ),
    bare: await serve(vendors(new ConfigurationBotFrameworkAuthentication(settings, open as never, ...rest))),
  };

  const envelopes = createEnvelopes({ appId, tenant: TENANT, serviceUrl: () => serviceUrl, now: Date.now });
  const body = JSON.stringify(
    envelopes.message({
      person: { user: '0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e02', name: 'Evan Brooks' },
      chat: { kind: 'personal', id: 'a:1evan-and-the-bot' },
      text: 'how many days of leave have I left?',
      mention: false,
    }),
  );
  const plain = { 'content-type': 'application/json; charset=utf-8', 'content-length': `${Buffer.byteLength(body)}` };
  // One token for all, as Teams too sends one for an hour; nobody here remembers that it was good.
  const signed = { ...plain, authorization: `Bearer ${issuer.mint()}` };
  const posting = fork(new URL('./posting.ts', import.meta.url));
  try {
    const measured = (count: number) => ({
      ours: () => cpuOf(posting, { server: servers.ours, headers: signed, body }, count),
      proved: () => cpuOf(posting, { server: servers.proved, headers: signed, body }, count),
      bare: () => cpuOf(posting, { server: servers.bare, headers: plain, body }, count),
    });
    const warm = measured(100);
    for (const one of [warm.ours, warm.proved, warm.bare]) await one();
    const { ours: ourCpu, proved, bare } = measured(Math.max(100, Math.round(seconds * 120)));
    const rounds: { readonly bare: number; readonly proved: number; readonly ours: number; readonly core: number }[] =
      [];
    for (let i = 0; i < ROUNDS; i++) {
      const core = (await askSqlite({ questions: Math.max(100, Math.round(seconds * 120)), decision: PERMIT }))
        .cpuMicros;
      rounds.push({ bare: await bare(), proved: await proved(), ours: await ourCpu(), core });
    }
    if (accepted === 0) throw new Error('no message was accepted: the bench measures nothing');
    const middle = (of: (round: (typeof rounds)[number]) => number): number => median(rounds.map(of));
    const free = { target: null, direction: 'max' } as const;
    return [
      figure({
        id: 'CPU a question through the core and its store / a bare CloudAdapter without authentication (G12)',
        value: middle((r) => r.core / r.bare),
        unit: 'x',
        target: 0.4,
        direction: 'max',
      }),
      figure({
        id: 'CPU an accepted message / a CloudAdapter with its own authentication',
        value: middle((r) => r.ours / r.proved),
        unit: 'x',
        ...free,
      }),
      figure({
        id: 'CPU an accepted message / a CloudAdapter without authentication',
        value: middle((r) => r.ours / r.bare),
        unit: 'x',
        ...free,
      }),
      figure({ id: 'CPU an accepted message', value: middle((r) => r.ours), unit: 'µs', ...free }),
      figure({ id: 'CPU of a CloudAdapter with authentication', value: middle((r) => r.proved), unit: 'µs', ...free }),
      figure({ id: 'CPU of a CloudAdapter without', value: middle((r) => r.bare), unit: 'µs', ...free }),
      figure({
        id: 'CPU a question through the core and its store',
        value: middle((r) => r.core),
        unit: 'µs',
        ...free,
      }),
    ];
  } finally {
    posting.kill();
    await ours.stop();
    for (const server of Object.values(servers)) {
      server.closeAllConnections();
      server.close();
    }
    issuer.close();
    await documents.close();
  }
};
