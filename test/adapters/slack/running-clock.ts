import type { Clock } from '../../../src/core/ports.ts';

export interface RunningClock extends Clock {
  /** Moves on by `ms` at once; whoever is due then wakes, once. */
  jump(ms: number): void;
}

/** Runs as the real one does, and can be moved on. */
export const createRunningClock = (): RunningClock => {
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  return {
    now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true || !(ms > 0)) return resolve();
        const wake = (): void => {
          clearTimeout(timer);
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        const sleeper = { until: now() + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
      }),
    jump: (ms) => {
      ahead += ms;
      const due = [...sleepers].filter(({ until }) => until <= now());
      for (const { wake } of due) wake();
    },
  };
};
