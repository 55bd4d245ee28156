/**
 * When: the times that a text names, as days of the calendar. Our own, for the date parsers there are read too little of four
 * languages, some of it wrongly, and none in bounded time (0039). What is not understood is left out; nothing is guessed.
 */
import { bounded, type Day, partsOf, type Span, type Unit } from './calendar.ts';
import { atomAt } from './time-atoms.ts';
import { dayNumber } from './time-named.ts';
import { type Atom, inSomeYear, type Reading, wordAt } from './time-reading.ts';
import { type TimeToken, timeTokens } from './time-tokens.ts';
import { ARTICLES, BETWEEN, FROM, NUMBERS, SINCE, UNITS, UNTIL, WEEKDAYS } from './time-words.ts';

/** A time that is named, by its first and last day. */
export interface Stretch extends Span {
  /** How it is named; `several`: as more than one of a kind, or from one time to another. */
  readonly grain: Unit | 'several';
  /** Its tokens: the first, and the first behind it. */
  readonly start: number;
  readonly end: number;
}

export interface When {
  readonly tokens: readonly TimeToken[];
  readonly stretches: readonly Stretch[];
}

type Found = Omit<Stretch, 'start'> & Pick<Atom, 'inYear'>;

const foundOf = ({ span, grain, end, inYear }: Atom): Found => ({ ...span, grain, end, inYear });

const closed = (span: Span, end: number): Found | null => {
  const within = bounded(span);
  return within === null ? null : { ...within, grain: 'several', end, inYear: null };
};

const behindArticles = (c: Reading, at: number): number => {
  let next = at;
  while (next < at + 2 && ARTICLES.has(wordAt(c, next))) next++;
  return next;
};

/** Whichever of two has no year takes that of the other; where neither has one, the slot's direction decides for both. */
const joined = (c: Reading, first: Atom, last: Atom): Span => {
  const before = (): Span =>
    first.inYear === null
      ? first.span
      : (inSomeYear({ today: last.span.to, looks: 'back' }, first.inYear) ?? first.span);
  const after = (): Span =>
    last.inYear === null
      ? last.span
      : (inSomeYear({ today: first.span.from, looks: 'ahead' }, last.inYear) ?? last.span);
  const leads = last.inYear !== null && (first.inYear === null || c.looks === 'ahead');
  return leads ? { from: first.span.from, to: after().to } : { from: before().from, to: last.span.to };
};

const ALONE: ReadonlySet<string> = new Set(['and', 'und', 'et', 'y', 'a']);

/** "3 to 7 May", "October to December"; `inside`: after "between", where "and" joins too. */
const fromTo = (c: Reading, at: number, inside: boolean): Found | null => {
  const start = behindArticles(c, at);
  const joins = (end: number): number | null => {
    const word = wordAt(c, end);
    return BETWEEN.has(word) && (inside || !ALONE.has(word)) ? behindArticles(c, end + 1) : null;
  };
  const first = atomAt(c, start);
  if (first !== null) {
    const next = joins(first.end);
    const last = next === null ? null : atomAt(c, next);
    if (last !== null) return closed(joined(c, first, last), last.end);
  }
  const day = dayOfRange(c, start);
  if (day === null) return null;
  const next = day.last === null ? joins(day.end) : start;
  const last = next === null ? null : (day.last ?? atomAt(c, next));
  if (last?.grain !== 'day') return null;
  const { day: end } = partsOf(last.span.from);
  return day.day < end ? closed({ from: last.span.from - (end - day.day), to: last.span.to }, last.end) : null;
};

/** The first day of "3 to 7 May", which has no month of its own. `last`: where both are one figure ("3-7 May"). */
const dayOfRange = (
  c: Reading,
  at: number,
): { readonly day: number; readonly end: number; readonly last: Atom | null } | null => {
  const [, first, second] = /^(\d{1,2})-(\d{1,2})$/.exec(wordAt(c, at)) ?? [];
  if (first !== undefined && second !== undefined) {
    const tokens = c.tokens.with(at, { word: second, number: Number(second), capital: false, joined: false });
    const last = atomAt({ ...c, tokens }, at);
    return last === null ? null : { day: Number(first), end: at + 1, last };
  }
  const day = dayNumber(c, at);
  return day === null ? null : { ...day, last: null };
};

const AFTER_IT: ReadonlySet<string> = new Set(['after', 'nach']);
const BEFORE_IT: ReadonlySet<string> = new Set(['before', 'avant', 'antes']);
const YEAR_DAYS = 365;

/** These speak of what has begun, whichever way the slot looks. */
const HAS_BEGUN: ReadonlySet<string> = new Set(['since', 'seit', 'depuis', 'desde']);

const since = (c: Reading, at: number): Found | null => {
  const looks = HAS_BEGUN.has(wordAt(c, at)) ? 'back' : c.looks;
  const atom = atomAt({ ...c, looks }, behindArticles(c, at + 1));
  if (atom === null) return null;
  const from = AFTER_IT.has(wordAt(c, at)) ? atom.span.to + 1 : atom.span.from;
  return closed({ from, to: Math.max(c.today, atom.span.to, from > c.today ? from + YEAR_DAYS : 0) }, atom.end);
};

const until = (c: Reading, at: number): Found | null => {
  const start = wordAt(c, at + 1) === 'a' || wordAt(c, at + 1) === 'de' ? at + 2 : at + 1;
  const atom = atomAt({ ...c, looks: 'ahead' }, behindArticles(c, start));
  if (atom === null) return null;
  const to = BEFORE_IT.has(wordAt(c, at)) ? atom.span.from - 1 : atom.span.to;
  return to < c.today ? null : closed({ from: c.today, to }, atom.end);
};

const foundAt = (c: Reading, at: number): Found | null => {
  const word = wordAt(c, at);
  const range = FROM.has(word) || SINCE.has(word) ? fromTo(c, at + 1, true) : fromTo(c, at, false);
  if (range !== null) return range;
  const atom = atomAt(c, at);
  if (atom !== null) return foundOf(atom);
  if (SINCE.has(word)) return since(c, at);
  return UNTIL.has(word) ? until(c, at) : null;
};

/** How far before its first day a length may stand, tokens; and the longest, days. */
const MOST_BEFORE = 8;
const LONGEST_DAYS = 92;

/**
 * "A week of holiday from 3 August", "zwei Tage frei ab 12. Mai": from its first day on, so long. Null: no length is said of it. Something must
 * stand between the two: "a week from Monday" is a Monday.
 */
const lasting = (c: Reading, at: number, found: Found, after: number): Found | null => {
  const opens = SINCE.has(wordAt(c, at));
  const begin = opens ? at : fromBefore(c, at);
  // "Since" reads to this day or a year on: what matters here is its first day.
  const atom = opens ? atomAt(c, behindWeekday(c, behindArticles(c, at + 1))) : null;
  const day = atom === null ? found : foundOf(atom);
  if (begin === null || day.grain !== 'day') return null;
  const { from } = day;
  for (let unit = begin - 2; unit > Math.max(after, begin - MOST_BEFORE); unit--) {
    if (/^[.,;:!?\n]$/.test(wordAt(c, unit + 1))) return null;
    const days = daysAt(c, unit);
    if (days !== null) return days > LONGEST_DAYS ? null : closed({ from, to: from + days - 1 }, found.end);
  }
  return null;
};

const behindWeekday = (c: Reading, at: number): number => (WEEKDAYS.has(wordAt(c, at)) ? at + 1 : at);

/** The "from" that leads up to a day; null: none does. */
const fromBefore = (c: Reading, at: number): number | null => {
  const before = WEEKDAYS.has(wordAt(c, at - 1)) ? at - 2 : at - 1;
  const word = ARTICLES.has(wordAt(c, before)) && !FROM.has(wordAt(c, before)) ? before - 1 : before;
  return FROM.has(wordAt(c, word)) ? word : null;
};

/** "Two weeks", whose unit stands there, in days; null: it is no length. */
const daysAt = (c: Reading, unit: number): number | null => {
  const is = UNITS.get(wordAt(c, unit))?.[0]?.is;
  const count = c.tokens[unit - 1]?.number ?? NUMBERS.get(wordAt(c, unit - 1)) ?? 0;
  if (count < 1 || (is !== 'day' && is !== 'week')) return null;
  return is === 'week' ? 7 * count : count;
};

/** "last year, the October one": a year and something of a year are one time. */
const together = (found: readonly (Found & Stretch)[]): readonly Stretch[] => {
  const [year, ...moreYears] = found.filter(({ grain }) => grain === 'year');
  const [part, ...moreParts] = found.filter(({ inYear }) => inYear !== null);
  if (found.length !== 2 || year === undefined || part?.inYear == null || moreYears.length + moreParts.length > 0)
    return found;
  const span = part.inYear(partsOf(year.from).year);
  return span === null ? found : [{ ...part, ...span }];
};

/** `today`: of the person who writes, where they are. Never throws; the text may be anything. */
export const whenIn = (o: {
  readonly text: string;
  readonly today: Day;
  readonly looks: 'back' | 'ahead';
  readonly monthFirst: boolean;
}): When => {
  const tokens = timeTokens(o.text);
  const c: Reading = { tokens, today: o.today, looks: o.looks, monthFirst: o.monthFirst };
  const found: (Found & Stretch)[] = [];
  for (let at = 0; at < tokens.length; ) {
    const here = foundAt(c, at);
    const after = found.at(-1)?.end ?? 0;
    const long = here === null || c.looks === 'back' ? null : lasting(c, at, here, after);
    if (here !== null) found.push({ ...(long ?? here), start: at });
    at = here === null ? at + 1 : Math.max(here.end, at + 1);
  }
  return {
    tokens,
    stretches: together(found).map(({ from, to, grain, start, end }) => ({ from, to, grain, start, end })),
  };
};
