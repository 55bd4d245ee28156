import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ClientCertificate, Request, Send, Sent } from '../../../../src/adapters/backend/calling/types.ts';
import { signIn as shape } from '../../../../src/adapters/backend/describing/signing-in.ts';
import { createSignIn } from '../../../../src/adapters/backend/signing-in/sign-in.ts';
import type { SignIn } from '../../../../src/adapters/backend/signing-in/types.ts';
import { provedWebhook } from '../../../../src/adapters/bounded/webhooks.ts';
import type { Secret } from '../../../../src/core/ports.ts';
import { createAuthority, type Issued } from '../../../support/certificates.ts';

const DAY_MS = 24 * 60 * 60_000;
const secretOf = (...accepted: readonly string[]): Secret => ({ current: accepted[0] ?? '', accepted });
const REQUEST: Request = { method: 'GET', url: 'https://hr.example.com/one', headers: {}, body: null };
const OK: Sent = { how: 'answered', status: 200, type: 'application/json', afterMs: null, text: '{}' };

interface Seen {
  readonly headers: Readonly<Record<string, string>>;
  readonly certificate: ClientCertificate | null;
  readonly request: Request;
}

const signingIn = (o: {
  readonly described: unknown;
  readonly vault: Readonly<Record<string, Secret>>;
  /** What the authority answers. */
  readonly token?: (seen: Seen) => Sent;
  readonly system?: (seen: Seen) => Sent;
}): { readonly ask: () => ReturnType<SignIn>; readonly seen: Seen[]; readonly asked: Seen[] } => {
  const seen: Seen[] = [];
  const asked: Seen[] = [];
  const send: Send = async (request, { certificate }) => {
    const it = { request, headers: request.headers, certificate };
    asked.push(it);
    return o.token?.(it) ?? { how: 'not-sent', code: 'ECONNREFUSED' };
  };
  const signIn = createSignIn({
    backend: {
      name: 'hr',
      token: null,
      signIn: shape.parse(o.described),
      baseUrl: 'https://hr.example.com',
      timeoutMs: 1_000,
    },
    send,
    secrets: { get: async (name) => o.vault[name] ?? secretOf() },
    clock: Date,
  });
  return {
    seen,
    asked,
    ask: () =>
      signIn({
        request: REQUEST,
        person: 'evan',
        signal: AbortSignal.timeout(60_000),
        send: async (request, { headers, certificate }) => {
          const it = { request, headers, certificate };
          seen.push(it);
          return o.system?.(it) ?? OK;
        },
      }),
  };
};

describe('a certificate of ours on the connection', () => {
  let one: Issued;
  let two: Issued;
  let over: Issued;
  let ca: string;
  const described = { mutualTls: { certificate: 'hr-cert', key: 'hr-cert-key', ca: 'hr-ca' } };
  beforeAll(async () => {
    const authority = await createAuthority();
    ca = authority.cert;
    [one, two, over] = await Promise.all([
      authority.issue({ use: 'client' }),
      authority.issue({ use: 'client' }),
      authority.issue({ use: 'client', from: -2 * DAY_MS, until: -DAY_MS }),
    ]);
  });
  const vaultOf = (certificate: Secret, key: Secret): Record<string, Secret> => ({
    'hr-cert': certificate,
    'hr-cert-key': key,
    'hr-ca': secretOf(ca),
  });

  it('is the current one with its own key, its chain and the authority that the description names', async () => {
    const { ask, seen } = signingIn({ described, vault: vaultOf(secretOf(one.cert), secretOf(one.key)) });
    expect(await ask()).toEqual(OK);
    const [{ certificate } = { certificate: null }] = seen;
    expect(certificate?.certificate.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(
      new X509Certificate(certificate?.certificate ?? '').checkPrivateKey(createPrivateKey(certificate?.key ?? '')),
    ).toBe(true);
    expect(new X509Certificate(certificate?.ca ?? '').fingerprint256).toBe(new X509Certificate(ca).fingerprint256);
  });

  it('is a pair that belongs together while the two secrets change one after the other', async () => {
    const vault = vaultOf(secretOf(two.cert, one.cert), secretOf(one.key));
    const { ask, seen } = signingIn({ described, vault });
    await ask();
    vault['hr-cert-key'] = secretOf(two.key, one.key);
    await ask();
    expect(seen.map(({ certificate }) => certificate?.key)).toEqual([one.key, two.key]);
    expect(new Set(seen.map(({ certificate }) => certificate?.id)).size).toBe(2);
  });

  it.each<[string, Sent]>([
    ['with 401', { ...OK, status: 401 }],
    ['in the handshake', { how: 'not-sent', code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA' }],
    ['before anything was sent', { how: 'not-sent', code: 'ECONNRESET' }],
  ])('is the one before where the system turns the current one away %s', async (_, turned) => {
    const { ask, seen } = signingIn({
      described,
      vault: vaultOf(secretOf(two.cert, one.cert), secretOf(two.key, one.key)),
      system: ({ certificate }) => (certificate?.key === one.key ? OK : turned),
    });
    expect(await ask()).toEqual(OK);
    expect(seen).toHaveLength(2);
  });

  it.each(['ECONNRESET', 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR'])(
    'is never another one once the request may have arrived (%s)',
    async (code) => {
      const lost: Sent = { how: 'lost', code };
      const { ask, seen } = signingIn({
        described,
        vault: vaultOf(secretOf(two.cert, one.cert), secretOf(two.key, one.key)),
        system: () => lost,
      });
      expect(await ask()).toEqual(lost);
      expect(seen).toHaveLength(1);
    },
  );

  it.each<[string, () => Record<string, Secret>]>([
    ['is over', () => vaultOf(secretOf(over.cert), secretOf(over.key))],
    ['has the key of another', () => vaultOf(secretOf(one.cert), secretOf(two.key))],
    ['is none', () => vaultOf(secretOf('nothing'), secretOf(one.key))],
    ['is missing', () => vaultOf(secretOf(), secretOf(one.key))],
    [
      'comes with an authority that is none',
      () => ({ ...vaultOf(secretOf(one.cert), secretOf(one.key)), 'hr-ca': secretOf('x') }),
    ],
  ])('lets nothing be sent where it %s', async (_, vault) => {
    const { ask, seen } = signingIn({ described, vault: vault() });
    expect(await ask()).toEqual({ how: 'no-sign-in', code: 'refused' });
    expect(seen).toEqual([]);
  });

  it('proves the client to the authority where there is no secret, and the token is used with it alone', async () => {
    const thumbprint = createHash('sha256').update(new X509Certificate(one.leaf).raw).digest('base64url');
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const jwt = `${part({ alg: 'ES256' })}.${part({ aud: 'hr', cnf: { 'x5t#S256': thumbprint } })}.c2ln`;
    const vault = vaultOf(secretOf(one.cert), secretOf(one.key));
    const { ask, seen, asked } = signingIn({
      described: {
        ...described,
        oauth: {
          grant: 'client-credentials',
          tokenUrl: 'https://sts.example.com/token',
          clientId: 'sotto',
          audience: 'hr',
        },
      },
      vault,
      token: () => ({ ...OK, text: JSON.stringify({ access_token: jwt, token_type: 'Bearer', expires_in: 300 }) }),
    });
    expect(await ask()).toEqual(OK);
    expect(await ask()).toEqual(OK);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.certificate?.key).toBe(one.key);
    expect(asked[0]?.headers['authorization']).toBeUndefined();
    expect(Object.fromEntries(new URLSearchParams(asked[0]?.request.body ?? ''))).toEqual({
      grant_type: 'client_credentials',
      audience: 'hr',
      client_id: 'sotto',
    });
    expect(seen[0]).toMatchObject({ headers: { authorization: `Bearer ${jwt}` }, certificate: { key: one.key } });
    vault['hr-cert'] = secretOf(two.cert);
    vault['hr-cert-key'] = secretOf(two.key);
    // The authority still binds to the first one: that token is no good with the second.
    expect(await ask()).toEqual({ how: 'no-sign-in', code: 'refused' });
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['is shown to an authority that stands where the system does', 'https://hr.example.com/token', true],
    ['is not shown to one elsewhere, which takes a secret', 'https://sts.example.com/token', false],
  ])('%s', async (_, tokenUrl, isShown) => {
    const oauth = { grant: 'client-credentials', tokenUrl, clientId: 'sotto', audience: 'hr', secret: 'hr-client' };
    const { ask, asked, seen } = signingIn({
      described: { ...described, oauth },
      vault: { ...vaultOf(secretOf(one.cert), secretOf(one.key)), 'hr-client': secretOf('s') },
      token: () => ({ ...OK, text: JSON.stringify({ access_token: 't', token_type: 'Bearer', expires_in: 300 }) }),
    });
    expect(await ask()).toEqual(OK);
    expect(asked.map(({ certificate }) => certificate !== null)).toEqual([isShown]);
    expect(seen[0]?.certificate?.key).toBe(one.key);
  });
});

describe('a request that is signed', () => {
  const keys = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_c2Vjb25kLXNlY3JldC1vZi10d2VudHktZm91ci1ieXRlcw=='];

  it('is proved by each secret that is accepted, and has the same id however often it is sent', async () => {
    const { ask, seen } = signingIn({
      described: { hmac: { secret: 'hr-hmac' } },
      vault: { 'hr-hmac': secretOf(...keys) },
    });
    await ask();
    await ask();
    const ids = seen.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
    const { headers } = seen[0] ?? { headers: {} as Record<string, string> };
    for (const secret of keys)
      expect(
        provedWebhook({
          secrets: [secret],
          headers: {
            id: headers['webhook-id'] ?? '',
            timestamp: headers['webhook-timestamp'] ?? '',
            signature: headers['webhook-signature'] ?? '',
          },
          body: '',
        }),
      ).not.toBeNull();
  });

  it('is not sent where no secret is one', async () => {
    const { ask, seen } = signingIn({
      described: { hmac: { secret: 'hr-hmac' } },
      vault: { 'hr-hmac': secretOf('short') },
    });
    expect(await ask()).toEqual({ how: 'no-sign-in', code: 'refused' });
    expect(seen).toEqual([]);
  });
});

describe('a call whose time is over', () => {
  it('is told what came of what was sent already, and never that nothing was sent', async () => {
    const over = new AbortController();
    const signIn = createSignIn({
      backend: {
        name: 'hr',
        token: null,
        signIn: shape.parse({ apiKey: { header: 'X-Api-Key', secret: 'hr-key' } }),
        baseUrl: 'https://hr.example.com',
        timeoutMs: 1_000,
      },
      send: async () => OK,
      secrets: { get: async () => secretOf('key') },
      clock: Date,
    });
    const came = await signIn({
      request: REQUEST,
      person: 'evan',
      signal: over.signal,
      send: () =>
        new Promise((resolve) => {
          over.signal.addEventListener('abort', () => setTimeout(() => resolve({ how: 'lost', code: 'deadline' }), 10));
          over.abort();
        }),
    });
    expect(came).toEqual({ how: 'lost', code: 'deadline' });
  });
});
