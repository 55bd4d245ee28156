import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Json, StandInWorkspace } from '../../playground/slack/types.ts';
import { app, base, call, clock, DIRECT, EVAN, errorOf, reopen, slack, TOKEN } from './support/slack-bench.ts';

const PLAIN = 'T0PLAIN000';
const ONE = 'T0GRIDONE0';
const TWO = 'T0GRIDTWO0';
const ALONE = 'T0GRIDTRE0';
const GRID = 'E0GRID0000';
const WIDE = 'xoxb-enterprise';
const OTHER = 'xoxb-other-workspace';
const IN_GRID = 'xoxb-one-workspace-in-grid';
const PAT = 'U0PAT00000';
const GRETA = 'W0GRETA000';
const GINA = 'W0GINA0000';

const workspaces: readonly StandInWorkspace[] = [
  { teamId: PLAIN, name: 'Plain & Co', botToken: OTHER, people: [{ user: PAT, name: 'Pat', kind: 'employee' }] },
  {
    teamId: ONE,
    enterpriseId: GRID,
    installation: 'org',
    botToken: WIDE,
    people: [{ user: GRETA, name: 'Greta', kind: 'employee' }],
  },
  {
    teamId: TWO,
    enterpriseId: GRID,
    installation: 'org',
    botToken: WIDE,
    people: [
      { user: GRETA, name: 'Greta', kind: 'employee' },
      { user: GINA, name: 'Gina', kind: 'employee' },
    ],
  },
  {
    teamId: ALONE,
    enterpriseId: GRID,
    botToken: IN_GRID,
    people: [{ user: 'W0GUS00000', name: 'Gus', kind: 'guest' }],
  },
  { teamId: 'T0NONE0000', installation: 'none', people: [{ user: 'U0NIL00000', name: 'Nil', kind: 'employee' }] },
];

const lastBody = (): Json => JSON.parse(app.received.at(-1)?.body ?? '{}') as Json;
const lastForm = (): Json => JSON.parse(new URLSearchParams(app.received.at(-1)?.body).get('payload') ?? '{}') as Json;

beforeEach(() => reopen({ workspaces }));

describe('many workspaces in one stand-in', () => {
  it('F1 know a token by its value, and each token only its own workspace', async () => {
    expect((await call('auth.test')).body).toMatchObject({ team_id: 'T0SOTTO000', is_enterprise_install: false });
    expect((await call('auth.test', {}, OTHER)).body).toMatchObject({ team_id: PLAIN, team: 'Plain & Co' });
    const to = { channel: 'D0PAT00000', text: 'hi' };
    expect((await call('chat.postMessage', to, OTHER)).error).toBeNull();
    expect((await call('chat.postMessage', to, TOKEN)).error).toBe('channel_not_found');
    expect((await call('users.info', { user: PAT }, TOKEN)).error).toBe('user_not_found');
    expect((await call('users.info', { user: PAT }, OTHER)).error).toBeNull();
    slack.setToken({ team: PLAIN, state: 'token_revoked' });
    expect([(await call('auth.test', {}, OTHER)).error, (await call('auth.test')).error]).toEqual([
      'token_revoked',
      null,
    ]);
  });

  it('F1 end a token at its time', async () => {
    slack.setToken({ team: PLAIN, expiresAt: clock.now() + 43_200_000 });
    expect((await call('auth.test', {}, OTHER)).body).toMatchObject({ ok: true, expires_in: 43_200 });
    await clock.advance(43_200_000);
    expect((await call('auth.test', {}, OTHER)).error).toBe('token_expired');
  });

  it('F5 keep each bot from the messages of others', async () => {
    const otherBots = [{ token: 'xoxb-news', user: 'U0NEWS0000', id: 'B0NEWS0000', name: 'news', appId: 'A0NEWS0000' }];
    await reopen({ otherBots });
    const theirs = await call('chat.postMessage', { channel: 'C0GENERAL0', text: 'news' }, 'xoxb-news');
    const at = { channel: 'C0GENERAL0', ts: String(theirs.body['ts']) };
    expect(theirs.body['message']).toMatchObject({ bot_id: 'B0NEWS0000', app_id: 'A0NEWS0000' });
    expect(await errorOf('chat.update', { ...at, text: 'x' })).toBe('cant_update_message');
    expect(await errorOf('chat.delete', at)).toBe('cant_delete_message');
    expect((await call('chat.delete', at, 'xoxb-news')).error).toBeNull();
  });

  it('F7 count calls by method and workspace', async () => {
    const none = { channel: DIRECT, ts: '1.000001' };
    for (let n = 0; n < 50; n++) await call('chat.delete', none);
    expect((await call('chat.delete', none)).status).toBe(429);
    expect((await call('chat.update', { ...none, text: 'x' })).status).toBe(200);
    expect((await call('chat.delete', { ...none, channel: 'D0PAT00000' }, OTHER)).status).toBe(200);
    expect(slack.requests({ team: PLAIN, method: 'chat.delete' })).toHaveLength(1);
  });

  it('F8 break for one workspace alone', async () => {
    slack.fail({ method: '*', how: '503-before', team: PLAIN });
    expect((await call('auth.test')).status).toBe(200);
    expect(await call('auth.test', {}, OTHER)).toMatchObject({ status: 503, error: 'service_unavailable' });
  });

  it('F9 tell of an Enterprise Grid user which workspaces they are in', async () => {
    const { body } = await call('users.info', { user: GRETA }, WIDE);
    expect(body['user']).toMatchObject({ enterprise_user: { id: GRETA, enterprise_id: GRID, teams: [ONE, TWO] } });
    const plain = await call('users.info', { user: EVAN });
    expect(plain.body['user']).not.toHaveProperty('enterprise_user');
  });

  it('F15 name workspace, enterprise and installation in every envelope', async () => {
    await slack.say({ user: EVAN, text: 'hi' });
    expect(lastBody()).toMatchObject({
      team_id: 'T0SOTTO000',
      context_team_id: 'T0SOTTO000',
      context_enterprise_id: null,
      authorizations: [{ enterprise_id: null, team_id: 'T0SOTTO000', is_enterprise_install: false }],
    });
    await slack.say({ user: GINA, text: 'hi' });
    expect(lastBody()).toMatchObject({
      team_id: TWO,
      enterprise_id: GRID,
      context_team_id: TWO,
      context_enterprise_id: GRID,
      authorizations: [{ enterprise_id: GRID, team_id: null, is_enterprise_install: true }],
    });
    await slack.say({ user: 'W0GUS00000', text: 'hi' });
    expect(lastBody()).toMatchObject({
      team_id: ALONE,
      authorizations: [{ enterprise_id: GRID, team_id: ALONE, is_enterprise_install: false }],
    });
  });

  it('F15 leave the team out of what people press where the whole enterprise installed the app', async () => {
    const { body } = await call('chat.postMessage', { channel: GINA, text: 'hi' }, WIDE);
    const at = { channel: String(body['channel']), ts: String(body['ts']) };
    await slack.press({ user: GINA, ...at, actionId: 'a', value: 'v' });
    expect(lastForm()).toMatchObject({ team: null, enterprise: { id: GRID }, is_enterprise_install: true });
    await slack.command({ user: GINA, command: '/sotto', text: '' });
    expect(Object.fromEntries(new URLSearchParams(app.received.at(-1)?.body))).toMatchObject({
      team_id: TWO,
      enterprise_id: GRID,
      is_enterprise_install: 'true',
    });
  });

  it('take an enterprise’s token in each of its workspaces, and in no other', async () => {
    expect((await call('auth.test', {}, WIDE)).body).toMatchObject({
      team_id: GRID,
      enterprise_id: GRID,
      is_enterprise_install: true,
    });
    for (const team of [ONE, TWO]) {
      const { channel } = await slack.say({ team, user: GRETA, text: 'hi' });
      expect((await call('chat.postMessage', { channel, text: 'ho' }, WIDE)).error).toBeNull();
      expect(slack.history({ team }).map(({ text }) => text)).toEqual(['hi', 'ho']);
    }
    expect((await call('chat.postMessage', { channel: 'D0PAT00000', text: 'x' }, WIDE)).error).toBe(
      'channel_not_found',
    );
    expect((await call('users.info', { user: GRETA, team_id: PLAIN }, WIDE)).error).toBe('team_not_found');
    // This one has an installation of its own, and was not granted to the enterprise's.
    expect((await call('chat.postMessage', { channel: 'W0GUS00000', text: 'x' }, WIDE)).error).toBe(
      'channel_not_found',
    );
    expect((await call('chat.postMessage', { channel: GRETA, text: 'x' }, IN_GRID)).error).toBe('channel_not_found');
  });

  it('F3 send nothing where the app is not installed, or was not asked to', async () => {
    expect((await slack.say({ user: 'U0NIL00000', text: 'hi' })).delivered).toBe(0);
    slack.setToken({ team: PLAIN, state: 'account_inactive' });
    expect((await slack.say({ user: PAT, text: 'hi' })).delivered).toBe(0);
    await reopen({ events: ['app_mention'] });
    expect((await slack.say({ user: EVAN, text: 'hi' })).delivered).toBe(0);
    expect(app.received).toEqual([]);
    expect((await slack.say({ user: EVAN, text: 'hi', channel: 'C0GENERAL0' })).delivered).toBe(200);
  });

  it('F10 take a trigger in the workspace it was issued in', async () => {
    await slack.command({ user: PAT, command: '/sotto', text: '' });
    const trigger_id = new URLSearchParams(app.received.at(-1)?.body).get('trigger_id') ?? '';
    const text = { type: 'plain_text', text: 'x' };
    const view = JSON.stringify({ type: 'modal', title: text, blocks: [{ type: 'section', text }] });
    expect(await errorOf('views.open', { trigger_id, view })).toBe('invalid_trigger_id');
    expect((await call('views.open', { trigger_id, view }, OTHER)).error).toBeNull();
    expect(slack.views({ team: PLAIN })).toMatchObject([{ user: PAT }]);
  });

  it('are told apart from outside', async () => {
    await slack.say({ user: EVAN, text: 'one' });
    await slack.say({ user: PAT, text: 'two' });
    const seen = async (query: string) =>
      ((await (await fetch(`${base}/standin/slack/history${query}`)).json()) as { messages: Json[] }).messages;
    expect((await seen('')).map(({ text }) => text)).toEqual(['one', 'two']);
    expect(await seen(`?team=${PLAIN}`)).toMatchObject([{ team: PLAIN, text: 'two' }]);
    await call('chat.delete', { channel: 'D0PAT00000', ts: '1.000001' }, OTHER);
    await call('auth.test', {}, OTHER);
    await call('auth.test');
    const asked = await fetch(`${base}/standin/slack/requests?team=${PLAIN}&method=auth.test`);
    expect(await asked.json()).toMatchObject({ requests: [{ team: PLAIN, method: 'auth.test', ok: true }] });
    expect(slack.workspaces().map(({ installation }) => installation)).toEqual([
      'workspace',
      'workspace',
      'org',
      'org',
      'workspace',
      'none',
    ]);
  });

  it('refuse to be set up in a way that Slack has not', async () => {
    const person = { people: [] };
    for (const [wrong, why] of [
      [{ teamId: 'T0SOTTO000', botToken: 'xoxb-2', ...person }, 'same id'],
      [{ teamId: 'T2', botToken: TOKEN, ...person }, 'same botToken'],
      [{ teamId: 'T2', ...person }, 'needs a botToken'],
      [{ teamId: 'T2', installation: 'org', botToken: 'xoxb-2', ...person }, 'no enterprise'],
    ] as const)
      await expect(reopen({ workspaces: [wrong] })).rejects.toThrow(why);
    await reopen({});
  });
});
