/**
 * Counting calls before they are made, so that a platform need not refuse them. A bucket fills at its rate up to its burst;
 * a call takes one token. Kept in the store, so that all processes together keep to it.
 */

import type { Budgets } from './ports.ts';

/** What one call takes. A bucket fills by its calls a minute each ms, so that all numbers are whole and every store counts alike. */
const TOKEN = 60_000;

export interface TokenBucket {
  /** In parts of a call, of which 60,000 are one. */
  readonly tokens: number;
  /** Up to when it was filled, ms since the epoch. */
  readonly at: number;
  readonly pausedUntil: number;
}

export interface Taking {
  readonly want: number;
  readonly perMinute: number;
  readonly burst: number;
  /** Stay for others. */
  readonly leave?: number;
  readonly now: number;
}

/** What a key that was never seen holds: all that may come at once. */
const filled = (bucket: TokenBucket | null, { burst, perMinute, now }: Taking): TokenBucket => {
  if (bucket === null) return { tokens: burst * TOKEN, at: now, pausedUntil: 0 };
  const passed = Math.max(0, now - bucket.at);
  const tokens = Math.min(burst * TOKEN, bucket.tokens + passed * perMinute);
  return { ...bucket, tokens, at: Math.max(bucket.at, now) };
};

/** As many as there are, of those that are wanted; and when to come again. */
export const takenFrom = (
  kept: TokenBucket | null,
  o: Taking,
): { readonly bucket: TokenBucket; readonly granted: number; readonly nextAt: number } => {
  const bucket = filled(kept, o);
  if (bucket.pausedUntil > o.now) return { bucket, granted: 0, nextAt: bucket.pausedUntil };
  const leave = Math.min(o.leave ?? 0, o.burst - 1);
  const granted = Math.max(0, Math.min(o.want, Math.floor(bucket.tokens / TOKEN) - leave));
  const tokens = bucket.tokens - granted * TOKEN;
  if (granted === o.want) return { bucket: { ...bucket, tokens }, granted, nextAt: o.now };
  const missing = ((1 + leave) * TOKEN - tokens) / o.perMinute;
  return { bucket: { ...bucket, tokens }, granted, nextAt: Math.max(bucket.at, o.now) + Math.ceil(missing) };
};

/** After a pause the calls begin slowly: the platform has said that it was too many. */
export const pausedUntil = (kept: TokenBucket | null, until: number): TokenBucket => ({
  tokens: Math.min(TOKEN, kept?.tokens ?? TOKEN),
  at: Math.max(kept?.at ?? 0, until),
  pausedUntil: Math.max(kept?.pausedUntil ?? 0, until),
});

/** A bound for the memory: the bucket that was unused longest is forgotten, and then is full. */
const MOST_BUCKETS = 10_000;

/** Of a process that is alone: its memory counts for everybody. */
export const createMemoryBudgets = (): Budgets => {
  const buckets = new Map<string, TokenBucket>();
  const keep = (key: string, bucket: TokenBucket): void => {
    buckets.delete(key);
    buckets.set(key, bucket);
    const oldest = buckets.keys().next();
    if (buckets.size > MOST_BUCKETS && oldest.done === false) buckets.delete(oldest.value);
  };
  return {
    take: async ({ key, ...taking }) => {
      const { bucket, granted, nextAt } = takenFrom(buckets.get(key) ?? null, taking);
      keep(key, bucket);
      return { granted, nextAt };
    },
    pause: async ({ key, until }) => keep(key, pausedUntil(buckets.get(key) ?? null, until)),
  };
};

/**
 * A few calls that this process may make at once, taken from the common budget behind them: whoever asks never waits for the
 * store. So a process may be ahead of the budget by its share, and no more.
 */
export interface LocalShare {
  /** 0: go, it is counted. Otherwise so many ms until it is worth asking again. */
  use(): number;
  /** The platform said to wait: none is given before. */
  hold(until: number): void;
}

/** The store was away, or is being asked just now: worth asking again after so long, ms. */
const SOON_MS = 10;
const AWAY_MS = 1_000;

export const createLocalShare = (o: {
  readonly size: number;
  readonly now: () => number;
  readonly take: (want: number) => Promise<{ readonly granted: number; readonly nextAt: number }>;
}): LocalShare => {
  let have = o.size;
  let nextAt = 0;
  let filling = false;
  let heldUntil = 0;

  const fill = async (): Promise<void> => {
    filling = true;
    try {
      while (have < o.size && o.now() >= nextAt) {
        const want = o.size - have;
        const taken = await o.take(want);
        if (heldUntil > o.now()) break;
        have += taken.granted;
        if (taken.granted < want) nextAt = taken.nextAt;
      }
    } catch {
      nextAt = o.now() + AWAY_MS;
    } finally {
      filling = false;
    }
  };

  return {
    hold: (until) => {
      // What was fetched ahead is of before, and would come all at once.
      have = 0;
      heldUntil = Math.max(heldUntil, until);
      nextAt = Math.max(nextAt, until);
    },
    use: () => {
      if (heldUntil > o.now()) return heldUntil - o.now();
      const allowed = have >= 1;
      if (allowed) have -= 1;
      if (!filling && o.now() >= nextAt) void fill();
      return allowed ? 0 : nextAt > o.now() ? nextAt - o.now() : SOON_MS;
    },
  };
};
