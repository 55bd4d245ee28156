import { describe, expect, it } from '@jest/globals';
import type { Restriction } from '../../src/core/types.ts';
import { liftIn, publishIn } from '../support/restricting.ts';
import { type MakeStore, storesOf } from './opening.ts';

const restriction = (id: string, o: Partial<Restriction> = {}): Restriction => ({
  id,
  title: `Title of ${id}`,
  forbids: ['salary', 'leave.balance'],
  exceptGroups: ['payroll'],
  places: [],
  appliesTo: [],
  from: null,
  contact: {},
  rights: {},
  suspendedUntil: null,
  countries: ['DE'],
  until: '2030-01-01T00:00:00.000Z',
  words: { en: 'Not now, please.', de: 'Bitte jetzt nicht.' },
  ...o,
});

/** What every keeper of restrictions promises. */
export const restrictionsContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} keeps restrictions`, () => {
    it('whole, by id, and begins with none', async () => {
      const { restrictions } = await open();
      expect((await restrictions.current()).restrictions).toEqual([]);
      const bare = restriction('b', {
        exceptGroups: [],
        places: [],
        appliesTo: [],
        from: null,
        contact: {},
        rights: {},
        suspendedUntil: null,
        countries: [],
        until: null,
        words: {},
      });
      await publishIn(restrictions, { restriction: bare });
      await publishIn(restrictions, { restriction: restriction('a') });
      expect((await restrictions.current()).restrictions).toEqual([restriction('a'), bare]);
    });

    it('in their newest wording', async () => {
      const { restrictions } = await open();
      await publishIn(restrictions, { restriction: restriction('a') });
      await publishIn(restrictions, { restriction: restriction('a', { forbids: ['salary'] }) });
      expect((await restrictions.current()).restrictions).toEqual([restriction('a', { forbids: ['salary'] })]);
    });

    it('under a version that rises with every change', async () => {
      const { restrictions } = await open();
      const before = (await restrictions.current()).version;
      const published = await publishIn(restrictions, { restriction: restriction('a') });
      expect(published).toBeGreaterThan(before);
      const again = await publishIn(restrictions, { restriction: restriction('a') });
      expect(again).toBeGreaterThan(published);
      const lifted = await liftIn(restrictions, { id: 'a' });
      expect(lifted).toBeGreaterThan(again);
      expect(await restrictions.current()).toEqual({ version: lifted, restrictions: [] });
    });

    it('as they are where there is nothing to lift', async () => {
      const { restrictions } = await open();
      const version = await publishIn(restrictions, { restriction: restriction('a') });
      expect(await liftIn(restrictions, { id: 'other' })).toBe(version);
      expect((await restrictions.current()).restrictions).toHaveLength(1);
    });
  });
};
