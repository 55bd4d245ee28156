/**
 * One way of writing what can be written in many: blanks of all kinds, dashes and dots of all kinds, letters and digits of full width, digits
 * of all scripts. For the look alone: what is shown stays as it was sent.
 */

/** Shows as nothing, and would stand between two digits of a number. */
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
/** What is drawn over, under or around a sign: a line, a ring, the edge of a key. What makes a letter of its own with one has become that before. */
const DRAWN = /\p{M}+/gu;
const DASH = /[\u2010-\u2015\u2212\u2043\u30fc]/g;
const DOT = /[\u00b7\u2022\u2024\u2027\u2219\u22c5\u30fb]/g;
const BLANK = /[\s\u2800]+/g;
const DIGIT = /\p{Nd}/u;
const FOREIGN_DIGIT = /(?![0-9])\p{Nd}/gu;
/** Digits in circles that Unicode has no plainer form for: from one to nine each. */
const RINGED = /[\u2776-\u277e\u2780-\u2788\u278a-\u2792\u24f5-\u24fd]/g;
const RINGED_FROM: readonly number[] = [0x24f5, 0x2776, 0x2780, 0x278a];
const ASCII = /^[\x20-\x7e]*$/;

/** Digits of each script stand in a row from zero to nine, and before a row stands no digit, or the nine of another (Unicode, chapter 4.6). */
const inOurs = (digit: string): string => {
  const code = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (DIGIT.test(String.fromCodePoint(code - before - 1))) before += 1;
  return String(before % 10);
};

const outOfRing = (sign: string): string => {
  const code = sign.charCodeAt(0);
  return String(code - (RINGED_FROM.findLast((from) => from <= code) ?? code) + 1);
};

/** Where a line ends there is nothing but that. */
const inOneWay = (run: string): string => (/[\n\r\u2028\u2029]/.test(run) ? '\n' : ' '.repeat(run.length));

/** The same text with one kind of blank, line break, dash, dot and digit, and nothing unseen in it. NFKC as Unicode Annex 15 has it. */
export const plainly = (text: string): string =>
  ASCII.test(text)
    ? text
    : text
        .toWellFormed()
        .replace(UNSEEN, '')
        .normalize('NFKC')
        .replace(RINGED, outOfRing)
        .replace(FOREIGN_DIGIT, inOurs)
        .replace(DRAWN, '')
        .replace(DASH, '-')
        .replace(DOT, '.')
        .replace(BLANK, inOneWay);
/** Of a text as `plainly` writes it: what goes on in the next line stands behind a blank. */
export const inOneLine = (plain: string): string => plain.replaceAll('\n', ' ');

/** A letter, a digit or what else makes one word of two. */
const JOINED = /[\p{L}\p{N}_]/u;

/**
 * Whether what stands from `start` to `end` stands by itself: no letter or digit touches it, nor one behind a dash, a dot or a plus, as
 * within an id, a version or a telephone number.
 */
export const standsAlone = (text: string, start: number, end: number): boolean => {
  const [before = '', sign = ''] = [text[start - 2], text[start - 1]];
  const [next = '', after = ''] = [text[end], text[end + 1]];
  if (JOINED.test(sign) || sign === '+' || (/[-.]/.test(sign) && JOINED.test(before))) return false;
  return !JOINED.test(next) && !(/[-.]/.test(next) && JOINED.test(after));
};
