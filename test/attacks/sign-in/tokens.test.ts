/** What a provider, or somebody who passes for one, may say in a token: each over http, from the link to the page that says no. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createBrowser, signInAt } from '../../support/openid/browser.ts';
import type { Claims } from '../../support/openid/provider.ts';
import { openSignInStage, type SignInStage } from '../../support/openid/stage.ts';

let s: SignInStage;
beforeAll(async () => {
  s = await openSignInStage({ strength: { acr: ['urn:example:mfa'] } });
}, 120_000);
afterAll(() => s.end());
beforeEach(() => s.anew());

const now = (): number => Math.floor(Date.now() / 1_000);
const given = () => s.signIns().filter((entry) => entry.kind === 'grant' && entry.change === 'given').length;
const code = () =>
  s
    .signIns()
    .flatMap((entry) => (entry.kind === 'sign-in' && entry.change === 'refused' ? [entry.code] : []))
    .at(-1);

/** The page says no, it is on record why, and nobody is signed in. */
const refusedFor = async (why: string): Promise<void> => {
  const link = await s.linkFor('evan');
  const before = given();
  const page = await s.follow({ browser: createBrowser(), link, as: 'evan' });
  expect(page.status).toBeGreaterThanOrEqual(400);
  expect(code()).toBe(why);
  expect(given()).toBe(before);
};

describe('a token', () => {
  it.each([
    ['for another client', () => ({ aud: 'another' }), 'wrong-audience'],
    ['of another issuer', () => ({ iss: 'https://evil.example' }), 'wrong-issuer'],
    ['without a nonce', () => ({ nonce: undefined }), 'wrong-nonce'],
    ['with the nonce of another sign-in', () => ({ nonce: 'another' }), 'wrong-nonce'],
    ['whose sign-in is an hour old', () => ({ auth_time: now() - 3_600 }), 'stale'],
    ['whose sign-in is a minute and more too old', () => ({ auth_time: now() - 15 * 60 - 5 }), 'stale'],
    ['that does not say when they signed in', () => ({ auth_time: undefined }), 'no-time'],
    ['whose sign-in is of the future', () => ({ auth_time: now() + 600 }), 'from-the-future'],
    ['that is weaker than it was asked to be', () => ({ acr: 'urn:example:one' }), 'not-strong'],
    ['that does not say how strong it is', () => ({ acr: undefined }), 'not-strong'],
    ['that says so in the claim of another', () => ({ acr: undefined, amr: ['urn:example:mfa', 'mfa'] }), 'not-strong'],
    ['of somebody else', () => ({ sub: 'hugo' }), 'other-person'],
    ['of nobody whom the directory knows', () => ({ sub: 'nobody' }), 'unknown-person'],
    [
      'of somebody by their address alone',
      () => ({ sub: 'x', email: 'evan@example.com', email_verified: true }),
      'unknown-person',
    ],
  ] satisfies readonly (readonly [string, () => Claims, string])[])('%s signs nobody in', async (_, change, why) => {
    s.provider.tap.claims = (claims) => ({ ...claims, ...change() });
    await refusedFor(why);
  });

  it.each(['none', 'HS256', 'HS256-public', 'other'] as const)('signed by %s signs nobody in', async (signed) => {
    s.provider.tap.signed = signed;
    await refusedFor('malformed');
  });

  it('of somebody who was renamed is theirs, and one with all the names of another is nobody’s (renamed, recycled)', async () => {
    const names = (who: string) => ({
      name: who,
      preferred_username: `${who}@example.com`,
      upn: `${who}@example.com`,
      email: `${who}@example.com`,
      email_verified: true,
    });
    s.provider.tap.claims = (claims) => ({ ...claims, ...names('evan'), sub: 'hired-after-evan' });
    await refusedFor('unknown-person');
    s.provider.tap.claims = (claims) => ({ ...claims, ...names('hugo') });
    const link = await s.linkFor('evan');
    expect((await s.follow({ browser: createBrowser(), link, as: 'evan' })).status).toBe(200);
    expect(s.signIns().at(-1)).toMatchObject({ person: s.stage.running.world.sealer.fingerprint('evan') });
  });

  it('of a moment ago by a clock that is a little ahead counts as of now, and no longer', async () => {
    s.provider.tap.claims = (claims) => ({ ...claims, auth_time: now() + 40 });
    const link = await s.linkFor('evan');
    expect((await s.follow({ browser: createBrowser(), link, as: 'evan' })).status).toBe(200);
    const [last] = s
      .signIns()
      .flatMap((entry) => (entry.kind === 'grant' ? [entry] : []))
      .slice(-1);
    expect(last?.signedInAt).toBeLessThanOrEqual(Date.now());
    expect(last?.until).toBeLessThanOrEqual(Date.now() + 15 * 60_000);
  });
});

describe('a sign-in that was too old, or too weak', () => {
  it.each([
    ['too old', { auth_time: now() - 3_600 }],
    ['too weak', { acr: 'urn:example:one' }],
  ])('%s is asked for afresh the next time', async (_, lie) => {
    s.provider.tap.claims = (claims) => ({ ...claims, ...lie });
    const link = await s.linkFor('evan');
    const browser = createBrowser();
    expect((await s.follow({ browser, link, as: 'evan' })).status).toBe(403);
    Reflect.deleteProperty(s.provider.tap, 'claims');
    const { address } = await s.begin(browser, link);
    expect(new URL(address ?? '').searchParams.get('prompt')).toBe('login');
    const url = await signInAt(browser, address ?? '', { as: 'evan', back: s.back });
    expect((await browser.get(url)).status).toBe(200);
  });
});

describe('an answer of another provider', () => {
  it.each([
    ['that names itself', (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
    ['that names both', (url: URL) => url.searchParams.append('iss', 'https://evil.example')],
    ['that does not say who it is', (url: URL) => url.searchParams.delete('iss')],
  ])('%s is not redeemed, here or there (mix-up, RFC 9207)', async (_, change) => {
    s.provider.tap.redirect = (url) => {
      change(url);
      return url;
    };
    const before = s.provider.tokenRequests.length;
    await refusedFor('wrong-issuer');
    expect(s.provider.tokenRequests.length).toBe(before);
  });

  it('with the code of somebody else’s sign-in is refused by PKCE', async () => {
    // Another browser's, for the same person: only the verifier tells them apart.
    const first = await s.linkFor('evan');
    const other = createBrowser();
    const { address } = await s.begin(other, first);
    const stolen =
      new URL(await signInAt(other, address ?? '', { as: 'evan', back: s.back })).searchParams.get('code') ?? '';
    s.provider.tap.redirect = (url) => {
      url.searchParams.set('code', stolen);
      return url;
    };
    await refusedFor('late');
  });

  it('always carries the verifier, and the address never does', async () => {
    const link = await s.linkFor('evan');
    const browser = createBrowser();
    const { address } = await s.begin(browser, link);
    const query = new URL(address ?? '').searchParams;
    expect(query.get('code_challenge_method')).toBe('S256');
    await browser.get(await signInAt(browser, address ?? '', { as: 'evan', back: s.back }));
    const verifier = s.provider.tokenRequests.at(-1)?.body.get('code_verifier') ?? '';
    expect(verifier).toMatch(/^[\w-]{43}$/);
    expect(address).not.toContain(verifier);
  });
});

describe('a provider that is away', () => {
  it('leaves the link as good as it was, and says so', async () => {
    const link = await s.linkFor('evan');
    s.provider.tap.status = (path) => (path === '/token' ? 503 : undefined);
    const browser = createBrowser();
    expect((await s.follow({ browser, link, as: 'evan' })).status).toBe(503);
    Reflect.deleteProperty(s.provider.tap, 'status');
    expect((await s.follow({ browser, link, as: 'evan' })).status).toBe(200);
  });

  it('and a person who says no sign nobody in', async () => {
    const link = await s.linkFor('evan');
    const browser = createBrowser();
    const { address } = await s.begin(browser, link);
    const before = given();
    const page = await browser.get(await signInAt(browser, address ?? '', { as: 'evan', back: s.back, cancel: true }));
    expect([page.status, code(), given()]).toEqual([200, 'cancelled', before]);
  });
});
