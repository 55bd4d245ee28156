import { afterEach, describe, expect, it } from '@jest/globals';
import { SCOPES } from '../../../playground/slack/rules.ts';
import { createPeople } from '../../../src/adapters/slack/people.ts';
import { createRoll } from '../../../src/adapters/slack-groups/roll.ts';
import { createSignInOf } from '../../../src/adapters/slack-groups/sign-in.ts';
import type { SlackMember } from '../../../src/adapters/slack-groups/slack.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { TEAM } from '../slack/support.ts';
import { account, ERIN, HR, PAYROLL, PEOPLE, PIA, type Scene, scene } from './support.ts';

const MINUTE = 60_000;

let open: Scene | null = null;
const opened = async (o: Parameters<typeof scene>[0] = {}): Promise<Scene> => {
  open = await scene(o);
  return open;
};
afterEach(async () => {
  await open?.close();
  open = null;
});

const identity = (email: string | null) => ({ issuer: 'https://login.example.com', subject: 's', tenant: null, email });

describe('somebody whom only Slack knows', () => {
  it('is a member of one of our workspaces, with the groups that Slack lists them in', async () => {
    const { directory } = await opened();
    expect(await directory.find(account(PIA))).toEqual({
      ok: true,
      person: {
        id: `${TEAM}.${PIA}`,
        name: 'Pia Rossi',
        manager: null,
        kind: 'employee',
        groups: ['payroll'],
        country: 'DE',
        locale: 'en',
        timeZone: 'Europe/Berlin',
        fresh: true,
      },
    });
    expect(await directory.find(account(ERIN))).toMatchObject({ person: { groups: [], locale: 'de' } });
  });

  it('has hints and no groups where members may change them: no role, and nothing sensitive', async () => {
    const { directory } = await opened({ options: { adminsOnly: false } });
    expect(await directory.find(account(PIA))).toMatchObject({ person: { groups: [], hints: ['payroll'] } });
    await directory.start();
    const pia = (await directory.members()).find(({ id }) => id === `${TEAM}.${PIA}`);
    expect(pia).toMatchObject({ groups: [], hints: ['payroll'] });
  });

  it('is a guest with no groups at all, whichever Slack lists them in', async () => {
    const { directory } = await opened({
      standIn: { people: [{ user: PIA, name: 'Pia', kind: 'guest' }], events: [] },
    });
    expect(await directory.find(account(PIA))).toMatchObject({ person: { kind: 'guest', groups: [] } });
  });

  it('is refused with a reason of its own where they are a bot, deactivated, of another company, or nobody', async () => {
    const { directory } = await opened({
      standIn: {
        people: [
          ...PEOPLE,
          { user: 'U0BOT00000', name: 'B', kind: 'employee', flags: { is_bot: true } },
          { user: 'U0GONE0000', name: 'G', kind: 'employee', deactivated: true },
          { user: 'U0XENA0000', name: 'X', kind: 'external', team: 'T0PARTNER0' },
        ],
      },
    });
    const why = async (...args: Parameters<typeof account>) => {
      const found = await directory.find(account(...args));
      return found.ok ? null : found.why;
    };
    expect(await why('U0BOT00000')).toBe('bot');
    expect(await why('U0GONE0000')).toBe('deactivated');
    expect(await why('U0XENA0000')).toBe('external');
    expect(await why(PIA, { external: true })).toBe('external');
    expect(await why('U0NOBODY00')).toBe('unknown');
    expect(await why(PIA, { platform: 'teams' })).toBe('unknown');
    expect(await why(PIA, { tenant: 'T0OTHER000' })).toBe('unknown');
  });

  it('is one person in every workspace of an organisation, and another one elsewhere', async () => {
    const org = { enterpriseId: 'E0GRID0000', installation: 'org' } as const;
    const pia = { user: PIA, name: 'Pia Rossi', kind: 'employee', email: 'pia@example.com' } as const;
    const { directory } = await opened({
      tenants: [TEAM, 'T0SECOND00', 'T0APART000'],
      standIn: {
        ...org,
        people: [pia],
        workspaces: [
          { ...org, teamId: 'T0SECOND00', botToken: 'xoxb-token-of-the-tests', people: [pia] },
          { teamId: 'T0APART000', botToken: 'xoxb-apart', people: [{ ...pia, email: 'pia@apart.example' }] },
        ],
      },
    });
    await directory.start();
    const idAt = async (tenant: string) => {
      const found = await directory.find(account(PIA, { tenant }));
      return found.ok ? [found.person.id, found.person.groups] : found.why;
    };
    expect(await idAt(TEAM)).toEqual([`E0GRID0000.${PIA}`, ['payroll']]);
    expect(await idAt('T0SECOND00')).toEqual([`E0GRID0000.${PIA}`, ['payroll']]);
    expect(await directory.accounts(`E0GRID0000.${PIA}`)).toEqual([
      { platform: 'slack', tenant: TEAM, user: PIA },
      { platform: 'slack', tenant: 'T0SECOND00', user: PIA },
    ]);
  });
});

describe('what user groups say', () => {
  it('counts for five minutes, and ends at once where Slack tells of a change', async () => {
    const { directory, standIn, clock } = await opened();
    const groups = async () => {
      const found = await directory.find(account(PIA));
      return found.ok ? found.person.groups : found.why;
    };
    expect(await groups()).toEqual(['payroll']);
    await standIn.changeUserGroup({ id: PAYROLL, to: { users: [] } });
    expect(await groups()).toEqual([]);
    await standIn.changeUserGroup({ id: HR, to: { users: [PIA, ERIN] } });
    expect(await groups()).toEqual(['hr']);
    // Switched off, it has nobody, though Slack still lists who was in it.
    await standIn.changeUserGroup({ id: HR, to: { disabled: true } });
    expect(await groups()).toEqual([]);
    expect(clock.sleeping()).toBe(0);
  });

  it('is doubted and not forgotten where somebody changes groups until Slack answers no more', async () => {
    const { directory, standIn } = await opened();
    expect(await directory.find(account(PIA))).toMatchObject({ person: { groups: ['payroll'], fresh: true } });
    standIn.fail({ method: 'usergroups.list', how: 'ratelimited', times: 1_000 });
    for (let change = 0; change < 30; change++) {
      directory.forget?.({ platform: 'slack', tenant: TEAM, user: PAYROLL });
      // Nothing sensitive is given by it, and the rest goes on.
      expect(await directory.find(account(PIA))).toMatchObject({
        ok: true,
        person: { groups: ['payroll'], fresh: false },
      });
    }
    expect(await directory.find(account(PIA), { anew: true })).toEqual({ ok: false, why: 'unreachable' });
  });

  it('is lost within five minutes where Slack does not tell', async () => {
    const { directory, standIn, clock } = await opened({ standIn: { events: [] } });
    const groups = async () => {
      const found = await directory.find(account(PIA));
      return found.ok ? found.person.groups : found.why;
    };
    expect(await groups()).toEqual(['payroll']);
    await standIn.changeUserGroup({ id: PAYROLL, to: { users: [] } });
    await clock.advance(5 * MINUTE - 1);
    await groups();
    await clock.advance(1);
    await until(async () => (await groups()).length === 0);
    expect(await directory.find(account(PIA), { anew: true })).toMatchObject({ person: { groups: [] } });
  });

  it('is unknown, never none, where a group that rules name is not listed, or the list is not whole', async () => {
    const { directory, lines } = await opened({
      options: { groups: new Map([['payroll', 'S0MISSING0']]) },
    });
    expect(await directory.find(account(PIA))).toEqual({ ok: false, why: 'unreachable' });
    expect(lines).toContain('slack-groups.group-missing');
    await open?.close();
    const blind = await opened({ standIn: { scopes: SCOPES } });
    expect(await blind.directory.find(account(PIA))).toEqual({ ok: false, why: 'unreachable' });
  });

  it('is known from before while Slack is away, and not fresh; after four hours nobody is known', async () => {
    const { directory, standIn, clock } = await opened();
    expect(await directory.find(account(PIA))).toMatchObject({ person: { fresh: true } });
    for (const method of ['usergroups.list', 'users.info'])
      standIn.fail({ method, how: 'internal_error', times: 1_000 });
    await clock.advance(6 * MINUTE);
    expect(await directory.find(account(PIA))).toMatchObject({
      ok: true,
      person: { groups: ['payroll'], fresh: false },
    });
    expect(await directory.find(account(PIA), { anew: true })).toEqual({ ok: false, why: 'unreachable' });
    await clock.advance(4 * 60 * MINUTE);
    expect(await directory.find(account(PIA))).toEqual({ ok: false, why: 'unreachable' });
  });
});

describe('a sign-in where only Slack knows anybody', () => {
  it('is whose address it is, as the provider and Slack have confirmed both', async () => {
    const { directory } = await opened();
    expect(await directory.signInOf(identity('Pia@Example.com'))).toEqual({ ok: true, person: `${TEAM}.${PIA}` });
    for (const email of [null, '', 'nobody@example.com', 'pia', `${'p'.repeat(70)}@example.com`])
      expect([email, await directory.signInOf(identity(email))]).toEqual([email, { ok: false, why: 'unknown' }]);
  });

  it('is nobody’s in a workspace whose addresses nobody declared, and of an address that Slack has not confirmed', async () => {
    const undeclared = await opened({ options: { emailVerified: [] } });
    expect(await undeclared.directory.signInOf(identity('pia@example.com'))).toEqual({ ok: false, why: 'unknown' });
    expect(undeclared.asked('users.lookupByEmail')).toBe(0);
    await open?.close();
    const [pia, erin] = PEOPLE;
    if (pia === undefined || erin === undefined) throw new Error('There is nobody.');
    const { directory } = await opened({ standIn: { people: [{ ...pia, emailConfirmed: false }, erin] } });
    expect(await directory.signInOf(identity('pia@example.com'))).toEqual({ ok: false, why: 'unknown' });
  });

  it('is nobody’s where two people have the address in two workspaces, and one person’s who is in both', async () => {
    const at = (tenant: string, user: string, home: string): SlackMember => ({
      tenant,
      user,
      home,
      elsewhere: [],
      name: 'Pia',
      aliases: [],
      email: 'pia@example.com',
      kind: 'member',
    });
    const signInOf = (members: readonly SlackMember[]) =>
      createSignInOf({
        declared: ['T1', 'T2'],
        slack: {
          byAddress: async ({ tenant }) => ({ user: members.find((it) => it.tenant === tenant)?.user ?? null }),
          member: async ({ tenant }) => members.find((it) => it.tenant === tenant) ?? 'unknown',
        },
      })(identity('pia@example.com'));
    expect(await signInOf([at('T1', 'U1', 'T1'), at('T2', 'U2', 'T2')])).toEqual({ ok: false, why: 'several' });
    expect(await signInOf([at('T1', 'U1', 'E1'), at('T2', 'U1', 'E1')])).toEqual({ ok: true, person: 'E1.U1' });
    // Slack answered with somebody who has another address: nobody is taken for them.
    expect(await signInOf([{ ...at('T1', 'U1', 'T1'), email: 'other@example.com' }])).toEqual({
      ok: false,
      why: 'unknown',
    });
  });

  it('leads to whoever has the address now: one that was given to somebody else is theirs', async () => {
    const { directory, standIn } = await opened();
    expect(await directory.signInOf(identity('pia@example.com'))).toEqual({ ok: true, person: `${TEAM}.${PIA}` });
    await standIn.changePerson({ user: PIA, to: { deactivated: true } });
    expect(await directory.signInOf(identity('pia@example.com'))).toEqual({ ok: false, why: 'unknown' });
    await standIn.changePerson({ user: ERIN, to: { email: 'pia@example.com' } });
    expect(await directory.signInOf(identity('pia@example.com'))).toEqual({ ok: true, person: `${TEAM}.${ERIN}` });
  });

  it('is not told where Slack cannot be asked', async () => {
    const { directory } = await opened({ standIn: { scopes: ['users:read', 'usergroups:read'] } });
    expect(await directory.signInOf(identity('pia@example.com'))).toEqual({ ok: false, why: 'unreachable' });
  });
});

describe('a list of user groups', () => {
  const listed = async (group: Readonly<Record<string, unknown>>) => {
    const people = createPeople({
      call: async () => ({ done: { ok: true, usergroups: [{ id: 'S0PAYROLL0', ...group }] } as never }),
      allowed: new Set([TEAM]),
    });
    const groups = await people.groups(TEAM);
    return groups === 'unreachable' ? groups : [...(groups.get('S0PAYROLL0') ?? ['missing'])];
  };

  it.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
    ['whole', { users: [PIA], user_count: 1, date_delete: 0 }, [PIA]],
    ['whole, with its count as text', { users: [PIA], user_count: '1' }, [PIA]],
    ['of nobody', { users: [], user_count: 0 }, []],
    ['of a group that is switched off', { date_delete: 1_700_000_000 }, []],
    ['shorter than its count', { users: [PIA], user_count: 2 }, ['missing']],
    ['without its people', { user_count: 1 }, ['missing']],
    ['without its count', { users: [PIA] }, ['missing']],
  ])('is taken for what it is: %s', async (_, group, taken) => {
    expect(await listed(group)).toEqual(taken);
  });
});

describe('the roll of a workspace', () => {
  it('is read by pages, and is whole or none', async () => {
    const crowd = Array.from({ length: 450 }, (_, n) => ({
      user: `U0CROWD${String(n).padStart(3, '0')}`,
      name: `Person Number${n}`,
      kind: 'employee' as const,
    }));
    const { directory, asked, standIn, clock } = await opened({ standIn: { people: [...PEOPLE, ...crowd] } });
    await directory.start();
    expect(asked('users.list')).toBe(3);
    expect(await directory.colleague(`${TEAM}.U0CROWD449`)).toMatchObject({ name: 'Person Number449' });
    standIn.fail({ method: 'users.list', how: 'internal_error' });
    await clock.advance(16 * MINUTE);
    await until(() => asked('users.list') > 3);
    expect(await directory.colleague(`${TEAM}.${PIA}`)).not.toBeNull();
  });

  it('knows by name whoever is a guest in one workspace and a colleague in another', async () => {
    const member = { user: PIA, home: 'E0GRID0000', elsewhere: [], name: 'Pia Rossi', aliases: ['Pia'], email: null };
    const silent = (): void => undefined;
    const roll = createRoll({
      tenants: ['T0FIRST000', TEAM],
      slack: {
        everybody: async (tenant) => [{ ...member, tenant, kind: tenant === TEAM ? 'member' : 'guest' }],
      },
      clock: createFakeClock(),
      log: { info: silent, warn: silent, error: silent },
      random: { id: () => 'id', fraction: () => 0 },
    });
    await roll.start();
    roll.stop();
    const asker = { id: 'x', kind: 'employee' } as const;
    const found = roll.current().names.mentions({ tokens: ['pia', 'rossi'], asker });
    expect(found).toMatchObject([{ start: 0, length: 2, people: [{ id: `E0GRID0000.${PIA}` }] }]);
  });

  it('counts for a day after it could be read last, and no longer', async () => {
    const { directory, clock } = await opened();
    await directory.start();
    await directory.stop();
    await clock.advance(24 * 60 * MINUTE);
    expect(await directory.colleague(`${TEAM}.${PIA}`)).not.toBeNull();
    await clock.advance(1);
    await expect(directory.colleague(`${TEAM}.${PIA}`)).rejects.toMatchObject({ code: 'directory-unavailable' });
  });

  it('is nobody’s where it could never be read', async () => {
    const { directory } = await opened({ standIn: { scopes: ['usergroups:read'] } });
    await directory.start();
    await expect(directory.colleague(`${TEAM}.${PIA}`)).rejects.toMatchObject({ code: 'directory-unavailable' });
    await expect(directory.members()).rejects.toMatchObject({ code: 'directory-unavailable' });
  });
});
