/** A stand-in for Teams before each test of a file that imports this, with a bot that answers as it is told. */
import { afterEach, beforeEach } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { createTeamsStandIn } from '../../../playground/teams/stand-in.ts';
import type { Answered, Json, TeamsStandIn, TeamsStandInOptions } from '../../../playground/teams/types.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';

export const APP = '3f1c9a52-7d84-4e0b-9b1e-5a2d6c8f0e17';
export const TENANT = '5f0c2b1e-6a51-4c39-9c50-0d6f3f1a7e01';
export const PASSWORD = 'password-of-the-tests';
export const EVAN = '0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e02';
export const XENA = '0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e09';
export const PARTNER = '9d2e4c7a-2b1f-4f0e-8a6d-7c5b3e1f0a02';

export let clock: FakeClock;
export let base: string;
export let teams: TeamsStandIn;
/** Every activity that reached the bot. */
export let reached: Json[];
let server: FastifyInstance;
let answer: Answered;
let token: string;

const open = async (over: Partial<TeamsStandInOptions> = {}): Promise<void> => {
  reached = [];
  answer = { status: 200, body: '' };
  token = '';
  teams = createTeamsStandIn({
    appId: APP,
    tenantId: TENANT,
    appPassword: PASSWORD,
    publicUrl: () => base,
    clock,
    people: [
      { user: EVAN, name: 'Evan', kind: 'employee' },
      { user: XENA, name: 'Xena', tenant: PARTNER, kind: 'external' },
    ],
    send: async (activity) => {
      reached.push(activity);
      return answer;
    },
    ...over,
  });
  server = Fastify({ forceCloseConnections: true });
  teams.routes(server);
  base = await server.listen({ host: '127.0.0.1', port: 0 });
};

const shut = async (): Promise<void> => {
  await teams.close();
  await server.close();
};

beforeEach(async () => {
  clock = createFakeClock(1_771_442_483_000);
  await open();
});
afterEach(shut);

export const reopen = async (over: Partial<TeamsStandInOptions>): Promise<void> => {
  await shut();
  await open(over);
};

/** What the bot answers from now on. */
export const answers = (status: number, body: unknown = ''): void => {
  answer = { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
};

export const askToken = async (over: Readonly<Record<string, string>> = {}, tenant = TENANT) => {
  const response = await fetch(`${base}/standin/teams/login/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: APP,
      client_secret: PASSWORD,
      scope: 'https://api.botframework.com/.default',
      ...over,
    }),
  });
  const body = (await response.json()) as Json & { readonly access_token?: string };
  return { status: response.status, body, token: body.access_token ?? '' };
};

/** A call to the Connector with a good token, unless told otherwise; null sends none. */
export const call = async (
  method: string,
  path: readonly string[],
  o: {
    readonly body?: unknown;
    readonly token?: string | null;
    readonly requestId?: string;
    readonly query?: string;
  } = {},
) => {
  if (token === '') token = (await askToken()).token;
  const bearer = o.token === undefined ? token : o.token;
  const response = await fetch(
    `${base}/standin/teams/connector/v3/${path.map(encodeURIComponent).join('/')}${o.query ?? ''}`,
    {
      method,
      headers: {
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...(o.requestId === undefined ? {} : { 'x-ms-client-request-id': o.requestId }),
        'content-type': 'application/json',
      },
      ...(o.body === undefined ? {} : { body: JSON.stringify(o.body) }),
      redirect: 'manual',
    },
  );
  const text = await response.text();
  const body = (text.startsWith('{') ? JSON.parse(text) : {}) as Json;
  const error = body['error'] as { readonly code?: string } | undefined;
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    text,
    body,
    error: error?.code ?? null,
    id: typeof body['id'] === 'string' ? body['id'] : '',
  };
};

export const direct = (user = EVAN): string => teams.direct(user);
export const post = (body: unknown, conversation = direct()) =>
  call('POST', ['conversations', conversation, 'activities'], { body });

/** A message with one card of this body. */
export const cardMessage = (body: readonly Json[], over: Json = {}): Json => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      content: { type: 'AdaptiveCard', version: '1.5', speak: 'Hello', fallbackText: 'Hello', body, ...over },
    },
  ],
});
