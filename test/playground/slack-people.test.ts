import { describe, expect, it } from '@jest/globals';
import type { Json, StandInPerson } from '../../playground/slack/types.ts';
import { app, call, clock, EVAN, errorOf, reopen, slack, XENA } from './support/slack-bench.ts';

const person = (user: string, over: Partial<StandInPerson> = {}): StandInPerson => ({
  user,
  name: 'Somebody',
  kind: 'employee',
  ...over,
});
const FULL = person(EVAN, { email: 'evan@example.com', flags: { has_2fa: true } });

/** As Slack tells them apart. */
const KINDS: readonly (readonly [string, StandInPerson, Json])[] = [
  ['a full member', FULL, { deleted: false, is_restricted: false, is_ultra_restricted: false, is_bot: false }],
  ['a guest of several channels', person('U0GUS00000', { kind: 'guest' }), { is_restricted: true }],
  [
    'a guest of one channel',
    person('U0UMA00000', { kind: 'guest', flags: { is_ultra_restricted: true } }),
    { is_restricted: true, is_ultra_restricted: true },
  ],
  ['somebody of another company', person(XENA, { team: 'T0PARTNER0' }), { team_id: 'T0PARTNER0', is_stranger: false }],
  [
    'a stranger',
    person('U0STRANGER', { team: 'T0PARTNER0', flags: { is_stranger: true } }),
    { team_id: 'T0PARTNER0', is_stranger: true },
  ],
  [
    'who was invited and has not come',
    person('U0INVITED0', { flags: { is_invited_user: true, is_email_confirmed: false } }),
    { is_invited_user: true, is_email_confirmed: false },
  ],
  ['a workflow', person('U0FLOW0000', { flags: { is_bot: true, is_workflow_bot: true } }), { is_workflow_bot: true }],
  ['who is deactivated', person('U0GONE0000', { deactivated: true }), { deleted: true }],
];

describe('people of the stand-in', () => {
  it.each(KINDS)('F9 tell %s apart', async (_, who, shown) => {
    await reopen({ people: [who] });
    const { body } = await call('users.info', { user: who.user });
    expect(body['user']).toMatchObject({ id: who.user, ...shown });
  });

  it('F9 never tell a bot whether somebody has a second factor', async () => {
    await reopen({ people: KINDS.map(([, who]) => ({ ...who, flags: { ...who.flags, has_2fa: true } })) });
    for (const [, { user }] of KINDS)
      expect(JSON.stringify((await call('users.info', { user })).body)).not.toContain('has_2fa');
    await slack.changePerson({ user: EVAN, to: { flags: { has_2fa: true } } });
    expect(app.received.at(-1)?.body).not.toContain('has_2fa');
  });

  it('F9 lack a field where that is asked for', async () => {
    await reopen({ people: [{ ...FULL, lacks: ['is_restricted', 'team_id'] }] });
    const { body } = await call('users.info', { user: EVAN });
    expect(Object.keys(body['user'] as Json)).not.toContain('is_restricted');
    expect(Object.keys(body['user'] as Json)).not.toContain('team_id');
  });

  it('F9 are bots as well: ours, and those of other apps', async () => {
    const otherBots = [{ token: 'xoxb-news', user: 'U0NEWS0000', id: 'B0NEWS0000', name: 'news', appId: 'A0NEWS0000' }];
    await reopen({ otherBots });
    for (const [user, id] of [
      [slack.botUserId, 'B0SOTTO000'],
      ['U0NEWS0000', 'B0NEWS0000'],
    ] as const) {
      const { body } = await call('users.info', { user });
      expect(body['user']).toMatchObject({ id: user, is_bot: true, profile: { bot_id: id } });
    }
  });

  it('F3 hide an address from who may not read it, in events too', async () => {
    await reopen({ people: [FULL], scopes: ['users:read'] });
    await slack.changePerson({ user: EVAN, to: { name: 'Evan the Second' } });
    expect(app.received.at(-1)?.body).toContain('Evan the Second');
    expect(app.received.at(-1)?.body).not.toContain('evan@example.com');
    expect(await errorOf('users.lookupByEmail', { email: 'evan@example.com' })).toBe('missing_scope');
  });
});

describe('what the app hears of its installation and of people', () => {
  const heard = (): readonly Json[] => app.received.map(({ body }) => JSON.parse(body) as Json);

  it('F18 is that it was uninstalled, when its token is dead already', async () => {
    const told = slack.uninstall();
    expect([await errorOf('auth.test', {}), await told]).toEqual(['account_inactive', 200]);
    expect(heard()).toMatchObject([
      { team_id: 'T0SOTTO000', event: { type: 'tokens_revoked', tokens: { oauth: [], bot: [slack.botUserId] } } },
      {
        team_id: 'T0SOTTO000',
        event: { type: 'app_uninstalled' },
        authorizations: [{ team_id: 'T0SOTTO000', is_enterprise_install: false }],
      },
    ]);
    expect((await slack.say({ user: EVAN, text: 'anybody there?' })).delivered).toBe(0);
    expect(await slack.uninstall()).toBe(0);
  });

  it('F18 is that its token was revoked', async () => {
    expect(await slack.revoke()).toBe(200);
    expect(heard().map(({ event }) => (event as Json)['type'])).toEqual(['tokens_revoked']);
    expect(await errorOf('auth.test', {})).toBe('token_revoked');
  });

  it('F18 is, of an enterprise, that all of it removed the app', async () => {
    const of = (teamId: string) =>
      ({ teamId, enterpriseId: 'E0GRID0000', installation: 'org', botToken: 'xoxb-wide', people: [] }) as const;
    await reopen({ workspaces: [of('T0GRIDONE0'), of('T0GRIDTWO0')] });
    await slack.uninstall({ team: 'T0GRIDTWO0' });
    expect(heard()).toMatchObject([
      { event: { type: 'tokens_revoked' } },
      {
        event: { type: 'app_uninstalled' },
        enterprise_id: 'E0GRID0000',
        authorizations: [{ team_id: null, enterprise_id: 'E0GRID0000', is_enterprise_install: true }],
      },
    ]);
    expect(slack.workspaces().map(({ installation }) => installation)).toEqual(['workspace', 'none', 'none']);
  });

  it('F18 is sent again where it was not taken', async () => {
    app.answer({ status: 503 });
    expect(await slack.revoke()).toBe(200);
    expect(app.received.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([undefined, '1']);
  });

  it('F18 is who belongs to a group, with the scope and the subscription for it', async () => {
    const change = () => slack.changeSubteam({ id: 'S0HR000000', added: [EVAN] });
    expect(await change()).toBe(0);
    const events = ['subteam_members_changed'];
    await reopen({ events });
    expect(await change()).toBe(0);
    await reopen({ events, scopes: ['usergroups:read'] });
    expect(await change()).toBe(200);
    expect(heard()).toMatchObject([
      { event: { type: 'subteam_members_changed', subteam_id: 'S0HR000000', added_users: [EVAN], removed_users: [] } },
    ]);
  });

  it('F18 is that somebody is deactivated, with the whole account', async () => {
    await slack.changePerson({ user: EVAN, to: { deactivated: true } });
    expect(heard()).toMatchObject([
      { event: { type: 'user_change', user: { id: EVAN, deleted: true }, cache_ts: Math.floor(clock.now() / 1_000) } },
    ]);
  });

  it('F3 F18 is nothing of commands without their scope', async () => {
    await reopen({ scopes: ['chat:write'] });
    expect(await slack.command({ user: EVAN, command: '/sotto', text: 'hi' })).toBe(0);
    expect(app.received).toEqual([]);
  });
});
