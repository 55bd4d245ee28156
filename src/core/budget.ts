/**
 * Counting calls before they are made, so that a platform need not refuse them. A bucket fills at its rate up to its burst;
 * a call takes one token. Kept in the store, so that all processes together keep to it.
 */

export interface TokenBucket {
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
  if (bucket === null) return { tokens: burst, at: now, pausedUntil: 0 };
  const passed = Math.max(0, now - bucket.at);
  const tokens = Math.min(burst, bucket.tokens + (passed * perMinute) / 60_000);
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
  const granted = Math.max(0, Math.min(o.want, Math.floor(bucket.tokens - leave)));
  const tokens = bucket.tokens - granted;
  if (granted === o.want) return { bucket: { ...bucket, tokens }, granted, nextAt: o.now };
  const missing = ((1 + leave - tokens) * 60_000) / o.perMinute;
  return { bucket: { ...bucket, tokens }, granted, nextAt: Math.max(bucket.at, o.now) + Math.ceil(missing) };
};

/** After a pause the calls begin slowly: the platform has said that it was too many. */
export const pausedUntil = (kept: TokenBucket | null, until: number): TokenBucket => ({
  tokens: Math.min(1, kept?.tokens ?? 1),
  at: Math.max(kept?.at ?? 0, until),
  pausedUntil: Math.max(kept?.pausedUntil ?? 0, until),
});
