/**
 * Counts whose key is known only in the middle of a question, where a trip to the store would be one too many. Each process
 * counts its own share at once and brings it to the store behind the answers, about once a second; what comes back is what
 * all processes counted. So a count lacks at most what other processes added since this one last brought the same key: with N
 * processes a limit may be passed by what the others let through in a second, and never by what this one did itself. What was
 * not brought when a window ended stays uncounted elsewhere.
 */
import { type Buckets, slidingCount, turned } from './stored.ts';

/** Counts that are remembered; the longest unused is forgotten, and begins as if new here. */
const MOST_REMEMBERED = 20_000;

/** Forgotten at once, and brought at once. */
const BATCH = 500;

/** Between two times that shares are brought, ms. */
export const RECONCILE_MS = 1_000;

export interface Share {
  readonly key: string;
  readonly windowMs: number;
  readonly now: number;
}

export interface Shares {
  /** Adds one and returns the sliding count as far as this process knows it, this one included. */
  share(o: Share): number;
  /** Brings what was added here since the last time. Never rejects: what could not be brought counts here alone. */
  reconcile(): Promise<void>;
}

interface Entry {
  readonly of: Pick<Share, 'key' | 'windowMs'>;
  /** As it stood in the store, and what was added here since. */
  known: Buckets | null;
  /** Added here in the newest bucket, and not on its way yet. */
  unsent: number;
  lastAt: number;
}

export const createShares = (o: {
  /** Adds many in one go, and says how each stands then, in order. */
  readonly add: (shares: readonly (Share & { readonly by: number })[]) => Promise<readonly Buckets[]>;
  /** Something waits to be brought; called once until it was. */
  readonly waiting: () => void;
}): Shares => {
  const entries = new Map<string, Entry>();
  const unsent = new Set<Entry>();

  const entryOf = ({ key, windowMs }: Share): Entry => {
    const id = `${windowMs}|${key}`;
    const entry = entries.get(id) ?? { of: { key, windowMs }, known: null, unsent: 0, lastAt: 0 };
    entries.delete(id);
    entries.set(id, entry);
    if (entries.size > MOST_REMEMBERED) {
      for (const [oldest, forgotten] of [...entries].slice(0, BATCH)) {
        entries.delete(oldest);
        unsent.delete(forgotten);
      }
    }
    return entry;
  };

  const plus = (entry: Entry, buckets: Buckets | null, by: number): Buckets => {
    const now = turned({ windowMs: entry.of.windowMs, now: entry.lastAt }, buckets);
    return { ...now, current: now.current + by };
  };

  const bring = async (batch: readonly Entry[]): Promise<void> => {
    const shares = batch.map((entry) => ({ ...entry.of, now: entry.lastAt, by: entry.unsent }));
    for (const entry of batch) entry.unsent = 0;
    const stand = await o.add(shares).catch(() => []);
    for (const [index, entry] of batch.entries()) {
      const buckets = stand[index];
      // What came in meanwhile is not in there.
      if (buckets !== undefined) entry.known = plus(entry, buckets, entry.unsent);
    }
  };

  return {
    share: (share) => {
      const entry = entryOf(share);
      entry.lastAt = Math.max(entry.lastAt, share.now);
      const before = entry.known?.bucket;
      entry.known = plus(entry, entry.known, 1);
      entry.unsent = entry.known.bucket === before ? entry.unsent + 1 : 1;
      if (unsent.size === 0) o.waiting();
      unsent.add(entry);
      return slidingCount(share, entry.known);
    },
    reconcile: async () => {
      const all = [...unsent];
      unsent.clear();
      for (let from = 0; from < all.length; from += BATCH) await bring(all.slice(from, from + BATCH));
    },
  };
};
