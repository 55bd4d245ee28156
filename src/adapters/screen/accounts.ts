/** Account numbers (ISO 13616) and card numbers (ISO/IEC 7812), with or without blanks and dashes. */
import { countrySpecs, isValidIBAN } from 'ibantools';
import { standsAlone } from './plain.ts';

/** Beginnings: a country and two check digits. */
const BEGINS = /[A-Za-z]{2}[0-9]{2}/g;

const lengthOf = (country: string): number =>
  Object.hasOwn(countrySpecs, country) ? (countrySpecs[country]?.chars ?? 0) : 0;

/** Of a letter or digit its value in ISO 7064 (0 to 35); -1: it is neither. */
const valued = (code: number): number => {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 65 && code <= 90) return code - 55;
  return code >= 97 && code <= 122 ? code - 87 : -1;
};

/** ISO 7064 MOD 97-10, over the first four characters last. */
const checks = (compact: string): boolean => {
  let rest = 0;
  for (let at = 0; at < compact.length; at++) {
    const value = valued(compact.charCodeAt((at + 4) % compact.length));
    rest = (rest * (value < 10 ? 10 : 100) + value) % 97;
  }
  return rest === 1;
};

const APART: ReadonlySet<string> = new Set([' ', '\n', '-', '.', '/']);

/** Where an IBAN ends that begins at `start`; null: none does. */
const endOfIban = (text: string, start: number): number | null => {
  const length = lengthOf(text.slice(start, start + 2).toUpperCase());
  let compact = '';
  let at = start;
  let apart = true;
  while (compact.length < length) {
    const isPart = valued(text.charCodeAt(at)) >= 0;
    // One blank, line break, dash, dot or slash between two characters, as it is printed in groups.
    if (!isPart && (apart || !APART.has(text[at] ?? ''))) return null;
    if (isPart) compact += text[at];
    apart = !isPart;
    at += 1;
  }
  if (length === 0 || !checks(compact) || !standsAlone(text, start, at)) return null;
  // It knows how each country builds the rest.
  return isValidIBAN(compact.toUpperCase()) ? at : null;
};

/** Whether an IBAN stands in it, and the text without any: digits of one are no card. */
export const withoutIbans = (text: string): { readonly found: boolean; readonly rest: string } => {
  const pieces: string[] = [];
  let from = 0;
  for (const { index } of text.matchAll(BEGINS)) {
    if (index < from) continue;
    const end = endOfIban(text, index);
    if (end === null) continue;
    pieces.push(text.slice(from, index));
    from = end;
  }
  return from === 0 ? { found: false, rest: text } : { found: true, rest: [...pieces, text.slice(from)].join('|') };
};

/**
 * Issuers by the first digits, and how many digits theirs have: American Express, Diners, JCB, Visa, Mastercard, Discover, UnionPay,
 * Maestro where its numbers are as long as those of the others.
 */
const ISSUERS: readonly (readonly [beginning: RegExp, lengths: readonly number[]])[] = [
  [/^3[47]/, [15]],
  [/^3(?:0[0-5]|095|[689])/, [14, 16]],
  [/^35(?:2[89]|[3-8])/, [16]],
  [/^4/, [16, 19]],
  [/^5[1-5]/, [16]],
  [/^2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)/, [16]],
  [/^6(?:011|4[4-9]|5)/, [16, 19]],
  [/^62/, [16, 19]],
  [/^(?:5018|5020|5038|5893|6304|6759|676[1-3])/, [16]],
];

/** ISO/IEC 7812-1, annex B. */
const luhn = (digits: string): boolean => {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = digits.charCodeAt(digits.length - 1 - at) - 48;
    sum += at % 2 === 0 ? digit : digit < 5 ? digit * 2 : digit * 2 - 9;
  }
  return sum % 10 === 0;
};

const isCard = (digits: string): boolean =>
  ISSUERS.some(([beginning, lengths]) => lengths.includes(digits.length) && beginning.test(digits)) && luhn(digits);

/** In one piece, or in the groups that cards are printed in; each with one kind of blank or dash, which one line break may stand for. A list with a number in each line is none. */
const CARD = new RegExp(
  `(?<![0-9])(?:${[
    '[0-9]{14,19}',
    '[0-9]{4}([ -])[0-9]{4}\\1[0-9]{4}\\1[0-9]{4}(?:\\1[0-9]{3})?',
    '[0-9]{4}\\n[0-9]{4}([ -])[0-9]{4}\\2[0-9]{4}',
    '[0-9]{4}([ -])[0-9]{4}\\n[0-9]{4}\\3[0-9]{4}',
    '[0-9]{4}([ -])[0-9]{4}\\4[0-9]{4}\\n[0-9]{4}',
    '[0-9]{4}([ -])[0-9]{6}(?:\\5|\\n)[0-9]{4,5}',
    '[0-9]{4}\\n[0-9]{6}[ -][0-9]{4,5}',
  ].join('|')})(?![0-9])`,
  'g',
);

/** A further group of four makes it a list of numbers. */
const LISTED = /^[ \n-][0-9]{4}(?![0-9])/;
const LISTED_BEFORE = /(?<![0-9])[0-9]{4}[ \n-]$/;

/** Of a text without IBANs. */
export const holdsCard = (text: string): boolean => {
  for (const { 0: written, index } of text.matchAll(CARD)) {
    const end = index + written.length;
    if (LISTED.test(text.slice(end, end + 6)) || LISTED_BEFORE.test(text.slice(Math.max(0, index - 6), index)))
      continue;
    if (standsAlone(text, index, end) && isCard(written.replace(/[ \n-]/g, ''))) return true;
  }
  return false;
};
