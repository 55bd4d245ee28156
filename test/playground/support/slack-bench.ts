/** A stand-in for Slack before each test of a file that imports this, with an app to call that answers as it is told. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { createSlackStandIn } from '../../../playground/slack/stand-in.ts';
import type { Json, SlackStandIn, SlackStandInOptions } from '../../../playground/slack/types.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';

export const SECRET = 'signing-secret-of-the-tests-0001';
export const TOKEN = 'xoxb-token';
export const EVAN = 'U0EVAN0000';
export const XENA = 'U0XENA0000';
export const DIRECT = 'D0EVAN0000';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** It is answered only then. */
  readonly after?: Promise<unknown>;
  /** It answers with what it was asked. */
  readonly echo?: boolean;
  /** It takes the request, and hangs up instead of answering. */
  readonly hangsUp?: boolean;
}

/** An app that answers as it is told and remembers what came. */
const openApp = async () => {
  const received: Received[] = [];
  let answers: readonly Answer[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      const [answer = { status: 200 }, ...rest] = answers;
      answers = rest;
      if (answer.hangsUp === true) {
        request.socket.destroy();
        return;
      }
      const said = answer.echo === true ? body : answer.body;
      void Promise.resolve(answer.after).then(() => response.writeHead(answer.status, answer.headers).end(said));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    received,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`,
    answer: (...next: typeof answers) => {
      answers = next;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

export let app: Awaited<ReturnType<typeof openApp>>;
export let clock: FakeClock;
let server: FastifyInstance;
export let base: string;
export let slack: SlackStandIn;

const open = async (over: Partial<SlackStandInOptions> = {}): Promise<void> => {
  slack = createSlackStandIn({
    appId: 'A0SOTTO000',
    teamId: 'T0SOTTO000',
    signingSecret: SECRET,
    botToken: TOKEN,
    eventsUrl: () => app.url,
    clock,
    people: [
      { user: EVAN, name: 'Evan', kind: 'employee' },
      { user: XENA, name: 'Xena', team: 'T0PARTNER0', kind: 'external' },
    ],
    ...over,
  });
  server = Fastify({ forceCloseConnections: true });
  slack.routes(server);
  base = await server.listen({ host: '127.0.0.1', port: 0 });
};

const shut = async (): Promise<void> => {
  await slack.close();
  await server.close();
};

beforeEach(async () => {
  app = await openApp();
  clock = createFakeClock(1_771_442_483_000);
  await open();
});
afterEach(async () => {
  await shut();
  await app.close();
});

export const reopen = async (over: Partial<SlackStandInOptions>): Promise<void> => {
  await shut();
  await open(over);
};

export const call = async (
  method: string,
  args: Readonly<Record<string, string>> = {},
  token: string | null = TOKEN,
) => {
  const answer = await fetch(`${base}/standin/slack/api/${method}`, {
    method: 'POST',
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    body: new URLSearchParams(args),
  });
  const body = (await answer.json()) as Json;
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body, error: body['error'] ?? null };
};
export const post = (args: Readonly<Record<string, string>> = {}) =>
  call('chat.postMessage', { channel: DIRECT, text: 'hi', ...args });
export const errorOf = async (method: string, args: Readonly<Record<string, string>>) =>
  (await call(method, args)).error;
