import type { Clock } from '../../core/ports.ts';

/**
 * What the work gives, or `late` where it takes longer than `ms`. Late work goes on, but nobody waits for it any more, and
 * its failure is nobody's either. A failure in time is thrown.
 */
export const within = async <T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | 'late'> => {
  const done = new AbortController();
  work.catch(() => undefined);
  try {
    return await Promise.race([work, clock.sleep(ms, done.signal).then(() => 'late' as const)]);
  } finally {
    done.abort();
  }
};
