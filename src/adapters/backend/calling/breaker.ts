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
  /** After each call that might be made. `afterMs`: it asks to be left alone for so long; null: it does not. */
  came(o: { readonly turned: Turned; readonly afterMs: number | null }): void;
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
    came: ({ turned, afterMs }) => {
      const now = o.clock.now();
      if (failed >= o.failures) somebodySees = false;
      if (turned === 'well') failed = 0;
      if (turned === 'failed') failed = Math.min(failed + 1, o.failures);
      if (turned === 'failed' && failed >= o.failures) until = now + Math.min(o.pauseMs, MOST_MS);
      if (afterMs !== null) until = Math.max(until, now + Math.min(afterMs, MOST_MS));
      say(failed >= o.failures || until > now);
    },
  };
};
