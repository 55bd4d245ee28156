import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NOW } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

/** What every keeper of references promises. */
export const referencesContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);
  const until = NOW + 1_000;

  describe(`${name} keeps references`, () => {
    it('of one tenant and one key, and knows none of any other', async () => {
      const { references } = await open();
      await references.keep({ tenant: 'T1', key: 'a', owner: '', value: 'sealed-a', until });
      await references.keep({ tenant: 'T2', key: 'a', owner: '', value: 'sealed-other', until });
      expect(await references.find({ tenant: 'T1', key: 'a', now: NOW })).toBe('sealed-a');
      expect(await references.find({ tenant: 'T2', key: 'a', now: NOW })).toBe('sealed-other');
      expect(await references.find({ tenant: 'T1', key: 'b', now: NOW })).toBeNull();
      expect(await references.find({ tenant: 'T3', key: 'a', now: NOW })).toBeNull();
    });

    it('as they were kept last, and as long as was said last', async () => {
      const { references } = await open();
      await references.keep({ tenant: 'T1', key: 'a', owner: '', value: 'old', until: NOW + 5_000 });
      await references.keep({ tenant: 'T1', key: 'a', owner: '', value: 'new', until });
      expect(await references.find({ tenant: 'T1', key: 'a', now: until - 1 })).toBe('new');
      expect(await references.find({ tenant: 'T1', key: 'a', now: until })).toBeNull();
    });

    it('until they are swept, and says how many were', async () => {
      const { references, conversations } = await open();
      for (const [key, more] of [
        ['a', 0],
        ['b', 10],
        ['c', 1_000],
      ] as const) {
        await references.keep({ tenant: 'T1', key, owner: '', value: key, until: until + more });
      }
      await references.keep({ tenant: 'T1', key: 'a', owner: '', value: 'kept again', until: until + 2_000 });
      expect(await conversations.sweep({ now: until + 9 })).toBe(0);
      expect(await conversations.sweep({ now: until + 10 })).toBe(1);
      expect(await conversations.sweep({ now: until + 10 })).toBe(0);
      // As if the clock had been set back: it is not only hidden, it is gone.
      expect(await references.find({ tenant: 'T1', key: 'b', now: NOW })).toBeNull();
      expect(await references.find({ tenant: 'T1', key: 'a', now: NOW })).toBe('kept again');
      expect(await references.find({ tenant: 'T1', key: 'c', now: NOW })).toBe('c');
    });

    it('and finds those of one person’s own chats, and forgets one', async () => {
      const { references, conversations } = await open();
      const keep = (key: string, owner: string, tenant = 'T1') =>
        references.keep({ tenant, key, owner, value: `sealed-${key}`, until });
      for (const key of ['a', 'b', 'c', 'd']) await keep(key, 'teams:u1');
      await keep('e', 'teams:u2');
      await keep('f', '');
      await keep('g', 'teams:u1', 'T2');
      // A chat that turned out to be somebody else's is theirs.
      await keep('d', 'teams:u2');
      const of = async (owner: string, now = NOW) =>
        (await references.of({ tenant: 'T1', owner, now })).toSorted((x, y) => (x.key < y.key ? -1 : 1));
      expect(await of('teams:u1')).toEqual(
        ['a', 'b', 'c'].map((key) => ({ key, value: `sealed-${key}`, until: NOW + 1_000 })),
      );
      expect(await of('')).toEqual([]);
      expect(await of('teams:u1', until)).toEqual([]);
      await references.forget({ tenant: 'T1', key: 'b' });
      await references.forget({ tenant: 'T1', key: 'never kept' });
      expect((await of('teams:u1')).map(({ key }) => key)).toEqual(['a', 'c']);
      expect(await references.find({ tenant: 'T1', key: 'b', now: NOW })).toBeNull();
      expect(await conversations.sweep({ now: until })).toBe(6);
    });

    it('under any tenant and key, one never for another', async () => {
      const { references } = await open();
      const part = fc.string({ unit: fc.constantFrom('a', '{', '}', ':', '|', '%', '*', '\u0000', 'ß') });
      await fc.assert(
        fc.asyncProperty(part, part, part, part, async (tenant, key, otherTenant, otherKey) => {
          fc.pre(tenant !== otherTenant || key !== otherKey);
          await references.keep({ tenant, key, owner: '', value: 'one', until });
          await references.keep({ tenant: otherTenant, key: otherKey, owner: '', value: 'other', until });
          expect(await references.find({ tenant, key, now: NOW })).toBe('one');
        }),
        { numRuns: 50 },
      );
    });
  });
};
