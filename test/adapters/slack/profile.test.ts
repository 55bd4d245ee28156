import { afterEach, describe, expect, it } from '@jest/globals';
import type { Json, StandInPerson } from '../../../playground/slack/types.ts';
import { BOT_USER } from '../../../playground/slack/workspace.ts';
import { createProfiles } from '../../../src/adapters/slack/profile.ts';
import type { Account } from '../../../src/core/types.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { EVAN, openSlack, PARTNER, type SlackBench, TEAM, XENA } from './support.ts';

const EMAIL = 'evan@example.com';
const evan: StandInPerson = { user: EVAN, name: 'Evan', kind: 'employee', email: EMAIL };
const xena: StandInPerson = { user: XENA, name: 'Xena', team: PARTNER, kind: 'external', email: 'xena@example.org' };

let bench: SlackBench | null = null;
const open = async (
  person: Partial<StandInPerson> = {},
  o: NonNullable<Parameters<typeof openSlack>[0]> = {},
): Promise<SlackBench> => {
  bench = await openSlack({ ...o, standIn: { people: [{ ...evan, ...person }, xena], ...o.standIn } });
  return bench;
};
afterEach(async () => {
  await bench?.close();
  bench = null;
});

const account = (user = EVAN, over: Partial<Account> = {}): Account => ({
  platform: 'slack',
  tenant: TEAM,
  user,
  external: false,
  ...over,
});
const asked = ({ standIn }: SlackBench): number =>
  standIn.requests().filter(({ method }) => method === 'users.info').length;

describe('what Slack says of an account', () => {
  it('is who they are and their confirmed address', async () => {
    const { slack } = await open();
    expect(await slack.profile(account())).toEqual({
      email: EMAIL,
      kind: 'member',
      timeZone: 'Europe/Berlin',
      locale: 'en',
    });
  });

  it.each<[string, Partial<StandInPerson>, Json]>([
    ['a guest', { kind: 'guest' }, { email: EMAIL, kind: 'guest', timeZone: 'Europe/Berlin', locale: 'en' }],
    [
      'a guest of one channel',
      { flags: { is_ultra_restricted: true } },
      { email: EMAIL, kind: 'guest', timeZone: 'Europe/Berlin', locale: 'en' },
    ],
    [
      'somebody who was only invited',
      { flags: { is_invited_user: true } },
      { email: EMAIL, kind: 'guest', timeZone: 'Europe/Berlin', locale: 'en' },
    ],
    ['a bot', { flags: { is_bot: true } }, { email: null, kind: 'bot' }],
    ['a workflow', { flags: { is_workflow_bot: true } }, { email: null, kind: 'bot' }],
    ['a connector', { flags: { is_connector_bot: true } }, { email: null, kind: 'bot' }],
    ['a deactivated account', { deactivated: true }, { email: null, kind: 'deactivated' }],
    ['a deactivated guest', { deactivated: true, kind: 'guest' }, { email: null, kind: 'deactivated' }],
    ['a stranger', { flags: { is_stranger: true } }, { email: null, kind: 'stranger' }],
    ['somebody of another company', { team: PARTNER }, { email: null, kind: 'stranger' }],
    [
      'somebody of another organisation',
      { team: PARTNER, flags: { enterprise_user: { id: 'W1', enterprise_id: 'E0OTHER00', teams: [PARTNER] } } },
      { email: null, kind: 'stranger' },
    ],
    [
      'a colleague whose home is another workspace of the organisation',
      { team: 'T0ANOTHER0', flags: { enterprise_user: { id: 'W1', enterprise_id: 'E0OURS000', teams: [TEAM] } } },
      { email: EMAIL, kind: 'member', timeZone: 'Europe/Berlin', locale: 'en' },
    ],
  ])('knows %s', async (_, person, profile) => {
    const { slack } = await open(person);
    expect(await slack.profile(account())).toMatchObject(profile);
  });

  it('knows the bot itself, and Slackbot, for what they are', async () => {
    const { slack } = await open(
      {},
      {
        standIn: { people: [evan, { user: 'USLACKBOT', name: 'Slackbot', kind: 'employee', email: 'a@example.com' }] },
      },
    );
    expect(await slack.profile(account(BOT_USER))).toMatchObject({ email: null, kind: 'bot' });
    expect(await slack.profile(account('USLACKBOT'))).toMatchObject({ email: null, kind: 'bot' });
  });

  it('takes a workspace of an organisation that is ours for home', async () => {
    const flags = { enterprise_user: { id: 'W1', enterprise_id: 'E0OURS000', teams: ['T0ANOTHER0'] } };
    const { slack } = await open({ team: 'T0ANOTHER0', flags }, { adapter: { teamIds: ['E0OURS000'] } });
    expect(await slack.profile(account())).toMatchObject({ kind: 'member' });
  });

  it('R11 takes nobody for one of our organisation by the workspace alone that they act in', async () => {
    // Where a whole organisation installed the app, a press may name no workspace but that of whoever pressed.
    const first = await open({}, { adapter: { teamIds: ['E0OURS000'] } });
    expect(await first.slack.profile(account())).toMatchObject({ kind: 'stranger' });
    await first.close();
    const flags = { enterprise_user: { id: 'W1', enterprise_id: 'E0OTHER00', teams: [TEAM] } };
    const second = await open({ flags }, { adapter: { teamIds: ['E0OURS000'] } });
    expect(await second.slack.profile(account())).toMatchObject({ kind: 'stranger' });
  });

  it.each([
    ['is not confirmed', { emailConfirmed: false }],
    ['is not said to be confirmed', { lacks: ['is_email_confirmed'] }],
    ['is none', { email: 'evan' }],
    ['is several', { email: 'evan@example.com,mona@example.com x@y' }],
    ['is longer than any', { email: `${'x'.repeat(260)}@example.com` }],
  ])('leaves out an address that %s', async (_, person) => {
    const { slack } = await open(person);
    expect(await slack.profile(account())).toEqual({
      email: null,
      kind: 'member',
      timeZone: 'Europe/Berlin',
      locale: 'en',
    });
  });

  it('has no address without the scope for it', async () => {
    const { slack } = await open({}, { standIn: { scopes: ['users:read'] } });
    expect(await slack.profile(account())).toEqual({
      email: null,
      kind: 'member',
      timeZone: 'Europe/Berlin',
      locale: 'en',
    });
  });

  it('asks nobody about people of other companies or other platforms', async () => {
    const stage = await open();
    expect(await stage.slack.profile(account(XENA, { external: true }))).toEqual({ email: null, kind: 'stranger' });
    expect(await stage.slack.profile(account(EVAN, { platform: 'teams' }))).toBe('unreachable');
    expect(asked(stage)).toBe(0);
  });
});

describe('R12 what Slack does not say', () => {
  it.each(['deleted', 'is_bot', 'is_restricted', 'is_ultra_restricted', 'team_id', 'id'])(
    '12. is unreachable without %s',
    async (field) => {
      const { slack } = await open({ lacks: [field] });
      expect(await slack.profile(account())).toBe('unreachable');
    },
  );

  it.each(['user_not_found', 'user_not_visible', 'missing_scope', 'invalid_auth', '429', '500-before', 'reset'])(
    'R12 is unreachable on %s, and asked for again the next time',
    async (how) => {
      const stage = await open();
      stage.standIn.fail({ method: 'users.info', how });
      expect(await stage.slack.profile(account())).toBe('unreachable');
      expect(await stage.slack.profile(account())).toEqual({
        email: EMAIL,
        kind: 'member',
        timeZone: 'Europe/Berlin',
        locale: 'en',
      });
      expect(asked(stage)).toBe(2);
    },
  );

  it('R12 is unreachable while Slack’s limit lasts, and nobody is let through for that', async () => {
    const stage = await open();
    stage.standIn.fail({ method: 'users.info', how: 'ratelimited' });
    expect(await stage.slack.profile(account())).toBe('unreachable');
    expect(await stage.slack.profile(account())).toBe('unreachable');
    expect(asked(stage)).toBe(1);
  });

  it.each([{ has_2fa: true }, { has_2fa: false }, {}])(
    'R13 is the same whatever is said of two factors: %j',
    async (flags) => {
      const { slack } = await open({ flags });
      const profile = { email: EMAIL, kind: 'member', timeZone: 'Europe/Berlin', locale: 'en' };
      expect(await slack.profile(account())).toEqual(profile);
    },
  );

  it('R12 is unreachable where the answer is about somebody else', async () => {
    const { slack } = await open({ flags: { id: XENA } });
    expect(await slack.profile(account())).toBe('unreachable');
  });

  it('R12 is unreachable without the scope', async () => {
    const { slack } = await open({}, { standIn: { scopes: ['chat:write'] } });
    expect(await slack.profile(account())).toBe('unreachable');
  });
});

describe('R12 how long it counts', () => {
  it('R12 asks once for all who ask at the same time, and not again within five minutes', async () => {
    const clock = createFakeClock();
    const stage = await open({}, { adapter: { clock } });
    const all = await Promise.all(Array.from({ length: 20 }, () => stage.slack.profile(account())));
    expect(new Set(all.map((each) => JSON.stringify(each)))).toEqual(
      new Set([JSON.stringify({ email: EMAIL, kind: 'member', timeZone: 'Europe/Berlin', locale: 'en' })]),
    );
    await clock.advance(5 * 60_000 - 1);
    await stage.slack.profile(account());
    expect(asked(stage)).toBe(1);
    await clock.advance(1);
    await stage.slack.profile(account());
    expect(asked(stage)).toBe(2);
  });

  it('R12 asks past what is known for whoever must know it as of now, and the others are told what was learnt', async () => {
    const clock = createFakeClock();
    const stage = await open({}, { adapter: { clock }, standIn: { events: [] } });
    expect(await stage.slack.profile(account())).toMatchObject({ kind: 'member' });
    await stage.standIn.changePerson({ user: EVAN, to: { deactivated: true } });
    expect(await stage.slack.profile(account())).toMatchObject({ kind: 'member' });
    expect(await stage.slack.profile(account(), { anew: true })).toEqual({ email: null, kind: 'deactivated' });
    expect(await stage.slack.profile(account())).toEqual({ email: null, kind: 'deactivated' });
    expect(asked(stage)).toBe(2);
  });

  it('R12 forgets at once whoever is said to have changed', async () => {
    const stage = await open();
    expect(await stage.slack.profile(account())).toMatchObject({ kind: 'member' });
    await stage.standIn.changePerson({ user: EVAN, to: { deactivated: true } });
    expect(await stage.slack.profile(account())).toEqual({ email: null, kind: 'deactivated' });
    expect({ accepted: stage.accepted, rejected: stage.rejected }).toEqual({ accepted: [], rejected: [] });
  });

  it('R12 keeps nothing of an answer that was on its way when the change was said', async () => {
    const answers: ((user: Json) => void)[] = [];
    const said = {
      id: EVAN,
      team_id: TEAM,
      deleted: false,
      is_bot: false,
      is_restricted: false,
      is_ultra_restricted: false,
    };
    const profiles = createProfiles({
      call: () =>
        new Promise((resolve) => {
          answers.push((user) => resolve({ done: { ok: true, user } as never }));
        }),
      allowed: new Set([TEAM]),
      clock: createFakeClock(),
    });
    const before = profiles.find(account());
    profiles.forget(EVAN);
    const after = profiles.find(account());
    answers[0]?.(said);
    expect(await before).toMatchObject({ kind: 'member' });
    answers[1]?.({ ...said, deleted: true });
    expect(await after).toMatchObject({ kind: 'deactivated' });
    expect(await profiles.find(account())).toMatchObject({ kind: 'deactivated' });
    expect(answers).toHaveLength(2);
  });

  it('R12 keeps workspaces apart, and not more than ten thousand people', async () => {
    let calls = 0;
    const profiles = createProfiles({
      call: async (tenant, _method, _make) => {
        calls += 1;
        return { done: { ok: true, user: { id: `U${calls}`, team_id: tenant, deleted: true } } as never };
      },
      allowed: new Set([TEAM]),
      clock: createFakeClock(),
    });
    for (let n = 1; n <= 10_001; n++) await profiles.find(account(`U${n}`));
    calls = 0;
    await profiles.find(account('U10001'));
    expect(calls).toBe(0);
    await profiles.find(account('U1'));
    expect(calls).toBe(1);
    await profiles.find(account('U10001', { tenant: 'T0ANOTHER0' }));
    expect(calls).toBe(2);
  });
});
