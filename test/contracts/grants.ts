import { describe, expect, it } from '@jest/globals';
import { NOW } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

/** What every keeper of sign-ins promises. */
export const grantsContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} keeps sign-ins`, () => {
    it('of one person, and knows none of anybody else', async () => {
      const { grants } = await open();
      await grants.give({ person: 'evan', at: NOW, until: NOW + 1_000 });
      expect(await grants.lastSignIn({ person: 'evan', now: NOW })).toBe(NOW);
      expect(await grants.lastSignIn({ person: 'mona', now: NOW })).toBeNull();
    });

    it('until they are over', async () => {
      const { grants } = await open();
      await grants.give({ person: 'evan', at: NOW, until: NOW + 1_000 });
      expect(await grants.lastSignIn({ person: 'evan', now: NOW + 999 })).toBe(NOW);
      expect(await grants.lastSignIn({ person: 'evan', now: NOW + 1_000 })).toBeNull();
    });

    it('the latest that was given, and none after it was ended', async () => {
      const { grants } = await open();
      await grants.give({ person: 'evan', at: NOW, until: NOW + 1_000 });
      await grants.give({ person: 'evan', at: NOW + 10, until: NOW + 2_000 });
      expect(await grants.lastSignIn({ person: 'evan', now: NOW + 1_500 })).toBe(NOW + 10);
      await grants.end({ person: 'evan' });
      await grants.end({ person: 'evan' });
      expect(await grants.lastSignIn({ person: 'evan', now: NOW + 1_500 })).toBeNull();
    });
  });
};
