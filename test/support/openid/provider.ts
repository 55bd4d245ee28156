/**
 * A real OpenID provider on this machine, by `oidc-provider`: strict about clients, codes, PKCE and redirect addresses as the library is. Where it would not lie, a tap between
 * its answers and whoever asks does (`Tap`).
 */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type ClientMetadata, type KoaContextWithOIDC } from 'oidc-provider';
import { memoryAdapter } from './memory.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** Somebody who can sign in there, and how they then have. */
export interface ProviderAccount {
  readonly acr?: string;
  readonly amr?: readonly string[];
  /** Seconds before now at which they proved who they are. */
  readonly secondsAgo?: number;
  /** Of the token beside these: `oid`, `tid`, `acrs`, `email`. */
  readonly claims?: Claims;
}

/** What lies. Each is asked at every answer, and does nothing where it is absent. */
export interface Tap {
  /** Another token in place of the true one; signed anew, as `signed` says. */
  claims?: (claims: Claims) => Claims;
  /** `other`: by a key that is nobody's. `none`: by nothing. `HS256`: by the client's secret. `HS256-public`: by the public key's own bytes. Default: by its own key. */
  signed?: 'own' | 'other' | 'none' | 'HS256' | 'HS256-public';
  /** Of discovery. */
  metadata?: (metadata: Claims) => Claims;
  /** Of the address that people are sent back to. */
  redirect?: (address: URL) => URL;
  /** True: this path is not answered at all. */
  silent?: (path: string) => boolean;
  /** A status in place of the answer. */
  status?: (path: string) => number | undefined;
}

/** A request of a token, as it came. */
export interface TokenRequest {
  readonly authorization: string | null;
  readonly body: URLSearchParams;
}

export interface TestProvider {
  readonly issuer: string;
  readonly tap: Tap;
  readonly tokenRequests: readonly TokenRequest[];
  /** Paths that were asked, without what stands behind a question mark. */
  readonly asked: readonly string[];
  /** Changes how this account signs in from now on. */
  setAccount(id: string, account: ProviderAccount): void;
  /** Takes these secrets of a client from now on. */
  setSecret(client: string, secret: string): void;
  stop(): Promise<void>;
}

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
};

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export const startProvider = async (o: {
  /** Null: a public client. */
  readonly clients: readonly { readonly id: string; readonly secret: string | null; readonly redirectUri: string }[];
  readonly accounts: Readonly<Record<string, ProviderAccount>>;
  /** Default: `localhost`, so that its cookies are not ours. */
  readonly host?: string;
}): Promise<TestProvider> => {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const others = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const accounts = new Map(Object.entries(o.accounts));
  const secrets = new Map(o.clients.map(({ id, secret }) => [id, secret]));
  const tap: Tap = {};
  const tokenRequests: TokenRequest[] = [];
  const asked: string[] = [];

  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const issuer = `http://${o.host ?? 'localhost'}:${port}`;

  const clientOf = ({ id, redirectUri }: (typeof o.clients)[number]): ClientMetadata => {
    const secret = secrets.get(id) ?? null;
    return {
      client_id: id,
      ...(secret === null ? {} : { client_secret: secret }),
      token_endpoint_auth_method: secret === null ? 'none' : 'client_secret_basic',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      id_token_signed_response_alg: 'ES256',
    };
  };
  const memory = memoryAdapter();
  const make = (): Provider => {
    const provider = new Provider(issuer, {
      adapter: memory,
      clients: o.clients.map(clientOf),
      jwks: { keys: [{ ...keys.privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: 'own' }] },
      enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
      features: { devInteractions: { enabled: false }, claimsParameter: { enabled: true } },
      claims: {
        openid: ['sub', 'acr', 'amr', 'acrs', 'auth_time', 'oid', 'tid'],
        email: ['email', 'email_verified'],
        profile: [],
      },
      conformIdTokenClaims: false,
      acrValues: ['urn:example:mfa', 'urn:example:one'],
      scopes: ['openid', 'profile', 'email'],
      cookies: { keys: ['of-tests'] },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({ sub: id, ...accounts.get(id)?.claims }),
      }),
      renderError: (ctx: KoaContextWithOIDC, { error, error_description: why }) => {
        ctx.type = 'text';
        ctx.body = `${error}: ${why ?? ''}`;
      },
      ttl: { AccessToken: 60, AuthorizationCode: 60, IdToken: 300, Interaction: 600, Session: 86_400, Grant: 86_400 },
    });
    return provider;
  };
  let provider = make();
  let handle = provider.callback();

  const signed = (claims: Claims): string => {
    const how = tap.signed ?? 'own';
    const alg = how === 'none' ? 'none' : how.startsWith('HS256') ? 'HS256' : 'ES256';
    const head = `${encoded({ alg, typ: 'JWT', ...(alg === 'ES256' ? { kid: 'own' } : {}) })}.${encoded(claims)}`;
    const by = (key: KeyObject): string =>
      sign('sha256', Buffer.from(head), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
    const client = typeof claims['aud'] === 'string' ? claims['aud'] : '';
    const secret =
      how === 'HS256' ? (secrets.get(client) ?? '') : keys.publicKey.export({ format: 'pem', type: 'spki' }).toString();
    if (how === 'none') return `${head}.`;
    if (alg === 'HS256') return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`;
    return `${head}.${by(how === 'other' ? others.privateKey : keys.privateKey)}`;
  };

  /** The library's own answer, held back so that it can be changed. */
  const capture = async (
    request: IncomingMessage,
    response: ServerResponse,
    change: (body: Claims) => Claims,
    noted: () => void = () => undefined,
  ): Promise<void> => {
    const chunks: Buffer[] = [];
    const end = response.end.bind(response);
    response.write = ((chunk: Buffer | string) => chunks.push(Buffer.from(chunk)) > 0) as typeof response.write;
    response.end = ((chunk?: Buffer | string) => {
      if (chunk !== undefined && typeof chunk !== 'function') chunks.push(Buffer.from(chunk));
      noted();
      const text = Buffer.concat(chunks).toString('utf8');
      const body = response.statusCode === 200 ? JSON.stringify(change(JSON.parse(text))) : text;
      response.removeHeader('content-length');
      return end(body);
    }) as typeof response.end;
    await handle(request, response);
  };

  /** What somebody else reads of a request, for us to read too. */
  const listenIn = (request: IncomingMessage): (() => URLSearchParams) => {
    const chunks: Buffer[] = [];
    const emit = request.emit.bind(request);
    request.emit = (event: string, ...given: unknown[]) => {
      if (event === 'data' && given[0] instanceof Uint8Array) chunks.push(Buffer.from(given[0]));
      return emit(event, ...given);
    };
    return () => new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
  };

  const bodyOf = async (request: IncomingMessage): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  };

  /** The page where one signs in: a form with the name of an account alone. */
  const interact = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'POST') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      const options = [...accounts.keys()].map((id) => `<option>${id}</option>`).join('');
      response.end(
        `<!doctype html><html lang="en"><title>Sign in</title><form method="post"><label>Account <select name="account">${options}</select></label><button name="act" value="sign-in">Sign in</button><button name="act" value="cancel">Cancel</button></form></html>`,
      );
      return;
    }
    const form = new URLSearchParams(await bodyOf(request));
    const id = form.get('account') ?? '';
    if (form.get('act') === 'cancel') {
      const result = { error: 'access_denied', error_description: 'The person said no.' };
      await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
      return;
    }
    const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login') {
      const account = accounts.get(id);
      if (account === undefined) return json(response, 400, { error: 'nobody is called so' });
      const { acr, amr, secondsAgo = 0 } = account;
      const login = {
        accountId: id,
        remember: true,
        ts: Math.floor(Date.now() / 1_000) - secondsAgo,
        ...(acr === undefined ? {} : { acr }),
        ...(amr === undefined ? {} : { amr: [...amr] }),
      };
      await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
      return;
    }
    const grant =
      grantId === undefined
        ? new provider.Grant({ accountId: session?.accountId ?? id, clientId: String(params['client_id']) })
        : await provider.Grant.find(grantId);
    grant?.addOIDCClaims(['acr', 'acrs', 'amr', 'auth_time']);
    grant?.addOIDCScope('openid profile email');
    const consent = { grantId: await grant?.save() };
    await provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
  };

  server.on('request', async (request, response) => {
    const path = new URL(request.url ?? '/', issuer).pathname;
    asked.push(path);
    if (tap.silent?.(path) === true) return;
    const status = tap.status?.(path);
    if (status !== undefined) return json(response, status, { error: 'server_error' });
    try {
      if (path.startsWith('/interaction/')) return await interact(request, response);
      if (path === '/.well-known/openid-configuration')
        return await capture(request, response, (metadata) => tap.metadata?.(metadata) ?? metadata);
      if (path === '/token') {
        const sent = listenIn(request);
        const note = (): void =>
          void tokenRequests.push({ authorization: request.headers.authorization ?? null, body: sent() });
        return await capture(
          request,
          response,
          (body) => {
            const { claims, signed: how } = tap;
            if (claims === undefined && how === undefined) return body;
            const [, payload = ''] = String(body['id_token']).split('.');
            const told: Claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
            return { ...body, id_token: signed(claims?.(told) ?? told) };
          },
          note,
        );
      }
      if (tap.redirect !== undefined) {
        const { redirect } = tap;
        const setHeader = response.setHeader.bind(response);
        response.setHeader = ((name: string, value: string) =>
          name.toLowerCase() === 'location' && URL.canParse(value) && !value.startsWith(issuer)
            ? setHeader(name, redirect(new URL(value)).href)
            : setHeader(name, value)) as typeof response.setHeader;
      }
      await handle(request, response);
    } catch {
      if (!response.headersSent) json(response, 500, { error: 'server_error' });
    }
  });

  return {
    issuer,
    tap,
    tokenRequests,
    asked,
    setAccount: (id, account) => accounts.set(id, account),
    setSecret: (client, secret) => {
      secrets.set(client, secret);
      provider = make();
      handle = provider.callback();
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
