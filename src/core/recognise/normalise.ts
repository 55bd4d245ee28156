/**
 * The Unicode view of a text: what a person would read, in plain letters. For recognition only; never for audit, slots or
 * replies (recogniser requirement 5). ASCII passes unchanged but for case; other scripts stay what they are.
 */
import { confusablesMap } from 'confusables';

/** Longer texts are cut for recognition: what nobody reads to its end need not be scored. UTF-16 units. */
export const LONGEST_TEXT = 8000;

const ASCII = /^[\0-\x7f]*$/;
export const IGNORABLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const MARKS = /\p{M}/gu;
const WORD = /[^\s\0-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+/gu;
const LATIN = /\p{Script=Latin}/u;
const OTHER_SCRIPT = /(?!\p{Script=Latin})\p{L}/u;

/** A letter that no confusable stands for remains. The map's mixed case does not matter: lower case comes last. */
export const folded = (word: string): string => {
  let plain = '';
  for (const letter of word) plain += confusablesMap.get(letter) ?? letter;
  return plain.toLowerCase();
};

/**
 * Real Cyrillic and Greek words have no Latin letter in them and are left alone here (recogniser requirement 7): folded they
 * would be nonsense. A word of Latin letters keeps its ASCII ones and loses strokes and hooks.
 */
const readable = (word: string): string => {
  if (ASCII.test(word)) return word;
  if (OTHER_SCRIPT.test(word) && !LATIN.test(word)) return word;
  let plain = '';
  for (const letter of word) plain += letter <= '\x7f' ? letter : (confusablesMap.get(letter) ?? letter);
  return plain;
};

/** Order as measured: compatibility forms, invisible characters, marks, look-alikes, case. "Gehälter" reads "gehalter", "groß" "gross". */
export const unicodeView = (text: string): string => {
  const cut = text.slice(0, LONGEST_TEXT);
  if (ASCII.test(cut)) return cut.toLowerCase();
  return cut
    .normalize('NFKC')
    .slice(0, LONGEST_TEXT)
    .replace(IGNORABLE, '')
    .normalize('NFD')
    .replace(MARKS, '')
    .replace(/[ßẞ]/g, 'ss')
    .replace(/[‘’ʼ´`]/g, "'")
    .replace(WORD, readable)
    .toLowerCase();
};
