/** Teams' own token, judged: a provider on this machine shows its keys, and tokens are signed by them, or by others. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { createSessionProver } from '../../../src/adapters/openid/session.ts';
import type { Proved } from '../../../src/core/sign-in-ports.ts';

const NOW = Date.parse('2026-11-26T09:00:00Z');
const S = NOW / 1_000;
const BOT = '7d0f6c1e-58a2-4c0b-9d6e-2f4b1a3c5e70';
const TENANT = '5f0c2b1e-6a51-4c39-9c50-0d6f3f1a7e01';
const EVAN = '0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e02';
const DESKTOP = '1fec8e78-bce4-4aaf-ab1b-5451cc387264';

describe('a token that Teams handed over', () => {
  let server: Server;
  let issuer = '';
  let own: { readonly privateKey: CryptoKey; readonly publicKey: CryptoKey };
  let strange: typeof own;
  /** Paths that were asked for. */
  let asked: string[] = [];
  let away = false;

  beforeAll(async () => {
    own = await generateKeyPair('RS256');
    strange = await generateKeyPair('RS256');
    const keys = [{ ...(await exportJWK(own.publicKey)), kid: 'own', use: 'sig', alg: 'RS256' }];
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (away) return void response.destroy();
      const body = request.url === '/keys' ? { keys } : metadata();
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  afterEach(() => {
    asked = [];
    away = false;
  });

  const metadata = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorise`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
  });

  const prover = () => {
    const nothing = (): void => undefined;
    return createSessionProver({
      issuer,
      audience: BOT,
      strength: { acr: [], authContext: 'c1', amr: [] },
      clock: { now: () => NOW },
      log: { info: nothing, warn: nothing, error: nothing },
    });
  };
  const good = (): JWTPayload => ({
    iss: issuer,
    aud: BOT,
    iat: S - 60,
    nbf: S - 60,
    exp: S + 3_600,
    sub: 'pairwise',
    oid: EVAN,
    tid: TENANT,
    azp: DESKTOP,
    scp: 'access_as_user',
    auth_time: S - 300,
    acrs: ['c1'],
    ver: '2.0',
  });
  const signed = (
    over: object = {},
    o: { readonly key?: CryptoKey; readonly kid?: string; readonly alg?: string } = {},
  ) =>
    new SignJWT(JSON.parse(JSON.stringify({ ...good(), ...over })))
      .setProtectedHeader({ alg: o.alg ?? 'RS256', kid: o.kid ?? 'own', typ: 'JWT' })
      .sign(o.key ?? own.privateKey);
  const proved = async (over: object = {}, o: Parameters<typeof signed>[1] = {}): Promise<Proved> =>
    prover().prove(await signed(over, o));

  it('R19 proves who, when and how strongly, as one from the page would', async () => {
    expect(await proved()).toEqual({
      ok: true,
      proof: {
        identity: { issuer, subject: EVAN, tenant: TENANT, email: null },
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
    expect(await proved({}, { key: strange.privateKey })).toEqual(malformed);
    expect(await proved({}, { key: strange.privateKey, kid: 'strange' })).toEqual(malformed);
    const [head = '', body = '', signature = ''] = (await signed()).split('.');
    const other = Buffer.from(JSON.stringify({ ...good(), oid: TENANT })).toString('base64url');
    expect(await prover().prove(`${head}.${other}.${signature}`)).toEqual(malformed);
    const none = Buffer.from(JSON.stringify({ alg: 'none', kid: 'own' })).toString('base64url');
    for (const text of [`${none}.${body}.`, `${none}.${body}.${signature}`, 'opaque', '', 'x'.repeat(20_000)])
      expect(await prover().prove(text)).toEqual(malformed);
    const hmac = await new SignJWT(good())
      .setProtectedHeader({ alg: 'HS256', kid: 'own' })
      .sign(new TextEncoder().encode(JSON.stringify(await exportJWK(own.publicKey))));
    expect(await prover().prove(hmac)).toEqual(malformed);
  });

  it('is not judged where the keys cannot be had, and the keys are asked for once', async () => {
    away = true;
    expect(await proved()).toEqual({ ok: false, why: 'unreachable' });
    away = false;
    asked = [];
    const one = prover();
    const token = await signed();
    const all = await Promise.all(Array.from({ length: 5 }, () => one.prove(token)));
    expect(all.every(({ ok }) => ok)).toBe(true);
    expect(asked.filter((path) => path === '/keys')).toHaveLength(1);
    const wild = await signed({}, { key: strange.privateKey, kid: 'strange' });
    for (let n = 0; n < 3; n++) await one.prove(wild);
    expect(asked.filter((path) => path === '/keys')).toHaveLength(1);
  });
});
