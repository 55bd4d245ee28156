/** Turns within windows of time, first come, first served: one line of callers. */
import type { Clock } from '../../core/ports.ts';
import type { Window } from './pace.ts';

/** Added to every window, for clocks that do not tick alike. ms. */
const MARGIN_MS = 50;

/** Turns that were promised to whoever was sent away: so many are told apart. */
const MOST_PROMISED = 1_000;

export type Taken = { readonly ok: true } | { readonly ok: false; readonly afterMs: number };

/** One line: of a method in a workspace, or of a channel in it. */
export interface Line {
  /**
   * Resolves when the call may be made, which is by `until` at the latest (ms since the epoch); else says at once, or when it turns out,
   * in how many ms to come again. Each that is sent away is told another time. Who has a turn must give it back by `over`.
   */
  take(o: { readonly until: number }): Promise<Taken>;
  /** The call was answered, or was not made after all. Only now is it known when Slack counted it at the latest. */
  over(made: boolean): void;
  /** None before this time, ms since the epoch. */
  hold(until: number): void;
  /** Whether it would be the same if it were forgotten. */
  idle(): boolean;
}

/** Who waits in lines that belong together: each waiting caller holds a place that others need. */
export interface Crowd {
  waiting: number;
  /** No more of them wait; the others are sent away. */
  readonly most: number;
}

export const createLine = (o: {
  readonly windows: readonly Window[];
  readonly clock: Clock;
  readonly crowd: Crowd;
}): Line => {
  const { windows, clock, crowd } = o;
  const longestMs = Math.max(...windows.map(([, withinMs]) => withinMs)) + MARGIN_MS;
  /** When calls were over, in order. Those under way count as if they were over now. */
  let done: number[] = [];
  let flying = 0;
  let waiting = 0;
  let heldUntil = 0;
  let promised: number[] = [];
  let last: Promise<unknown> = Promise.resolve();

  /** As many go by in the long run, ms for each. */
  const eachMs = Math.max(...windows.map(([most, withinMs]) => withinMs / most));

  let seenAt = Number.NEGATIVE_INFINITY;
  /** The time. Where the clock was set back, so is all that was noted by it: nothing waits for a time to come a second time. */
  const time = (): number => {
    const now = clock.now();
    const back = seenAt - now;
    if (back > 0) {
      done = done.map((at) => at - back);
      promised = promised.map((at) => at - back);
      if (heldUntil > 0) heldUntil -= back;
    }
    seenAt = now;
    return now;
  };

  /** When there is a turn for whoever comes behind so many others, if no call takes longer than now. */
  const turnAt = (behind: number): number => {
    const now = time();
    const times = windows.map(([most, withinMs]) => {
      const span = withinMs + MARGIN_MS;
      const rounds = Math.floor(behind / most);
      // So many may be in the window beside this one.
      const room = most - 1 - (behind % most);
      const oldest = done.length + flying - room - 1;
      const ends = oldest < 0 ? Number.NEGATIVE_INFINITY : (done[oldest] ?? now) + span;
      return Math.max(now, ends) + rounds * span;
    });
    // What was held back does not come all at once.
    return Math.max(heldUntil > now ? heldUntil + behind * eachMs : now, ...times);
  };

  const tidy = (): void => {
    const now = time();
    const from = done.findIndex((at) => at > now - longestMs);
    if (from !== 0) done = from < 0 ? [] : done.slice(from);
    if ((promised[0] ?? now) <= now) promised = promised.filter((at) => at > now);
  };

  const sentAway = (): Taken => {
    const now = time();
    const at = turnAt(waiting + promised.length);
    if (promised.length < MOST_PROMISED) promised.push(at);
    return { ok: false, afterMs: Math.max(1, at - now) };
  };

  /** For whoever is first in the line. */
  const wait = async (until: number): Promise<boolean> => {
    for (;;) {
      tidy();
      const at = turnAt(0);
      if (at <= time()) {
        flying += 1;
        return true;
      }
      if (at > until) return false;
      await clock.sleep(at - time());
    }
  };

  return {
    take: async ({ until }) => {
      tidy();
      if (waiting === 0 && turnAt(0) <= time()) {
        flying += 1;
        return { ok: true };
      }
      if (crowd.waiting >= crowd.most || turnAt(waiting) > until) return sentAway();
      waiting += 1;
      crowd.waiting += 1;
      const turn = last.then(() => wait(until));
      last = turn;
      const ok = await turn;
      waiting -= 1;
      crowd.waiting -= 1;
      return ok ? { ok } : sentAway();
    },
    over: (made) => {
      flying -= 1;
      if (made) done.push(time());
    },
    hold: (until) => {
      time();
      heldUntil = Math.max(heldUntil, until);
    },
    idle: () => {
      tidy();
      return flying === 0 && waiting === 0 && done.length === 0 && promised.length === 0 && heldUntil <= time();
    },
  };
};
