/** Times that count from today: "last month", "the last three months", "vor zwei Wochen", "octobre dernier", "la semana que viene". */
import { partOfYear, partsOf, type Span, type Unit, unitAt } from './calendar.ts';
import { type Atom, fixed, inSomeYear, type Read, type Reading, weekdayAround, wordAt } from './time-reading.ts';
import { AFTER, type Meaning, MONTHS, NEAR, NUMBERS, UNITS, WEEKDAYS } from './time-words.ts';

/** Words with what they mean in one language. */
const meant = <T>(meanings: readonly Meaning<T>[] | undefined, language: string): T | null =>
  meanings?.find((one) => one.language === language)?.is ?? null;

const MOST_UNITS = 120;

const countAt = (c: Reading, at: number): { readonly count: number; readonly end: number } | null => {
  const count = c.tokens[at]?.number ?? NUMBERS.get(wordAt(c, at)) ?? null;
  return count === null || count < 1 || count > MOST_UNITS ? null : { count, end: at + 1 };
};

/** So many whole units that have ended, or from today on; days and weeks are counted from today either way. */
const several = (c: Reading, near: number, count: number, unit: Unit): Span | null => {
  const whole = unit !== 'day' && unit !== 'week';
  const first = unitAt(unit, c.today, near < 0 ? -count : 0);
  const last = unitAt(unit, c.today, near < 0 ? -1 : count);
  if (first === null || last === null) return null;
  if (near < 0)
    return whole
      ? { from: first.from, to: last.to }
      : { from: c.today - count * (unit === 'week' ? 7 : 1), to: c.today };
  return { from: c.today, to: whole ? last.to : c.today + count * (unit === 'week' ? 7 : 1) };
};

const isBeforeLast = (c: Reading, at: number): boolean =>
  wordAt(c, at - 1) === 'avant' || (wordAt(c, at - 1) === '-' && wordAt(c, at - 2) === 'avant');

const nearNamed = (c: Reading, name: number, near: number, end: number): Atom | null => {
  const month = MONTHS.get(wordAt(c, name));
  const weekday = WEEKDAYS.get(wordAt(c, name));
  const looks = near < 0 ? 'back' : near > 0 ? 'ahead' : c.looks;
  if (month !== undefined) {
    const inYear = (year: number): Span | null => partOfYear('month', month, year);
    return fixed(near === 0 ? inYear(partsOf(c.today).year) : inSomeYear({ ...c, looks }, inYear, true), 'month', end);
  }
  return weekday === undefined ? null : fixed(weekdayAround(c.today, weekday, looks, near !== 0), 'day', end);
};

/** "last month", "the last three months", "month before last", "le mois dernier", "les trois derniers mois", "last October". */
export const near: Read = (c, at) => {
  for (const { is, language } of NEAR.get(wordAt(c, at)) ?? []) {
    const how = is === -1 && isBeforeLast(c, at) ? -2 : is;
    const several_ = countAt(c, at + 1);
    const unit = meant(UNITS.get(wordAt(c, several_?.end ?? at + 1)), language);
    if (several_ !== null && unit !== null && how !== 0)
      return fixed(several(c, how, several_.count, unit), 'several', several_.end + 1);
    if (several_ === null && unit !== null) return fixed(unitAt(unit, c.today, how), unit, at + 2);
    const named = nearNamed(c, at + 1, how, at + 2);
    if (named !== null) return named;
  }
  const counted = countAt(c, at);
  if (counted !== null) {
    for (const { is, language } of NEAR.get(wordAt(c, counted.end)) ?? []) {
      const unit = AFTER.has(language) ? meant(UNITS.get(wordAt(c, counted.end + 1)), language) : null;
      if (unit !== null && is !== 0) return fixed(several(c, is, counted.count, unit), 'several', counted.end + 2);
    }
  }
  return unitThenNear(c, at) ?? namedThenNear(c, at);
};

const afterwards = (
  c: Reading,
  at: number,
  language: string,
): { readonly how: number; readonly end: number } | null => {
  if (language === 'es' && wordAt(c, at) === 'que' && wordAt(c, at + 1) === 'viene') return { how: 1, end: at + 2 };
  const how = meant(NEAR.get(wordAt(c, at)), language);
  return how === null || !AFTER.has(language as 'fr') ? null : { how, end: at + 1 };
};

const unitThenNear: Read = (c, at) => {
  for (const { is: unit, language } of UNITS.get(wordAt(c, at)) ?? []) {
    if (language === 'en' && (wordAt(c, at + 1) === 'before' || wordAt(c, at + 1) === 'after')) {
      const how = { before: 'last', after: 'next' }[wordAt(c, at + 1)] === wordAt(c, at + 2);
      if (how) return fixed(unitAt(unit, c.today, wordAt(c, at + 1) === 'before' ? -2 : 2), unit, at + 3);
    }
    const after = afterwards(c, at + 1, language);
    if (after !== null) return fixed(unitAt(unit, c.today, after.how), unit, after.end);
  }
  return null;
};

const namedThenNear: Read = (c, at) => {
  if (!MONTHS.has(wordAt(c, at)) && !WEEKDAYS.has(wordAt(c, at))) return null;
  const after = afterwards(c, at + 1, 'fr') ?? afterwards(c, at + 1, 'es');
  return after === null ? null : nearNamed(c, at, after.how, after.end);
};

/** "two months ago", "vor zwei Monaten", "il y a deux mois", "hace dos meses"; "in two weeks", "dans deux semaines". */
export const away: Read = (c, at) => {
  const word = wordAt(c, at);
  const trying = (start: number, languages: string, sign: 1 | -1, tail: readonly string[] = []): Atom | null => {
    const counted = countAt(c, start);
    if (counted === null) return null;
    const unit = UNITS.get(wordAt(c, counted.end))?.find(({ language }) => languages.includes(language));
    if (unit === undefined) return null;
    if (tail.length > 0 && !tail.includes(wordAt(c, counted.end + 1))) return null;
    return fixed(unitAt(unit.is, c.today, sign * counted.count), unit.is, counted.end + (tail.length > 0 ? 2 : 1));
  };
  if (word === 'vor') return trying(at + 1, 'de', -1);
  if (word === 'hace') return trying(at + 1, 'es', -1);
  if (word === 'il' && wordAt(c, at + 1) === 'y' && wordAt(c, at + 2) === 'a') return trying(at + 3, 'fr', -1);
  if (word === 'in') return trying(at + 1, 'en de', 1);
  if (word === 'dans') return trying(at + 1, 'fr', 1);
  if (word === 'dentro' && wordAt(c, at + 1) === 'de') return trying(at + 2, 'es', 1);
  return trying(at, 'en', -1, ['ago', 'back', 'earlier']);
};

const FRENCH: ReadonlySet<string> = new Set(
  'je j mon ma mes le la les l du est ai et pour quel quelle combien depuis mes vous nous un une c qu pas suis'.split(
    ' ',
  ),
);

/** "hier" is yesterday in French, and here in German. */
const isFrench = ({ tokens }: Reading): boolean => tokens.length <= 2 || tokens.some(({ word }) => FRENCH.has(word));

const DAYS: Readonly<Record<string, number>> = {
  today: 0,
  tonight: 0,
  yesterday: -1,
  tomorrow: 1,
  heute: 0,
  gestern: -1,
  vorgestern: -2,
  morgen: 1,
  ubermorgen: 2,
  hier: -1,
  demain: 1,
  hoy: 0,
  ayer: -1,
  anteayer: -2,
  manana: 1,
};
const NO_MORGEN: ReadonlySet<string> = new Set(['guten', 'heute', 'gestern', 'jeden', 'am', 'la', 'por', 'de', 'cada']);

/** "today", "the day before yesterday", "après-demain", "pasado mañana". */
export const dayWord: Read = (c, at) => {
  const words = [0, 1, 2].map((next) => wordAt(c, at + next));
  const [word = '', second = '', third = ''] = words;
  const day = (offset: number, taken: number): Atom | null => fixed(unitAt('day', c.today, offset), 'day', at + taken);
  if (word === 'day' && second === 'before' && third === 'yesterday') return day(-2, 3);
  if (word === 'day' && second === 'after' && third === 'tomorrow') return day(2, 3);
  if (word === 'aujourd' && second === 'hui') return day(0, 2);
  const behind = second === '-' ? third : second;
  if (word === 'avant' && behind === 'hier') return day(-2, second === '-' ? 3 : 2);
  if (word === 'apres' && behind === 'demain') return day(2, second === '-' ? 3 : 2);
  if (word === 'pasado' && second === 'manana') return day(2, 2);
  if ((word === 'morgen' || word === 'manana') && NO_MORGEN.has(wordAt(c, at - 1))) return null;
  if (word === 'hier' && !isFrench(c)) return null;
  return Object.hasOwn(DAYS, word) ? day(DAYS[word] ?? 0, 1) : null;
};
