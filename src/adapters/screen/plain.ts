/** One way of writing what can be written in many: blanks of all kinds, dashes of all kinds, letters and digits of full width. */

/** Shows as nothing, and would stand between two digits of a number. */
const UNSEEN = /\p{Cf}|[\uFE00-\uFE0F]/gu;
const DASH = /[\u2010-\u2015\u2212]/g;
const BLANK = /\s/g;
const ASCII = /^[\x20-\x7e]*$/;

/** The same text with one kind of blank and one kind of dash, and nothing unseen in it. NFKC as Unicode Annex 15 has it. */
export const plainly = (text: string): string =>
  ASCII.test(text)
    ? text
    : text.toWellFormed().replace(UNSEEN, '').normalize('NFKC').replace(DASH, '-').replace(BLANK, ' ');

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
