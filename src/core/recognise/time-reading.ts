/** What the readers of times share: the place in a text, and which year is meant where none is said. */
import { type Day, partsOf, type Span, type Unit, unitAt, weekdayOf } from './calendar.ts';
import type { TimeToken } from './time-tokens.ts';
export interface Reading {
  readonly tokens: readonly TimeToken[];
  readonly today: Day;
  /** Which one is meant where no year is said: the last that has begun, or the next that has not ended. */
  readonly looks: 'back' | 'ahead';
  /** "5/3" is the third of May. */
  readonly monthFirst: boolean;
}

export interface Atom {
  readonly span: Span;
  readonly grain: Unit | 'several';
  /** Index of the first token behind it. */
  readonly end: number;
  /** The same in another year; null: its year was said, or it counts from today. */
  readonly inYear: ((year: number) => Span | null) | null;
}

export type Read = (c: Reading, at: number) => Atom | null;

export const wordAt = ({ tokens }: Reading, at: number): string => tokens[at]?.word ?? '';

export const fixed = (span: Span | null, grain: Atom['grain'], end: number): Atom | null =>
  span === null ? null : { span, grain, end, inYear: null };

const YEARS_AROUND = 9;

/** `strictly`: "last October" in October is another one than "October". */
export const inSomeYear = (
  c: Pick<Reading, 'today' | 'looks'>,
  inYear: (year: number) => Span | null,
  strictly = false,
): Span | null => {
  const { year } = partsOf(c.today);
  for (let away = -1; away <= YEARS_AROUND; away++) {
    const span = inYear(c.looks === 'back' ? year - away : year + away);
    if (span === null) continue;
    const fits =
      c.looks === 'back'
        ? (strictly ? span.to : span.from - 1) < c.today
        : (strictly ? span.from : span.to + 1) > c.today;
    if (fits) return span;
  }
  return null;
};

export const floating = (
  c: Reading,
  inYear: (year: number) => Span | null,
  grain: Atom['grain'],
  end: number,
): Atom | null => {
  const span = inSomeYear(c, inYear);
  return span === null ? null : { span, grain, end, inYear };
};

export const skipped = (c: Reading, at: number, words: ReadonlySet<string>): number => {
  let next = at;
  while (next < at + 3 && words.has(wordAt(c, next))) next++;
  return next;
};

export const weekdayAround = (today: Day, weekday: number, looks: 'back' | 'ahead', strictly: boolean): Span | null => {
  const away = looks === 'back' ? (weekdayOf(today) - weekday + 7) % 7 : (weekday - weekdayOf(today) + 7) % 7;
  const days = away === 0 && strictly ? 7 : away;
  return unitAt('day', today, looks === 'back' ? -days : days);
};
