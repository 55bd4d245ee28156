/** How many requests one process sends to a system in a minute, all of them and for one person. */
import type { Clock } from '../../../core/ports.ts';

const MINUTE_MS = 60_000;

export interface Quota {
  /** Counts one for this person; false: as many were made already, and none is. */
  take(person: string): boolean;
}

/** By the minutes of the clock: around the turn of one there may be twice as many. */
export const createQuota = (o: {
  readonly perMinute: number;
  readonly personPerMinute: number;
  readonly clock: Pick<Clock, 'now'>;
}): Quota => {
  let minute = Number.NaN;
  let all = 0;
  /** Never more people than requests. */
  const people = new Map<string, number>();
  return {
    take: (person) => {
      const now = Math.floor(o.clock.now() / MINUTE_MS);
      if (now !== minute) {
        minute = now;
        all = 0;
        people.clear();
      }
      const own = people.get(person) ?? 0;
      if (all >= o.perMinute || own >= o.personPerMinute) return false;
      all += 1;
      people.set(person, own + 1);
      return true;
    },
  };
};
