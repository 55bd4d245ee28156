import { describe, expect, it } from '@jest/globals';
import type { Directory } from '../../src/core/ports.ts';
import type { Account, Person, PersonKind } from '../../src/core/types.ts';

export interface CastMember {
  readonly id: string;
  readonly name: string;
  readonly kind: PersonKind;
  readonly groups: readonly string[];
  readonly manager: string | null;
  readonly deactivated: boolean;
  readonly slackUser: string;
}

export const CAST_TEAM = 'T0CAST0000';

const member = (id: string, name: string, slackUser: string, more: Partial<CastMember> = {}): CastMember => ({
  id,
  name,
  kind: 'employee',
  groups: [],
  manager: null,
  deactivated: false,
  slackUser,
  ...more,
});

/** The people whom a directory under test must hold, all in country DE, locale en, on the Slack team `CAST_TEAM`. */
const CAST: readonly CastMember[] = [
  member('lea', 'Lea Grünwald', 'U0LEA00000', { groups: ['manager'] }),
  member('sam', "Sam O'Neill", 'U0SAM00000', { manager: 'lea' }),
  member('sam2', 'Sam Anna-Lena Voß', 'U0SAM20000', { manager: 'lea' }),
  member('old', 'Odd Nygård', 'U0OLD00000', { deactivated: true }),
  member('ext', 'Mira Sandoval', 'U0EXT00000', { kind: 'external' }),
];

/** What every directory promises the core. */
export const directoryContract = (name: string, make: (cast: readonly CastMember[]) => Promise<Directory>): void => {
  const account = (user: string, more: Partial<Account> = {}): Account => ({
    platform: 'slack',
    tenant: CAST_TEAM,
    user,
    external: false,
    ...more,
  });
  const asker: Person = {
    id: 'sam',
    name: "Sam O'Neill",
    manager: 'lea',
    kind: 'employee',
    groups: [],
    country: 'DE',
    locale: 'en',
    fresh: true,
  };
  const said = async (directory: Directory, tokens: readonly string[]): Promise<readonly unknown[]> =>
    (await directory.mentions({ tokens, asker })).map(({ start, length, people }) => [
      start,
      length,
      people.map(({ id }) => id),
    ]);

  describe(`${name} keeps the promises of a directory`, () => {
    it('finds whoever the platform proved, with everything that policy reads', async () => {
      const directory = await make(CAST);
      expect(await directory.find(account('U0SAM00000'))).toEqual({ ok: true, person: asker });
    });

    it('knows nobody by an account of another tenant or platform, or by what only looks like one', async () => {
      const directory = await make(CAST);
      const strangers = [
        account('U0SAM00000', { tenant: 'T0OTHER000' }),
        account('U0SAM00000', { platform: 'teams' }),
        account('u0sam00000'),
        account('sam'),
        account(''),
        account('__proto__'),
      ];
      for (const stranger of strangers) {
        expect([stranger, await directory.find(stranger)]).toEqual([stranger, { ok: false, why: 'unknown' }]);
      }
    });

    it('tells a deactivated person from an unknown one', async () => {
      const directory = await make(CAST);
      expect(await directory.find(account('U0OLD00000'))).toEqual({ ok: false, why: 'deactivated' });
    });

    it('never takes an account of another company for one of ours', async () => {
      const directory = await make(CAST);
      const external = { external: true };
      expect(await directory.find(account('U0SAM00000', external))).toEqual({ ok: false, why: 'external' });
      expect(await directory.find(account('U0NOBODY00', external))).toEqual({ ok: false, why: 'external' });
      expect(await directory.find(account('U0EXT00000', external))).toMatchObject({ person: { kind: 'external' } });
    });

    it('knows a colleague by id, even one who has left, and says null for nobody', async () => {
      const directory = await make(CAST);
      expect(await directory.colleague('sam')).toEqual({ id: 'sam', name: "Sam O'Neill", manager: 'lea' });
      expect(await directory.colleague('old')).toMatchObject({ name: 'Odd Nygård' });
      expect(await directory.colleague('nobody')).toBeNull();
      expect(await directory.colleague('__proto__')).toBeNull();
    });

    it('finds who is named, the longest name first, and everybody who goes by it', async () => {
      const directory = await make(CAST);
      expect(await said(directory, ['what', 'does', 'lea', 'grünwald', 'earn'])).toEqual([[2, 2, ['lea']]]);
      expect(await said(directory, ['sam'])).toEqual([[0, 1, ['sam', 'sam2']]]);
      expect(await said(directory, ['sam', "o'neill", 'and', 'lea'])).toEqual([
        [0, 2, ['sam']],
        [3, 1, ['lea']],
      ]);
      expect(await said(directory, ['anna', 'lena'])).toEqual([[0, 2, ['sam2']]]);
      expect(await said(directory, ['grünwald', 'lea'])).toEqual([[0, 2, ['lea']]]);
      expect(await said(directory, ['old', 'nygard'])).toEqual([
        [0, 1, ['old']],
        [1, 1, ['old']],
      ]);
    });

    it('finds whose something is, in English and in German', async () => {
      const directory = await make(CAST);
      for (const token of ["lea's", 'lea\u2019s', 'leas', "grünwald's", 'gruenwalds', 'grunwald']) {
        expect([token, await said(directory, [token])]).toEqual([token, [[0, 1, ['lea']]]]);
      }
      expect(await said(directory, ["voss'"])).toEqual([[0, 1, ['sam2']]]);
    });

    it('finds nobody in words that only begin or end like a name', async () => {
      const directory = await make(CAST);
      for (const token of ['leave', 'sample', 'lease', '', 'constructor', '__proto__']) {
        expect([token, await said(directory, [token])]).toEqual([token, []]);
      }
    });
  });
};
