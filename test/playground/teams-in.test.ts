import { createPublicKey, verify } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import type { KeyName } from '../../playground/teams/incoming.ts';
import { createIssuer, type Issuer } from '../../playground/teams/issuer.ts';
import { createTokenService, type TokenService } from '../../playground/teams/token-service.ts';
import type { Json } from '../../playground/teams/types.ts';

const APP = '7b0e4a52-0d5e-4f3a-9d8b-5f6f4d1c2a3b';

let app: FastifyInstance | null = null;
const serve = async (routes: (app: FastifyInstance) => void): Promise<string> => {
  app = Fastify({ forceCloseConnections: true });
  routes(app);
  return app.listen({ host: '127.0.0.1', port: 0 });
};
afterEach(async () => {
  await app?.close();
  app = null;
});

const jsonAt = async (url: string): Promise<Json> => (await (await fetch(url)).json()) as Json;
const issuerOf = (): Issuer => createIssuer({ appId: APP, serviceUrl: () => 'https://smba.trafficmanager.net/x/' });

describe('the issuer', () => {
  /** Whether a token is signed by the published key that it names. */
  const isGenuine = async (base: string, issuer: Issuer, token: string): Promise<boolean> => {
    const metadata = await jsonAt(`${base}${issuer.metadataPath}`);
    const { keys } = (await jsonAt(String(metadata['jwks_uri']))) as { readonly keys: readonly Json[] };
    const [head = '', body = '', signature = ''] = token.split('.');
    const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString('utf8'));
    const found = keys.find((key) => key['kid'] === kid);
    if (found === undefined) return false;
    const key = createPublicKey({ key: { kty: 'RSA', n: String(found['n']), e: String(found['e']) }, format: 'jwk' });
    return verify('RSA-SHA256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'));
  };

  it.each<{ readonly key: KeyName; readonly genuine: boolean }>([
    { key: 'msteams', genuine: true },
    { key: 'webchat', genuine: true },
    { key: 'none', genuine: true },
    { key: 'unpublished', genuine: false },
  ])('signs by the key $key', async ({ key, genuine }) => {
    const issuer = issuerOf();
    const base = await serve((on) => issuer.routes(on));
    expect(await isGenuine(base, issuer, issuer.mint({ key }))).toBe(genuine);
  });

  it('signs neither with none nor with HS256 what would pass for signed', async () => {
    const issuer = issuerOf();
    const base = await serve((on) => issuer.routes(on));
    for (const how of ['none', 'hs256'] as const)
      expect(await isGenuine(base, issuer, issuer.mint({ how }))).toBe(false);
  });

  it('says what each key is endorsed for, and counts who asks', async () => {
    const issuer = issuerOf();
    const base = await serve((on) => issuer.routes(on));
    const metadata = await jsonAt(`${base}${issuer.metadataPath}`);
    const { keys } = (await jsonAt(String(metadata['jwks_uri']))) as { readonly keys: readonly Json[] };
    expect(keys.map(({ endorsements }) => endorsements)).toEqual([['msteams', 'skype'], ['webchat'], undefined]);
    expect(issuer.fetched()).toEqual({ metadata: 1, keys: 1 });
  });

  it('signs by new keys after a rotation, under new ids or the same', async () => {
    const issuer = issuerOf();
    const base = await serve((on) => issuer.routes(on));
    for (const sameIds of [false, true]) {
      const old = issuer.mint();
      issuer.rotate({ sameIds });
      expect([await isGenuine(base, issuer, old), await isGenuine(base, issuer, issuer.mint())]).toEqual([false, true]);
    }
  });

  it('has addresses of its own, and fails when told to', async () => {
    const issuer = issuerOf();
    expect(issuer.metadataPath).not.toBe(issuerOf().metadataPath);
    const base = await serve((on) => issuer.routes(on));
    issuer.mode('500');
    expect((await fetch(`${base}${issuer.metadataPath}`)).status).toBe(500);
    issuer.mode('hang');
    const hung = await fetch(`${base}${issuer.metadataPath}`, { signal: AbortSignal.timeout(100) }).catch(() => null);
    expect(hung).toBeNull();
    issuer.close();
  });
});

describe('the token service', () => {
  const ask = (
    base: string,
    path: string,
    o: { readonly method?: string; readonly token?: string; readonly body?: Json },
  ) =>
    fetch(`${base}${path}`, {
      method: o.method ?? 'POST',
      headers: {
        authorization: `Bearer ${o.token ?? 'app-token'}`,
        ...(o.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(o.body === undefined ? {} : { body: JSON.stringify(o.body) }),
    });
  const EXCHANGE = '/api/usertoken/exchange?userId=29:1&connectionName=sso&channelId=msteams';
  const GET_TOKEN = '/api/usertoken/GetToken?userId=29:1';
  const RESOURCE = '/api/botsignin/GetSignInResource';
  const resourceOf = (state: Json): string =>
    `${RESOURCE}?state=${encodeURIComponent(Buffer.from(JSON.stringify(state)).toString('base64'))}`;
  const open = async (): Promise<{ readonly base: string; readonly service: TokenService }> => {
    const service = createTokenService({
      connection: 'sso',
      accepts: (authorization) => authorization === 'Bearer app-token',
    });
    return { service, base: `${await serve((on) => service.routes(on))}${service.path}` };
  };

  it('exchanges a token for one of the connection', async () => {
    const { base, service } = await open();
    const token = service.exchangeable({ oid: 'o', tid: 't' });
    const answer = await ask(base, EXCHANGE, { body: { token } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ connectionName: 'sso', token: expect.any(String) });
  });

  it('says where one signs in, and what a token is exchanged by, each time under an id of its own', async () => {
    const { base } = await open();
    const asked = async () =>
      (await (await ask(base, resourceOf({ connectionName: 'sso', msAppId: APP }), { method: 'GET' })).json()) as Json;
    const [one, two] = [await asked(), await asked()];
    expect(one).toMatchObject({
      signInLink: expect.stringMatching(/^https:/),
      tokenExchangeResource: { uri: `api://botid-${APP}`, id: expect.any(String) },
    });
    expect(one['tokenExchangeResource']).not.toEqual(two['tokenExchangeResource']);
  });

  it.each([
    { what: 'no token of the app', path: EXCHANGE, o: { token: 'another', body: { token: 'a.b.c' } }, status: 401 },
    { what: 'no token to exchange', path: EXCHANGE, o: { body: {} }, status: 400 },
    { what: 'another connection', path: EXCHANGE.replace('sso', 'other'), o: { body: {} }, status: 404 },
    { what: 'a token that was kept', path: `${GET_TOKEN}&connectionName=sso`, o: { method: 'GET' }, status: 404 },
    { what: 'a code', path: `${GET_TOKEN}&connectionName=sso&code=123456`, o: { method: 'GET' }, status: 404 },
    { what: 'a token of no connection', path: GET_TOKEN, o: { method: 'GET' }, status: 400 },
    { what: 'a sign-in without a state', path: RESOURCE, o: { method: 'GET' }, status: 400 },
    { what: 'a sign-in of a state that is none', path: `${RESOURCE}?state=x`, o: { method: 'GET' }, status: 400 },
    {
      what: 'a sign-in of another connection',
      path: resourceOf({ connectionName: 'other', msAppId: APP }),
      o: { method: 'GET' },
      status: 404,
    },
    { what: 'a posted sign-in', path: resourceOf({ connectionName: 'sso', msAppId: APP }), o: {}, status: 404 },
    { what: 'anything else', path: '/api/usertoken/SignOut', o: { method: 'DELETE' }, status: 404 },
  ])('refuses $what with $status, and has it on record', async ({ path, o, status }) => {
    const { base, service } = await open();
    expect((await ask(base, path, o)).status).toBe(status);
    expect(service.calls()).toMatchObject([{ path: path.split('?')[0], status }]);
  });

  it('answers 412 for a person who has not agreed', async () => {
    const { base, service } = await open();
    service.mode('consent');
    expect((await ask(base, EXCHANGE, { body: { token: service.exchangeable({}) } })).status).toBe(412);
  });
});
