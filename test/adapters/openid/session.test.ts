/** Teams' own token, judged: a provider on this machine shows its keys, and tokens are signed by them, or by others. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, SignJWT } from 'jose';
import { createSessionProver } from '../../../src/adapters/openid/session.ts';
import type { Proved } from '../../../src/core/sign-in-ports.ts';
import { type Entra, openEntra } from '../../support/entra.ts';

const NOW = Date.parse('2026-11-26T09:00:00Z');
const S = NOW / 1_000;
const BOT = '7d0f6c1e-58a2-4c0b-9d6e-2f4b1a3c5e70';
const TENANT = '5f0c2b1e-6a51-4c39-9c50-0d6f3f1a7e01';
const EVAN = '0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e02';

describe('a token that Teams handed over', () => {
  let entra: Entra;
  beforeAll(async () => {
    entra = await openEntra({ now: () => NOW });
  });
  afterAll(() => entra.close());
  afterEach(() => {
    entra.asked.length = 0;
    entra.away(false);
  });

  const prover = () => {
    const nothing = (): void => undefined;
    return createSessionProver({
      issuer: entra.issuer,
      audience: BOT,
      strength: { acr: [], authContext: 'c1', amr: [] },
      clock: { now: () => NOW },
      log: { info: nothing, warn: nothing, error: nothing },
    });
  };
  const read = (body: string) => JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
  const signed = (over: object = {}, o: Parameters<Entra['token']>[1] = {}) =>
    entra.token({ aud: BOT, oid: EVAN, tid: TENANT, ...over }, o);
  const proved = async (over: object = {}, o: Parameters<Entra['token']>[1] = {}): Promise<Proved> =>
    prover().prove(await signed(over, o));

  it('R19 proves who, when and how strongly, as one from the page would', async () => {
    expect(await proved()).toEqual({
      ok: true,
      proof: {
        identity: { issuer: entra.issuer, subject: EVAN, tenant: TENANT, email: null },
        at: (S - 300) * 1_000,
        strength: ['acrs:c1'],
        session: null,
      },
    });
  });

  it.each<readonly [string, object, string]>([
    ['of another issuer', { iss: 'https://login.microsoftonline.com/other/v2.0' }, 'wrong-issuer'],
    ['for another application', { aud: 'api://another' }, 'wrong-audience'],
    ['for nobody', { aud: undefined }, 'wrong-audience'],
    ['that another client than Teams got', { azp: BOT }, 'wrong-audience'],
    ['that nobody says who got', { azp: undefined }, 'malformed'],
    ['of an application by itself', { scp: undefined }, 'malformed'],
    ['with no right of a person', { scp: '' }, 'wrong-audience'],
    ['that has ended', { exp: S - 61 }, 'late'],
    ['that never ends', { exp: undefined }, 'malformed'],
    ['that is not yet good', { nbf: S + 61 }, 'malformed'],
    ['of tomorrow', { iat: S + 61 }, 'from-the-future'],
    ['of nobody', { oid: undefined }, 'malformed'],
    ['of no tenant', { tid: undefined }, 'malformed'],
    ['that does not say when they signed in', { auth_time: undefined }, 'no-time'],
    ['that says it in words', { auth_time: 'just now' }, 'no-time'],
    ['of a weak sign-in', { acrs: undefined }, 'not-strong'],
    ['of another authentication context', { acrs: ['c2', 'p1'] }, 'not-strong'],
    ['that says only what was used', { acrs: undefined, amr: ['mfa'] }, 'not-strong'],
  ])('R19 proves nothing %s', async (_, over, why) => {
    expect(await proved(over)).toEqual({ ok: false, why });
  });

  it('R19 proves nothing signed by another key, by a secret, by nobody, or altered', async () => {
    const malformed = { ok: false, why: 'malformed' };
    expect(await proved({}, { strange: true })).toEqual(malformed);
    expect(await proved({}, { strange: true, kid: 'strange' })).toEqual(malformed);
    const [head = '', body = '', signature = ''] = (await signed()).split('.');
    const other = Buffer.from(JSON.stringify({ ...read(body), oid: TENANT })).toString('base64url');
    expect(await prover().prove(`${head}.${other}.${signature}`)).toEqual(malformed);
    const none = Buffer.from(JSON.stringify({ alg: 'none', kid: 'own' })).toString('base64url');
    for (const text of [`${none}.${body}.`, `${none}.${body}.${signature}`, 'opaque', '', 'x'.repeat(20_000)])
      expect(await prover().prove(text)).toEqual(malformed);
    const hmac = await new SignJWT(read(body))
      .setProtectedHeader({ alg: 'HS256', kid: 'own' })
      .sign(new TextEncoder().encode(JSON.stringify(await exportJWK(entra.publicKey))));
    expect(await prover().prove(hmac)).toEqual(malformed);
  });

  it('R19 proves nothing that is longer than a token is, however well it is signed', async () => {
    const bare = (await signed({ filler: '' })).length;
    /** Three characters of a claim are four of the token. */
    const ofLength = async (length: number) => {
      for (let filler = Math.floor(((length - bare) * 3) / 4) - 3; ; filler++) {
        const token = await signed({ filler: 'x'.repeat(filler) });
        if (token.length >= length) return token;
      }
    };
    const longest = await ofLength(15_999);
    expect([longest.length <= 16_000, (await prover().prove(longest)).ok]).toEqual([true, true]);
    const longer = await ofLength(16_001);
    expect(longer.length).toBeLessThan(16_004);
    expect(await prover().prove(longer)).toEqual({ ok: false, why: 'malformed' });
  });

  it('is not judged where the keys cannot be had, and the keys are asked for once', async () => {
    entra.away(true);
    expect(await proved()).toEqual({ ok: false, why: 'unreachable' });
    entra.away(false);
    entra.asked.length = 0;
    const one = prover();
    const token = await signed();
    const all = await Promise.all(Array.from({ length: 5 }, () => one.prove(token)));
    expect(all.every(({ ok }) => ok)).toBe(true);
    expect(entra.asked.filter((path) => path === '/keys')).toHaveLength(1);
    const wild = await signed({}, { strange: true, kid: 'strange' });
    for (let n = 0; n < 3; n++) await one.prove(wild);
    expect(entra.asked.filter((path) => path === '/keys')).toHaveLength(1);
  });
});
