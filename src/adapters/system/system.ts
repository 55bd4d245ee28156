/** The machine's own clock and randomness. */
import { randomFillSync, randomInt } from 'node:crypto';
import type { Clock, Random } from '../../core/ports.ts';

/** setTimeout fires at once when asked for more than this, so longer sleeps are taken in stretches. */
const LONGEST_TIMER_MS = 2_147_483_647;

const stretch = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });

/** Wall-clock time, ms since the epoch. A sleep keeps the process alive; abort it to let go. */
export const systemClock = (): Clock => ({
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    let left = Number.isNaN(ms) ? 0 : Math.max(0, ms);
    while (signal?.aborted !== true) {
      const now = Math.min(left, LONGEST_TIMER_MS);
      await stretch(now, signal);
      left -= now;
      if (!(left > 0)) return;
    }
  },
});

/** How finely `fraction` divides; far finer than any jitter needs. */
const PARTS = 2 ** 32;

const ID_BYTES = 16;

/** Ids for which bytes are fetched at once: one fetch costs as much as an encryption. */
const AT_ONCE = 64;

/** Randomness of the operating system. */
export const systemRandom = (): Random => {
  const pool = Buffer.alloc(ID_BYTES * AT_ONCE);
  let at = pool.length;
  const draw = (): string => {
    if (at === pool.length) {
      randomFillSync(pool);
      at = 0;
    }
    const id = pool.toString('base64url', at, at + ID_BYTES);
    // No copy of what was given is kept.
    pool.fill(0, at, at + ID_BYTES);
    at += ID_BYTES;
    return id;
  };
  return {
    id: () => {
      let id = draw();
      // On a command line it would pass for an option. One in 64 does.
      while (id.startsWith('-')) id = draw();
      return id;
    },
    fraction: () => randomInt(PARTS) / PARTS,
  };
};
