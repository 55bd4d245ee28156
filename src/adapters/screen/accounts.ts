/** Account numbers (ISO 13616) and card numbers (ISO/IEC 7812), with or without blanks and dashes. */
import { countrySpecs, isValidIBAN } from 'ibantools';
import { standsAlone } from './plain.ts';

/** Beginnings: a country and two check digits. */
const BEGINS = /[A-Za-z]{2}[0-9]{2}/g;

const lengthOf = (country: string): number =>
  Object.hasOwn(countrySpecs, country) ? (countrySpecs[country]?.chars ?? 0) : 0;

/** Where each IBAN ends that begins at `start`; null: none does. */
const endOfIban = (text: string, start: number): number | null => {
  const length = lengthOf(text.slice(start, start + 2).toUpperCase());
  let compact = '';
  let at = start;
  while (compact.length < length) {
    const letter = text[at] ?? '';
    if (/[A-Za-z0-9]/.test(letter)) compact += letter;
    // One blank or dash between two characters, as it is printed in groups.
    else if ((letter !== ' ' && letter !== '-') || !/[A-Za-z0-9]/.test(text[at - 1] ?? '')) return null;
    at += 1;
  }
  return length > 0 && standsAlone(text, start, at) && isValidIBAN(compact.toUpperCase()) ? at : null;
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

/** In one piece, or in the groups that cards are printed in; each with one kind of blank or dash. */
const CARD =
  /(?<![0-9])(?:[0-9]{14,19}|[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{3})?|[0-9]{4}([ -])[0-9]{6}\2[0-9]{4,5})(?![0-9])/g;

/** A further group of four makes it a list of numbers. */
const LISTED = /^[ -][0-9]{4}(?![0-9])/;
const LISTED_BEFORE = /(?<![0-9])[0-9]{4}[ -]$/;

/** Of a text without IBANs. */
export const holdsCard = (text: string): boolean => {
  for (const { 0: written, index } of text.matchAll(CARD)) {
    const end = index + written.length;
    if (LISTED.test(text.slice(end, end + 6)) || LISTED_BEFORE.test(text.slice(Math.max(0, index - 6), index)))
      continue;
    if (standsAlone(text, index, end) && isCard(written.replace(/[ -]/g, ''))) return true;
  }
  return false;
};
