import { describe, expect, it } from '@jest/globals';
import type { Pin } from '../../src/core/ports.ts';
import { MOST_PIN_BYTES } from '../../src/core/stored-restrictions.ts';
import { NOW } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const pinOf = (pack: string, o: Partial<Pin> = {}): Pin => ({
  pack,
  at: NOW,
  by: ['fingerprint-of-hana', 'fingerprint|of hugo'],
  body: JSON.stringify({ rules: `of ${pack}`, groups: ['ß', '\u2028', '"'] }),
  ...o,
});

/** What every keeper of the approved pack promises. */
export const pinsContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} keeps which pack was approved`, () => {
    it('whole, and begins with none', async () => {
      const { pins } = await open();
      expect(await pins.current()).toBeNull();
      expect(await pins.put({ pin: pinOf('a'), expected: null })).toBe('put');
      expect(await pins.current()).toEqual(pinOf('a'));
      const first = pinOf('b', { by: [], at: NOW + 0.5, body: '' });
      expect(await pins.put({ pin: first, expected: 'a' })).toBe('put');
      expect(await pins.current()).toEqual({ ...first, at: NOW + 1 });
    });

    it('and only in the place of the one that was seen', async () => {
      const { pins } = await open();
      expect(await pins.put({ pin: pinOf('b'), expected: 'a' })).toBe('changed');
      expect(await pins.current()).toBeNull();
      const both = ['a', 'b'].map((pack) => pins.put({ pin: pinOf(pack), expected: null }));
      expect((await Promise.all(both)).toSorted()).toEqual(['changed', 'put']);
      const stands = await pins.current();
      for (const expected of [null, 'other', '']) expect(await pins.put({ pin: pinOf('c'), expected })).toBe('changed');
      expect(await pins.current()).toEqual(stands);
      // The same again, by others.
      const again = pinOf(stands?.pack ?? '', { by: ['other'] });
      expect(await pins.put({ pin: again, expected: stands?.pack ?? '' })).toBe('put');
      expect(await pins.current()).toEqual(again);
    });

    it('up to its bound, and refuses more with a sentence', async () => {
      const { pins } = await open();
      const most = pinOf('a', { body: 'x'.repeat(MOST_PIN_BYTES) });
      expect(await pins.put({ pin: most, expected: null })).toBe('put');
      expect(await pins.current()).toEqual(most);
      for (const body of ['x'.repeat(MOST_PIN_BYTES + 1), 'ß'.repeat(MOST_PIN_BYTES / 2 + 1)])
        await expect(pins.put({ pin: pinOf('b', { body }), expected: 'a' })).rejects.toMatchObject({
          code: 'pack-invalid',
        });
      expect(await pins.current()).toEqual(most);
    });
  });
};
