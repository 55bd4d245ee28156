/**
 * Bot Framework's token service on this machine. It exchanges what a person's client handed over for a token of the
 * connection, or refuses to; everything else that it is asked for is on record, and refused.
 */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { fieldsIn, isFields } from '../../src/adapters/bounded/fields.ts';
import type { Json } from './types.ts';

export interface TokenServiceCall {
  readonly method: string;
  readonly path: string;
  readonly query: Json;
  /** Whether it came with the app's own token. */
  readonly authorised: boolean;
  readonly status: number;
}

export interface TokenService {
  /** POST …/api/usertoken/exchange, GET …/api/usertoken/GetToken, GET …/api/botsignin/GetSignInResource; below `path`. */
  routes(app: FastifyInstance): void;
  readonly path: string;
  /** The exchangeable token that a client hands over, unsigned: only the service looks into it. */
  exchangeable(claims: Json): string;
  /** What a person's exchangeable token is exchanged for; default: one with the same claims, for Graph where they name nobody, as Entra's always say whom they are for. */
  exchangesFor(token: (claims: Json) => string): void;
  /** `consent`: answers 412, as for a person who has not agreed yet. */
  mode(mode: 'ok' | 'consent' | 'refuse' | '500' | 'hang'): void;
  calls(): readonly TokenServiceCall[];
  close(): void;
}

export const createTokenService = (o: {
  readonly connection: string;
  /** Whether the app's own token came with a request. */
  readonly accepts: (authorization: string | undefined) => boolean;
  readonly now?: () => number;
}): TokenService => {
  const path = '/standin/teams/oauth';
  const now = o.now ?? Date.now;
  const calls: TokenServiceCall[] = [];
  const hanging = new Set<ServerResponse>();
  let mode: Parameters<TokenService['mode']>[0] = 'ok';
  let exchanged: (claims: Json) => string = (claims) => unsigned({ aud: GRAPH, ...claims });

  const exchangeOf = (query: Json, body: Json): { readonly status: number; readonly answer: Json } => {
    const { connectionName, userId, channelId } = query;
    if (connectionName !== o.connection || channelId !== 'msteams' || typeof userId !== 'string')
      return { status: 404, answer: errorOf('NotFound') };
    if (mode === 'consent') return { status: 412, answer: errorOf('ConsentRequired') };
    const claims = mode === 'refuse' ? null : claimsIn(body['token']);
    if (claims === null) return { status: 400, answer: errorOf('BadArgument') };
    const token = exchanged(claims);
    const expiration = new Date(now() + 60 * 60_000).toISOString();
    return { status: 200, answer: { channelId, connectionName, token, expiration } };
  };

  const askedFor = (asked: string, query: Json): typeof UNSUPPORTED => {
    if (asked === '/api/usertoken/GetToken') {
      const { userId, connectionName } = query;
      if (typeof userId !== 'string' || typeof connectionName !== 'string')
        return { status: 400, answer: errorOf('BadArgument') };
      // No token is kept here, and no code is given out that would be good for one.
      return { status: 404, answer: errorOf('NotFound') };
    }
    if (asked !== '/api/botsignin/GetSignInResource') return UNSUPPORTED;
    const state = typeof query['state'] === 'string' ? stateIn(query['state']) : null;
    if (state === null) return { status: 400, answer: errorOf('BadArgument') };
    if (state['connectionName'] !== o.connection) return { status: 404, answer: errorOf('NotFound') };
    const id = randomUUID();
    return {
      status: 200,
      answer: {
        signInLink: `https://token.botframework.com/api/oauth/signin?signin=${id.replaceAll('-', '')}`,
        tokenExchangeResource: { id, uri: `api://botid-${String(state['msAppId'])}`, providerId: PROVIDER },
      },
    };
  };

  return {
    path,

    routes: (app) => {
      const note = (call: Omit<TokenServiceCall, 'authorised'>, authorization: string | undefined): boolean => {
        const authorised = o.accepts(authorization);
        calls.push({ ...call, authorised, status: authorised ? call.status : 401 });
        return authorised;
      };
      const answer = (reply: FastifyReply, authorised: boolean, status: number, body: Json): FastifyReply =>
        authorised ? reply.code(status).send(body) : reply.code(401).send(errorOf('Unauthorized'));

      app.all(`${path}/*`, async (request, reply) => {
        const { method } = request;
        const url = new URL(request.url, 'http://127.0.0.1');
        const query = Object.fromEntries(url.searchParams);
        const where = { method, path: url.pathname.slice(path.length), query };
        const { authorization } = request.headers;
        if (where.path === '/api/usertoken/exchange' && method === 'POST') {
          if (mode === 'hang') {
            note({ ...where, status: 0 }, authorization);
            reply.hijack();
            hanging.add(reply.raw);
            return reply;
          }
          const { status, answer: body } =
            mode === '500'
              ? { status: 500, answer: errorOf('ServiceError') }
              : exchangeOf(query, jsonOf(request.body) ?? {});
          return answer(reply, note({ ...where, status }, authorization), status, body);
        }
        const { status, answer: body } = method === 'GET' ? askedFor(where.path, query) : UNSUPPORTED;
        return answer(reply, note({ ...where, status }, authorization), status, body);
      });
    },

    exchangeable: (claims) => unsigned(claims),
    exchangesFor: (token) => {
      exchanged = token;
    },
    mode: (next) => {
      mode = next;
    },
    calls: () => calls,
    close: () => {
      for (const response of hanging) response.destroy();
    },
  };
};

/** What most connections ask a token for. */
const GRAPH = 'https://graph.microsoft.com';

/** Of Entra, version 2, as the service knows it. */
const PROVIDER = '30dd229c-58e3-4a48-bdfd-91ec48eb906c';

/** The state says which connection of which app is meant, in base64; null where it does not. */
const stateIn = (text: string): Json | null => {
  const state = fieldsIn(Buffer.from(text, 'base64').toString('utf8'));
  return state === null || typeof state['connectionName'] !== 'string' || typeof state['msAppId'] !== 'string'
    ? null
    : state;
};

const errorOf = (code: string): Json => ({ error: { code, message: 'Refused by the stand-in.' } });

/** Whatever else is asked for should not be. */
const UNSUPPORTED: { readonly status: number; readonly answer: Json } = { status: 404, answer: errorOf('Unsupported') };

const part = (fields: Json): string => Buffer.from(JSON.stringify(fields)).toString('base64url');

const unsigned = (claims: Json): string =>
  `${part({ typ: 'JWT', alg: 'RS256', kid: 'entra' })}.${part(claims)}.c2lnbmVk`;

const claimsIn = (token: unknown): Json | null => {
  const body = typeof token === 'string' ? token.split('.')[1] : undefined;
  return body === undefined ? null : jsonOf(Buffer.from(body, 'base64url').toString('utf8'));
};

/** Bodies come parsed or as bytes, by the server that these routes stand on. */
const jsonOf = (body: unknown): Json | null =>
  isFields(body) && !Buffer.isBuffer(body) ? body : fieldsIn(String(body));
