import { describe, expect, it } from '@jest/globals';
import { SAMPLE_GROUPS } from '../../../playground/graph/sample.ts';
import type { GraphGroup, GraphUser } from '../../../playground/graph/tenant.ts';
import { idOf, SAMPLE, scene, teams, whileTimeRuns } from './support.ts';

const guidOf = (n: number): string => `aaaaaaaa-0000-4000-8000-${String(n).padStart(12, '0')}`;

const withErin = (changed: Partial<GraphUser>): readonly GraphUser[] =>
  SAMPLE.users.map((user) => (user.id === idOf('erin') ? { ...user, ...changed } : user));

const found = async (changed: Partial<GraphUser>): Promise<unknown> => {
  const { directory } = await scene({ users: withErin(changed) });
  const person = await directory.find(teams(idOf('erin')));
  return person.ok ? person.person : person.why;
};

describe('somebody who asks on Teams', () => {
  it('is found by their object id with everything that policy reads', async () => {
    const { directory } = await scene();
    expect(await directory.find(teams(idOf('erin')))).toEqual({
      ok: true,
      person: {
        id: idOf('erin'),
        name: 'Erin Weber',
        manager: idOf('mona'),
        kind: 'employee',
        groups: [],
        country: 'DE',
        locale: 'de',
        fresh: true,
      },
    });
  });

  it('is in the groups of their groups, by the words that rules name', async () => {
    const { directory } = await scene();
    expect(await directory.find(teams(idOf('pia')))).toMatchObject({ person: { groups: ['payroll'] } });
    expect(await directory.find(teams(idOf('hana')))).toMatchObject({ person: { groups: ['manager', 'hr'] } });
  });

  it('is one person in whichever case the ids are written', async () => {
    const { directory, asked } = await scene();
    const shouting = teams(idOf('erin').toUpperCase(), { tenant: SAMPLE.tenantId.toUpperCase() });
    expect(await directory.find(shouting)).toMatchObject({ person: { id: idOf('erin') } });
    expect(await directory.find(teams(idOf('erin')))).toMatchObject({ person: { id: idOf('erin') } });
    expect(asked('user')).toBe(1);
  });

  it('is a guest, a contractor or an employee by their account and one group', async () => {
    const { directory } = await scene();
    const kindOf = async (person: string) => {
      const { ok, ...rest } = await directory.find(teams(idOf(person)));
      return ok && 'person' in rest ? [rest.person.kind, rest.person.groups] : rest;
    };
    expect([await kindOf('gus'), await kindOf('carl'), await kindOf('evan')]).toEqual([
      ['guest', []],
      ['contractor', []],
      ['employee', []],
    ]);
  });

  it('is a guest where Entra does not say that they are a member', async () => {
    expect(await found({ userType: null })).toMatchObject({ kind: 'guest' });
    expect(await found({ userPrincipalName: 'erin_other.example#ext#@sotto.example' })).toMatchObject({
      kind: 'guest',
    });
  });

  it('stays a guest in the group of contractors', async () => {
    const { directory, graph } = await scene();
    graph.tenant.join(idOf('gus'), SAMPLE_GROUPS.get('contractor') ?? '');
    expect(await directory.find(teams(idOf('gus')))).toMatchObject({ person: { kind: 'guest' } });
  });

  it('is refused with a reason of its own: nobody, deactivated, of another company', async () => {
    const { directory, graph } = await scene();
    graph.tenant.change(idOf('evan'), { accountEnabled: false });
    expect(await directory.find(teams(idOf('evan')))).toEqual({ ok: false, why: 'deactivated' });
    expect(await directory.find(teams(guidOf(1)))).toEqual({ ok: false, why: 'unknown' });
    expect(await directory.find(teams(idOf('erin'), { tenant: guidOf(2) }))).toEqual({ ok: false, why: 'external' });
    expect(await directory.find(teams(idOf('erin'), { external: true }))).toEqual({ ok: false, why: 'external' });
  });

  it('is not asked for by what is no object id', async () => {
    const { directory, graph } = await scene();
    for (const user of ['', '28:bot', `${idOf('erin')}/manager`, '../users', 'erin@example.com', '__proto__']) {
      expect([user, await directory.find(teams(user))]).toEqual([user, { ok: false, why: 'unknown' }]);
    }
    expect(graph.requests()).toEqual([]);
  });

  it('works where their licence says, else where a code says, and a country’s name is not guessed at', async () => {
    expect(await found({ usageLocation: 'fr', country: 'Germany' })).toMatchObject({ country: 'FR' });
    expect(await found({ usageLocation: null, country: 'fr' })).toMatchObject({ country: 'FR' });
    expect(await found({ usageLocation: null, country: 'Germany' })).toBe('unreachable');
    expect(await found({ usageLocation: null, country: null })).toBe('unreachable');
    expect(await found({ usageLocation: 'Germany', country: 'DE' })).toBe('unreachable');
  });

  it('is of another company where they are a guest of whom nobody says where they work', async () => {
    expect(await found({ userType: 'Guest', usageLocation: null, country: null })).toBe('external');
    expect(await found({ userType: 'Guest', usageLocation: 'FR' })).toMatchObject({ kind: 'guest', country: 'FR' });
  });

  it('reads German where they prefer it, and English otherwise', async () => {
    const localeOf = async (preferredLanguage: string | null) =>
      ((await found({ preferredLanguage })) as { readonly locale: string }).locale;
    expect([await localeOf('de'), await localeOf('de-AT'), await localeOf('den'), await localeOf(null)]).toEqual([
      'de',
      'de',
      'en',
      'en',
    ]);
  });
});

describe('more groups than Graph takes at once', () => {
  const groups = new Map(Array.from({ length: 45 }, (_, n) => [`group-${n}`, guidOf(n)]));
  const held = (members: readonly number[]): readonly GraphGroup[] =>
    [...groups.values()].map((id, n) => ({ id, members: members.includes(n) ? [idOf('erin')] : [] }));

  it('are asked for in parts of twenty', async () => {
    const { directory, asked } = await scene({ groups: held([0, 19, 20, 44]), options: { groups } });
    expect(await directory.find(teams(idOf('erin')))).toMatchObject({
      person: { groups: ['group-0', 'group-19', 'group-20', 'group-44'] },
    });
    expect(asked('groups')).toBe(3);
  });

  it('are unknown where one part is missing: never fewer, never none', async () => {
    const { directory, graph, clock } = await scene({ groups: held([0]), options: { groups } });
    graph.setMode('half');
    const finding = whileTimeRuns(clock, directory.find(teams(idOf('erin'))));
    expect(await finding).toEqual({ ok: false, why: 'unreachable' });
    graph.setMode('ok');
    expect(await directory.find(teams(idOf('erin')))).toMatchObject({ person: { groups: ['group-0'] } });
  });

  it('are unknown where Graph knows one of them not', async () => {
    const { directory, lines } = await scene({ groups: held([0]).slice(1), options: { groups } });
    expect(await directory.find(teams(idOf('erin')))).toEqual({ ok: false, why: 'unreachable' });
    expect(lines.map(({ event }) => event)).toContain('entra.groups-unknown');
  });

  it('need no question where rules name none', async () => {
    const { directory, asked } = await scene({ options: { groups: new Map() } });
    expect(await directory.find(teams(idOf('pia')))).toMatchObject({ person: { groups: [] } });
    expect(asked('groups')).toBe(0);
  });
});
