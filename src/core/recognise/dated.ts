/**
 * Days of the calendar in a view, in whichever spelling, and what stands in their place. A date says when, and hardly what: as words it is
 * figures and the name of a month, which in English is written like a person's, and so "5 March 2027" is to a model what "Mona's 2027" is.
 * Guards read a text as if it had no date in it, so that a date neither restricts a question nor is a way round; for the intent one word
 * stands for any day and one for any stretch of days, which is how "leave, 3 to 7 May" differs from "leave".
 */
import { ARTICLES, MONTHS, ORDINALS, UNSURE_MONTHS, WEEKDAYS } from './time-words.ts';

/** Views are lower case, so nobody can write these. */
export const A_DAY = 'DAY';
export const SOME_DAYS = 'DAYS';

const any = (words: Iterable<string>): string => [...words].toSorted((a, b) => b.length - a.length).join('|');

/** Nothing of a word, a number or a longer row of figures ("10.0.0.1") before and behind. */
const START = '(?<![\\p{L}\\p{N}]|\\p{N}[./-])';
const END = '(?![\\p{L}\\p{N}]|[./-]\\p{N})';
/** Of a day or a month. */
const SMALL = '(?:0?[1-9]|[12]\\d|3[01])';
const NUMBERED = `${SMALL}(?:\\.|st|nd|rd|th|ero|ere|er|ro|o|a|e)?`;
const DAY = `(?:${NUMBERED}|${any(ORDINALS.keys())})`;
const MONTH = `(?:${any([...MONTHS.keys(), ...UNSURE_MONTHS.keys()])})(?!\\p{L})\\.?`;
const YEAR = '(?:19|20)\\d\\d(?!\\p{N})';
const YEAR_SURELY = `,?\\s{0,3}(?:(?:of|de|del)\\s{1,3})?${YEAR}`;
const YEAR_BEHIND = `(?:${YEAR_SURELY})?`;
const JOINS = 'to|and|until|till|through|thru|bis|und|au|et|al|a|y|hasta';
const JOINED = `\\s{0,3}(?:[-–—]|(?:${JOINS})(?!\\p{L}))\\s{0,3}(?:(?:${any(ARTICLES)})\\s{1,3})?`;
/** "1 march 2027", "1st of march", "1. marz", "1 to 5 march 2027". */
const DAY_FIRST = `(?<first>${DAY}${JOINED})?${DAY}\\s{0,3}(?:(?:of|de|del|d)\\s{1,3}(?:the\\s{1,3})?)?${MONTH}${YEAR_BEHIND}`;
/** "march 1, 2027", "march 1st to 5th, 2027"; not "march 2027". */
const MONTH_FIRST = `${MONTH}\\s{1,3}(?:the\\s{1,3})?${NUMBERED}(?!\\p{N}|:)(?<second>${JOINED}${NUMBERED}(?!\\p{N}|:))?${YEAR_BEHIND}`;
/** "2027-03-01", "1.3.2027", "01/03/27", "1.3.". */
const FIGURES = `(?:\\d{4}(?<one>[-/.])${SMALL}\\k<one>${SMALL}|${SMALL}(?<two>[-/.])${SMALL}\\k<two>(?:\\d{4}|\\d{2})|${SMALL}\\.${SMALL}\\.)`;

/** Of a month with its year the month is left. */
const MONTH_OF_YEAR = `(?<month>${MONTH})${YEAR_SURELY}`;

const DATE = new RegExp(`${START}(?:${DAY_FIRST}|${MONTH_FIRST}|${MONTH_OF_YEAR}|${FIGURES})${END}`, 'gu');
const JOIN = new RegExp(`^,?${JOINED}(?:${any(WEEKDAYS.keys())})?,?\\s{0,3}(?:(?:${any(ARTICLES)})\\s{1,3})?$`, 'u');
/** Words that lead up to a date and say nothing without it. */
const LEADING = `from|since|until|till|between|starting|beginning|the|am|an|vom|von|ab|zum|seit|bis|zwischen|den|dem|der|le|du|(?:jusqu')?au|depuis|entre|des|el|del|al|desde|hasta|dia|${any(WEEKDAYS.keys())}`;
const before = (words: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}'])(?:(?:${words}),?\\s{1,3}){1,4}$`, 'u');
const BEFORE = before(`on|${LEADING}`);
/** "What is he on" asks for pay, so guards lose an "on" only where another stands before it. */
const BEFORE_BARE = before(`(?<=(?<![\\p{L}\\p{N}'])on\\s{1,3})on|${LEADING}`);
/** Longer than all words that may lead up to a date. UTF-16 units. */
const LONGEST_BEFORE = 48;

export interface Dated {
  /** A word stands for each date: what the intent is read of. */
  readonly named: string;
  /** Without them, and without what leads up to them: what guards read. */
  readonly bare: string;
}

const HAS_FIGURE = /\d/;

/** `view` is a Unicode or full view. Linear in it. */
export const datedOf = (view: string): Dated => {
  if (!HAS_FIGURE.test(view)) return { named: view, bare: view };
  let named = '';
  let bare = '';
  let end = 0;
  let last = '';
  for (const found of view.matchAll(DATE)) {
    const between = view.slice(end, found.index);
    const month = found.groups?.['month'];
    if (month !== undefined) {
      named += `${last}${between}${month}`;
      bare += `${between}${month}`;
      last = '';
      end = found.index + found[0].length;
      continue;
    }
    const isRange = found.groups?.['first'] !== undefined || found.groups?.['second'] !== undefined;
    if (last !== '' && JOIN.test(between)) last = SOME_DAYS;
    else {
      const [head, tail] = [between.slice(0, -LONGEST_BEFORE), between.slice(-LONGEST_BEFORE)];
      named += last + head + tail.replace(BEFORE, '');
      bare += head + tail.replace(BEFORE_BARE, '');
      last = isRange ? SOME_DAYS : A_DAY;
    }
    end = found.index + found[0].length;
  }
  const rest = view.slice(end);
  return { named: `${named}${last}${rest}`, bare: `${bare}${rest}` };
};
