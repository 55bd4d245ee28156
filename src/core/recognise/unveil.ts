/**
 * The full view: the Unicode view without leetspeak, spaced and dotted letters, stretched letters and foreign look-alikes.
 * Led by the words of the pack: a change is made only where it leads to a word that the pack uses, so that clean text stays
 * clean. Recogniser requirements 4 and 6.
 */
import { folded } from './normalise.ts';

export interface Words {
  /** How often the pack uses this word; 0: never. */
  count(word: string): number;
  /** Of all words together. */
  readonly total: number;
}

/** Each sign and the letters it may stand for, likeliest first. */
const LEET: ReadonlyMap<string, string> = new Map([
  ['0', 'o'],
  ['1', 'il'],
  ['2', 'z'],
  ['3', 'e'],
  ['4', 'a'],
  ['5', 's'],
  ['6', 'g'],
  ['7', 't'],
  ['8', 'b'],
  ['9', 'g'],
  ['@', 'a'],
  ['$', 's'],
  ['!', 'il'],
  ['|', 'li'],
  ['+', 't'],
  ['(', 'c'],
  ['€', 'e'],
  ['£', 'l'],
]);
const LEET_SIGN = /[0-9@$!|+(€£]/;
const LATIN = /\p{Script=Latin}/u;
const LETTER = /\p{L}/u;
const FOREIGN = /[^\0-\x7f]/;
const EDGES = /^([^\p{L}\p{N}@$!|+(€£]*)(.*?)([^\p{L}\p{N}@$|+€£]*)$/su;
/** Words longer than this are never the result of joining. */
const LONGEST_WORD = 24;
/** Longer chunks are no disguised word, and are not looked at letter by letter. */
const LONGEST_CHUNK = 100;
/** Fewer single letters in a row are initials, not hiding. */
const FEWEST_SPACED = 3;

/** Both readings of an ambiguous sign ("1" as i and as l), one reading for the whole word. */
const readings = (word: string): readonly string[] =>
  [0, 1].map((choice) => {
    let plain = '';
    for (const sign of word) {
      const letters = LEET.get(sign);
      plain += letters === undefined ? sign : (letters[choice] ?? letters[0] ?? sign);
    }
    return plain;
  });

const isKnown = (words: Words, word: string): boolean =>
  words.count(word) > 0 || (word.endsWith("'s") && words.count(word.slice(0, -2)) > 0);

/** The word itself where the pack uses it or no reading of it; else the first reading that the pack uses. */
const unveiled = (word: string, words: Words, foldsForeign: boolean): string => {
  if (isKnown(words, word)) return word;
  const candidates: string[] = [];
  if (foldsForeign && FOREIGN.test(word)) candidates.push(folded(word));
  if (LEET_SIGN.test(word) && LETTER.test(word))
    candidates.push(...readings(word), ...readings(word.replace(/[!$+(|]+$/, '')));
  if (/(.)\1\1/su.test(word)) candidates.push(word.replace(/(.)\1\1+/gsu, '$1$1'), word.replace(/(.)\1\1+/gsu, '$1'));
  if (/[aou]e/.test(word)) candidates.push(word.replace(/([aou])e/g, '$1'), word.replace(/([aou])e/, '$1'));
  if (/[._*~-]/.test(word)) candidates.push(word.replace(/[._*~-]+/g, ''), ...readings(word.replace(/[._*~-]+/g, '')));
  return candidates.find((candidate) => candidate.length > 1 && isKnown(words, candidate)) ?? word;
};

/** Splits joined letters into the likeliest words (Viterbi); letters that make no word stay together. */
const segmented = (letters: string, words: Words): string => {
  const length = letters.length;
  const cost = new Float64Array(length + 1).fill(Number.POSITIVE_INFINITY);
  const from = new Int32Array(length + 1);
  const scale = Math.log(words.total + 1);
  cost[0] = 0;
  for (let start = 0; start < length; start++) {
    const before = cost[start] ?? 0;
    for (let end = start + 1; end <= Math.min(length, start + LONGEST_WORD); end++) {
      const count = words.count(letters.slice(start, end));
      const price = count > 0 ? scale - Math.log(count) : scale + 4 * (end - start);
      if (before + price < (cost[end] ?? 0)) {
        cost[end] = before + price;
        from[end] = start;
      }
    }
  }
  const parts: string[] = [];
  for (let end = length; end > 0; end = from[end] ?? 0) parts.push(letters.slice(from[end] ?? 0, end));
  return parts.reverse().join(' ');
};

const SINGLE = /^[\p{L}0-9@$!|+€£]$/u;

/** "s.a.l.a.r.y" and "s-a-l": a chunk of single letters apart from their dots; null where it is anything else. */
const dotted = (chunk: string): readonly string[] | null => {
  const parts = chunk.split(/[._*~/-]+/).filter((part) => part !== '');
  return parts.length >= FEWEST_SPACED && parts.every((part) => SINGLE.test(part)) ? parts : null;
};

const joined = (letters: readonly string[], words: Words): string => {
  const run = letters.join('');
  if (!LETTER.test(run) || letters.every((sign) => LEET.has(sign))) return letters.join(' ');
  return segmented(readings(run)[0] ?? run, words);
};

/** A text in another script is real unless each of its words looks like one of the pack's. */
const isAllLookAlike = (view: string, words: Words): boolean =>
  FOREIGN.test(view) && view.split(/\s+/).every((word) => word === '' || isKnown(words, folded(word)));

/** `view` is the Unicode view. The result may equal it; most texts' does. */
export const fullView = (view: string, words: Words): string => {
  const foldsForeign = LATIN.test(view) || isAllLookAlike(view, words);
  const out: string[] = [];
  let run: string[] = [];
  const flush = (): void => {
    if (run.length >= FEWEST_SPACED) out.push(joined(run, words));
    else out.push(...run);
    run = [];
  };
  for (const chunk of view.split(/\s+/)) {
    if (chunk === '') continue;
    if (SINGLE.test(chunk)) {
      run.push(chunk);
      continue;
    }
    const letters = dotted(chunk);
    if (letters !== null) {
      run.push(...letters);
      continue;
    }
    flush();
    if (chunk.length > LONGEST_CHUNK) {
      out.push(chunk);
      continue;
    }
    const [, before = '', core = '', after = ''] = EDGES.exec(chunk) ?? [];
    out.push(core === '' ? chunk : before + unveiled(core, words, foldsForeign) + after);
  }
  flush();
  return out.join(' ');
};
