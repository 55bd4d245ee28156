/** What a provider says of itself: asked once, known for a day, and never taken from anybody else. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createOpenId } from '../../../src/adapters/openid/openid.ts';
import { systemClock } from '../../../src/adapters/system/system.ts';
import { SottoError } from '../../../src/core/errors.ts';
import type { SignInAsked } from '../../../src/core/sign-in-ports.ts';
import { startProvider, type TestProvider } from '../../support/openid/provider.ts';
import { until } from '../../support/until.ts';

const BACK = 'http://127.0.0.1:9/auth/callback';
const MINUTE = 60_000;

let provider: TestProvider;
let passed = 0;
const clock = { ...systemClock(), now: () => Date.now() + passed };
const noted: string[] = [];
const note = (event: string): void => void noted.push(event);

beforeAll(async () => {
  provider = await startProvider({ clients: [{ id: 'sotto', secret: null, redirectUri: BACK }], accounts: {} });
});
afterAll(() => provider.stop());
beforeEach(() => {
  for (const name of Object.keys(provider.tap)) Reflect.deleteProperty(provider.tap, name);
  passed = 0;
  noted.length = 0;
});

const openId = (issuer = provider.issuer) =>
  createOpenId({
    issuer,
    clientId: 'sotto',
    redirectUri: BACK,
    personClaim: 'sub',
    email: false,
    strength: { acr: [], authContext: null, amr: [] },
    clientSecret: () => Promise.reject(new SottoError('secret-missing', 'There is none.')),
    clock,
    log: { info: note, warn: note, error: note },
    metrics: { count: () => undefined, observe: () => undefined },
  });

const asked: SignInAsked = {
  state: 's.x',
  nonce: 'n',
  codeVerifier: 'v'.repeat(43),
  maxAgeSeconds: 840,
  afresh: false,
  locale: 'en',
};
const path = '/.well-known/openid-configuration';
const times = () => provider.asked.filter((each) => each === path).length;

describe('a provider', () => {
  it('is asked once for all who begin at the same time, and known afterwards', async () => {
    const it = openId();
    const before = times();
    await Promise.all([it.begin(asked), it.begin(asked), it.begin(asked)]);
    await it.begin(asked);
    expect(times() - before).toBe(1);
  });

  it('goes on being used as it was said last where it is away, for a day, and is asked anew meanwhile', async () => {
    const it = openId();
    await it.begin(asked);
    provider.tap.status = () => 503;
    passed = 11 * MINUTE;
    expect(await it.begin(asked)).toContain(provider.issuer);
    await until(() => noted.includes('openid.undiscovered'));
    passed = 24 * 60 * MINUTE + MINUTE;
    await expect(it.begin(asked)).rejects.toMatchObject({ code: 'sign-in-unavailable' });
    provider.tap.status = () => undefined;
    // Whoever comes right after a failure is not kept waiting for the next one.
    const before = times();
    await expect(it.begin(asked)).rejects.toMatchObject({ code: 'sign-in-unavailable' });
    expect(times()).toBe(before);
    passed += 6_000;
    expect(await it.begin(asked)).toContain(provider.issuer);
  });

  it('that is not there at all is unavailable, and what comes back proves nothing', async () => {
    const it = openId('http://127.0.0.1:9');
    await expect(it.begin(asked)).rejects.toMatchObject({ code: 'sign-in-unavailable' });
    expect(await it.finish({ ...asked, query: 'code=x&state=s.x' })).toEqual({ ok: false, why: 'unreachable' });
  });

  it.each([
    ['names another issuer', { issuer: 'https://evil.example' }],
    ['names itself in another way', { issuer: 'http://localhost/' }],
    ['sends people elsewhere over plain http', { authorization_endpoint: 'http://evil.example/auth' }],
    ['takes secrets elsewhere over plain http', { token_endpoint: 'http://evil.example/token' }],
    ['has its keys elsewhere over plain http', { jwks_uri: 'http://evil.example/jwks' }],
    ['has no keys', { jwks_uri: undefined }],
    ['signs by secrets alone', { id_token_signing_alg_values_supported: ['HS256', 'none'] }],
    ['takes no challenge but the verifier itself', { code_challenge_methods_supported: ['plain'] }],
  ])('that %s is not used', async (_, change) => {
    provider.tap.metadata = (metadata) => ({ ...metadata, ...change });
    await expect(openId().begin(asked)).rejects.toMatchObject({ code: 'sign-in-unavailable' });
  });

  it('of Entra is the tenant of the settings alone, whatever Entra’s own document says', async () => {
    const tenant = 'https://login.microsoftonline.com/5f0c2b1e-6a51-4c39-9c50-0d6f3f1a7e01/v2.0';
    const document = (issuer: string) => ({
      issuer,
      authorization_endpoint: `${tenant}/authorize`,
      token_endpoint: `${tenant}/token`,
      jwks_uri: `${tenant}/keys`,
      id_token_signing_alg_values_supported: ['RS256'],
    });
    const answers = jest.spyOn(globalThis, 'fetch');
    const says = (issuer: string) => answers.mockImplementation(async () => Response.json(document(issuer)));
    try {
      says('https://login.microsoftonline.com/{tenantid}/v2.0');
      await expect(openId(tenant).begin(asked)).rejects.toMatchObject({ code: 'sign-in-unavailable' });
      says('https://login.microsoftonline.com/00000000-6a51-4c39-9c50-0d6f3f1a7e01/v2.0');
      await expect(openId(tenant).begin(asked)).rejects.toMatchObject({ code: 'sign-in-unavailable' });
      says(tenant);
      expect(await openId(tenant).begin(asked)).toContain(`${tenant}/authorize?`);
    } finally {
      answers.mockRestore();
    }
  });

  it('may leave out which challenges it takes, as Entra does', async () => {
    provider.tap.metadata = (metadata) => ({ ...metadata, code_challenge_methods_supported: undefined });
    expect(new URL(await openId().begin(asked)).searchParams.get('code_challenge_method')).toBe('S256');
  });

  it('by plain http is refused wherever it is not on this machine', () => {
    for (const issuer of ['http://id.example.com', 'http://127.0.0.1.example.com', 'ftp://localhost', 'nothing'])
      expect(() => openId(issuer)).toThrow(expect.objectContaining({ code: 'settings' }));
  });
});
