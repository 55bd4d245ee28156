/**
 * Text to numbers: words, pairs of neighbouring words, pairs of words that stand near each other in whichever order, and character 2- to
 * 5-grams inside each word, weighted by how often they stand in this text and how rarely in all, at length one. Which kinds and weights
 * was chosen by cross-validation: docs/decisions/0037-recogniser.md.
 */
import type { NamedFeature } from '../why-types.ts';
import { eachGram, indexOf, nearOf, pairOf } from './hashing.ts';
import { createSpelling } from './spelling.ts';
import {
  APART,
  DIGITS,
  EDGE,
  type EncoderOptions,
  eachNear,
  FIRST_WORD,
  hasParts,
  idOf,
  NUMBER,
  STRANGER,
  type Vocabulary,
  vocabularyOf,
  WORDY,
} from './vocabulary.ts';

/** A sparse vector; `ids` ascend in no particular order. Read it before the encoder makes the next one: the arrays are reused. */
export interface Vector {
  readonly ids: Int32Array;
  readonly values: Float64Array;
  readonly length: number;
  /** Features that are words or parts of words which were seen in training; 0: nothing is known about this text. */
  readonly known: number;
  /** The same by words, where the encoder made it; absent: only features are told. */
  readonly parts?: Parts;
}

/**
 * A vector taken apart, before its length was made one: the words that were seen in training, each with all its features counted once
 * for each time they stand in it, and what is to be added to that. A model keeps what each word adds, and saves most of the work.
 */
export interface Parts {
  readonly pieces: readonly Piece[];
  readonly from: number;
  readonly to: number;
  /** Of each feature. */
  readonly rarity: Float64Array;
  /** Features of pairs and of other words, and how much less those count that stand several times. */
  readonly ids: Int32Array;
  readonly values: Float64Array;
  readonly length: number;
  /** Makes the length one. */
  readonly scale: number;
}

/** One word as the encoder sees it. */
export interface Piece {
  /** Which of the words that were seen in training; -1: none of them. */
  readonly place: number;
  readonly word: number;
  readonly features: Int32Array;
  readonly known: boolean;
}

export interface Encoder {
  /** How many features there are. */
  readonly size: number;
  /** How many numbers the vectors of all training texts hold together. */
  readonly entries: number;
  pieces(tokens: readonly string[]): readonly Piece[];
  /** The vector of a stretch of pieces; all of them unless said. */
  vector(pieces: readonly Piece[], from?: number, to?: number): Vector;
  /** What each feature of these tokens is, by its id; told from the tokens alone, since no name is kept. */
  names(tokens: readonly string[]): ReadonlyMap<number, NamedFeature>;
  /** In how many training texts the word stood. */
  count(word: string): number;
  /** The word of training that was misspelt so; null: none. */
  near(word: string): string | null;
  readonly total: number;
}

const TOKEN = /[\p{L}\p{N}]+|'(?:s|re|m|ll|ve|d|t)(?![\p{L}\p{N}])|[?$%€£]/gu;

/** `view` is a Unicode or full view. A clitic ("'s", "'m") is a token of its own, so that "Mona's" is known where "Mona" is. */
export const tokensOf = (view: string): string[] => view.match(TOKEN) ?? [];

const STANDING_FOR: ReadonlyMap<number, string> = new Map([
  [STRANGER, '(a stranger)'],
  [NUMBER, '(a number)'],
]);
const log = Math.log;
const max = Math.max;
const sqrt = Math.sqrt;
/** Encodes by what was learnt. */
export const encoderOf = (vocabulary: Vocabulary): Encoder => {
  const strangers = new Set(vocabulary.strangers);
  const places = new Map<string, number>();
  const words = new Map<string, number>();
  vocabulary.words.forEach((word, at) => {
    places.set(word, at);
    const id = vocabulary.ids[at] ?? STRANGER;
    if (id >= FIRST_WORD) words.set(word, id);
  });
  const size = vocabulary.frequencies.length;
  const first = size - vocabulary.hashes.length;
  const index = indexOf(vocabulary.hashes);
  const rarity = new Float64Array(size);
  for (let id = 0; id < size; id++)
    rarity[id] = sqrt(log((1 + vocabulary.texts) / (1 + (vocabulary.frequencies[id] ?? 0))) + 1);
  const spelling = createSpelling({ ...vocabulary, isLeftOut: (word) => strangers.has(word) || DIGITS.test(word) });

  const pieceOf = (token: string): Piece => {
    const word = idOf(words, token);
    const features = [word];
    if (hasParts(token, strangers)) {
      eachGram(token, (hash) => {
        const place = index.find(hash);
        if (place >= 0) features.push(first + place);
      });
    }
    const known = WORDY.test(token) && !DIGITS.test(token) && (word >= FIRST_WORD || features.length > 1);
    return { place: places.get(token) ?? -1, word, features: Int32Array.from(features), known };
  };
  /** Of words that were seen, as far as they were asked for; so many and no more. */
  const learnt = new Map<string, Piece>();
  const piece = (token: string): Piece => {
    const before = learnt.get(token);
    if (before !== undefined) return before;
    const made = pieceOf(token);
    if (made.place >= 0) learnt.set(token, made);
    return made;
  };

  const counts = new Int32Array(size);
  /** How often each feature stands in words that were seen. */
  const inWords = new Int32Array(size);
  let ids = new Int32Array(1024);
  let values = new Float64Array(1024);
  let otherIds = new Int32Array(1024);
  let others = new Float64Array(1024);
  let length = 0;
  const add = (id: number): void => {
    const count = counts[id] ?? 0;
    if (count === 0) {
      if (length === ids.length) {
        const more = new Int32Array(2 * length);
        more.set(ids);
        ids = more;
        values = new Float64Array(2 * length);
        otherIds = new Int32Array(2 * length);
        others = new Float64Array(2 * length);
      }
      ids[length++] = id;
    }
    counts[id] = count + 1;
  };
  const addPair = (before: number, after: number): void => {
    const place = index.find(pairOf(before, after));
    if (place >= 0) add(first + place);
  };
  return {
    size,
    entries: vocabulary.frequencies.reduce((sum, count) => sum + count, 0),
    total: vocabulary.texts,
    count: (word) => vocabulary.counts[places.get(word) ?? -1] ?? 0,
    near: spelling.near,
    pieces: (tokens) => tokens.map(piece),
    vector: (pieces, from = 0, to = pieces.length) => {
      length = 0;
      let known = 0;
      let before = EDGE;
      for (let at = from; at < to; at++) {
        const each = pieces[at];
        if (each === undefined) break;
        if (each.known) known++;
        const { features, word, place } = each;
        for (let k = 0; k < features.length; k++) {
          const id = features[k] ?? 0;
          add(id);
          if (place >= 0) inWords[id] = (inWords[id] ?? 0) + 1;
        }
        addPair(before, word);
        for (let other = max(from, at - APART); other < at; other++) {
          const near = pieces[other]?.word ?? EDGE;
          if (near === word) continue;
          const found = index.find(nearOf(near, word));
          if (found >= 0) add(first + found);
        }
        before = word;
      }
      addPair(before, EDGE);
      let squares = 0;
      let more = 0;
      for (let at = 0; at < length; at++) {
        const id = ids[at] ?? 0;
        const count = counts[id] ?? 1;
        const weight = rarity[id] ?? 0;
        const value = count === 1 ? weight : (1 + log(count)) * weight;
        const inside = inWords[id] ?? 0;
        if (count > 1 || inside === 0) {
          otherIds[more] = id;
          others[more++] = value - inside * weight;
        }
        counts[id] = 0;
        inWords[id] = 0;
        values[at] = value;
        squares += value * value;
      }
      const scale = squares === 0 ? 0 : 1 / sqrt(squares);
      for (let at = 0; at < length; at++) values[at] = (values[at] ?? 0) * scale;
      const parts = { pieces, from, to, rarity, ids: otherIds, values: others, length: more, scale };
      return { ids, values, length, known, parts };
    },
    names: (tokens) => {
      const names = new Map<number, NamedFeature>();
      const add = (id: number, kind: NamedFeature['kind'], text: string): void => {
        if (!names.has(id)) names.set(id, { kind, text });
      };
      const addHashed = (hash: number, kind: NamedFeature['kind'], text: string): void => {
        const place = index.find(hash);
        if (place >= 0) add(first + place, kind, text);
      };
      const found = tokens.map((token) => idOf(words, token));
      const shown = (at: number): string =>
        at < 0 ? '^' : at === tokens.length ? '$' : (STANDING_FOR.get(found[at] ?? EDGE) ?? tokens[at] ?? '');
      tokens.forEach((token, at) => {
        add(found[at] ?? STRANGER, 'word', shown(at));
        if (!hasParts(token, strangers)) return;
        const padded = `<${token.slice(0, 40)}>`;
        eachGram(token, (hash, from, to) => addHashed(hash, 'part', padded.slice(from, to)));
      });
      for (let at = 0; at <= found.length; at++)
        addHashed(pairOf(found[at - 1] ?? EDGE, found[at] ?? EDGE), 'pair', `${shown(at - 1)} ${shown(at)}`);
      eachNear(found, (one, other) =>
        addHashed(nearOf(found[one] ?? EDGE, found[other] ?? EDGE), 'pair', `${shown(one)} … ${shown(other)}`),
      );
      return names;
    },
  };
};

/** Learns, and encodes by what it learnt. */
export const createEncoder = (o: EncoderOptions): Encoder => encoderOf(vocabularyOf(o));
