/** Days, weeks and months of UTC. */
import type { Axis, Period, Unit } from './types.ts';

export const DAY_MS = 86_400_000;

export const dayOf = (at: number): number => Math.floor(at / DAY_MS) * DAY_MS;

/** When the day, the week (from Monday) or the month begins that a moment lies in. */
export const startOf = (unit: Unit, at: number): number => {
  const day = dayOf(at);
  if (unit === 'day') return day;
  const date = new Date(day);
  if (unit === 'week') return day - ((date.getUTCDay() + 6) % 7) * DAY_MS;
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
};

/** When the next one begins. */
export const nextOf = (unit: Unit, start: number): number => {
  if (unit !== 'month') return start + (unit === 'day' ? 1 : 7) * DAY_MS;
  const date = new Date(start);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
};

export const axisOf = (unit: Unit, { since, until }: Period): Axis => {
  const starts: number[] = [];
  for (let at = startOf(unit, since); at < until; at = nextOf(unit, at)) starts.push(at);
  return { unit, starts };
};

/** A report is of at most so many days: some ten years. */
export const MOST_DAYS = 3_700;

const MOST: { readonly [U in Unit]: number } = { day: 92, week: 105, month: Number.POSITIVE_INFINITY };

/** The finest in which a chart of so long a time can be read, and those coarser than it. */
export const unitsFor = (period: Period): readonly Unit[] => {
  const all: readonly Unit[] = ['day', 'week', 'month'];
  const first = all.findIndex((unit) => axisOf(unit, period).starts.length <= MOST[unit]);
  return all.slice(first);
};
