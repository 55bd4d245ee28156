import { describe, expect, it } from '@jest/globals';
import { type MakeStore, storesOf } from './opening.ts';

/** What every register of audit logs promises. */
export const originsContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} registers audit logs`, () => {
    it('with the size they had last, and none at first', async () => {
      const { origins } = await open();
      expect(await origins.all()).toEqual([]);
      await origins.register({ origin: 'b', size: 0 });
      await origins.register({ origin: 'a', size: 3 });
      await origins.register({ origin: 'a', size: 7 });
      expect((await origins.all()).toSorted((x, y) => x.origin.localeCompare(y.origin))).toEqual([
        { origin: 'a', size: 7 },
        { origin: 'b', size: 0 },
      ]);
    });

    it('that never shrink: a smaller size that comes late is not believed', async () => {
      const { origins } = await open();
      await origins.register({ origin: 'a', size: 7 });
      await origins.register({ origin: 'a', size: 3 });
      expect(await origins.all()).toEqual([{ origin: 'a', size: 7 }]);
    });
  });
};
