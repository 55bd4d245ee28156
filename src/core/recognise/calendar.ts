/** Days, weeks, months and years as whole numbers: a date has no hour and no time zone, so no clock can be changed under it. */

/** Days since 1970-01-01. */
export type Day = number;

/** First and last day of a stretch of time, both in it. */
export interface Span {
  readonly from: Day;
  readonly to: Day;
}

export type Unit = 'day' | 'week' | 'month' | 'quarter' | 'half' | 'year';

export interface Parts {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

const DAY_MS = 86_400_000;

/** Years that a date may be of; beyond them people speak of something else. */
export const FIRST_YEAR = 1970;
export const LAST_YEAR = 2099;

const FIRST: Day = 0;
const LAST: Day = Date.UTC(LAST_YEAR, 11, 31) / DAY_MS;

/** Null where there is no such day, or it is beyond the years that are spoken of. */
export const dayOf = ({ year, month, day }: Parts): Day | null => {
  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1 || day > 31) return null;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 ? date.getTime() / DAY_MS : null;
};

export const partsOf = (day: Day): Parts => {
  const date = new Date(day * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
};

/** Monday is 1, Sunday 7, as in ISO 8601. */
export const weekdayOf = (day: Day): number => ((((day + 3) % 7) + 7) % 7) + 1;

/** YYYY-MM-DD. */
export const isoDay = (day: Day): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

export const bounded = ({ from, to }: Span): Span | null =>
  from < FIRST || to > LAST || from > to ? null : { from, to };

const MONTHS: Readonly<Record<Exclude<Unit, 'day' | 'week'>, number>> = { month: 1, quarter: 3, half: 6, year: 12 };

/** The unit that so many units after (before, where negative) the one of `day`; weeks begin on Monday. Null beyond all years. */
export const unitAt = (unit: Unit, day: Day, offset: number): Span | null => {
  if (unit === 'day') return bounded({ from: day + offset, to: day + offset });
  if (unit === 'week') {
    const monday = day - weekdayOf(day) + 1 + 7 * offset;
    return bounded({ from: monday, to: monday + 6 });
  }
  const length = MONTHS[unit];
  const { year, month } = partsOf(day);
  const first = Math.floor((year * 12 + month - 1) / length) * length + offset * length;
  return monthsFrom(first, length);
};

/** `first`: months since the year 0. */
const monthsFrom = (first: number, length: number): Span | null => {
  const start = dayOf({ year: Math.floor(first / 12), month: (first % 12) + 1, day: 1 });
  const next = Date.UTC(Math.floor((first + length) / 12), (first + length) % 12, 1) / DAY_MS;
  return start === null ? null : bounded({ from: start, to: next - 1 });
};

/** The so-manieth (from 1) month, quarter or half of a year. */
export const partOfYear = (unit: 'month' | 'quarter' | 'half', number: number, year: number): Span | null => {
  const length = MONTHS[unit];
  return number < 1 || number > 12 / length ? null : monthsFrom(year * 12 + (number - 1) * length, length);
};

export const yearOf = (year: number): Span | null => monthsFrom(year * 12, 12);

/** A week by its number (ISO 8601). */
export const weekOf = (number: number, year: number): Span | null => {
  const fourth = dayOf({ year, month: 1, day: 4 });
  if (fourth === null || number < 1 || number > 53) return null;
  const week = unitAt('week', fourth, number - 1);
  // A year without a 53rd week.
  return week !== null && partsOf(week.from + 3).year === year ? week : null;
};
