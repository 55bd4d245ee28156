import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pausedUntil, type TokenBucket, takenFrom } from '../../src/core/budget.ts';
import { NOW } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const KEY = 'slack|T1|chat.delete';
const RATE = { perMinute: 60, burst: 5 };

/** What every store counts of calls to the platforms. */
export const budgetsContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} counts calls`, () => {
    it('up to what may come at once, then as they come in, and says when the next one does', async () => {
      const { budgets } = await open();
      const take = (want: number, inMs: number) => budgets.take({ key: KEY, want, ...RATE, now: NOW + inMs });
      expect(await take(3, 0)).toEqual({ granted: 3, nextAt: NOW });
      expect(await take(3, 0)).toEqual({ granted: 2, nextAt: NOW + 1_000 });
      expect(await take(1, 999)).toEqual({ granted: 0, nextAt: NOW + 1_000 });
      expect(await take(1, 1_000)).toEqual({ granted: 1, nextAt: NOW + 1_000 });
      expect(await take(9, 3_600_000)).toEqual({ granted: 5, nextAt: NOW + 3_601_000 });
    });

    it('of each key by itself', async () => {
      const { budgets } = await open();
      for (const key of [KEY, 'slack|T2|chat.delete', 'teams|T1|all'])
        expect((await budgets.take({ key, want: 9, ...RATE, now: NOW })).granted).toBe(5);
    });

    it('and leaves to others what is theirs', async () => {
      const { budgets } = await open();
      const take = (want: number, leave: number) => budgets.take({ key: KEY, want, ...RATE, leave, now: NOW });
      expect(await take(9, 2)).toEqual({ granted: 3, nextAt: NOW + 1_000 });
      expect(await take(9, 0)).toEqual({ granted: 2, nextAt: NOW + 1_000 });
      // One that would leave more than there ever is gets some all the same.
      expect((await budgets.take({ key: 'k', want: 9, ...RATE, leave: 100, now: NOW })).granted).toBe(1);
    });

    it('none while the platform said to wait, and few after that', async () => {
      const { budgets } = await open();
      const take = (want: number, inMs: number) => budgets.take({ key: KEY, want, ...RATE, now: NOW + inMs });
      await budgets.pause({ key: KEY, until: NOW + 30_000 });
      await budgets.pause({ key: KEY, until: NOW + 10_000 });
      expect(await take(1, 29_999)).toEqual({ granted: 0, nextAt: NOW + 30_000 });
      expect(await take(5, 30_000)).toEqual({ granted: 1, nextAt: NOW + 31_000 });
      expect((await budgets.take({ key: 'another', want: 5, ...RATE, now: NOW })).granted).toBe(5);
    });

    it('never more within any time than come in then, and what may come at once, however many ask', async () => {
      const { budgets } = await open();
      const asked = Array.from({ length: 200 }, (_, at) =>
        budgets.take({ key: KEY, want: 1 + (at % 3), ...RATE, now: NOW + at * 50 }),
      );
      const granted = (await Promise.all(asked)).reduce((sum, one) => sum + one.granted, 0);
      expect(granted).toBeLessThanOrEqual(5 + 10);
      expect(granted).toBeGreaterThanOrEqual(5 + 9);
    });

    it('as they are counted on paper, under any sequence of calls', async () => {
      const { budgets } = await open();
      let run = 0;
      const call = fc.record({
        want: fc.integer({ min: 1, max: 8 }),
        leave: fc.nat(3),
        afterMs: fc.constantFrom(0, 1, 333, 1_000, 20_000, -500),
        pauseMs: fc.option(fc.constantFrom(700, 30_000), { nil: null, freq: 6 }),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(call, { maxLength: 25 }),
          fc.constantFrom(45, 60, 2_520, 7),
          fc.constantFrom(1, 2, 5),
          async (calls, perMinute, burst) => {
            run += 1;
            const key = `run ${run}`;
            let paper: TokenBucket | null = null;
            let now = NOW;
            for (const { want, leave, afterMs, pauseMs } of calls) {
              now += afterMs;
              if (pauseMs !== null) {
                await budgets.pause({ key, until: now + pauseMs });
                paper = pausedUntil(paper, now + pauseMs);
              }
              const taking = { want, perMinute, burst, leave, now };
              const { bucket, granted, nextAt } = takenFrom(paper, taking);
              paper = bucket;
              expect(await budgets.take({ key, ...taking })).toEqual({ granted, nextAt });
            }
          },
        ),
        { numRuns: 60 },
      );
    });
  });
};
