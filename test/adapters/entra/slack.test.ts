import { describe, expect, it } from '@jest/globals';
import { idOf, SAMPLE, scene, slack, slackOf, teams, whileTimeRuns } from './support.ts';

const ERIN = slack('U0ERIN0000');

const member = (email: string | null) => ({ email, kind: 'member' }) as const;

describe('somebody who asks on Slack', () => {
  it('is the person who has the address in Entra, the same as on Teams', async () => {
    const workspace = slackOf({ U0ERIN0000: member('Erin@Example.com') });
    const { directory, asked } = await scene({ options: { slackEmail: workspace.slackEmail } });
    expect(await directory.find(ERIN)).toEqual(await directory.find(teams(idOf('erin'))));
    expect(await directory.find(ERIN)).toMatchObject({ person: { id: idOf('erin'), kind: 'employee' } });
    expect([workspace.asked(), asked('users'), asked('user')]).toEqual([1, 1, 1]);
  });

  it('may have the address as the name of their account only', async () => {
    const users = SAMPLE.users.map((user) => (user.id === idOf('erin') ? { ...user, mail: null } : user));
    const { slackEmail } = slackOf({ U0ERIN0000: member('erin@example.com') });
    const { directory } = await scene({ users, options: { slackEmail } });
    expect(await directory.find(ERIN)).toMatchObject({ person: { id: idOf('erin') } });
  });

  it('is nobody where two people have the address', async () => {
    const users = SAMPLE.users.map((user) => (user.id === idOf('evan') ? { ...user, mail: 'erin@example.com' } : user));
    const { slackEmail } = slackOf({ U0ERIN0000: member('erin@example.com') });
    const { directory, lines } = await scene({ users, options: { slackEmail } });
    expect(await directory.find(ERIN)).toEqual({ ok: false, why: 'unknown' });
    expect(lines).toContainEqual({
      level: 'warn',
      event: 'entra.address-of-several',
      fields: { tenant: 'T0SOTTO000' },
    });
  });

  it('is nobody where the answer goes on elsewhere: there could be another with the address', async () => {
    const { slackEmail } = slackOf({ U0ERIN0000: member('erin@example.com') });
    const { directory, graph } = await scene({ options: { slackEmail } });
    graph.setSparse(true);
    expect(await directory.find(ERIN)).toEqual({ ok: false, why: 'unreachable' });
    graph.setSparse(false);
    expect(await directory.find(ERIN, { anew: true })).toMatchObject({ person: { id: idOf('erin') } });
  });

  it('is never somebody else, whatever the address is made of', async () => {
    const users = SAMPLE.users.map((user) =>
      user.id === idOf('evan') ? { ...user, mail: "o'brien@example.com" } : user,
    );
    const accounts = {
      U0EVAN0000: member("o'brien@example.com"),
      U0ODD00001: member("x' or mail eq 'pia@example.com"),
      U0ODD00002: member("x@y' or userPrincipalName eq 'pia@example.com"),
      U0ODD00003: member('nobody@example.com'),
      U0ODD00004: member(null),
      U0ODD00005: member(''),
      U0ODD00006: member("x'@example.com&$select=id"),
      U0ODD00007: member('\ud800@example.com'),
    };
    const { directory, graph } = await scene({ users, options: { slackEmail: slackOf(accounts).slackEmail } });
    expect(await directory.find(slack('U0EVAN0000'))).toMatchObject({ person: { id: idOf('evan') } });
    for (const user of Object.keys(accounts).slice(1)) {
      expect([user, await directory.find(slack(user))]).toEqual([user, { ok: false, why: 'unknown' }]);
    }
    expect(graph.requests().map(({ status }) => status)).not.toContain(400);
  });

  it('is refused as what Slack says that they are', async () => {
    const { slackEmail } = slackOf({
      U0BOT00000: { email: null, kind: 'bot' },
      U0GONE0000: { email: 'erin@example.com', kind: 'deactivated' },
      U0XENA0000: { email: 'erin@example.com', kind: 'stranger' },
    });
    const { directory, graph } = await scene({ options: { slackEmail } });
    const why = async (user: string) => directory.find(slack(user));
    expect([await why('U0BOT00000'), await why('U0GONE0000'), await why('U0XENA0000')]).toEqual([
      { ok: false, why: 'bot' },
      { ok: false, why: 'deactivated' },
      { ok: false, why: 'external' },
    ]);
    expect(graph.requests()).toEqual([]);
  });

  it('is a guest where Slack says so, even with the address of an employee, and has no groups then', async () => {
    const { slackEmail } = slackOf({ U0PIA00000: { email: 'pia@example.com', kind: 'guest' } });
    const { directory } = await scene({ options: { slackEmail } });
    expect(await directory.find(slack('U0PIA00000'))).toMatchObject({
      person: { id: idOf('pia'), kind: 'guest', groups: [] },
    });
    expect(await directory.find(teams(idOf('pia')))).toMatchObject({
      person: { kind: 'employee', groups: ['payroll'] },
    });
  });

  it('is where Slack says that they are, and on Teams nowhere in particular', async () => {
    const { slackEmail } = slackOf({ U0PIA00000: { ...member('pia@example.com'), timeZone: 'Europe/Rome' } });
    const { directory } = await scene({ options: { slackEmail } });
    expect(await directory.find(slack('U0PIA00000'))).toMatchObject({ person: { timeZone: 'Europe/Rome' } });
    expect(await directory.find(teams(idOf('pia')))).not.toHaveProperty('person.timeZone');
  });

  it('is spoken to as Slack says, where Entra names no language', async () => {
    const { slackEmail } = slackOf({ U0PIA00000: { ...member('pia@example.com'), locale: 'de' } });
    const spoken = async (preferredLanguage: string | null) => {
      const users = SAMPLE.users.map((user) => (user.id === idOf('pia') ? { ...user, preferredLanguage } : user));
      const { directory } = await scene({ users, options: { slackEmail } });
      const found = await directory.find(slack('U0PIA00000'));
      return found.ok ? found.person.locale : null;
    };
    expect([await spoken(null), await spoken(''), await spoken('en-GB')]).toEqual(['de', 'de', 'en']);
  });

  it('is asked anew once Slack says that the account changed', async () => {
    const asked = slackOf({ U0PIA00000: member('pia@example.com') });
    const { directory } = await scene({ options: { slackEmail: asked.slackEmail } });
    await directory.find(slack('U0PIA00000'));
    await directory.find(slack('U0PIA00000'));
    const before = asked.asked();
    directory.forget?.(slack('U0PIA00000'));
    await directory.find(slack('U0PIA00000'));
    expect([before, asked.asked()]).toEqual([1, 2]);
  });

  it('is a guest where Entra says so, even if Slack takes them for a member', async () => {
    const { slackEmail } = slackOf({ U0GUS00000: member('gus@example.com') });
    const { directory } = await scene({ options: { slackEmail } });
    expect(await directory.find(slack('U0GUS00000'))).toMatchObject({ person: { kind: 'guest' } });
  });

  it('is deactivated where Entra says so', async () => {
    const { slackEmail } = slackOf({ U0ERIN0000: member('erin@example.com') });
    const { directory, graph } = await scene({ options: { slackEmail } });
    graph.tenant.change(idOf('erin'), { accountEnabled: false });
    expect(await directory.find(ERIN)).toEqual({ ok: false, why: 'deactivated' });
  });

  it('is nobody in a workspace whose addresses nobody vouches for', async () => {
    const { directory, graph } = await scene();
    expect(await directory.find(ERIN)).toEqual({ ok: false, why: 'unknown' });
    expect(graph.requests()).toEqual([]);
  });

  it('is unreachable where Slack cannot be asked, or breaks', async () => {
    const { directory } = await scene({ options: { slackEmail: async () => 'unreachable' } });
    expect(await directory.find(ERIN)).toEqual({ ok: false, why: 'unreachable' });
    const broken = await scene({ options: { slackEmail: () => Promise.reject(new Error('broken')) } });
    expect(await broken.directory.find(ERIN)).toEqual({ ok: false, why: 'unreachable' });
  });
});

describe('where somebody of Entra is on Slack', () => {
  const accounts = (o: Readonly<Record<string, readonly string[]>>) => {
    const asked: string[] = [];
    return {
      asked,
      slackAccountsOf: async (email: string) => {
        asked.push(email);
        return (o[email] ?? []).map((user) => ({ tenant: 'T0SOTTO000', user }));
      },
    };
  };

  it('is wherever their addresses are, each account once, beside their own on Teams', async () => {
    const users = SAMPLE.users.map((user) =>
      user.id === idOf('erin') ? { ...user, mail: 'E.Weber@Example.com' } : user,
    );
    const { asked, slackAccountsOf } = accounts({
      'e.weber@example.com': ['U0ERIN0000'],
      'erin@example.com': ['U0ERIN0000', 'U0ERIN0001'],
    });
    const { directory } = await scene({ users, options: { slackAccountsOf } });
    expect(await directory.accounts(idOf('erin').toUpperCase())).toEqual([
      { platform: 'teams', tenant: SAMPLE.tenantId, user: idOf('erin') },
      { platform: 'slack', tenant: 'T0SOTTO000', user: 'U0ERIN0000' },
      { platform: 'slack', tenant: 'T0SOTTO000', user: 'U0ERIN0001' },
    ]);
    expect(asked.toSorted()).toEqual(['e.weber@example.com', 'erin@example.com']);
  });

  it('is nowhere known where Graph cannot be asked, or of nobody', async () => {
    const { asked, slackAccountsOf } = accounts({ 'erin@example.com': ['U0ERIN0000'] });
    const { directory, graph, clock } = await scene({ options: { slackAccountsOf } });
    const stranger = '00000000-0000-4000-8000-000000000000';
    expect(await directory.accounts(stranger)).toMatchObject([{ platform: 'teams' }]);
    graph.setMode('outage');
    expect(await whileTimeRuns(clock, directory.accounts(idOf('erin')))).toMatchObject([{ platform: 'teams' }]);
    expect(asked).toEqual([]);
  });
});

describe('somebody who is mentioned on Slack', () => {
  const asker = {
    id: idOf('pia'),
    name: 'Pia Rossi',
    manager: null,
    kind: 'employee',
    groups: [],
    country: 'DE',
    locale: 'en',
    fresh: true,
  } as const;
  const where = { platform: 'slack', tenant: 'T0SOTTO000' } as const;
  const accounts = {
    U0EVAN0000: member('evan@example.com'),
    U0GUEST000: { email: 'erin@example.com', kind: 'guest' },
    U0ODD00001: member('nobody@example.com'),
  } as const;
  const mentioned = async (
    tokens: readonly string[],
    o: {
      readonly guest?: boolean;
      readonly where?: typeof where | { readonly platform: 'teams'; readonly tenant: string };
    } = {},
  ) => {
    const workspace = slackOf(accounts);
    const { directory } = await scene({ options: { slackEmail: workspace.slackEmail } });
    await directory.start();
    const found = await directory.mentions({
      tokens,
      asker: o.guest === true ? { ...asker, kind: 'guest' } : asker,
      where: o.where ?? where,
    });
    await directory.stop();
    return {
      people: found.map(({ start, length, people }) => [start, length, people.map(({ id }) => id)]),
      asked: workspace.asked(),
    };
  };

  it('is exactly whoever has that account', async () => {
    expect((await mentioned(['what', 'does', '@', 'u0evan0000', 'earn'])).people).toEqual([[3, 1, [idOf('evan')]]]);
  });

  it('is nobody without the sign, with the account of a guest or of nobody, and elsewhere', async () => {
    for (const tokens of [
      ['u0evan0000'],
      ['@', 'u0guest000'],
      ['@', 'u0odd00001'],
      ['@', 'u0nobody00'],
      ['@', '__proto__'],
    ])
      expect([tokens, (await mentioned(tokens)).people]).toEqual([tokens, []]);
    expect(
      (await mentioned(['@', 'u0evan0000'], { where: { platform: 'teams', tenant: 'T0SOTTO000' } })).people,
    ).toEqual([]);
  });

  it('is not looked for by guests, by a name behind the sign, or more than three times in one text', async () => {
    expect(await mentioned(['@', 'u0evan0000'], { guest: true })).toEqual({ people: [], asked: 0 });
    expect((await mentioned(['@', 'ursula', '@', 'wanda'])).asked).toBe(0);
    const many = Array.from({ length: 9 }, (_, n) => ['@', `u0many000${n}`]).flat();
    expect((await mentioned(many)).asked).toBe(3);
  });
});
