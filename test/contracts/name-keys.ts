import { describe, expect, it } from '@jest/globals';
import { type MakeStore, storesOf } from './opening.ts';

/** What every keeper of the keys of names promises. */
export const nameKeysContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} keeps by what names open`, () => {
    it('once for each person, whoever comes first', async () => {
      const { nameKeys } = await open();
      expect(await nameKeys.find({ owners: ['evan'] })).toBeNull();
      expect(await nameKeys.keep({ owners: ['evan'], value: 'sealed-1' })).toEqual({
        owner: 'evan',
        value: 'sealed-1',
      });
      expect(await nameKeys.keep({ owners: ['evan'], value: 'sealed-2' })).toEqual({
        owner: 'evan',
        value: 'sealed-1',
      });
      expect(await nameKeys.find({ owners: ['evan'] })).toEqual({ owner: 'evan', value: 'sealed-1' });
      expect(await nameKeys.find({ owners: ['erin'] })).toBeNull();
    });

    it('and gives all who come at once the same', async () => {
      const { nameKeys } = await open();
      const kept = await Promise.all(
        Array.from({ length: 20 }, (_, n) => nameKeys.keep({ owners: ['erin'], value: `sealed-${n}` })),
      );
      expect(new Set(kept.map((one) => one?.value)).size).toBe(1);
      expect(await nameKeys.find({ owners: ['erin'] })).toEqual(kept[0]);
    });

    it('knows somebody by any of their hashes, so that a new key of hashes makes no second one', async () => {
      const { nameKeys } = await open();
      await nameKeys.keep({ owners: ['old|%'], value: 'sealed' });
      const stands = { owner: 'old|%', value: 'sealed' };
      expect(await nameKeys.keep({ owners: ['new', 'old|%'], value: 'other' })).toEqual(stands);
      expect(await nameKeys.find({ owners: ['newest', 'new', 'old|%'] })).toEqual(stands);
      expect(await nameKeys.find({ owners: ['new'] })).toBeNull();
    });

    it('forgets somebody and nobody else, and what comes later is another one', async () => {
      const { nameKeys } = await open();
      for (const owner of ['evan', 'erin']) await nameKeys.keep({ owners: [owner], value: `sealed-${owner}` });
      expect(await nameKeys.forget({ owners: ['evan', 'evan', 'nobody'] })).toBe(1);
      expect(await nameKeys.forget({ owners: ['evan'] })).toBe(0);
      expect(await nameKeys.forget({ owners: [] })).toBe(0);
      expect(await nameKeys.find({ owners: ['evan'] })).toBeNull();
      expect(await nameKeys.find({ owners: ['erin'] })).toEqual({ owner: 'erin', value: 'sealed-erin' });
      expect(await nameKeys.keep({ owners: ['evan'], value: 'sealed-anew' })).toEqual({
        owner: 'evan',
        value: 'sealed-anew',
      });
    });

    it('keeps nothing for nobody', async () => {
      const { nameKeys } = await open();
      expect(await nameKeys.keep({ owners: [], value: 'sealed' })).toBeNull();
      expect(await nameKeys.find({ owners: [] })).toBeNull();
    });
  });
};
