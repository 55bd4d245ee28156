/** What is read whole, again and again, so that whoever needs it never waits for it: the rolls of directories. */
import type { Clock, Random } from '../../core/ports.ts';

/** Between two rounds, ms. */
export const EVERY_MS = 15 * 60_000;

/** After one that failed, ms. */
const AGAIN_MS = 60_000;

/** So that many processes do not ask at once, ms. */
const JITTER_MS = 10_000;

/** What was read is in force so long while no round succeeds, ms. */
export const MOST_AGE_MS = 24 * 60 * 60_000;

/** A start does not wait longer for the first round, ms; what needs it is refused until it is there. */
const START_MS = 10_000;

export interface Rounds {
  /** Goes on until `stop`; resolves once the first round has ended, however it ended, or after ten seconds without. */
  start(): Promise<void>;
  stop(): void;
}

export const createRounds = (o: {
  /** Whether it could be read whole. One that is under way as all are stopped heeds the signal, and keeps nothing. */
  readonly round: (signal: AbortSignal) => Promise<boolean>;
  readonly clock: Clock;
  readonly random: Random;
}): Rounds => {
  const stopping = new AbortController();
  const { signal } = stopping;
  return {
    start: async () => {
      const begun = new AbortController();
      const loop = async (): Promise<void> => {
        while (!signal.aborted) {
          const read = await o.round(signal).catch(() => false);
          begun.abort();
          await o.clock.sleep((read ? EVERY_MS : AGAIN_MS) + o.random.fraction() * JITTER_MS, signal);
        }
      };
      void loop();
      await o.clock.sleep(START_MS, AbortSignal.any([signal, begun.signal]));
    },
    stop: () => stopping.abort(),
  };
};
