/** Times by their own name: "3 May 2025", "octobre", "2025-10", "Q3", "3. Quartal", "2024", "on Monday". */
import { dayOf, FIRST_YEAR, LAST_YEAR, partOfYear, partsOf, type Span, type Unit, weekOf, yearOf } from './calendar.ts';
import { near } from './time-near.ts';
import { type Atom, fixed, floating, type Read, type Reading, skipped, weekdayAround, wordAt } from './time-reading.ts';
import {
  AFTER_VERB,
  ARTICLES,
  BEFORE_TIME,
  MONTHS,
  OF,
  ORDINALS,
  SUFFIXES,
  UNITS,
  UNSURE_MONTHS,
  WEEKDAYS,
} from './time-words.ts';

/** "3", "3.", "3rd", "1er", "first". */
export const dayNumber = (c: Reading, at: number): { readonly day: number; readonly end: number } | null => {
  const number = c.tokens[at]?.number ?? null;
  if (number === null) {
    const ordinal = ORDINALS.get(wordAt(c, at));
    return ordinal === undefined ? null : { day: ordinal, end: at + 1 };
  }
  if (number < 1 || number > 31) return null;
  const next = c.tokens[at + 1];
  const marked = next?.joined === true && (next.word === '.' || SUFFIXES.has(next.word));
  return { day: number, end: at + (marked ? 2 : 1) };
};

const yearNumber = (c: Reading, at: number): number | null => {
  const token = c.tokens[at];
  const year = token?.word.length === 4 ? token.number : null;
  return year === null || year === undefined || year < FIRST_YEAR || year > LAST_YEAR ? null : year;
};

/** "2025", "of 2025", ", 2025", "last year", "de l'année dernière" behind a month, a quarter or a day. */
const yearBehind = (c: Reading, at: number): { readonly year: number; readonly end: number } | null => {
  let start = at;
  while (start < at + 3 && (OF.has(wordAt(c, start)) || ARTICLES.has(wordAt(c, start)) || wordAt(c, start) === ','))
    start++;
  const year = yearNumber(c, start);
  if (year !== null) return { year, end: start + 1 };
  const relative = near(c, start);
  return relative?.grain === 'year' ? { year: partsOf(relative.span.from).year, end: relative.end } : null;
};

const UNSURE: ReadonlySet<string> = new Set([
  'in',
  'since',
  'until',
  'till',
  'between',
  'during',
  'last',
  'next',
  'this',
  'im',
  'seit',
  'bis',
  'en',
  'depuis',
  'desde',
  'hasta',
  'of',
]);

const monthAt = (c: Reading, at: number): number | null => {
  const word = wordAt(c, at);
  const sure = MONTHS.get(word) ?? null;
  const unsure = UNSURE_MONTHS.get(word);
  if (unsure === undefined) return sure;
  const before = wordAt(c, at - 1);
  const after = c.tokens[at + 1];
  const numbered =
    /^\d/.test(before) ||
    (before === '.' && /^\d/.test(wordAt(c, at - 2))) ||
    SUFFIXES.has(before) ||
    /^\d/.test(after?.word ?? '');
  if (numbered) return unsure;
  if (word !== 'may') return (word === 'jan' ? UNSURE : BEFORE_TIME).has(before) ? unsure : null;
  if (AFTER_VERB.has(after?.word ?? '')) return null;
  const named = c.tokens[at]?.capital === true || BEFORE_TIME.has(before) || before === 'my' || before === 'the';
  return named || c.tokens.length <= 3 ? unsure : null;
};

const dated = (c: Reading, inYear: (year: number) => Span | null, grain: Atom['grain'], end: number): Atom | null => {
  const year = yearBehind(c, end);
  return year === null ? floating(c, inYear, grain, end) : fixed(inYear(year.year), grain, year.end);
};

const onDay = (month: number, day: number) => (year: number) => {
  const found = dayOf({ year, month, day });
  return found === null ? null : { from: found, to: found };
};

const isDayBefore = (c: Reading, at: number): boolean => {
  const behind =
    OF.has(wordAt(c, at - 1)) || SUFFIXES.has(wordAt(c, at - 1)) || wordAt(c, at - 1) === '.' ? at - 2 : at - 1;
  const number = c.tokens[behind]?.number ?? null;
  return number !== null && number >= 1 && number <= 31;
};

/** "3 May 2025", "May 3rd", "October", "octobre 2025", "el 3 de mayo", "Oktober letzten Jahres". */
export const monthDay: Read = (c, at) => {
  const day = dayNumber(c, at);
  if (day !== null) {
    const start = skipped(c, day.end, OF);
    const month = monthAt(c, start);
    return month === null ? null : dated(c, onDay(month, day.day), 'day', start + 1);
  }
  const month = monthAt(c, at);
  // There is no 31 February, and it is not February either.
  if (month === null || isDayBefore(c, at)) return null;
  const next = dayNumber(c, at + 1);
  const isDay = next !== null && c.tokens[at + 1]?.number !== null && !UNITS.has(wordAt(c, next.end));
  if (isDay) return dated(c, onDay(month, next.day), 'day', next.end);
  const dot = wordAt(c, at + 1) === '.' && wordAt(c, at).length <= 5 ? 1 : 0;
  return dated(c, (year) => partOfYear('month', month, year), 'month', at + 1 + dot);
};

const fullYear = (written: string): number => (written.length === 2 ? 2000 + Number(written) : Number(written));

const NUMERIC: readonly (readonly [RegExp, 'ymd' | 'ym' | 'yy' | 'dmy' | 'xxy' | 'my' | 'dm' | 'xx'])[] = [
  [/^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/, 'ymd'],
  [/^(\d{4})[-/](\d{1,2})$/, 'ym'],
  [/^(\d{4})[-/](\d{4})$/, 'yy'],
  [/^(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})$/, 'dmy'],
  [/^(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})$/, 'xxy'],
  [/^(\d{1,2})[-/.](\d{4})$/, 'my'],
  [/^(\d{1,2})\.(\d{1,2})$/, 'dm'],
  [/^(\d{1,2})\/(\d{1,2})$/, 'xx'],
];

/** "2025-10", "2025-10-03", "3.5.2025", "3.5.", "10/2025", "5/3/2025". */
export const figures: Read = (c, at) => {
  const word = wordAt(c, at);
  if (!/^\d+[./-]/.test(word) || word.length > 12) return null;
  for (const [pattern, kind] of NUMERIC) {
    const [, first = '', second = '', third = ''] = pattern.exec(word) ?? [];
    if (first === '') continue;
    const end = at + 1;
    const [x, y] = c.monthFirst ? [second, first] : [first, second];
    // What cannot be a month is the day, whatever the custom.
    const [day, month] = Number(y) > 12 ? [Number(y), Number(x)] : [Number(x), Number(y)];
    switch (kind) {
      case 'ymd':
        return fixed(onDay(Number(second), Number(third))(Number(first)), 'day', end);
      case 'ym':
        return fixed(partOfYear('month', Number(second), Number(first)), 'month', end);
      case 'yy': {
        const [from, to] = [yearOf(Number(first)), yearOf(Number(second))];
        return fixed(
          from === null || to === null || from.from > to.from ? null : { from: from.from, to: to.to },
          'several',
          end,
        );
      }
      case 'dmy':
        return fixed(onDay(Number(second), Number(first))(fullYear(third)), 'day', end);
      case 'xxy':
        return fixed(onDay(month, day)(fullYear(third)), 'day', end);
      case 'my':
        return fixed(partOfYear('month', Number(first), Number(second)), 'month', end);
      case 'dm':
        // 3.5 is a number; 3.5. is a day.
        return c.tokens[end]?.word === '.' && c.tokens[end]?.joined === true
          ? floating(c, onDay(Number(second), Number(first)), 'day', end + 1)
          : null;
      case 'xx':
        return BEFORE_TIME.has(wordAt(c, at - 1)) ? floating(c, onDay(month, day), 'day', end) : null;
    }
  }
  return null;
};

const isUnit = (c: Reading, at: number, wanted: Unit): boolean =>
  UNITS.get(wordAt(c, at))?.some(({ is }) => is === wanted) === true;

/** "Q3", "Q3/2025", "third quarter of 2025", "3. Quartal", "first half of 2025", "KW 12". */
export const partOf: Read = (c, at) => {
  const word = wordAt(c, at);
  const next = c.tokens[at + 1];
  const part = (unit: 'quarter' | 'half', number: number, end: number): Atom | null =>
    number < 1 || number > (unit === 'half' ? 2 : 4) || monthAt(c, skipped(c, end, OF)) !== null
      ? null
      : dated(c, (year) => partOfYear(unit, number, year), unit, end);
  if ((word === 'q' || word === 't' || word === 'h') && next?.joined === true) {
    const unit = word === 'h' ? 'half' : 'quarter';
    const [, number, year] = /^([1-4])[/-](\d{4})$/.exec(next.word) ?? [];
    if (number !== undefined) return fixed(partOfYear(unit, Number(number), Number(year)), unit, at + 2);
    return next.number === null ? null : part(unit, next.number, at + 2);
  }
  for (const unit of ['quarter', 'half'] as const) {
    if (isUnit(c, at, unit) && next?.number !== null && next !== undefined) return part(unit, next.number, at + 2);
    const ordinal = dayNumber(c, at);
    if (ordinal !== null && isUnit(c, ordinal.end, unit)) return part(unit, ordinal.day, ordinal.end + 1);
  }
  const week = word === 'kw' || word === 'week' || word === 'semaine' || word === 'semana' ? next?.number : null;
  if (week === null || week === undefined || UNITS.has(wordAt(c, at + 2))) return null;
  return dated(c, (year) => weekOf(week, year), 'week', at + 2);
};

const MONEY: ReadonlySet<string> = new Set(
  'eur euro euros usd dollar dollars pound pounds gbp brutto netto gross net k km days hours stunden tage'.split(' '),
);

/** "2025"; "2025 Q3". */
export const bareYear: Read = (c, at) => {
  const year = yearNumber(c, at);
  if (year === null || MONEY.has(wordAt(c, at + 1))) return null;
  const q = wordAt(c, at + 1) === '-' ? at + 2 : at + 1;
  const quarter = wordAt(c, q) === 'q' ? (c.tokens[q + 1]?.number ?? null) : null;
  if (quarter !== null && c.tokens[q + 1]?.joined === true)
    return fixed(partOfYear('quarter', quarter, year), 'quarter', q + 2);
  return fixed(yearOf(year), 'year', at + 1);
};

/** "on Monday", "Montag, den 3. Mai". */
export const weekday: Read = (c, at) => {
  const day = WEEKDAYS.get(wordAt(c, at));
  if (day === undefined) return null;
  let start = at + 1;
  while (start < at + 4 && (wordAt(c, start) === ',' || ARTICLES.has(wordAt(c, start)))) start++;
  const date = monthDay(c, start) ?? figures(c, start);
  return date?.grain === 'day' ? date : fixed(weekdayAround(c.today, day, c.looks, false), 'day', at + 1);
};
