/**
 * How long Redis is waited for. Only time in which this process ran counts: where it stood still itself (a machine that was held,
 * a long turn of the event loop), the answer may lie unread, and whoever gave up on it would call lost what was done.
 */

/** How often it is looked: one timer for all that waits. */
const WATCH_MS = 50;

/** Between two looks no more than this counts, ms. */
const MOST_COUNTED_MS = 250;

export interface Patience<T> {
  /** Something was asked. */
  asked(what: T): void;
  /** It has its answer, or needs none any more. */
  done(what: T): void;
  /** The server has sent something. */
  heard(): void;
  /** The connection is gone, and with it what the server owed. */
  ended(): void;
  /** How much waits. */
  size(): number;
}

export const createPatience = <T>(o: {
  readonly lateMs: number;
  readonly silentMs: number;
  /** It had no answer for `lateMs`. */
  readonly late: (what: T) => void;
  /** Something waits or was late, and the server has sent nothing for `silentMs`. */
  readonly silent: () => void;
}): Patience<T> => {
  /** What waits, and until when; the oldest first. */
  const waiting = new Map<T, number>();
  let ran = 0;
  let countedAt = 0;
  let watch: NodeJS.Timeout | null = null;
  /** Something was late, and nothing was heard since: it is still owed. */
  let owed = false;
  let quietFrom = 0;

  const count = (): number => {
    const now = performance.now();
    ran += Math.min(now - countedAt, MOST_COUNTED_MS);
    countedAt = now;
    return ran;
  };

  const look = (): void => {
    const now = count();
    for (const [what, until] of waiting) {
      if (until > now) break;
      waiting.delete(what);
      owed = true;
      o.late(what);
    }
    if ((owed || waiting.size > 0) && now - quietFrom >= o.silentMs) {
      owed = false;
      quietFrom = now;
      o.silent();
    }
    if (owed || waiting.size > 0 || watch === null) return;
    clearInterval(watch);
    watch = null;
  };

  return {
    asked: (what) => {
      if (watch === null) {
        countedAt = performance.now();
        watch = setInterval(look, WATCH_MS).unref();
      }
      const now = count();
      if (waiting.size === 0 && !owed) quietFrom = now;
      waiting.set(what, now + o.lateMs);
    },
    done: (what) => void waiting.delete(what),
    heard: () => {
      owed = false;
      quietFrom = count();
    },
    ended: () => {
      owed = false;
    },
    size: () => waiting.size,
  };
};
