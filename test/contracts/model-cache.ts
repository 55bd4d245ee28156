import { describe, expect, it } from '@jest/globals';
import type { ModelCache } from '../../src/core/ports.ts';

const KEY = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);

/** What every cache of models promises. `again` opens the same one anew, as the next start does. */
export const modelCacheContract = (
  title: string,
  make: () => Promise<{ readonly cache: ModelCache; readonly again: () => ModelCache }>,
): void => {
  describe(`${title} keeps`, () => {
    it.each([0, 1, 31, 32, 33, 70_000])('%d bytes as they were, for the next start too', async (length) => {
      const { cache, again } = await make();
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 7) % 256);
      await cache.write(KEY, bytes);
      for (const it of [cache, again()]) expect(Uint8Array.from((await it.read(KEY)) ?? [256])).toEqual(bytes);
    });

    it('nothing under a key that nothing was written to', async () => {
      const { cache } = await make();
      expect(await cache.read(KEY)).toBeNull();
      await cache.write(KEY, Uint8Array.of(1));
      expect(await cache.read(OTHER)).toBeNull();
    });

    it('what was written last, each key its own', async () => {
      const { cache } = await make();
      await cache.write(KEY, Uint8Array.of(1));
      await cache.write(OTHER, Uint8Array.of(2));
      await cache.write(KEY, Uint8Array.of(3, 3));
      expect([...((await cache.read(KEY)) ?? [])]).toEqual([3, 3]);
      expect([...((await cache.read(OTHER)) ?? [])]).toEqual([2]);
    });

    it('one of several that are written at once, whole', async () => {
      const { cache, again } = await make();
      const all = [1, 2, 3, 4].map((n) => new Uint8Array(50_000).fill(n));
      await Promise.all(all.map((bytes, at) => (at % 2 === 0 ? cache : again()).write(KEY, bytes)));
      const kept = (await cache.read(KEY)) ?? new Uint8Array(0);
      expect(kept.length).toBe(50_000);
      expect(new Set(kept).size).toBe(1);
    });
  });
};
