import type { Clock } from '../../core/ports.ts';
import { type Pace, paceOf } from './pace.ts';
import { type Crowd, createLine, type Line, type Taken } from './turns.ts';

/** Calls of one method that wait at once in one workspace: more than these would only hold places that others need. */
const MOST_WAITING = 4;

/** A bound for memory, workspaces and channels together. Lines that are in use are never forgotten, for what they were told would be too. */
const MOST_LINES = 20_000;

/** Where there is no room for another line: come again in so many ms. */
const NO_ROOM_MS = 1_000;

const UNPACED = [[Number.MAX_SAFE_INTEGER, 0]] as const;

/** Looked for those that can be forgotten at most once in so many ms. */
const TIDY_EVERY_MS = 1_000;

export type Turn =
  | {
      readonly ok: true;
      /** Must be called when the answer is there, whatever it is. `waitMs`: Slack said to wait so long with this method. */
      done(o?: { readonly waitMs?: number | undefined }): void;
    }
  | { readonly ok: false; readonly afterMs: number };

export interface Call {
  readonly tenant: string;
  readonly method: string;
  /** Where it posts; absent: channels are not told apart. */
  readonly channel?: string | undefined;
}

/**
 * Keeps calls within Slack's limits before they are made, for each workspace and method by itself, so that nobody waits for another's
 * (Slack requirements 18 and 26). What Slack itself says (`Retry-After`) is kept to, to the ms.
 */
export interface Pacer {
  turn(call: Call): Promise<Turn>;
}

export const createPacer = (o: {
  readonly clock: Clock;
  /** Only what Slack itself says is kept to: for stand-ins without limits. */
  readonly unsafeUnpaced?: boolean;
}): Pacer => {
  const { clock } = o;
  const lines = new Map<string, Line>();
  const crowds = new Map<string, Crowd>();
  let tidiedAt = Number.NEGATIVE_INFINITY;

  const tidy = (): void => {
    if (Math.abs(clock.now() - tidiedAt) < TIDY_EVERY_MS) return;
    tidiedAt = clock.now();
    // A workspace's own line stays while somebody waits for a channel of it.
    for (const [key, line] of lines) if (line.idle() && (crowds.get(key)?.waiting ?? 0) === 0) lines.delete(key);
    for (const key of crowds.keys()) if (!lines.has(key)) crowds.delete(key);
  };

  /** Null: there is no room for another one. */
  const lineOf = (key: string, windows: Pace['windows'], crowd: Crowd): Line | null => {
    const found = lines.get(key);
    if (found !== undefined) return found;
    if (lines.size >= MOST_LINES) tidy();
    if (lines.size >= MOST_LINES) return null;
    const line = createLine({ windows: o.unsafeUnpaced === true ? UNPACED : windows, clock, crowd });
    lines.set(key, line);
    return line;
  };

  return {
    turn: async ({ tenant, method, channel }) => {
      const { windows, perChannel, longestWaitMs } = paceOf(method);
      const key = `${tenant} ${method}`;
      const crowd = crowds.get(key) ?? { waiting: 0, most: MOST_WAITING };
      const all = lineOf(key, windows, crowd);
      const own =
        perChannel === undefined || channel === undefined ? undefined : lineOf(`${key} ${channel}`, perChannel, crowd);
      if (all === null || own === null) return { ok: false, afterMs: NO_ROOM_MS };
      crowds.set(key, crowd);
      const limit = { until: clock.now() + longestWaitMs };
      const first: Taken = own === undefined ? { ok: true } : await own.take(limit);
      if (!first.ok) return first;
      const second = await all.take(limit);
      if (!second.ok) {
        own?.over(false);
        return second;
      }
      return {
        ok: true,
        done: ({ waitMs } = {}) => {
          own?.over(true);
          all.over(true);
          if (waitMs !== undefined) all.hold(clock.now() + waitMs);
        },
      };
    },
  };
};
