import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { until } from '../support/until.ts';
import { NOW } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const windowMs = 60_000;
const start = NOW - (NOW % windowMs);

/** What every counter promises. */
export const countersContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} counts`, () => {
    it('from one, each key and each window for itself', async () => {
      const { counters } = await open();
      expect(await counters.read({ key: 'a', windowMs, now: start })).toBe(0);
      expect(await counters.add({ key: 'a', windowMs, now: start })).toBe(1);
      expect(await counters.add({ key: 'a', windowMs, now: start })).toBe(2);
      expect(await counters.add({ key: 'b', windowMs, now: start })).toBe(1);
      expect(await counters.add({ key: 'a', windowMs: 1_000, now: start })).toBe(1);
      expect(await counters.read({ key: 'a', windowMs, now: start })).toBe(2);
    });

    it('what is past less and less, and nothing after two windows', async () => {
      const { counters } = await open();
      for (let i = 0; i < 10; i++) await counters.add({ key: 'a', windowMs, now: start });
      const read = (ms: number): Promise<number> => counters.read({ key: 'a', windowMs, now: start + ms });
      expect(await read(windowMs - 1)).toBe(10);
      expect(await read(windowMs)).toBe(10);
      expect(await read(windowMs * 1.5)).toBe(5);
      expect(await read(windowMs * 1.95)).toBe(1);
      expect(await read(windowMs * 2)).toBe(0);
    });

    it('on where a clock was set back', async () => {
      const { counters } = await open();
      await counters.add({ key: 'a', windowMs, now: start + windowMs });
      expect(await counters.add({ key: 'a', windowMs, now: start })).toBe(2);
      expect(await counters.read({ key: 'a', windowMs, now: start + windowMs })).toBe(2);
    });

    it('shares at once, without a trip, and brings them to where everybody reads', async () => {
      const { counters } = await open();
      const at = { key: 's', windowMs, now: start };
      expect([counters.share(at), counters.share(at), counters.share({ ...at, key: 't' })]).toEqual([1, 2, 1]);
      await until(async () => (await counters.read(at)) === 2);
      expect(counters.share(at)).toBe(3);
      await until(async () => (await counters.read(at)) === 3);
      expect(await counters.read({ ...at, key: 't' })).toBe(1);
    });

    it('what others added in the next share after its own was brought', async () => {
      const { counters } = await open();
      const at = { key: 's', windowMs, now: start };
      for (let i = 0; i < 5; i++) await counters.add(at);
      expect(counters.share(at)).toBe(1);
      await until(async () => (await counters.read(at)) === 6);
      await until(() => counters.share(at) > 6);
    });

    it('shares less and less with time, as everything else', async () => {
      const { counters } = await open();
      for (let i = 0; i < 10; i++) counters.share({ key: 's', windowMs, now: start });
      expect(counters.share({ key: 's', windowMs, now: start + windowMs * 1.5 })).toBe(6);
      expect(counters.share({ key: 's', windowMs, now: start + windowMs * 3 })).toBe(1);
    });

    it('every one of many at once', async () => {
      const { counters } = await open();
      const all = Array.from({ length: 25 }, () => counters.add({ key: 'a', windowMs, now: start }));
      expect((await Promise.all(all)).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
    });

    it('never less than its current window nor more than both windows hold', async () => {
      const store = await open();
      let key = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(20_000), { minLength: 1, maxLength: 30 }), async (gaps) => {
          key += 1;
          const times: number[] = [];
          let now = start;
          for (const gap of gaps) {
            now += gap;
            times.push(now);
            const counted = await store.counters.add({ key: `k${key}`, windowMs, now });
            const bucket = Math.floor(now / windowMs) * windowMs;
            expect(counted).toBeGreaterThanOrEqual(times.filter((at) => at >= bucket).length);
            expect(counted).toBeLessThanOrEqual(times.filter((at) => at >= bucket - windowMs).length);
          }
        }),
        { numRuns: 20 },
      );
    });
  });
};
