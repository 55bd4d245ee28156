/** Sliding counts in memory. */
import type { Counters } from '../../../src/core/ports.ts';
import { slidingCount, turned } from '../../../src/core/stored.ts';
import type { Shelf, Tables } from './tables.ts';

interface Sliding {
  readonly key: string;
  readonly windowMs: number;
  readonly now: number;
}

const nameOf = ({ key, windowMs }: Sliding): string => `${windowMs} ${key}`;

/** Adds one, within a verb of somebody else's. */
export const countIn = ({ counts }: Tables, o: Sliding): number => {
  const before = turned(o, counts.get(nameOf(o)) ?? null);
  const after = { ...before, current: before.current + 1 };
  counts.set(nameOf(o), after);
  return slidingCount(o, after);
};

export const createCounters = ({ tables }: Shelf): Counters => ({
  add: async (o) => countIn(tables, o),
  read: async (o) => slidingCount(o, turned(o, tables.counts.get(nameOf(o)) ?? null)),
});
