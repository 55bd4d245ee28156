import { describe, expect, it } from '@jest/globals';
import type { Look, Looks } from '../../src/core/ports.ts';
import { LOOKS_MS, MOST_LOOKS } from '../../src/core/stored-looks.ts';
import { NOW } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const look = (id: string, o: Partial<Look> = {}): Look => ({ id, at: NOW, what: 'log', entries: null, ...o });

/** What every keeper of looks at people promises. */
export const looksContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);
  const put = (looks: Looks, owner: string, one: Look, now = one.at) => looks.put({ ...one, owner, now });

  describe(`${name} keeps that somebody was looked at`, () => {
    it('for the person alone, by any of their hashes, the newest first', async () => {
      const { looks } = await open();
      expect(await looks.of({ owners: ['evan'], now: NOW })).toEqual([]);
      await put(looks, 'old|%:{evan}', look('o|1%{}', { what: 'export' }));
      await put(looks, 'evan', look('o2', { at: NOW + 5, entries: 12 }));
      await put(looks, 'evan2', look('o3', { at: NOW + 9 }));
      expect(await looks.of({ owners: ['evan', 'old|%:{evan}', 'evan'], now: NOW + 9 })).toEqual([
        look('o2', { at: NOW + 5, entries: 12 }),
        look('o|1%{}', { what: 'export' }),
      ]);
      for (const owners of [['eva'], ['evan|'], ['nobody'], []])
        expect(await looks.of({ owners, now: NOW })).toEqual([]);
    });

    it('once for each order: the same again keeps when it was, and takes the number that is known by then', async () => {
      const { looks } = await open();
      await put(looks, 'evan', look('o1'));
      await put(looks, 'evan', look('o1', { at: NOW + 7, entries: 120 }));
      await put(looks, 'evan', look('o1', { at: NOW + 8 }));
      expect(await looks.of({ owners: ['evan'], now: NOW + 8 })).toEqual([look('o1', { entries: 120 })]);
      await put(looks, 'evan', look('o1', { at: NOW + 9, entries: 0 }));
      expect(await looks.of({ owners: ['evan'], now: NOW + 9 })).toEqual([look('o1', { entries: 0 })]);
    });

    it('for a year, and no longer', async () => {
      const { looks } = await open();
      await put(looks, 'evan', look('o1'));
      await put(looks, 'evan', look('o2', { at: NOW + 1 }));
      const over = NOW + LOOKS_MS;
      expect(await looks.of({ owners: ['evan'], now: over - 1 })).toHaveLength(2);
      expect(await looks.of({ owners: ['evan'], now: over })).toHaveLength(1);
      expect(await looks.sweep({ now: over - 1 })).toBe(0);
      expect(await looks.sweep({ now: over })).toBe(1);
      expect(await looks.of({ owners: ['evan'], now: NOW })).toEqual([look('o2', { at: NOW + 1 })]);
    });

    it('up to a bound, beyond which it says that it was not kept; what is there can still be counted', async () => {
      const { looks } = await open();
      for (let n = 0; n < MOST_LOOKS; n++) await put(looks, `p${n}`, look(`o${n}`));
      expect(await put(looks, 'evan', look('more'))).toBe('full');
      expect(await looks.of({ owners: ['evan'], now: NOW })).toEqual([]);
      expect(await put(looks, 'p7', look('o7', { entries: 3 }))).toBe('kept');
      expect(await put(looks, 'evan', look('more', { at: NOW + LOOKS_MS }))).toBe('kept');
    }, 60_000);
  });
};
