/** The words and figures of a text that dates are read from. Linear in the text, whatever stands in it. */
import { IGNORABLE } from './normalise.ts';

/** Nobody names a time in more than this; what comes after is not read. UTF-16 units. */
const LONGEST = 8_000;
const MOST_TOKENS = 1_000;

export interface TimeToken {
  /** Lower case, without marks: "märz" reads "marz", "año" "ano". */
  readonly word: string;
  /** A plain number; null: it is none. */
  readonly number: number | null;
  /** Written with a capital, and no sentence begins there. */
  readonly capital: boolean;
  /** Nothing stands between it and the one before. */
  readonly joined: boolean;
}

const MARKS = /\p{M}/gu;
const TOKEN = /\p{L}+|\d+(?:[./-]\d+)*|[.,;:!?\n–—-]/gu;
const STOP = /^[.!?:;\n]$/;
const PLAIN = /^\d{1,4}$/;

const ASCII = /^[\0-\x7f]*$/;

export const timeTokens = (text: string): readonly TimeToken[] => {
  const cut = text.slice(0, LONGEST);
  const plain = ASCII.test(cut)
    ? cut
    : cut.normalize('NFKC').slice(0, LONGEST).replace(IGNORABLE, '').normalize('NFD').replace(MARKS, '');
  const tokens: TimeToken[] = [];
  let begins = true;
  let end = -1;
  for (const found of plain.matchAll(TOKEN)) {
    const [written] = found;
    const word = written.toLowerCase();
    tokens.push({
      word,
      number: PLAIN.test(word) ? Number(word) : null,
      capital: !begins && written !== word,
      joined: found.index === end,
    });
    begins = STOP.test(written);
    end = found.index + written.length;
    if (tokens.length === MOST_TOKENS) break;
  }
  return tokens;
};
