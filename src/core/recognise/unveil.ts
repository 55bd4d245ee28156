/**
 * The full view: the Unicode view without leetspeak, spaced and dotted letters, stretched letters and foreign look-alikes.
 * Led by the words of the pack: a change is made only where it leads to a word that the pack uses, so that clean text stays
 * clean. Recogniser requirements 4 and 6.
 */
import { isLeetSign, isQuantity, readings } from './leet.ts';
import { folded } from './normalise.ts';
import { dotted, FEWEST_SPACED, joined, rejoin, SINGLE } from './spaced.ts';

export interface Words {
  /** How often the pack uses this word; 0: never. */
  count(word: string): number;
  /** The pack's word that was misspelt so; null: none. */
  near(word: string): string | null;
  /** Of all words together. */
  readonly total: number;
}

const LATIN = /\p{Script=Latin}/u;
const FOREIGN = /[^\0-\x7f]/;
const EDGES = /^([^\p{L}\p{N}@$!|+<#(€£¢¥\\/*]*)(.*?)([^\p{L}\p{N}@$|+€£¢¥\\/*]*)$/su;
const INNER = /[^\p{L}\p{N}@$!|+<#(€£¢¥']+/gu;
const SIGNS_AT_EDGES = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;
/** Longer chunks are no disguised word, and are not looked at letter by letter; their parts may be. */
const LONGEST_CHUNK = 100;
/** Codes and names of things change between letters and digits less often, or have fewer letters: "r2d2", "covid19", "inv20391". */
const FEWEST_TURNS = 3;
const FEWEST_LETTERS = 3;
/** Shorter words are too often another one backwards: "Liam", "Leon". */
const SHORTEST_BACKWARDS = 5;
/** No word is tried in more forms, and no text has more words tried. */
const MOST_FORMS = 200;
const MOST_TRIED = 800;
/** Letters apart, and words further apart. */
const WIDE = /\S \S (?:\S )*\s+\S/u;
/** More letters with signs between them are a sentence. */
const LONGEST_DOTTED = 20;
const FEWEST_BACKWARDS = 3;
const PARTS = /(['_./-])/;
const CLITIC = /^(.+?)('s|'m|'re|'ll|'ve|'d|'t)$/;

const isKnown = (words: Words, word: string): boolean =>
  words.count(word) > 0 || (word.endsWith("'s") && words.count(word.slice(0, -2)) > 0);

export const backwards = (word: string): string => [...word].reverse().join('');

/** Each form, and what `more` makes of it. */
const withMore = (forms: readonly string[], more: (form: string) => readonly string[]): readonly string[] => {
  const all = new Set(forms);
  for (const form of forms) {
    for (const it of more(form)) all.add(it);
    if (all.size > MOST_FORMS) break;
  }
  return [...all];
};

const VOWELS = 'aeiou';
const LETTERS = 'etaoinsrhldcumfpgwybvkxjqz';

/** Of the likeliest forms, so many are tried with a letter for what is masked. */
const MOST_MASKED = 6;
const MASK = /[*_%^~=\u2022\u00b7]/g;

/** One letter that a star or the like stands for, or two vowels: "s*lary", "s_l_ry". */
const unmasked = (masked: string): readonly string[] => {
  const form = masked.replace(MASK, '*');
  const stars = form.split('*').length - 1;
  if (stars === 1) return [...LETTERS].map((letter) => form.replace('*', letter));
  if (stars !== 2) return [];
  return [...VOWELS].flatMap((one) => [...VOWELS].map((two) => form.replace('*', one).replace('*', two)));
};

/** Every word that this one may be in disguise, likeliest first. Few for most: each step only adds where its sign is there. */
const disguises = (word: string, foldsForeign: boolean): readonly string[] => {
  let forms: readonly string[] = foldsForeign && FOREIGN.test(word) ? [word, folded(word)] : [word];
  forms = withMore(forms, readings);
  if (word.search(SIGNS_AT_EDGES) >= 0) forms = withMore(forms, (form) => [form.replace(SIGNS_AT_EDGES, '')]);
  if (word.search(MASK) >= 0) forms = [...forms, ...forms.slice(0, MOST_MASKED).flatMap(unmasked)];
  if (forms.some((form) => form.search(INNER) >= 0))
    forms = withMore(forms, (form) => {
      const whole = form.replace(INNER, '');
      return [whole, ...readings(whole)];
    });
  if (/(.)\1\1/su.test(word))
    forms = withMore(forms, (form) => [form.replace(/(.)\1\1+/gsu, '$1$1'), form.replace(/(.)\1\1+/gsu, '$1')]);
  if (/[aou]e/.test(word))
    forms = withMore(forms, (form) => [form.replace(/([aou])e/g, '$1'), form.replace(/([aou])e/, '$1')]);
  if (word.length >= SHORTEST_BACKWARDS) forms = withMore(forms, (form) => [backwards(form)]);
  return forms;
};

/** Signs and letters by turns: then it is disguised, also where the pack has no such word. */
const isLeet = (word: string): boolean => {
  let letters = 0;
  let turns = 0;
  let before: boolean | null = null;
  for (const sign of word) {
    const stands = isLeetSign(sign);
    if (before !== null && stands !== before) turns++;
    before = stands;
    if (!stands) letters++;
  }
  return turns >= FEWEST_TURNS && letters >= FEWEST_LETTERS && letters * 3 >= word.length;
};

/** Of a word that is disguised and none of the pack's: the word of the pack that is nearest, or its likeliest form, whose parts tell what it would. */
const bestGuess = (word: string, words: Words): string => {
  const read = isLeet(word) ? (readings(word)[0] ?? word) : word;
  const plain = read.replace(/(\p{L})\1\1+/gu, '$1');
  return words.near(plain) ?? plain;
};

/** The word itself where the pack uses it or no reading of it; else the first reading that the pack uses. */
const unveiled = (word: string, words: Words, foldsForeign: boolean): string => {
  if (isKnown(words, word) || isQuantity(word)) return word;
  const found = disguises(word, foldsForeign).find((form) => form.length > 1 && isKnown(words, form));
  if (found !== undefined) return found;
  const [, bare, clitic] = CLITIC.exec(word) ?? [];
  if (bare !== undefined && clitic !== undefined) return unveiled(bare, words, foldsForeign) + clitic;
  const parts = word.split(PARTS);
  return parts.length > 1 && parts.some((part) => part.length > 2)
    ? parts.map((part) => (part.length < 2 ? part : unveiled(part, words, foldsForeign))).join('')
    : bestGuess(word, words);
};

/** A text in another script is real unless half of its words look like words of the pack. */
const isLookAlike = (view: string, words: Words): boolean => {
  if (!FOREIGN.test(view)) return false;
  const all = view.split(/\s+/).filter((word) => word !== '');
  const alike = all.filter((word) => isKnown(words, folded(word).replace(INNER, '')));
  return alike.length * 2 >= all.length;
};

/** Every chunk is a word of the pack, with at most one sign at its end, and no three letters stand apart: nothing is hidden. */
const isPlain = (chunks: readonly string[], words: Words): boolean => {
  let apart = 0;
  for (const chunk of chunks) {
    apart = chunk.length === 1 ? apart + 1 : 0;
    if (apart >= FEWEST_SPACED) return false;
    if (words.count(chunk) > 0) continue;
    const last = chunk.charCodeAt(chunk.length - 1);
    // . , ? ! : ;
    if (last !== 46 && last !== 44 && last !== 63 && last !== 33 && last !== 58 && last !== 59) return false;
    if (words.count(chunk.slice(0, -1)) === 0) return false;
  }
  return true;
};

/** The text from its end, where that is what the pack would say, and as it stands it is not. */
const fromItsEnd = (view: string, chunks: readonly string[], words: Words): string | null => {
  const known = (all: readonly string[]): number =>
    all.filter((chunk) => chunk.length > 1 && isKnown(words, chunk.replace(SIGNS_AT_EDGES, ''))).length;
  if (chunks.length < FEWEST_BACKWARDS || known(chunks) * 4 > chunks.length) return null;
  const back = backwards(view);
  return known(back.split(/\s+/)) * 2 >= chunks.length ? back : null;
};

/** `view` is the Unicode view. The result is `view` itself where nothing is hidden; for most texts it is. */
export const fullView = (view: string, words: Words): string => {
  const chunks = view.split(/\s+/).filter((chunk) => chunk !== '');
  if (isPlain(chunks, words)) return view;
  const back = fromItsEnd(view, chunks, words);
  if (back !== null) return back;
  const foldsForeign = LATIN.test(view) || isLookAlike(view, words);
  const fold = (word: string): string => (foldsForeign && FOREIGN.test(word) ? folded(word) : word);
  const out: string[] = [];
  let run: string[] = [];
  const isWide = WIDE.test(view);
  const flush = (): void => {
    if (isWide && run.length > 1) out.push(unveil(run.join('')));
    else out.push(...((run.length >= FEWEST_SPACED ? joined(run, words, fold)?.split(' ') : null) ?? run));
    run = [];
  };
  const tried = new Map<string, string>();
  const unveil = (chunk: string): string => {
    const before = tried.get(chunk);
    if (before !== undefined) return before;
    if (tried.size >= MOST_TRIED) return chunk;
    if (chunk.length > LONGEST_CHUNK) {
      const parts = chunk.split(PARTS);
      return parts.map((part) => (part.length < 2 || part.length > LONGEST_CHUNK ? part : unveil(part))).join('');
    }
    const [, left = '', core = '', right = ''] = EDGES.exec(chunk) ?? [];
    const plain = core === '' ? chunk : left + unveiled(core, words, foldsForeign) + right;
    tried.set(chunk, plain);
    return plain;
  };
  // Where letters stand apart, words stand further apart.
  for (const chunk of view.split(/(\s+)/)) {
    if (chunk === '') continue;
    if (/^\s/.test(chunk)) {
      if (isWide && chunk.length > 1) flush();
      continue;
    }
    if (SINGLE.test(chunk)) {
      run.push(chunk);
      continue;
    }
    flush();
    if (words.count(chunk) > 0) {
      out.push(chunk);
      continue;
    }
    const letters = dotted(chunk);
    const word = letters === null ? null : unveil(letters.join(''));
    if (letters === null || word === null) out.push(unveil(chunk));
    else if (words.count(word) > 0 || letters.length <= LONGEST_DOTTED) out.push(word);
    else out.push(joined(letters, words, fold) ?? chunk);
  }
  flush();
  rejoin(out, words);
  const full = out.join(' ');
  return full === chunks.join(' ') ? view : full;
};
