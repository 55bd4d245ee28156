/**
 * An authority that gives tokens, as strict as one: it takes a client by what it proves, grants what it registered for it and nothing wider, and
 * knows the tokens of people that it gave. Plain http on this machine.
 */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jwtVerify, SignJWT } from 'jose';

export interface TokenAnswer {
  readonly status?: number;
  readonly type?: string;
  readonly body?: unknown;
}

/** One request as it came. */
export interface TokenAsked {
  readonly grant: string | null;
  readonly by: 'basic' | 'post' | 'nothing';
  readonly form: Readonly<Record<string, string>>;
  readonly status: number;
}

export interface TokenAuthority {
  readonly url: string;
  /** What the client may prove itself by from now on. */
  setSecrets(secrets: readonly string[]): void;
  /** Where it takes them. */
  takes(style: 'basic' | 'post' | 'both'): void;
  /** Of tokens that it gives from now on, s. */
  setSeconds(seconds: number): void;
  /** Every token that it gave so far is void. */
  revoke(): void;
  /** What stands in the next tokens, over what would. */
  claim(claims: Readonly<Record<string, unknown>>): void;
  /** Answers so instead; null: as it should. */
  answer(instead: TokenAnswer | null): void;
  /** So long it waits before each answer, ms. */
  slow(ms: number): void;
  /** A token of a person, as a sign-in would give it. */
  personal(person: string, o?: { readonly seconds?: number }): Promise<string>;
  asked(): readonly TokenAsked[];
  /** Whom a request to a system comes from; null: its token is none, ended, void, or for somebody else. */
  bearer(authorization: string | undefined, audience: string): Promise<{ readonly person: string | null } | null>;
  close(): Promise<void>;
}

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ON_BEHALF = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const ACCESS = 'urn:ietf:params:oauth:token-type:access_token';
const ID = 'urn:ietf:params:oauth:token-type:id_token';
const MOST_BYTES = 64 * 1024;

/** What each grant must come with, and nothing else may. */
const FORMS: Readonly<Record<string, { readonly needs: readonly string[]; readonly may: readonly string[] }>> = {
  client_credentials: { needs: [], may: ['scope', 'audience', 'resource'] },
  [EXCHANGE]: {
    needs: ['subject_token', 'subject_token_type', 'audience'],
    may: ['scope', 'requested_token_type', 'resource'],
  },
  [ON_BEHALF]: { needs: ['assertion', 'requested_token_use', 'scope'], may: [] },
};

export const startTokenAuthority = async (o: {
  readonly clientId: string;
  /** Of the system that it gives tokens for. */
  readonly audience: string;
  readonly scopes: readonly string[];
  /** Whom a person's token of another provider names; default: only its own are taken. */
  readonly foreign?: (token: string) => Promise<string | null>;
}): Promise<TokenAuthority> => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let secrets: readonly string[] = [];
  let style: 'basic' | 'post' | 'both' = 'both';
  let seconds = 300;
  let generation = 0;
  let over: Readonly<Record<string, unknown>> = {};
  let instead: TokenAnswer | null = null;
  let slowMs = 0;
  const asked: TokenAsked[] = [];

  const sign = (claims: Readonly<Record<string, unknown>>, key: KeyObject = privateKey): Promise<string> =>
    new SignJWT({ ...claims, generation }).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' }).sign(key);

  const personOf = async (token: string | undefined): Promise<string | null> => {
    if (o.foreign !== undefined) return o.foreign(token ?? '');
    try {
      const { payload } = await jwtVerify(token ?? '', publicKey, { audience: o.clientId });
      return payload['generation'] === generation && typeof payload.sub === 'string' ? payload.sub : null;
    } catch {
      return null;
    }
  };

  const client = (authorization: string | undefined, form: URLSearchParams): TokenAsked['by'] => {
    if (authorization?.startsWith('Basic ') === true) return form.has('client_secret') ? 'nothing' : 'basic';
    return authorization === undefined && form.has('client_secret') ? 'post' : 'nothing';
  };

  const isClient = (by: TokenAsked['by'], authorization: string | undefined, form: URLSearchParams): boolean => {
    if (by === 'nothing' || (style !== 'both' && style !== by)) return false;
    const [id, secret] =
      by === 'post'
        ? [form.get('client_id'), form.get('client_secret')]
        : Buffer.from((authorization ?? '').slice('Basic '.length), 'base64')
            .toString('utf8')
            .split(':')
            .map((part) => new URLSearchParams(`x=${part}`).get('x'));
    return id === o.clientId && secrets.includes(secret ?? '');
  };

  const given = async (form: URLSearchParams): Promise<{ status: number; body: unknown }> => {
    const refuse = (error: string): { status: number; body: unknown } => ({ status: 400, body: { error } });
    const grant = form.get('grant_type') ?? '';
    const rules = FORMS[grant];
    if (rules === undefined) return refuse('unsupported_grant_type');
    const names = [...form.keys()];
    const known = ['grant_type', 'client_id', 'client_secret', ...rules.needs, ...rules.may];
    if (new Set(names).size !== names.length || names.some((name) => !known.includes(name)))
      return refuse('invalid_request');
    if (rules.needs.some((name) => (form.get(name) ?? '') === '')) return refuse('invalid_request');
    if (form.has('audience') && form.get('audience') !== o.audience) return refuse('invalid_target');
    const scope = form.get('scope');
    if (scope?.split(' ').some((one) => !o.scopes.includes(one)) === true) return refuse('invalid_scope');
    let person: string | null = null;
    if (grant === EXCHANGE) {
      if (![ACCESS, ID].includes(form.get('subject_token_type') ?? '')) return refuse('invalid_request');
      person = await personOf(form.get('subject_token') ?? '');
      if (person === null) return refuse('invalid_grant');
    }
    if (grant === ON_BEHALF) {
      if (form.get('requested_token_use') !== 'on_behalf_of') return refuse('invalid_request');
      person = await personOf(form.get('assertion') ?? '');
      if (person === null) return refuse('invalid_grant');
    }
    const now = Math.floor(Date.now() / 1_000);
    const token = await sign({
      aud: o.audience,
      iat: now,
      exp: now + seconds,
      sub: person ?? o.clientId,
      ...(person === null ? {} : { person }),
      ...(scope === null ? {} : { scope }),
      jti: String(asked.length),
      ...over,
    });
    return {
      status: 200,
      body: {
        access_token: token,
        token_type: 'Bearer',
        expires_in: seconds,
        ...(scope === null ? {} : { scope }),
        ...(grant === EXCHANGE ? { issued_token_type: ACCESS } : {}),
      },
    };
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const { authorization } = request.headers;
      const bytes = Buffer.concat(chunks);
      const form = new URLSearchParams(bytes.toString('utf8'));
      const by = client(authorization, form);
      const is =
        request.method === 'POST' &&
        request.headers['content-type'] === 'application/x-www-form-urlencoded' &&
        bytes.length <= MOST_BYTES;
      const due = !is
        ? { status: 400, body: { error: 'invalid_request' } }
        : isClient(by, authorization, form)
          ? await given(form)
          : { status: 401, body: { error: 'invalid_client' } };
      const { status, type = 'application/json', body } = { ...due, ...instead };
      asked.push({ grant: form.get('grant_type'), by, form: Object.fromEntries(form), status });
      setTimeout(() => {
        response
          .writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
          .end(typeof body === 'string' ? body : JSON.stringify(body));
      }, slowMs).unref();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/token`,
    setSecrets: (next) => {
      secrets = next;
    },
    takes: (next) => {
      style = next;
    },
    setSeconds: (next) => {
      seconds = next;
    },
    revoke: () => {
      generation += 1;
    },
    claim: (next) => {
      over = next;
    },
    answer: (next) => {
      instead = next;
    },
    slow: (ms) => {
      slowMs = ms;
    },
    personal: (person, { seconds: lasts = 300 } = {}) => {
      const now = Math.floor(Date.now() / 1_000);
      return sign({ aud: o.clientId, sub: person, iat: now, exp: now + lasts });
    },
    asked: () => asked,
    bearer: async (authorization, audience) => {
      if (authorization?.startsWith('Bearer ') !== true) return null;
      try {
        const { payload } = await jwtVerify(authorization.slice('Bearer '.length), publicKey, { audience });
        const { person } = payload;
        return payload['generation'] === generation ? { person: typeof person === 'string' ? person : null } : null;
      } catch {
        return null;
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
