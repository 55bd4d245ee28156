/**
 * What the stand-ins of products have in common: a token endpoint, tokens that end, a list of requests, and faults. Each of them is
 * built from its product's public documentation, refuses what that says is refused, and was never held against the product itself.
 */
import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export interface VendorRequest {
  readonly at: number;
  readonly method: string;
  /** Of the description that ships. `lookup`: who somebody is there. `unknown`: no route. */
  readonly operation: string;
  /** With its query. */
  readonly url: string;
  readonly status: number;
}

/** What the next request for data meets instead of its answer. */
export type VendorFault = 'hang' | '500' | 'reset' | 'throttled' | 'wrong-subject' | 'no-subject';

export interface VendorStandIn {
  routes(app: FastifyInstance): void;
  /** Every request since the start, oldest first; the newest ten thousand are kept. */
  requests(): readonly VendorRequest[];
  fail(fault: VendorFault): void;
  /** This bearer token is good from now on, beside those that the token endpoint gives. */
  grant(token: string): void;
  /** No token that was given or granted is good any more. */
  revoke(): void;
}

export interface VendorReply {
  readonly status: number;
  readonly body: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Query = Readonly<Record<string, string>>;

/** The client that the token endpoint knows. */
export const CLIENT = { id: 'sotto', secret: 'a-client-secret-of-the-stand-in' } as const;

const MOST_REQUESTS = 10_000;
const TOKEN_SECONDS = 600;

export interface Vendor {
  readonly standIn: Omit<VendorStandIn, 'routes'>;
  /** `POST path`: client credentials (RFC 6749, 4.4), by basic authentication or in the form. */
  tokenRoute(app: FastifyInstance, path: string): void;
  /**
   * Answers a request that has a good token. `spoil`: the same answer about somebody else, or about nobody.
   */
  answer(o: {
    readonly request: FastifyRequest;
    readonly reply: FastifyReply;
    readonly operation: string;
    readonly make: (query: Query) => VendorReply;
    readonly spoil?: (reply: VendorReply, fault: 'wrong-subject' | 'no-subject') => VendorReply;
  }): Promise<unknown>;
}

const same = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));

/** A parameter that comes twice is nothing that anybody can read. */
const queryIn = (request: FastifyRequest): Query | null => {
  const entries = Object.entries(request.query as Readonly<Record<string, unknown>>);
  return entries.every(([, value]) => typeof value === 'string') ? (Object.fromEntries(entries) as Query) : null;
};

export const createVendor = (o: {
  /** As the product writes what went wrong. */
  readonly error: (status: number, detail: string) => VendorReply;
  readonly type: string;
}): Vendor => {
  const requests: VendorRequest[] = [];
  const tokens = new Map<string, number>();
  let fault: VendorFault | null = null;
  let given = 0;

  const isGood = ({ headers }: FastifyRequest): boolean => {
    const token = /^Bearer ([\x21-\x7e]+)$/.exec(headers.authorization ?? '')?.[1];
    return token !== undefined && (tokens.get(token) ?? 0) > Date.now();
  };

  const made = (
    request: FastifyRequest,
    make: (query: Query) => VendorReply,
    spoil?: (reply: VendorReply, fault: 'wrong-subject' | 'no-subject') => VendorReply,
  ): VendorReply | 'hang' | 'reset' => {
    if (!isGood(request)) return o.error(401, 'The access token is missing, has ended or is none of ours.');
    const accepted = request.headers.accept ?? '*/*';
    if (!/\*\/\*|application\/(?:\*|json|scim\+json)/.test(accepted)) return o.error(406, 'Only JSON is given.');
    const query = queryIn(request);
    if (query === null) return o.error(400, 'A parameter stands twice.');
    const met = fault;
    fault = null;
    if (met === 'hang' || met === 'reset') return met;
    if (met === '500') return o.error(500, 'Something went wrong.');
    if (met === 'throttled') return { ...o.error(429, 'Too many requests.'), headers: { 'retry-after': '1' } };
    const reply = make(query);
    return met === null || spoil === undefined ? reply : spoil(reply, met);
  };

  return {
    standIn: {
      requests: () => requests,
      fail: (next) => {
        fault = next;
      },
      grant: (token) => void tokens.set(token, Number.POSITIVE_INFINITY),
      revoke: () => tokens.clear(),
    },
    tokenRoute: (app, path) => {
      app.register(async (own) => {
        own.addContentTypeParser(
          'application/x-www-form-urlencoded',
          { parseAs: 'string', bodyLimit: 8_192 },
          (_, body, done) => done(null, new URLSearchParams(String(body))),
        );
        own.post(path, async (request, reply) => {
          const form = request.body instanceof URLSearchParams ? request.body : null;
          const refuse = (status: number, error: string) => reply.code(status).send({ error });
          if (form === null) return refuse(400, 'invalid_request');
          if (form.get('grant_type') !== 'client_credentials') return refuse(400, 'unsupported_grant_type');
          const basic = /^Basic ([A-Za-z0-9+/=]+)$/.exec(request.headers.authorization ?? '')?.[1];
          const [id = '', secret = ''] =
            basic === undefined
              ? [form.get('client_id') ?? '', form.get('client_secret') ?? '']
              : Buffer.from(basic, 'base64').toString('utf8').split(':').map(decodeURIComponent);
          if (!same(id, CLIENT.id) || !same(secret, CLIENT.secret)) return refuse(401, 'invalid_client');
          given += 1;
          const token = `given-${given}-${path.length}`;
          tokens.set(token, Date.now() + TOKEN_SECONDS * 1_000);
          const scope = form.get('scope');
          return reply.header('cache-control', 'no-store').send({
            access_token: token,
            token_type: 'Bearer',
            expires_in: TOKEN_SECONDS,
            ...(scope === null ? {} : { scope }),
          });
        });
      });
    },
    answer: async ({ request, reply, operation, make, spoil }) => {
      const came = made(request, make, spoil);
      const status = typeof came === 'string' ? 0 : came.status;
      requests.push({ at: Date.now(), method: request.method, operation, url: request.url, status });
      if (requests.length > MOST_REQUESTS) requests.shift();
      if (came === 'hang') return new Promise(() => undefined);
      if (came === 'reset') return request.raw.destroy();
      reply.code(came.status).headers({ ...came.headers });
      if (came.status === 204) return reply.send();
      // As bytes: a type that is no plain JSON would be taken for text, and quoted.
      return reply.type(came.type ?? o.type).send(JSON.stringify(came.body));
    },
  };
};

/** The first of several parameters that is not among those that are known; null: all are. */
export const strangeParameter = (query: Query, known: readonly string[]): string | null =>
  Object.keys(query).find((name) => !known.includes(name)) ?? null;
