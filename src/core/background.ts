/** What goes on after a press was answered: few at once, some that wait their turn, and none that outlives the process's stop. */
import { codeOf } from './errors.ts';
import type { Clock, Log } from './ports.ts';

const MOST_AT_ONCE = 2;
const MOST_WAITING = 20;

export interface Background {
  /** Begins it once there is room; false: too many wait, and it will not be. `signal` ends it when the process stops. Never rejects. */
  begin(job: (signal: AbortSignal) => Promise<void>): boolean;
  /** Whether nothing more is taken just now. */
  full(): boolean;
  /** Takes no more and cuts off what runs, which has `graceMs` to say so. */
  stop(o: { readonly graceMs: number }): Promise<void>;
}

export const createBackground = ({ clock, log }: { readonly clock: Clock; readonly log: Log }): Background => {
  const stopping = new AbortController();
  const waiting: ((signal: AbortSignal) => Promise<void>)[] = [];
  const running = new Set<Promise<void>>();

  const next = (): void => {
    while (running.size < MOST_AT_ONCE) {
      const job = waiting.shift();
      if (job === undefined) return;
      const run = (async () => job(stopping.signal))()
        .catch((error: unknown) => log.error('background.failed', { code: codeOf(error) }))
        .finally(() => {
          running.delete(run);
          next();
        });
      running.add(run);
    }
  };

  const full = (): boolean => stopping.signal.aborted || waiting.length >= MOST_WAITING;

  return {
    full,
    begin: (job) => {
      if (full()) return false;
      waiting.push(job);
      next();
      return true;
    },
    stop: async ({ graceMs }) => {
      stopping.abort();
      const cut = new AbortController();
      const drained = async (): Promise<void> => {
        while (running.size > 0) await Promise.allSettled(running);
      };
      await Promise.race([drained(), clock.sleep(graceMs, cut.signal)]);
      cut.abort();
    },
  };
};
