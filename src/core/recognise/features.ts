/**
 * Text to numbers: words, pairs of neighbouring words, and character 3- to 5-grams inside each word, weighted by how often they
 * stand in this text and how rarely in all, at length one.
 */
import { createSpelling } from './spelling.ts';

/** A sparse vector; `ids` ascend in no particular order. Read it before the encoder makes the next one: the arrays are reused. */
export interface Vector {
  readonly ids: Int32Array;
  readonly values: Float64Array;
  readonly length: number;
  /** Features that are words or parts of words which were seen in training; 0: nothing is known about this text. */
  readonly known: number;
}

/** One word as the encoder sees it. */
export interface Piece {
  readonly word: number;
  readonly features: Int32Array;
  readonly known: boolean;
}

export interface Encoder {
  /** How many features there are. */
  readonly size: number;
  pieces(tokens: readonly string[]): readonly Piece[];
  /** The vector of a stretch of pieces; all of them unless said. */
  vector(pieces: readonly Piece[], from?: number, to?: number): Vector;
  /** In how many training texts the word stood. */
  count(word: string): number;
  /** The word of training that was misspelt so; null: none. */
  near(word: string): string | null;
  readonly total: number;
}

const TOKEN = /[\p{L}\p{N}]+|'(?:s|re|m|ll|ve|d|t)(?![\p{L}\p{N}])|[?$%€£]/gu;

/** `view` is a Unicode or full view. A clitic ("'s", "'m") is a token of its own, so that "Mona's" is known where "Mona" is. */
export const tokensOf = (view: string): string[] => view.match(TOKEN) ?? [];

/** Fixed ids of words that stand for others: sentence edges, a word never or hardly ever seen, a number. */
const EDGE = 0;
const STRANGER = 1;
const NUMBER = 2;
const FIRST_WORD = 3;
const PAIR = 2 ** 21;
const log = Math.log;
const SHORTEST_GRAM = 3;
const LONGEST_GRAM = 5;
const WORDY = /[\p{L}\p{N}]/u;
const DIGITS = /^\p{N}+$/u;
/** From so many texts on, what was seen once only is left out. */
const MANY_TEXTS = 4000;

export interface EncoderOptions {
  readonly texts: readonly (readonly string[])[];
  /** Words that are treated as strangers although they were seen: names of people. */
  readonly strangers: ReadonlySet<string>;
}

const eachGram = (word: string, each: (gram: string) => void): void => {
  const padded = `<${word.slice(0, 40)}>`;
  for (let size = SHORTEST_GRAM; size <= LONGEST_GRAM; size++) {
    for (let start = 0; start + size <= padded.length; start++) each(padded.slice(start, start + size));
  }
};

const countedIn = (
  texts: readonly (readonly string[])[],
  of: (tokens: readonly string[]) => Iterable<string>,
): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const tokens of texts) for (const it of new Set(of(tokens))) counts.set(it, (counts.get(it) ?? 0) + 1);
  return counts;
};

/** What there is to be seen in texts and how rare it is: plain data, so that it can be kept. */
export interface Vocabulary {
  /** How many texts it was learnt from. */
  readonly texts: number;
  /** Every word that was seen, and in how many texts each. */
  readonly words: readonly string[];
  readonly counts: Int32Array;
  /** Of each of those: the id it is known by; `STRANGER` for one hardly seen or a name. */
  readonly ids: Int32Array;
  readonly strangers: readonly string[];
  /** Features: one for each word id, then these, then pairs of word ids, each as `before * PAIR + after`. */
  readonly grams: readonly string[];
  readonly pairs: Float64Array;
  /** In how many texts each feature stood. */
  readonly frequencies: Int32Array;
}

const idOf = (ids: ReadonlyMap<string, number>, token: string): number =>
  ids.get(token) ?? (DIGITS.test(token) ? NUMBER : STRANGER);

/** Learns what features there are and how rare each is. */
export const vocabularyOf = ({ texts, strangers }: EncoderOptions): Vocabulary => {
  const fewest = texts.length >= MANY_TEXTS ? 2 : 1;
  const seen = countedIn(texts, (tokens) => tokens);
  const known = new Map<string, number>();
  for (const [word, count] of seen) {
    if (count >= 2 && !strangers.has(word) && !DIGITS.test(word)) known.set(word, FIRST_WORD + known.size);
  }
  const frequencies: number[] = Array.from({ length: FIRST_WORD + known.size }, () => 0);
  const grams: string[] = [];
  const gramCounts = countedIn(texts, function* (tokens) {
    for (const token of tokens) {
      const inside: string[] = [];
      if (WORDY.test(token) && !DIGITS.test(token) && !strangers.has(token))
        eachGram(token, (gram) => inside.push(gram));
      yield* inside;
    }
  });
  for (const [gram, count] of gramCounts) {
    if (count < fewest) continue;
    grams.push(gram);
    frequencies.push(count);
  }
  const pairCounts = new Map<number, number>();
  for (const tokens of texts) {
    const ids = tokens.map((token) => idOf(known, token));
    for (const id of new Set(ids)) frequencies[id] = (frequencies[id] ?? 0) + 1;
    const here = new Set<number>();
    for (let at = 0; at <= ids.length; at++) here.add((ids[at - 1] ?? EDGE) * PAIR + (ids[at] ?? EDGE));
    for (const pair of here) pairCounts.set(pair, (pairCounts.get(pair) ?? 0) + 1);
  }
  const pairs = [...pairCounts].filter(([, count]) => count >= fewest);
  const words = [...seen.keys()];
  return {
    texts: texts.length,
    words,
    counts: Int32Array.from(seen.values()),
    ids: Int32Array.from(words, (word) => idOf(known, word)),
    strangers: [...strangers],
    grams,
    pairs: Float64Array.from(pairs, ([pair]) => pair),
    frequencies: Int32Array.from([...frequencies, ...pairs.map(([, count]) => count)]),
  };
};

/** Encodes by what was learnt. */
export const encoderOf = (vocabulary: Vocabulary): Encoder => {
  const strangers = new Set(vocabulary.strangers);
  const seen = new Map<string, number>();
  const words = new Map<string, number>();
  vocabulary.words.forEach((word, at) => {
    seen.set(word, vocabulary.counts[at] ?? 0);
    const id = vocabulary.ids[at] ?? STRANGER;
    if (id >= FIRST_WORD) words.set(word, id);
  });
  const size = vocabulary.frequencies.length;
  const firstPair = size - vocabulary.pairs.length;
  const firstGram = firstPair - vocabulary.grams.length;
  const grams = new Map(vocabulary.grams.map((gram, at) => [gram, firstGram + at]));
  const pairs = new Map(Array.from(vocabulary.pairs, (pair, at) => [pair, firstPair + at]));
  const rarity = Float64Array.from(
    vocabulary.frequencies,
    (count) => Math.log((1 + vocabulary.texts) / (1 + count)) + 1,
  );

  const pieceOf = (token: string): Piece => {
    const word = idOf(words, token);
    const features = [word];
    const wordy = WORDY.test(token) && !DIGITS.test(token);
    if (wordy && !strangers.has(token)) {
      eachGram(token, (gram) => {
        const id = grams.get(gram);
        if (id !== undefined) features.push(id);
      });
    }
    return { word, features: Int32Array.from(features), known: wordy && (word >= FIRST_WORD || features.length > 1) };
  };
  const learnt = new Map<string, Piece>();
  for (const word of seen.keys()) learnt.set(word, pieceOf(word));

  const spelling = createSpelling({ ...vocabulary, isLeftOut: (word) => strangers.has(word) || DIGITS.test(word) });
  const counts = new Float64Array(size);
  let ids = new Int32Array(1024);
  let values = new Float64Array(1024);
  return {
    size,
    total: vocabulary.texts,
    count: (word) => seen.get(word) ?? 0,
    near: spelling.near,
    pieces: (tokens) => tokens.map((token) => learnt.get(token) ?? pieceOf(token)),
    vector: (pieces, from = 0, to = pieces.length) => {
      let length = 0;
      let known = 0;
      const add = (id: number): void => {
        const count = counts[id] ?? 0;
        if (count === 0) {
          if (length === ids.length) {
            ids = Int32Array.from({ length: 2 * length }, (_, at) => ids[at] ?? 0);
            values = new Float64Array(2 * length);
          }
          ids[length++] = id;
        }
        counts[id] = count + 1;
      };
      let before = EDGE;
      for (let at = from; at < to; at++) {
        const piece = pieces[at];
        if (piece === undefined) break;
        if (piece.known) known++;
        for (const id of piece.features) add(id);
        const pair = pairs.get(before * PAIR + piece.word);
        if (pair !== undefined) add(pair);
        before = piece.word;
      }
      const last = pairs.get(before * PAIR + EDGE);
      if (last !== undefined) add(last);
      let squares = 0;
      for (let at = 0; at < length; at++) {
        const id = ids[at] ?? 0;
        const value = (1 + log(counts[id] ?? 1)) * (rarity[id] ?? 0);
        counts[id] = 0;
        values[at] = value;
        squares += value * value;
      }
      const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
      for (let at = 0; at < length; at++) values[at] = (values[at] ?? 0) * scale;
      return { ids, values, length, known };
    },
  };
};

/** Learns, and encodes by what it learnt. */
export const createEncoder = (o: EncoderOptions): Encoder => encoderOf(vocabularyOf(o));
