import { describe, expect, it } from '@jest/globals';
import { NOW } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const UNTIL = NOW + 60_000;

/** What every keeper of marks promises. */
export const marksContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} keeps who was told`, () => {
    it('gives the telling to the first who begins, and to nobody else meanwhile or afterwards', async () => {
      const { marks } = await open();
      const owners = ['evan'];
      expect(await marks.find({ owners })).toBeNull();
      expect(await marks.begin({ owners, now: NOW, until: UNTIL })).toBe('first');
      expect(await marks.find({ owners })).toEqual({ at: NOW, told: false });
      expect(await marks.begin({ owners, now: NOW + 59_999, until: UNTIL + 60_000 })).toBe('busy');
      await marks.done({ owners, now: NOW + 7 });
      expect(await marks.find({ owners })).toEqual({ at: NOW + 7, told: true });
      expect(await marks.begin({ owners, now: NOW + 10 ** 12, until: NOW + 10 ** 12 + 1 })).toBe('told');
    });

    it('gives it to one of many who begin at once', async () => {
      const { marks } = await open();
      const begun = await Promise.all(
        Array.from({ length: 20 }, () => marks.begin({ owners: ['erin'], now: NOW, until: UNTIL })),
      );
      expect(begun.filter((said) => said === 'first')).toHaveLength(1);
      expect(begun.filter((said) => said === 'busy')).toHaveLength(19);
    });

    it('gives it again where nobody said in time that it was done, and says that it may have been', async () => {
      const { marks } = await open();
      const owners = ['evan'];
      await marks.begin({ owners, now: NOW, until: UNTIL });
      expect(await marks.begin({ owners, now: UNTIL, until: UNTIL + 5 })).toBe('again');
      expect(await marks.begin({ owners, now: UNTIL + 1, until: UNTIL + 9 })).toBe('busy');
      expect(await marks.find({ owners })).toEqual({ at: UNTIL, told: false });
    });

    it('knows somebody by any of their hashes, so that a new key tells nobody twice', async () => {
      const { marks } = await open();
      await marks.begin({ owners: ['old|%'], now: NOW, until: UNTIL });
      await marks.done({ owners: ['new', 'old|%'], now: NOW });
      expect(await marks.begin({ owners: ['newest', 'new', 'old|%'], now: UNTIL, until: UNTIL })).toBe('told');
      expect(await marks.find({ owners: ['newest', 'old|%'] })).toMatchObject({ told: true });
      expect(await marks.find({ owners: ['newest'] })).toBeNull();
    });

    it('forgets somebody and nobody else, and what is done afterwards brings nothing back', async () => {
      const { marks } = await open();
      for (const owner of ['evan', 'erin']) await marks.begin({ owners: [owner], now: NOW, until: UNTIL });
      expect(await marks.forget({ owners: ['evan', 'evan', 'nobody'] })).toBe(1);
      expect(await marks.forget({ owners: ['evan'] })).toBe(0);
      expect(await marks.forget({ owners: [] })).toBe(0);
      await marks.done({ owners: ['evan'], now: NOW });
      expect(await marks.find({ owners: ['evan'] })).toBeNull();
      expect(await marks.find({ owners: ['erin'] })).not.toBeNull();
      expect(await marks.begin({ owners: ['evan'], now: NOW, until: UNTIL })).toBe('first');
    });
  });
};
