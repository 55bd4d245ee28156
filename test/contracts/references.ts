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
      await references.keep({ tenant: 'T1', key: 'a', value: 'sealed-a', until });
      await references.keep({ tenant: 'T2', key: 'a', value: 'sealed-other', until });
      expect(await references.find({ tenant: 'T1', key: 'a', now: NOW })).toBe('sealed-a');
      expect(await references.find({ tenant: 'T2', key: 'a', now: NOW })).toBe('sealed-other');
      expect(await references.find({ tenant: 'T1', key: 'b', now: NOW })).toBeNull();
      expect(await references.find({ tenant: 'T3', key: 'a', now: NOW })).toBeNull();
    });

    it('as they were kept last, and as long as was said last', async () => {
      const { references } = await open();
      await references.keep({ tenant: 'T1', key: 'a', value: 'old', until: NOW + 5_000 });
      await references.keep({ tenant: 'T1', key: 'a', value: 'new', until });
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
        await references.keep({ tenant: 'T1', key, value: key, until: until + more });
      }
      await references.keep({ tenant: 'T1', key: 'a', value: 'kept again', until: until + 2_000 });
      expect(await conversations.sweep({ now: until + 9 })).toBe(0);
      expect(await conversations.sweep({ now: until + 10 })).toBe(1);
      expect(await conversations.sweep({ now: until + 10 })).toBe(0);
      // As if the clock had been set back: it is not only hidden, it is gone.
      expect(await references.find({ tenant: 'T1', key: 'b', now: NOW })).toBeNull();
      expect(await references.find({ tenant: 'T1', key: 'a', now: NOW })).toBe('kept again');
      expect(await references.find({ tenant: 'T1', key: 'c', now: NOW })).toBe('c');
    });

    it('under any tenant and key, one never for another', async () => {
      const { references } = await open();
      const part = fc.string({ unit: fc.constantFrom('a', '{', '}', ':', '|', '%', '*', '\u0000', 'ß') });
      await fc.assert(
        fc.asyncProperty(part, part, part, part, async (tenant, key, otherTenant, otherKey) => {
          fc.pre(tenant !== otherTenant || key !== otherKey);
          await references.keep({ tenant, key, value: 'one', until });
          await references.keep({ tenant: otherTenant, key: otherKey, value: 'other', until });
          expect(await references.find({ tenant, key, now: NOW })).toBe('one');
        }),
        { numRuns: 50 },
      );
    });
  });
};
