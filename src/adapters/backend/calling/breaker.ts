/**
 * A system that failed so often in a row is left alone for a while (a circuit breaker); then one call goes to see, and nobody waits for
 * what comes of it. A system that asks to be left alone is left alone for as long as it asks.
 */
import type { Clock } from '../../../core/ports.ts';

/** Nobody is left alone for longer, ms: an end that lies further away comes from a clock that was set back. */
const MOST_MS = 10 * 60_000;

/** `nothing`: it was not asked, or what came of it says nothing about it. */
export type Turned = 'well' | 'failed' | 'nothing';

export interface Breaker {
  /** Takes the place of the one that goes to see, where it is left alone. */
  mayCall(): boolean;
  /** It failed so often, or asks for it. */
  alone(): boolean;
  /**
   * After each call that might be made. `afterMs`: it asks to be left alone for so long; null: it does not. `by`: whose question the system may
   * have failed at, by directory id; null: it would have failed at anybody's. Where one is enough of failures, one person's are too.
   */
  came(o: { readonly turned: Turned; readonly afterMs: number | null; readonly by: string | null }): void;
}

export const createBreaker = (o: {
  /** In a row. */
  readonly failures: number;
  readonly pauseMs: number;
  readonly clock: Pick<Clock, 'now'>;
  /** Each time that it changes. */
  readonly changed?: (state: 'left-alone' | 'back') => void;
}): Breaker => {
  let failed = 0;
  /** At whose questions alone it failed so far; null: at several people's, or anybody's. */
  let only: string | null = null;
  let until = 0;
  let somebodySees = false;
  let said = false;

  const say = (alone: boolean): void => {
    if (said === alone) return;
    said = alone;
    o.changed?.(alone ? 'left-alone' : 'back');
  };

  const isPaused = (): boolean => {
    const left = until - o.clock.now();
    return left > 0 && left <= MOST_MS;
  };

  return {
    alone: () => isPaused() || failed >= o.failures,
    mayCall: () => {
      if (isPaused()) return false;
      if (failed < o.failures) return true;
      if (somebodySees) return false;
      somebodySees = true;
      return true;
    },
    came: ({ turned, afterMs, by }) => {
      const now = o.clock.now();
      if (failed >= o.failures) somebodySees = false;
      if (turned === 'well') failed = 0;
      if (turned === 'failed') {
        only = failed === 0 || only === by ? by : null;
        // One person who asks what it fails at must not have it left alone for everybody.
        const most = only !== null && failed < o.failures && o.failures > 1 ? o.failures - 1 : o.failures;
        failed = Math.min(failed + 1, most);
      }
      if (turned === 'failed' && failed >= o.failures) until = now + Math.min(o.pauseMs, MOST_MS);
      if (afterMs !== null) until = Math.max(until, now + Math.min(afterMs, MOST_MS));
      say(failed >= o.failures || until > now);
    },
  };
};
