/** Sliding counts in memory. */
import type { Counters } from '../../../src/core/ports.ts';
import { createShares } from '../../../src/core/shared-counts.ts';
import { type Buckets, slidingCount, turned } from '../../../src/core/stored.ts';
import type { Shelf, Tables } from './tables.ts';

interface Sliding {
  readonly key: string;
  readonly windowMs: number;
  readonly now: number;
}

const nameOf = ({ key, windowMs }: Sliding): string => `${windowMs} ${key}`;

const addMany = ({ counts }: Tables, o: Sliding & { readonly by: number }): Buckets => {
  const before = turned(o, counts.get(nameOf(o)) ?? null);
  const after = { ...before, current: before.current + o.by };
  counts.set(nameOf(o), after);
  return after;
};

/** Adds one, within a verb of somebody else's. */
export const countIn = (tables: Tables, o: Sliding): number => slidingCount(o, addMany(tables, { ...o, by: 1 }));

export const createCounters = ({ tables }: Shelf): Counters => {
  const shares = createShares({
    add: async (all) => all.map((one) => addMany(tables, one)),
    // Brought as soon as nothing else happens: no time passes here.
    waiting: () => queueMicrotask(() => void shares.reconcile()),
  });
  return {
    add: async (o) => countIn(tables, o),
    share: shares.share,
    read: async (o) => slidingCount(o, turned(o, tables.counts.get(nameOf(o)) ?? null)),
  };
};
