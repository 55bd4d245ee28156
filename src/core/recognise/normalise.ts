/**
 * The Unicode view of a text: what a person would read, in plain letters. For recognition only; never for audit, slots or
 * replies (recogniser requirement 5). ASCII passes unchanged but for case; other scripts stay what they are.
 */
import { confusablesMap } from 'confusables';
import { turnedBack, withoutTurned } from './turned.ts';

/** Longer texts are cut for recognition: what nobody reads to its end need not be scored. UTF-16 units. */
export const LONGEST_TEXT = 8000;

const ASCII = /^[\0-\x7f]*$/;
export const IGNORABLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const MARKS = /\p{M}/gu;
const WORD = /[^\s\0-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+/gu;
const LATIN = /\p{Script=Latin}/u;
const OTHER_SCRIPT = /(?!\p{Script=Latin})\p{L}/u;
/** Letters, and signs that hold one: in circles, squares, on flags. Other signs mean themselves: "50 €" is no "50 e". */
const LETTERLIKE = /[\p{L}\u{1f130}-\u{1f189}\u{1f1e6}-\u{1f1ff}\u24b6-\u24e9]/u;
/** Two make a flag, which is no word; one or many are letters. */
const REGIONAL = /[\u{1f1e6}-\u{1f1ff}]+/gu;
const FLAG = 4;
/** Blanks that count as no space: of Braille, and of Korean, which count as invisible although they are as wide as a letter. */
const BLANK = /[\u2800\u115f\u1160\u3164\uffa0]/g;

/** Where the map takes a look-alike of i for one of l, or lacks one. */
const OWN: ReadonlyMap<string, string> = new Map([
  ['ı', 'i'],
  ['ι', 'i'],
  ['Ι', 'i'],
  ['І', 'i'],
  ['Ї', 'i'],
  ['ᴉ', 'i'],
  ['ɹ', 'r'],
  ['ƨ', 's'],
  ['þ', 'p'],
]);

const lookAlike = (letter: string): string =>
  OWN.get(letter) ?? (LETTERLIKE.test(letter) ? (confusablesMap.get(letter) ?? letter) : letter);

/** A letter that no confusable stands for remains. The map's mixed case does not matter: lower case comes last. */
export const folded = (word: string): string => {
  let plain = '';
  for (const letter of word) plain += letter <= '\x7f' ? letter : lookAlike(letter);
  return plain.toLowerCase();
};

/**
 * Real Cyrillic and Greek words have no Latin letter in them and are left alone here (recogniser requirement 7): folded they
 * would be nonsense. A word of Latin letters keeps its ASCII ones and loses strokes and hooks.
 */
const readable = (word: string): string => {
  if (ASCII.test(word)) return word;
  return OTHER_SCRIPT.test(word) && !LATIN.test(word) ? word : folded(word);
};

export interface UnicodeViews {
  readonly view: string;
  /** What stands upright in a text some of which stands on its head, and is not read from its end; for most texts it is `view`. */
  readonly upright: string;
}

const plainOf = (shown: string): string =>
  shown
    .replace(/[ßẞ]/g, 'ss')
    .replace(/[‘’ʼ´`′＇]/g, "'")
    .replace(REGIONAL, (run) => (run.length === FLAG ? ' ' : run))
    .replace(WORD, readable)
    .toLowerCase();

/**
 * Order as measured: compatibility forms, invisible characters, marks, look-alikes, case. "Gehälter" reads "gehalter", "groß" "gross",
 * "préavis" "preavis", in what is learnt as in what is asked.
 */
export const unicodeViews = (text: string): UnicodeViews => {
  const cut = text.slice(0, LONGEST_TEXT);
  if (ASCII.test(cut)) {
    const view = cut.toLowerCase();
    return { view, upright: view };
  }
  const shown = cut
    .normalize('NFKC')
    .slice(0, LONGEST_TEXT)
    .replace(BLANK, ' ')
    .replace(IGNORABLE, '')
    .normalize('NFD')
    .replace(MARKS, '');
  const back = turnedBack(shown);
  const view = plainOf(back);
  return { view, upright: back === shown ? view : plainOf(withoutTurned(shown)) };
};

export const unicodeView = (text: string): string => unicodeViews(text).view;
