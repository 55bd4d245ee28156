/** Words whose letters stand apart: "s a l a r y", "s.a.l.a.r.y", "sa la ry". */
import { isLeetSign, readings } from './leet.ts';
import type { Words } from './unveil.ts';

const LETTER = /\p{L}/u;
/** Words longer than this are never the result of joining. */
const LONGEST_WORD = 24;
/** Fewer single letters in a row are initials, not hiding. */
export const FEWEST_SPACED = 3;
/** Of the letters that are joined, so many must end in words that the pack uses. */
const SHARE_KNOWN = 0.5;

/** What a letter of an unknown word costs, nats; of 2.2, 3 and 4 this lost least on sentences that were not learnt. */
const PER_LETTER = 4;
/** Of a longer run the rest is left: nobody reads so many letters one by one. */
const MOST_LETTERS = 400;

export const SINGLE = /^[\p{L}0-9@$!|+<#€£¢¥(]$/u;
const APART = /[^\p{L}\p{N}@$!|+<#€£¢¥(]+/u;

/** A chunk of single letters, apart from the signs between them; null where it is anything else. */
export const dotted = (chunk: string): readonly string[] | null => {
  const parts = chunk.split(APART).filter((part) => part !== '');
  return parts.length >= FEWEST_SPACED && parts.every((part) => SINGLE.test(part)) ? parts : null;
};

interface Segmented {
  readonly parts: readonly string[];
  readonly cost: number;
}

/** Splits joined letters into the likeliest words (Viterbi); letters that make no word stay together. A word of one letter costs `single` more. */
const segmented = (letters: string, words: Words, single = 0): Segmented => {
  const length = letters.length;
  const cost = new Float64Array(length + 1).fill(Number.POSITIVE_INFINITY);
  const from = new Int32Array(length + 1);
  const scale = Math.log(words.total + 1);
  cost[0] = 0;
  for (let start = 0; start < length; start++) {
    const before = cost[start] ?? 0;
    for (let end = start + 1; end <= Math.min(length, start + LONGEST_WORD); end++) {
      const count = words.count(letters.slice(start, end));
      const price =
        count > 0 ? scale - Math.log(count) + (end - start === 1 ? single : 0) : scale + PER_LETTER * (end - start);
      if (before + price < (cost[end] ?? 0)) {
        cost[end] = before + price;
        from[end] = start;
      }
    }
  }
  const parts: string[] = [];
  for (let end = length; end > 0; end = from[end] ?? 0) parts.push(letters.slice(from[end] ?? 0, end));
  return { parts: parts.reverse(), cost: cost[length] ?? 0 };
};

/** The words that single letters make, whichever way their signs are read; null where they make none. */
export const joined = (letters: readonly string[], words: Words, fold: (word: string) => string): string | null => {
  const run = fold(letters.slice(0, MOST_LETTERS).join(''));
  if (!LETTER.test(run) || letters.every(isLeetSign)) return null;
  const choices = [run, ...readings(run)].map((reading) => segmented(reading, words));
  const best = choices.reduce((one, other) => (other.cost < one.cost ? other : one));
  const known = best.parts.filter((part) => part.length > 1 && words.count(part) > 0).join('').length;
  if (known < SHARE_KNOWN * run.length) return null;
  return [...best.parts, ...letters.slice(MOST_LETTERS)].join(' ');
};

/** A chunk of words without blanks, or with a sign or a digit for each; nobody writes more than so many. */
const RUN_TOGETHER = /[\p{L}\p{N}'_]{7,200}/gu;
const BETWEEN = /[\p{N}_']+/u;
/** Of its letters, so many must stand in words that are no accident: of three letters and more, or frequent. */
const SHARE_DIVIDED = 0.75;
const SHORTEST_PART = 3;
const FREQUENT = 20;
/** What a word of one letter costs there, nats: it is rather the end of another, "Mona" and no "mon a". */
const PER_SINGLE = 6;
/** No text has more chunks divided. */
const MOST_DIVIDED = 200;

/** "HowMuchDoesMonaEarn" as words. `view` itself where nothing runs together. */
export const divided = (view: string, words: Words): string => {
  let left = MOST_DIVIDED;
  return view.replace(RUN_TOGETHER, (chunk) => {
    if (words.count(chunk) > 0 || left-- <= 0) return chunk;
    const runs = chunk.split(BETWEEN).filter((run) => run !== '');
    const parts = runs.flatMap((run) => (words.count(run) > 0 ? [run] : segmented(run, words, PER_SINGLE).parts));
    const isWord = (part: string): boolean => words.count(part) >= (part.length < SHORTEST_PART ? FREQUENT : 1);
    const known = parts.filter(isWord).join('').length;
    return parts.length > 1 && known >= SHARE_DIVIDED * runs.join('').length ? parts.join(' ') : chunk;
  });
};

/** Pieces of so many letters at most may be parts of one word; longer ones are words. */
const LONGEST_PIECE = 14;
const MOST_PIECES = 5;
const SHORTEST_JOINED = 5;

/** Neighbours that are no words of the pack each, and make one together. Changes `chunks`. */
export const rejoin = (chunks: string[], words: Words): void => {
  for (let at = 0; at + 1 < chunks.length; at++) {
    let whole = chunks[at] ?? '';
    let strange = words.count(whole) === 0;
    for (let next = at + 1; next < chunks.length && next < at + MOST_PIECES; next++) {
      const piece = chunks[next] ?? '';
      if (whole.length === 0 || piece.length === 0 || piece.length > LONGEST_PIECE) break;
      if (next === at + 1 && whole.length > LONGEST_PIECE) break;
      whole += piece;
      strange ||= words.count(piece) === 0;
      if (strange && whole.length >= SHORTEST_JOINED && LETTER.test(whole) && words.count(whole) > 0) {
        chunks.splice(at, next - at + 1, whole);
        break;
      }
    }
  }
};
