import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../playground/slack/types.ts';
import { base, call, clock, reopen, slack } from './support/slack-bench.ts';

const CLIENT = { client_id: '123.456', client_secret: 'the-secret-of-the-client' };
const BACK = 'https://sotto.example.com/slack/oauth_redirect';
const PLAIN = 'T0PLAIN000';
const GRID = 'E0GRID0000';
const ONE = 'T0GRIDONE0';
const HOUR_MS = 60 * 60_000;

const open = (rotation = false): Promise<void> =>
  reopen({
    installation: 'none',
    workspaces: [
      { teamId: PLAIN, installation: 'none', people: [] },
      { teamId: ONE, enterpriseId: GRID, installation: 'none', people: [{ user: 'W0G', name: 'G', kind: 'employee' }] },
    ],
    oauth: {
      clientId: CLIENT.client_id,
      clientSecrets: () => [CLIENT.client_secret],
      redirectUrls: () => [BACK],
      rotation,
    },
  });
beforeEach(() => open());

const page = async (over: Readonly<Record<string, string>>): Promise<Response> => {
  const query = {
    client_id: CLIENT.client_id,
    scope: 'chat:write,users:read',
    redirect_uri: BACK,
    state: 'st',
    ...over,
  };
  return fetch(`${base}/standin/slack/oauth/v2/authorize?${new URLSearchParams(query).toString()}`, {
    redirect: 'manual',
  });
};
const grant = async (team: string, as = 'workspace'): Promise<URLSearchParams> => {
  const back = new URL((await page({ team, as })).headers.get('location') ?? '');
  expect(`${back.origin}${back.pathname}`).toBe(BACK);
  return back.searchParams;
};
const redeem = async (code: string, over: Readonly<Record<string, string>> = {}) =>
  call('oauth.v2.access', { ...CLIENT, code, redirect_uri: BACK, ...over }, '');
const installed = async (team: string, as = 'workspace'): Promise<Json> => {
  const { body } = await redeem((await grant(team, as)).get('code') ?? '');
  expect(body).toMatchObject({ ok: true });
  return body;
};
const refresh = (token: unknown) =>
  call('oauth.v2.access', { ...CLIENT, grant_type: 'refresh_token', refresh_token: String(token) }, '');
const works = async (token: unknown) => (await call('auth.test', {}, String(token))).error;

describe('the stand-in’s OAuth', () => {
  it('F11 asks for what it knows, and sends nobody anywhere else', async () => {
    expect([(await page({ client_id: 'x' })).status, await (await page({ client_id: 'x' })).text()]).toEqual([
      400,
      'invalid_client_id',
    ]);
    expect(await (await page({ redirect_uri: 'https://evil.example/' })).text()).toBe('bad_redirect_uri');
    expect(await (await page({ redirect_uri: `${BACK}/more` })).text()).toBe('bad_redirect_uri');
    expect(await (await page({ scope: 'admin' })).text()).toBe('invalid_scope');
    const asked = await (await page({})).text();
    expect(asked).toContain(`team=${PLAIN}`);
    expect(asked).toContain(`as=org`);
    expect(asked).not.toContain('<script');
    const denied = new URL((await page({ as: 'deny' })).headers.get('location') ?? '').searchParams;
    expect(Object.fromEntries(denied)).toEqual({ state: 'st', error: 'access_denied' });
  });

  it('F11 carries the state back, and a code that is good once, for ten minutes, for this client and address', async () => {
    const back = await grant(PLAIN);
    expect(back.get('state')).toBe('st');
    const code = back.get('code') ?? '';
    expect((await redeem(code, { client_id: 'x' })).error).toBe('invalid_client_id');
    expect((await redeem(code, { client_secret: 'x' })).error).toBe('bad_client_secret');
    expect((await redeem(code, { redirect_uri: 'https://other.example/' })).error).toBe('bad_redirect_uri');
    expect((await redeem('other')).error).toBe('invalid_code');
    expect((await redeem(code)).error).toBeNull();
    expect((await redeem(code)).error).toBe('invalid_code');
    const late = (await grant(PLAIN)).get('code') ?? '';
    await clock.advance(10 * 60_000);
    expect((await redeem(late)).error).toBe('invalid_code');
    expect(JSON.stringify(slack.requests())).not.toContain(CLIENT.client_secret);
  });

  it('F11 answers in the three shapes, each with a token that reaches what it says', async () => {
    const plain = await installed(PLAIN);
    expect(plain).toMatchObject({
      team: { id: PLAIN },
      enterprise: null,
      is_enterprise_install: false,
      token_type: 'bot',
    });
    expect(plain).not.toHaveProperty('expires_in');
    const within = await installed(ONE);
    expect(within).toMatchObject({ team: { id: ONE }, enterprise: { id: GRID }, is_enterprise_install: false });
    const whole = await installed(ONE, 'org');
    expect(whole).toMatchObject({ team: null, enterprise: { id: GRID }, is_enterprise_install: true });
    expect(await works(plain['access_token'])).toBeNull();
    const test = await call('auth.test', {}, String(whole['access_token']));
    expect(test.body).toMatchObject({ enterprise_id: GRID, is_enterprise_install: true });
    const info = (token: unknown, more: Readonly<Record<string, string>>) =>
      call('users.info', { user: 'W0G', ...more }, String(token));
    expect((await info(whole['access_token'], { team_id: ONE })).error).toBeNull();
    expect((await info(whole['access_token'], { team_id: PLAIN })).error).toBe('team_not_found');
    expect((await info(plain['access_token'], {})).error).toBe('user_not_found');
    expect((await page({ team: PLAIN, as: 'org' })).status).toBe(400);
  });

  it('F11 lets a refresh token be used once, whoever comes second', async () => {
    await open(true);
    const first = await installed(PLAIN);
    expect(first).toMatchObject({ expires_in: 43_200, refresh_token: expect.stringMatching(/^xoxe-1-/) });
    expect(String(first['access_token'])).toMatch(/^xoxe\.xoxb-/);
    const [one, two] = await Promise.all([refresh(first['refresh_token']), refresh(first['refresh_token'])]);
    expect([one.error, two.error]).toEqual(expect.arrayContaining(['invalid_refresh_token', null]));
    const good = one.error === null ? one.body : two.body;
    // Both tokens work until they end, and no more than two.
    expect([await works(first['access_token']), await works(good['access_token'])]).toEqual([null, null]);
    const third = await refresh(good['refresh_token']);
    expect(third.error).toBeNull();
    expect(await works(first['access_token'])).toBe('token_revoked');
    expect(await works(good['access_token'])).toBeNull();
  });

  it('F11 refuses a token that has ended, and refreshes it all the same', async () => {
    await open(true);
    const first = await installed(PLAIN);
    await clock.advance(12 * HOUR_MS);
    expect(await works(first['access_token'])).toBe('token_expired');
    const again = await refresh(first['refresh_token']);
    expect(await works(again.body['access_token'])).toBeNull();
    expect((await refresh('xoxe-1-other')).error).toBe('invalid_refresh_token');
  });

  it('F11 exchanges a token that does not end once, where rotation is on', async () => {
    const long = (await installed(PLAIN))['access_token'];
    const exchange = (token: unknown) => call('oauth.v2.exchange', { ...CLIENT, token: String(token) }, '');
    expect((await exchange(long)).error).toBe('token_rotation_not_enabled');
    slack.rotateTokens();
    const done = await exchange(long);
    expect(done.body).toMatchObject({ ok: true, expires_in: 43_200, team: { id: PLAIN } });
    expect((await exchange(long)).error).toBe('token_already_exchanged');
    expect((await exchange(done.body['access_token'])).error).toBe('invalid_token');
    expect(await works(long)).toBeNull();
    expect((await refresh(done.body['refresh_token'])).error).toBeNull();
    expect(await works(long)).toBe('token_revoked');
  });

  it('F11 takes tokens back, and refresh tokens too', async () => {
    await open(true);
    const first = await installed(PLAIN);
    const revoke = (token: unknown, more: Readonly<Record<string, string>> = {}) =>
      call('auth.revoke', more, String(token));
    expect((await revoke('')).error).toBe('not_authed');
    expect((await revoke('xoxb-nobody')).error).toBe('invalid_auth');
    expect((await revoke(first['access_token'], { test: 'true' })).body).toMatchObject({ ok: true, revoked: false });
    expect(await works(first['access_token'])).toBeNull();
    expect((await revoke(first['access_token'])).body).toMatchObject({ ok: true, revoked: true });
    expect([await works(first['access_token']), (await revoke(first['access_token'])).error]).toEqual([
      'token_revoked',
      'token_revoked',
    ]);
    expect((await revoke(first['refresh_token'])).body).toMatchObject({ revoked: true });
    expect((await refresh(first['refresh_token'])).error).toBe('invalid_refresh_token');
  });

  it('F11 and none of it where the app has no client', async () => {
    await reopen({});
    expect((await page({})).status).toBe(400);
    expect((await redeem('x')).error).toBe('invalid_client_id');
  });
});
