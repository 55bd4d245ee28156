/** A clock whose time moves only when told. Sleepers wake in the order of their time, each at its own time. */
import type { Clock } from '../../src/core/ports.ts';

export interface FakeClock extends Clock {
  /** Moves on by `ms`; whoever is due meanwhile runs, and may sleep again, before it resolves. */
  advance(ms: number): Promise<void>;
  /** How many sleep now. */
  sleeping(): number;
}

interface Sleeper {
  readonly until: number;
  wake(): void;
}

/** A turn of the event loop and what hangs on it. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const createFakeClock = (start = 1_700_000_000_000): FakeClock => {
  let now = start;
  const sleepers = new Set<Sleeper>();

  const nextDue = (until: number): Sleeper | undefined =>
    [...sleepers].filter((sleeper) => sleeper.until <= until).toSorted((a, b) => a.until - b.until)[0];

  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true || !(ms > 0)) return resolve();
        const wake = (): void => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper: Sleeper = { until: now + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
      }),
    advance: async (ms) => {
      const target = now + ms;
      for (let due = nextDue(target); due !== undefined; due = nextDue(target)) {
        now = Math.max(now, due.until);
        due.wake();
        await settled();
      }
      now = target;
      await settled();
    },
    sleeping: () => sleepers.size,
  };
};
