/** Takes the entries of the audit logs to where else they go: in order, without gaps, and at least once, whatever ends in between. */
import type { AuditCopy, CopiedEntry, Cursors } from './audit-copy-ports.ts';
import { codeOf, hasCode } from './errors.ts';
import type { Clock, Log } from './ports.ts';

/** What nobody waits for is looked at so often, ms. */
const LOOK_MS = 1_000;

/** After a failure, ms; twice as long after each further one. */
const FIRST_PAUSE_MS = 1_000;
const MOST_PAUSE_MS = 60_000;

/** A sink that never confirms is believed to have what it was handed so long ago over a connection that still stands, ms. */
const SETTLED_MS = 10_000;

/** Whoever is behind for so long is warned of, ms; and what lasts is said again after as long. */
const BEHIND_MS = 60_000;

/** Writes of which it is not known yet whether they arrived; each is a batch. */
const MOST_UNSETTLED = 1_000;

/** A stretch of one log. */
export interface Stretch {
  readonly entries: readonly CopiedEntry[];
  /** The index behind it: from there on it goes on, also where entries were pruned or there are none. */
  readonly next: number;
  /** The signed checkpoint for exactly so many entries; null: there is none. */
  readonly note: string | null;
}

export interface Followed {
  /** The logs to follow and how many entries of each are on stable storage. */
  logs(): Promise<readonly { readonly origin: string; readonly size: number }[]>;
  /** From that index on, a few hundred kilobytes at most. */
  read(o: { readonly origin: string; readonly from: number; readonly size: number }): Promise<Stretch>;
}

export interface Behind {
  /** Entries that were not sent yet, or of which it is not known that they arrived. */
  readonly entries: number;
  /** For how long there have been any without a break, ms. */
  readonly ms: number;
}

export interface Following {
  start(): void;
  behind(): Behind;
  /** Sends what is left, as far as it goes in that time, and lets go of the sink. Never rejects. */
  stop(o: { readonly graceMs: number }): Promise<void>;
}

interface Progress {
  sent: number;
  /** What the cursor says: from there on it is sent again where anything is in doubt. */
  kept: number;
  unsettled: readonly { readonly next: number; readonly at: number }[];
  size: number;
}

/** `role`: what the log and the metrics call it. One that fails is tried again for ever, with pauses, and nothing else waits for it. */
export const createFollowing = (o: {
  readonly role: 'copy' | 'stream';
  readonly sink: AuditCopy;
  readonly followed: Followed;
  readonly cursors: Cursors;
  readonly clock: Clock;
  readonly log: Log;
}): Following => {
  const { role, sink, followed, cursors, clock, log } = o;
  const ending = new AbortController();
  const givenUp = new AbortController();
  const progress = new Map<string, Progress>();
  let loop: Promise<void> = Promise.resolve();
  let breaks = sink.breaks();
  let behindSince: number | null = null;
  let [warnedAt, failedAt] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];

  const progressOf = async (origin: string, size: number): Promise<Progress> => {
    const known = progress.get(origin);
    if (known !== undefined) return known;
    const kept = await cursors.load({ origin, to: sink.name });
    // Only what is on stable storage is sent: a cursor beyond that is of another log, or was altered.
    const next = kept > size ? 0 : kept;
    const begun: Progress = { sent: next, kept: next, unsettled: [], size: 0 };
    progress.set(origin, begun);
    return begun;
  };
  const keep = async (origin: string, its: Progress, next: number): Promise<void> => {
    if (next <= its.kept) return;
    await cursors.save({ origin, to: sink.name, next });
    its.kept = next;
  };
  /** What was handed over shortly before a connection broke is sent once more. */
  const goBack = (): void => {
    if (sink.breaks() === breaks) return;
    breaks = sink.breaks();
    for (const its of progress.values()) {
      its.sent = its.kept;
      its.unsettled = [];
    }
  };
  const settle = async (origin: string, its: Progress, before: number): Promise<void> => {
    const settled = its.unsettled.filter(({ at }) => at <= before);
    its.unsettled = its.unsettled.filter(({ at }) => at > before);
    const last = settled.at(-1);
    if (last !== undefined) await keep(origin, its, last.next);
  };

  /** One stretch of one log; false: there was nothing to send. */
  const advance = async (origin: string, size: number): Promise<boolean> => {
    // Nobody can tell yet whether the cursor is its.
    if (size === 0) return false;
    const its = await progressOf(origin, size);
    its.size = size;
    goBack();
    await settle(origin, its, clock.now() - SETTLED_MS);
    if (its.sent >= size || its.unsettled.length >= MOST_UNSETTLED) return false;
    const { entries, next, note } = await followed.read({ origin, from: its.sent, size });
    if (next <= its.sent) return false;
    const from = breaks;
    if (entries.length > 0) await sink.write({ origin, entries, note }, givenUp.signal);
    // A connection that broke as this was handed over says nothing about what came before it.
    if (sink.breaks() !== from) return true;
    its.sent = next;
    if (sink.confirms) await keep(origin, its, next);
    else its.unsettled = [...its.unsettled, { next, at: clock.now() }];
    return true;
  };

  const look = async (): Promise<boolean> => {
    let more = false;
    for (const { origin, size } of await followed.logs()) {
      try {
        more = (await advance(origin, size)) || more;
      } catch (error) {
        if (hasCode(error, 'audit-copy-unavailable')) throw error;
        // One log that cannot be read, or whose cursor cannot be kept, holds up no other.
        failed(error);
      }
    }
    return more;
  };

  const behind = (): Behind => {
    const entries = [...progress.values()].reduce((sum, { size, kept, sent, unsettled }) => {
      // What waits only to be believed is no backlog.
      const done = unsettled.length === 0 ? kept : sent;
      return sum + Math.max(0, size - done);
    }, 0);
    return { entries, ms: behindSince === null ? 0 : clock.now() - behindSince };
  };
  const watch = (): void => {
    const now = clock.now();
    const { entries } = behind();
    behindSince = entries === 0 ? null : (behindSince ?? now);
    if (behindSince === null || now - behindSince < BEHIND_MS || now - warnedAt < BEHIND_MS) return;
    warnedAt = now;
    log.warn('audit-copy.behind', { name: role, count: entries, ms: now - behindSince });
  };
  const failed = (error: unknown): void => {
    if (clock.now() - failedAt < BEHIND_MS) return;
    failedAt = clock.now();
    log.warn('audit-copy.failed', { name: role, code: codeOf(error) });
  };

  const run = async (): Promise<void> => {
    let pauseMs = 0;
    while (!ending.signal.aborted) {
      const more = await look().then(
        (found) => {
          pauseMs = 0;
          return found;
        },
        (error: unknown) => {
          failed(error);
          pauseMs = Math.min(MOST_PAUSE_MS, pauseMs === 0 ? FIRST_PAUSE_MS : pauseMs * 2);
          return false;
        },
      );
      watch();
      if (!more) await clock.sleep(pauseMs === 0 ? LOOK_MS : pauseMs, ending.signal);
    }
  };

  /** Until nothing is left to send; gives up at the first failure. */
  const drain = async (signal: AbortSignal): Promise<void> => {
    let more = true;
    while (more && !signal.aborted) more = await look();
  };

  return {
    start: () => {
      loop = run();
    },
    behind,
    stop: async ({ graceMs }) => {
      ending.abort();
      const over = new AbortController();
      const rest = async (): Promise<void> => {
        await loop;
        await drain(over.signal);
      };
      await Promise.race([rest().catch(failed), clock.sleep(graceMs, over.signal)]);
      over.abort();
      givenUp.abort();
      const arrived = await sink.close({ graceMs }).catch(() => false);
      if (!arrived || sink.breaks() !== breaks) return;
      for (const [origin, its] of progress) await settle(origin, its, Number.POSITIVE_INFINITY).catch(failed);
    },
  };
};
