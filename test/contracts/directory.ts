import { describe, expect, it } from '@jest/globals';
import type { Directory } from '../../src/core/ports.ts';
import type { SignInIdentity } from '../../src/core/sign-in-ports.ts';
import type { Account, Person, PersonKind } from '../../src/core/types.ts';

export interface CastMember {
  readonly id: string;
  readonly name: string;
  readonly kind: PersonKind;
  readonly groups: readonly string[];
  readonly manager: string | null;
  readonly department: string | null;
  readonly deactivated: boolean;
  readonly slackUser: string;
  /** A GUID, as Entra has them. */
  readonly teamsUser: string;
  readonly email: string;
  readonly employeeNumber: string | null;
  readonly userName: string | null;
}

export const CAST_TEAM = 'T0CAST0000';
export const CAST_TENANT = '6b1f0d5e-2222-4c3a-9f10-8e7d6c5b4a01';

const member = (id: string, name: string, slackUser: string, more: Partial<CastMember> = {}): CastMember => ({
  id,
  name,
  teamsUser: `6b1f0d5e-3333-4c3a-9f10-${Buffer.from(id).toString('hex').padStart(12, '0')}`,
  kind: 'employee',
  groups: [],
  manager: null,
  department: null,
  deactivated: false,
  slackUser,
  email: `${id}@cast.example`,
  employeeNumber: null,
  userName: `${id}.login@cast.example`,
  ...more,
});

/** The people whom a directory under test must hold: country DE, locale en, on Slack in `CAST_TEAM`, on Teams in `CAST_TENANT`. */
const CAST: readonly CastMember[] = [
  member('lea', 'Lea Grünwald', 'U0LEA00000', { groups: ['manager'], employeeNumber: '01001' }),
  member('sam', "Sam O'Neill", 'U0SAM00000', { manager: 'lea', employeeNumber: 'b7' }),
  member('sam2', 'Sam Anna-Lena Voß', 'U0SAM20000', { manager: 'lea', department: 'Sales' }),
  member('old', 'Odd Nygård', 'U0OLD00000', { deactivated: true, manager: 'lea', employeeNumber: '1004' }),
  member('ext', 'Mira Sandoval', 'U0EXT00000', { kind: 'external' }),
  member('con', 'Cora Nagy', 'U0CON00000', {
    kind: 'contractor',
    manager: 'lea',
    groups: ['payroll'],
    employeeNumber: '1005',
  }),
  member('gst', 'Gil Ferro', 'U0GST00000', { kind: 'guest', employeeNumber: '1005' }),
];

export interface DirectoryUnderTest {
  readonly directory: Directory;
  /** What the provider says of one of the cast, where it is the one that the admin set up. */
  identityOf(member: string): SignInIdentity;
  /** The directory's own id of one of the cast. */
  idOf(member: string): string;
}

/** What a directory cannot know. */
export type Lack = 'teams' | 'managers' | 'departments' | 'handles' | 'identifiers';

/** What every directory promises the core. */
export const directoryContract = (
  name: string,
  make: (cast: readonly CastMember[]) => Promise<DirectoryUnderTest>,
  lacks: readonly Lack[] = [],
): void => {
  const has = (what: Lack): boolean => !lacks.includes(what);
  /** A promise that can be kept only where the directory can know that. */
  const where = (what: Lack): ((title: string, test: () => Promise<void>) => void) =>
    has(what) ? it : () => undefined;
  const account = (user: string, more: Partial<Account> = {}): Account => ({
    platform: 'slack',
    tenant: CAST_TEAM,
    user,
    external: false,
    ...more,
  });
  const onTeams = (member: string, more: Partial<Account> = {}): Account =>
    account(CAST.find(({ id }) => id === member)?.teamsUser ?? '', { platform: 'teams', tenant: CAST_TENANT, ...more });
  /** An account of one of the cast that every directory may know. */
  const accountOf = (member: string): Account =>
    has('teams') ? onTeams(member) : account(CAST.find(({ id }) => id === member)?.slackUser ?? '');
  const managerOf = (id: string): string | null => (has('managers') ? id : null);
  const askerOf = ({ idOf }: DirectoryUnderTest, more: Partial<Person> = {}): Person => ({
    id: idOf('sam'),
    name: "Sam O'Neill",
    manager: managerOf(idOf('lea')),
    kind: 'employee',
    groups: [],
    country: 'DE',
    locale: 'en',
    fresh: true,
    ...more,
  });
  const said = async (
    tested: DirectoryUnderTest,
    tokens: readonly string[],
    asker: Person = askerOf(tested),
  ): Promise<readonly unknown[]> => {
    const names = new Map(CAST.map(({ id }) => [tested.idOf(id), id]));
    return (await tested.directory.mentions({ tokens, asker })).map(({ start, length, people }) => [
      start,
      length,
      people.map(({ id }) => names.get(id)),
    ]);
  };

  describe(`${name} keeps the promises of a directory`, () => {
    it('finds whoever the platform proved, with everything that policy reads', async () => {
      const tested = await make(CAST);
      const found = await tested.directory.find(account('U0SAM00000'));
      // Where somebody is, some directories know besides.
      const { timeZone: _zone, ...person } = found.ok ? found.person : askerOf(tested, { id: found.why });
      expect(person).toEqual(askerOf(tested));
    });

    where('teams')('finds the same person by their account on either platform', async () => {
      const tested = await make(CAST);
      const found = await tested.directory.find(onTeams('sam'));
      expect(found).toEqual(await tested.directory.find(account('U0SAM00000')));
      expect(found).toMatchObject({ person: { id: tested.idOf('sam') } });
    });

    it('tells what somebody is and which groups they are in', async () => {
      const tested = await make(CAST);
      const whatIs = async (member: string) => {
        const found = await tested.directory.find(accountOf(member));
        return found.ok ? [found.person.kind, found.person.groups] : found.why;
      };
      expect(await whatIs('lea')).toEqual(['employee', ['manager']]);
      expect(await whatIs('con')).toEqual(['contractor', ['payroll']]);
      expect(await whatIs('gst')).toEqual(['guest', []]);
    });

    it('knows nobody by an account of another tenant or platform, or by what only looks like one', async () => {
      const tested = await make(CAST);
      const strangers = [
        account('U0SAM00000', { tenant: 'T0OTHER000' }),
        account('U0SAM00000', { platform: 'teams', tenant: CAST_TENANT }),
        account('u0sam00000'),
        account('sam'),
        account(''),
        account('__proto__'),
      ];
      for (const stranger of strangers) {
        expect([stranger, await tested.directory.find(stranger)]).toEqual([stranger, { ok: false, why: 'unknown' }]);
      }
    });

    it('tells a deactivated person from an unknown one', async () => {
      const tested = await make(CAST);
      expect(await tested.directory.find(account('U0OLD00000'))).toEqual({ ok: false, why: 'deactivated' });
    });

    it('never takes an account of another company for one of ours', async () => {
      const tested = await make(CAST);
      const external = { external: true };
      expect(await tested.directory.find(account('U0SAM00000', external))).toEqual({ ok: false, why: 'external' });
      expect(await tested.directory.find(account('U0NOBODY00', external))).toEqual({ ok: false, why: 'external' });
      if (has('teams'))
        expect(await tested.directory.find(onTeams('sam', external))).toEqual({ ok: false, why: 'external' });
      // Somebody of another company may be on file, as what they are; or nobody of them is.
      const found = await tested.directory.find(account('U0EXT00000', external));
      expect(found.ok ? found.person.kind : found.why).toBe('external');
    });

    it('knows a colleague by id, even one who has left, and says null for nobody', async () => {
      const tested = await make(CAST);
      expect(await tested.directory.colleague(tested.idOf('sam'))).toEqual({
        id: tested.idOf('sam'),
        name: "Sam O'Neill",
        manager: managerOf(tested.idOf('lea')),
      });
      expect(await tested.directory.colleague(tested.idOf('old'))).toMatchObject({ name: 'Odd Nygård' });
      expect(await tested.directory.colleague('nobody')).toBeNull();
      expect(await tested.directory.colleague('__proto__')).toBeNull();
    });

    where('departments')('knows in which department somebody works, where that is on file', async () => {
      const tested = await make(CAST);
      expect(await tested.directory.colleague(tested.idOf('sam2'))).toMatchObject({ department: 'Sales' });
      const [mention] = await tested.directory.mentions({ tokens: ['sam'], asker: askerOf(tested) });
      expect(mention?.people.map(({ department }) => department)).toEqual([undefined, 'Sales']);
    });

    where('managers')('says where somebody works, or did, and nothing of whom it does not know', async () => {
      const tested = await make(CAST);
      for (const id of ['lea', 'old', 'con'])
        expect([id, await tested.directory.countryOf?.(tested.idOf(id))]).toEqual([id, 'DE']);
      expect(await tested.directory.countryOf?.('nobody-of-this-id')).toBeNull();
    });

    where('managers')(
      'knows who reports to somebody and still works here, by name, and tells outsiders of nobody',
      async () => {
        const tested = await make(CAST);
        const reportsTo = async (manager: string, more: Partial<Person> = {}): Promise<readonly unknown[]> =>
          tested.directory.reports({ manager, asker: askerOf(tested, more) });
        const [first, second, third, ...more] = await reportsTo(tested.idOf('lea'));
        expect(first).toEqual({ id: tested.idOf('con'), name: 'Cora Nagy', manager: tested.idOf('lea') });
        expect(second).toMatchObject({ id: tested.idOf('sam2'), department: 'Sales' });
        expect(third).toMatchObject({ id: tested.idOf('sam') });
        expect(more).toEqual([]);
        for (const nobody of [tested.idOf('sam'), 'nobody', '', '__proto__'])
          expect([nobody, await reportsTo(nobody)]).toEqual([nobody, []]);
        for (const kind of ['guest', 'external'] as const)
          expect([kind, await reportsTo(tested.idOf('lea'), { kind })]).toEqual([kind, []]);
      },
    );

    it('knows accounts of a person by id, even of one who has left, and none of anybody else', async () => {
      const tested = await make(CAST);
      for (const { id, kind, teamsUser, slackUser } of CAST) {
        const accounts = await tested.directory.accounts(tested.idOf(id));
        if (kind === 'employee' && has('teams'))
          expect(accounts).toContainEqual({ platform: 'teams', tenant: CAST_TENANT, user: teamsUser });
        for (const { platform, user } of accounts) expect(user).toBe(platform === 'teams' ? teamsUser : slackUser);
      }
      for (const nobody of ['nobody', '', '__proto__'])
        expect([nobody, await tested.directory.accounts(nobody)]).toEqual([nobody, []]);
    });

    it('knows whose a sign-in is by what the provider says of them, and nobody by anything else', async () => {
      const tested = await make(CAST);
      const { directory, identityOf, idOf } = tested;
      for (const { id } of CAST.filter(({ kind, deactivated }) => kind !== 'external' && !deactivated))
        expect([id, await directory.signInOf(identityOf(id))]).toEqual([id, { ok: true, person: idOf(id) }]);
      const sam = identityOf('sam');
      const strangers: readonly SignInIdentity[] = [
        { ...sam, subject: '', email: null },
        { ...sam, subject: "Sam O'Neill", email: "Sam O'Neill" },
        { ...sam, subject: '__proto__', email: '__proto__' },
        { ...sam, subject: '6b1f0d5e-9999-4c3a-9f10-8e7d6c5b4a01', email: 'nobody@cast.example' },
      ];
      for (const stranger of strangers)
        expect([stranger, await directory.signInOf(stranger)]).toEqual([stranger, { ok: false, why: 'unknown' }]);
    });

    it('gives nobody who has left a sign-in', async () => {
      const { directory, identityOf } = await make(CAST);
      expect(await directory.signInOf(identityOf('old'))).toEqual({ ok: false, why: 'unknown' });
    });

    it('says whether it knows what systems of record call people', async () => {
      const { directory } = await make(CAST);
      expect([typeof directory.identifier, typeof directory.identified]).toEqual(
        has('identifiers') ? ['function', 'function'] : ['undefined', 'undefined'],
      );
    });

    where('identifiers')('knows what systems of record call somebody, and whose that is', async () => {
      const { directory, idOf } = await make(CAST);
      for (const { id, email, employeeNumber, userName } of CAST.filter((it) => ['lea', 'sam', 'old'].includes(it.id)))
        for (const [by, value] of [
          ['email', email],
          ['employee-number', employeeNumber ?? ''],
          ['user-name', userName ?? ''],
        ] as const) {
          expect([by, await directory.identifier?.({ person: idOf(id), by })]).toEqual([by, value]);
          expect([by, await directory.identified?.({ by, value })]).toMatchObject([by, { id: idOf(id) }]);
        }
    });

    where('identifiers')('compares addresses in one case, and numbers of employees as they are', async () => {
      const { directory, idOf } = await make(CAST);
      const whose = async (by: 'email' | 'employee-number' | 'user-name', value: string) =>
        (await directory.identified?.({ by, value }))?.id ?? null;
      expect(await whose('email', 'SAM@Cast.Example')).toBe(idOf('sam'));
      expect(await whose('user-name', 'Sam.Login@cast.example')).toBe(idOf('sam'));
      expect(await whose('employee-number', 'B7')).toBeNull();
      expect(await whose('employee-number', '1001')).toBeNull();
    });

    where('identifiers')('takes what two people are called for nobody’s, whatever they are', async () => {
      const { directory, idOf } = await make(CAST);
      expect(await directory.identified?.({ by: 'employee-number', value: '1005' })).toBeNull();
      for (const id of ['con', 'gst'])
        expect(await directory.identifier?.({ person: idOf(id), by: 'employee-number' })).toBeNull();
    });

    where('identifiers')('knows nobody by what only looks like an identifier, or is one of another kind', async () => {
      const { directory, idOf } = await make(CAST);
      for (const by of ['email', 'employee-number', 'user-name'] as const) {
        for (const value of ['', '__proto__', 'constructor', '*', "Sam O'Neill", 'sam@cast.example ', 'sam', '~'])
          expect([value, await directory.identified?.({ by, value })]).toEqual([value, null]);
        for (const person of ['nobody', '', '__proto__'])
          expect([person, await directory.identifier?.({ person, by })]).toEqual([person, null]);
      }
      expect(await directory.identified?.({ by: 'email', value: 'b7' })).toBeNull();
      expect(await directory.identified?.({ by: 'user-name', value: 'sam@cast.example' })).toBeNull();
      // Nobody gave them one.
      expect(await directory.identifier?.({ person: idOf('sam2'), by: 'employee-number' })).toBeNull();
    });

    it('counts everybody who may use the bot, with what they are and the groups that rules name', async () => {
      const tested = await make(CAST);
      const members = new Map((await tested.directory.members()).map((each) => [each.id, each]));
      for (const { id, kind, groups } of CAST.filter((it) => it.kind !== 'external' && !it.deactivated))
        expect([id, members.get(tested.idOf(id))]).toEqual([id, { id: tested.idOf(id), kind, groups, country: 'DE' }]);
      expect(members.has(tested.idOf('old'))).toBe(false);
      // Whoever else is there is one of the cast.
      const ids = new Set(CAST.map(({ id }) => tested.idOf(id)));
      expect([...members.keys()].filter((id) => !ids.has(id))).toEqual([]);
    });

    it('finds who is named, the longest name first, and everybody who goes by it', async () => {
      const tested = await make(CAST);
      expect(await said(tested, ['what', 'does', 'lea', 'grünwald', 'earn'])).toEqual([[2, 2, ['lea']]]);
      expect(await said(tested, ['sam'])).toEqual([[0, 1, ['sam', 'sam2']]]);
      expect(await said(tested, ['sam', "o'neill", 'and', 'lea'])).toEqual([
        [0, 2, ['sam']],
        [3, 1, ['lea']],
      ]);
      expect(await said(tested, ['anna', 'lena'])).toEqual([[0, 2, ['sam2']]]);
      expect(await said(tested, ['grünwald', 'lea'])).toEqual([[0, 2, ['lea']]]);
      // By the short name that an account goes by, and by a name without its accent.
      if (has('handles'))
        expect(await said(tested, ['old', 'nygard'])).toEqual([
          [0, 1, ['old']],
          [1, 1, ['old']],
        ]);
    });

    it('finds whose something is, in English and in German', async () => {
      const tested = await make(CAST);
      for (const token of ["lea's", 'lea\u2019s', 'leas', "grünwald's", 'gruenwalds', 'grunwald']) {
        expect([token, await said(tested, [token])]).toEqual([token, [[0, 1, ['lea']]]]);
      }
      expect(await said(tested, ["voss'"])).toEqual([[0, 1, ['sam2']]]);
    });

    it('tells a guest of nobody but themselves', async () => {
      const tested = await make(CAST);
      const guest = askerOf(tested, { id: tested.idOf('gst'), name: 'Gil Ferro', kind: 'guest', manager: null });
      expect(await said(tested, ['sam', 'and', 'lea'], guest)).toEqual([]);
    });

    it('finds a name however it was split at its hyphen', async () => {
      const tested = await make(CAST);
      expect(await said(tested, ['anna-lena'])).toEqual([[0, 1, ['sam2']]]);
      expect(await said(tested, ['sam', 'anna-lena', 'voss'])).toEqual([[0, 3, ['sam2']]]);
    });

    it('finds nobody in words that only begin or end like a name', async () => {
      const tested = await make(CAST);
      for (const token of ['leave', 'sample', 'lease', '', 'constructor', '__proto__']) {
        expect([token, await said(tested, [token])]).toEqual([token, []]);
      }
    });
  });
};
