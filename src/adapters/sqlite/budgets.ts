/**
 * What the platforms take. This store has one process, so that its memory counts for everybody; a restart begins with full
 * buckets, and a platform that is asked too often by that says so itself.
 */
import { pausedUntil, type TokenBucket, takenFrom } from '../../core/budget.ts';
import type { Budgets } from '../../core/ports.ts';

/** A bound for the memory: the bucket that was unused longest is forgotten, and then is full. */
const MOST_BUCKETS = 10_000;

export const createBudgets = (): Budgets => {
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
