/** Full dates, in the spellings that people use. */
import fc from 'fast-check';
import type { Language } from '../../../src/core/languages.ts';
import { type Day, dayOf, type Parts, partsOf } from '../../../src/core/recognise/calendar.ts';

const MONTHS: { readonly [L in Language]: readonly string[] } = {
  en: 'January February March April May June July August September October November December'.split(' '),
  de: 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember'.split(' '),
  fr: 'janvier février mars avril mai juin juillet août septembre octobre novembre décembre'.split(' '),
  es: 'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'.split(' '),
};
const monthOf = (language: Language, { month }: Parts): string => MONTHS[language][month - 1] ?? '';
const two = (number: number): string => String(number).padStart(2, '0');

const ordinal = (day: number): string => {
  const ending = { 1: 'st', 2: 'nd', 3: 'rd' }[day % 10] ?? 'th';
  return `${day}${day > 10 && day < 14 ? 'th' : ending}`;
};
const first = (day: number, mark: string): string => (day === 1 ? `1${mark}` : String(day));

export interface Spelling {
  readonly language: Language;
  /** Of one date; `monthFirst`: in a country that writes so. */
  readonly of: (date: Parts, monthFirst: boolean) => string;
  /** With what leads up to it. */
  readonly on: (written: string) => string;
  readonly from: (first: string, last: string) => string;
}

const en = {
  language: 'en',
  on: (it: string) => `on ${it}`,
  from: (a: string, b: string) => `from ${a} to ${b}`,
} as const;
const de = {
  language: 'de',
  on: (it: string) => `am ${it}`,
  from: (a: string, b: string) => `vom ${a} bis ${b}`,
} as const;
const fr = {
  language: 'fr',
  on: (it: string) => `le ${it}`,
  from: (a: string, b: string) => `du ${a} au ${b}`,
} as const;
const es = {
  language: 'es',
  on: (it: string) => `el ${it}`,
  from: (a: string, b: string) => `del ${a} al ${b}`,
} as const;

export const SPELLINGS: readonly Spelling[] = [
  { ...en, of: (it) => `${it.day} ${monthOf('en', it)} ${it.year}` },
  { ...en, of: (it) => `${it.day} ${monthOf('en', it)}, ${it.year}` },
  { ...en, of: (it) => `${monthOf('en', it)} ${it.day}, ${it.year}` },
  { ...en, of: (it) => `${monthOf('en', it)} ${ordinal(it.day)} ${it.year}` },
  { ...en, of: (it) => `${monthOf('en', it)} ${ordinal(it.day)}, ${it.year}` },
  { ...en, of: (it) => `${ordinal(it.day)} ${monthOf('en', it)} ${it.year}` },
  { ...en, of: (it) => `the ${ordinal(it.day)} of ${monthOf('en', it)} ${it.year}` },
  { ...en, of: (it) => `${ordinal(it.day)} of ${monthOf('en', it).toLowerCase()}, ${it.year}` },
  { ...en, of: (it) => `${it.day} ${monthOf('en', it).slice(0, 3)} ${it.year}` },
  { ...en, of: (it, us) => (us ? `${it.month}/${it.day}/${it.year}` : `${it.day}/${it.month}/${it.year}`) },
  {
    ...en,
    of: (it, us) => (us ? `${two(it.month)}/${two(it.day)}/${it.year}` : `${two(it.day)}/${two(it.month)}/${it.year}`),
  },
  { ...en, of: (it) => `${it.year}-${two(it.month)}-${two(it.day)}` },
  { ...de, of: (it) => `${it.day}. ${monthOf('de', it)} ${it.year}` },
  { ...de, of: (it) => `${two(it.day)}. ${monthOf('de', it).toLowerCase()} ${it.year}` },
  { ...de, of: (it) => `${it.day}.${it.month}.${it.year}` },
  { ...de, of: (it) => `${two(it.day)}.${two(it.month)}.${it.year}` },
  { ...de, of: (it) => `${it.day}.${it.month}.${two(it.year % 100)}` },
  { ...fr, of: (it) => `${first(it.day, 'er')} ${monthOf('fr', it)} ${it.year}` },
  {
    ...fr,
    of: (it, us) => (us ? `${it.day} ${monthOf('fr', it)} ${it.year}` : `${two(it.day)}/${two(it.month)}/${it.year}`),
  },
  { ...es, of: (it) => `${it.day} de ${monthOf('es', it)} de ${it.year}` },
  { ...es, of: (it) => `${first(it.day, 'º')} de ${monthOf('es', it)} del ${it.year}` },
];

const dayOr = (parts: Parts): Day => dayOf(parts) ?? 0;
/** Of years that "today" of the tests does not lie in as well. */
export const someDay: fc.Arbitrary<Day> = fc.integer({
  min: dayOr({ year: 2024, month: 1, day: 1 }),
  max: dayOr({ year: 2031, month: 12, day: 31 }),
});

/** A stretch of days as it is written, where its year is said once, at its end: "1 to 5 March 2027", "28 December to 3 January 2027". */
export const endingInYear = (language: Language, from: Day, to: Day): string => {
  const [a, b] = [partsOf(from), partsOf(to)];
  const [of, dot] = [language === 'es' ? ' de ' : ' ', language === 'de' ? '.' : ''];
  const start = a.month === b.month ? `${a.day}${dot}` : `${a.day}${dot}${of}${monthOf(language, a)}`;
  const end = `${b.day}${dot}${of}${monthOf(language, b)}${of}${b.year}`;
  return { en, de, fr, es }[language].from(start, end);
};
