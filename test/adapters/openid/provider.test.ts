/** A real provider over http, as it is and as it lies. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createOpenId } from '../../../src/adapters/openid/openid.ts';
import { systemClock } from '../../../src/adapters/system/system.ts';
import { SottoError } from '../../../src/core/errors.ts';
import type { Secret } from '../../../src/core/ports.ts';
import type { SignInAsked } from '../../../src/core/sign-in-ports.ts';
import { createBrowser, signInAt } from '../../support/openid/browser.ts';
import { type Claims, startProvider, type TestProvider } from '../../support/openid/provider.ts';

const BACK = 'http://127.0.0.1:9/auth/callback';
const SECRET = 'the-secret-of-the-client-of-these-tests';
const CHARS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ';

let provider: TestProvider;
let secret: () => Promise<Secret>;
const noted: { readonly event: string; readonly fields: unknown }[] = [];
const note = (event: string, fields?: unknown): void => void noted.push({ event, fields });

beforeAll(async () => {
  provider = await startProvider({
    clients: [
      { id: 'sotto', secret: SECRET, redirectUri: BACK },
      { id: 'public', secret: null, redirectUri: BACK },
      { id: 'other', secret: SECRET, redirectUri: BACK },
    ],
    accounts: { evan: { amr: ['pwd', 'mfa'], acr: 'urn:example:mfa', claims: { oid: 'oid-of-evan', tid: 'tenant' } } },
  });
});
afterAll(() => provider.stop());
beforeEach(() => {
  for (const name of Object.keys(provider.tap)) Reflect.deleteProperty(provider.tap, name);
  provider.setAccount('evan', {
    amr: ['pwd', 'mfa'],
    acr: 'urn:example:mfa',
    claims: { oid: 'oid-of-evan', tid: 'tenant' },
  });
  secret = async () => ({ current: SECRET, accepted: [SECRET] });
  noted.length = 0;
});

type Options = Partial<Parameters<typeof createOpenId>[0]>;

const openId = (o: Options = {}) =>
  createOpenId({
    issuer: provider.issuer,
    clientId: 'sotto',
    redirectUri: BACK,
    personClaim: 'sub',
    email: false,
    strength: { acr: [], authContext: null, amr: [] },
    clientSecret: () => secret(),
    clock: systemClock(),
    log: { info: note, warn: note, error: note },
    metrics: { count: () => undefined, observe: () => undefined },
    ...o,
  });

const asked = (o: Partial<SignInAsked> = {}): SignInAsked => ({
  state: 's.of-this-test',
  nonce: 'n-of-this-test',
  codeVerifier: CHARS,
  maxAgeSeconds: 840,
  afresh: false,
  locale: 'en',
  ...o,
});

/** The whole of it: there, signed in, back, and believed or not. */
const signIn = async (o: Options = {}, ask: Partial<SignInAsked> = {}) => {
  const it = openId(o);
  const back = await signInAt(createBrowser(), await it.begin(asked(ask)), { as: 'evan', back: BACK });
  return it.finish({ ...asked(ask), query: new URL(back).search.slice(1) });
};

/** With the token changed on its way. */
const told = async (change: Claims, o: Options = {}) => {
  provider.tap.claims = (claims) => ({ ...claims, ...change });
  return signIn(o);
};

const now = (): number => Math.floor(Date.now() / 1_000);

describe('a provider that is asked as it must be', () => {
  it('is believed, and says who, when and how', async () => {
    const before = now();
    const proved = await signIn();
    expect(proved).toMatchObject({
      ok: true,
      proof: { identity: { issuer: provider.issuer, subject: 'evan', email: null }, strength: ['amr:mfa'] },
    });
    const at = proved.ok ? proved.proof.at : 0;
    expect(at).toBeGreaterThanOrEqual(before * 1_000);
    expect(at).toBeLessThanOrEqual(Date.now());
  });

  it('is asked with PKCE, state, nonce and the age that the rule wants, and for a fresh one where that is needed', async () => {
    const url = new URL(
      await openId({ strength: { acr: ['urn:example:mfa'], authContext: 'c1', amr: [] } }).begin(
        asked({ afresh: true, locale: 'de' }),
      ),
    );
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: 'sotto',
      redirect_uri: BACK,
      response_type: 'code',
      scope: 'openid',
      state: 's.of-this-test',
      nonce: 'n-of-this-test',
      code_challenge_method: 'S256',
      max_age: '840',
      prompt: 'login',
      ui_locales: 'de',
      acr_values: 'urn:example:mfa',
    });
    expect(url.href).not.toContain(CHARS);
    expect(JSON.parse(url.searchParams.get('claims') ?? '').id_token).toEqual({
      auth_time: { essential: true },
      acr: { essential: true, values: ['urn:example:mfa'] },
      acrs: { essential: true, value: 'c1' },
    });
    expect(new URL(await openId().begin(asked())).searchParams.get('prompt')).toBe(null);
    expect(new URL(await openId({ personClaim: 'oid' }).begin(asked())).searchParams.get('scope')).toBe(
      'openid profile',
    );
  });

  it('names the person by the claim of the settings, and an address only where it is verified', async () => {
    expect(await signIn({ personClaim: 'oid' })).toMatchObject({
      proof: { identity: { subject: 'oid-of-evan', tenant: 'tenant' } },
    });
    expect(await told({ email: 'evan@example.com', email_verified: true })).toMatchObject({
      proof: { identity: { email: 'evan@example.com' } },
    });
    for (const email_verified of [false, 'true', undefined, 1])
      expect(await told({ email: 'evan@example.com', email_verified })).toMatchObject({
        ok: true,
        proof: { identity: { email: null } },
      });
    for (const oid of [undefined, '', 7, 'x'.repeat(256), ['a']])
      expect(await told({ oid }, { personClaim: 'oid' })).toEqual({ ok: false, why: 'no-subject' });
  });

  it('takes a public client by PKCE alone where the vault has no secret', async () => {
    secret = () => Promise.reject(new SottoError('secret-missing', 'There is none.'));
    expect(await signIn({ clientId: 'public' })).toMatchObject({ ok: true });
    expect(await signIn()).toEqual({ ok: false, why: 'client-refused' });
  });

  it('takes the new secret and the old one while they change, on either side, without anybody signing in twice', async () => {
    secret = async () => ({
      current: 'newer-than-the-provider-knows',
      accepted: ['newer-than-the-provider-knows', SECRET],
    });
    const it = openId();
    const once = async () => {
      const back = await signInAt(createBrowser(), await it.begin(asked()), { as: 'evan', back: BACK });
      return it.finish({ ...asked(), query: new URL(back).search.slice(1) });
    };
    const before = provider.tokenRequests.length;
    expect(await once()).toMatchObject({ ok: true });
    expect(provider.tokenRequests.length - before).toBe(2);
    expect(noted).toContainEqual({ event: 'credential.refused', fields: { name: 'oidc-client-secret' } });
    secret = async () => ({ current: 'wrong', accepted: ['wrong'] });
    expect(await once()).toEqual({ ok: false, why: 'client-refused' });
  });
});

describe('a token', () => {
  it.each([
    ['of another issuer', () => ({ iss: 'https://evil.example' }), 'wrong-issuer'],
    ['for another client', () => ({ aud: 'other' }), 'wrong-audience'],
    [
      'for several, of whom we are not the one that asked',
      () => ({ aud: ['sotto', 'other'], azp: 'other' }),
      'wrong-audience',
    ],
    ['for several, and of nobody', () => ({ aud: ['sotto', 'other'] }), 'wrong-audience'],
    ['for nobody', () => ({ aud: undefined }), 'wrong-audience'],
    ['with the nonce of another', () => ({ nonce: 'n-of-another' }), 'wrong-nonce'],
    ['without a nonce', () => ({ nonce: undefined }), 'wrong-nonce'],
    ['that has ended', () => ({ exp: now() - 61 }), 'late'],
    ['that counts from later on', () => ({ nbf: now() + 120 }), 'from-the-future'],
    ['that was made later on', () => ({ iat: now() + 120 }), 'from-the-future'],
    ['of a sign-in that is too old', () => ({ auth_time: now() - 901 }), 'stale'],
    ['that does not say when', () => ({ auth_time: undefined }), 'no-time'],
    ['without a subject', () => ({ sub: undefined }), 'no-subject'],
    ['of one factor', () => ({ amr: ['pwd'] }), 'not-strong'],
    ['that does not say how', () => ({ amr: undefined }), 'not-strong'],
    ['that says mfa in a word of another', () => ({ amr: ['nomfa', 'mfa '] }), 'not-strong'],
  ])('%s proves nothing', async (_, change, why) => {
    expect(await told(change())).toEqual({ ok: false, why });
  });

  it('counts within a minute that two clocks may be apart', async () => {
    expect(await told({ exp: now() - 30 })).toMatchObject({ ok: true });
    expect(await told({ iat: now() + 30, auth_time: now() + 30 })).toMatchObject({ ok: true });
  });

  it.each(['none', 'other', 'HS256', 'HS256-public'] as const)('signed by %s proves nothing', async (signed) => {
    provider.tap.signed = signed;
    expect(await signIn()).toEqual({ ok: false, why: 'malformed' });
    // Nor where the provider itself says that it signs so.
    provider.tap.metadata = (metadata) => ({
      ...metadata,
      id_token_signing_alg_values_supported: ['none', 'HS256', 'ES256'],
    });
    expect(await signIn()).toEqual({ ok: false, why: 'malformed' });
  });

  it('is strong only by what it says itself, and by all that is set', async () => {
    const strength = { acr: ['urn:example:mfa', 'urn:example:key'], authContext: 'c1', amr: ['fido', 'mfa'] };
    const full = { acr: 'urn:example:mfa', acrs: ['c2', 'c1'], amr: ['mfa'] };
    expect(await told(full, { strength })).toMatchObject({
      proof: { strength: ['acr:urn:example:mfa', 'acrs:c1', 'amr:mfa'] },
    });
    for (const less of [
      { acr: 'urn:example:one' },
      { acr: undefined },
      { acrs: ['c2'] },
      { acrs: 'c11' },
      { amr: ['pwd'] },
    ])
      expect(await told({ ...full, ...less }, { strength })).toEqual({ ok: false, why: 'not-strong' });
    expect(await told({ acrs: 'c1' }, { strength: { acr: [], authContext: 'c1', amr: [] } })).toMatchObject({
      ok: true,
    });
  });
});

describe('what comes back with a browser', () => {
  const back = async (change: (query: URLSearchParams) => void, ask: Partial<SignInAsked> = {}) => {
    const it = openId();
    const url = new URL(await signInAt(createBrowser(), await it.begin(asked()), { as: 'evan', back: BACK }));
    change(url.searchParams);
    return it.finish({ ...asked(ask), query: url.search.slice(1) });
  };

  it('counts from this issuer alone (RFC 9207)', async () => {
    expect(await back(() => undefined)).toMatchObject({ ok: true });
    const before = provider.tokenRequests.length;
    expect(await back((query) => query.set('iss', 'https://evil.example'))).toEqual({ ok: false, why: 'wrong-issuer' });
    expect(await back((query) => query.append('iss', provider.issuer))).toEqual({ ok: false, why: 'wrong-issuer' });
    expect(await back((query) => query.delete('iss'))).toEqual({ ok: false, why: 'wrong-issuer' });
    // The code went to nobody.
    expect(provider.tokenRequests.length).toBe(before);
  });

  it('counts with its own state and verifier, and once', async () => {
    expect(await back((query) => query.set('state', 's.of-another'))).toEqual({ ok: false, why: 'malformed' });
    expect(await back((query) => query.append('code', 'x'))).toEqual({ ok: false, why: 'malformed' });
    expect(await back(() => undefined, { codeVerifier: CHARS.replace('a', 'b') })).toEqual({ ok: false, why: 'late' });
    expect(await back((query) => query.set('code', 'x'.repeat(9_000)))).toEqual({ ok: false, why: 'malformed' });
    const it = openId();
    const url = await signInAt(createBrowser(), await it.begin(asked()), { as: 'evan', back: BACK });
    const query = new URL(url).search.slice(1);
    expect(await it.finish({ ...asked(), query })).toMatchObject({ ok: true });
    expect(await it.finish({ ...asked(), query })).toEqual({ ok: false, why: 'late' });
  });

  it('is a no where the person, or the provider, said no', async () => {
    const it = openId();
    const url = await signInAt(createBrowser(), await it.begin(asked()), { as: 'evan', back: BACK, cancel: true });
    expect(await it.finish({ ...asked(), query: new URL(url).search.slice(1) })).toEqual({
      ok: false,
      why: 'cancelled',
    });
    for (const [error, why] of [
      ['login_required', 'cancelled'],
      ['temporarily_unavailable', 'unreachable'],
      ['invalid_request', 'client-refused'],
      ['unmet_authentication_requirements', 'not-strong'],
    ] as const) {
      const query = new URLSearchParams({ error, state: asked().state, iss: provider.issuer }).toString();
      expect(await it.finish({ ...asked(), query })).toEqual({ ok: false, why });
    }
  });
});

describe('a provider that does not answer', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** Comes back with a code that the provider then says nothing to. */
  const hanging = async () => {
    const it = openId();
    const back = await signInAt(createBrowser(), await it.begin(asked()), { as: 'evan', back: BACK });
    provider.tap.silent = (path) => path === '/token';
    return () => it.finish({ ...asked(), query: new URL(back).search.slice(1) });
  };

  it('is waited for five seconds at each call', async () => {
    const finish = await hanging();
    const waits: number[] = [];
    const { timeout } = AbortSignal;
    jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      waits.push(ms);
      return timeout.call(AbortSignal, 20);
    });
    expect(await finish()).toEqual({ ok: false, why: 'unreachable' });
    expect(new Set(waits)).toEqual(new Set([5_000]));
  });

  it('is waited for fifteen seconds by whoever comes back, whatever each call takes', async () => {
    const finish = await hanging();
    jest.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal);
    const { setTimeout: real } = globalThis;
    const waits: unknown[] = [];
    jest.spyOn(globalThis, 'setTimeout').mockImplementation(((act: () => void, ms?: number) => {
      waits.push(ms);
      return real(act, ms === 15_000 ? 20 : ms);
    }) as typeof setTimeout);
    expect(await finish()).toEqual({ ok: false, why: 'unreachable' });
    expect(waits).toContain(15_000);
  });
});
