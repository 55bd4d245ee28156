/** What there is to be seen in texts, and how rare it is. Learnt once and kept as plain data; `features.ts` encodes by it. */
import { createTally, eachGram, nearOf, pairOf } from './hashing.ts';

/** Fixed ids of words that stand for others: sentence edges, a word never or hardly ever seen, a number. */
export const EDGE = 0;
export const STRANGER = 1;
export const NUMBER = 2;
export const FIRST_WORD = 3;
/** Two words further apart than so many tokens are no pair, which also bounds the work for a long text. */
export const APART = 8;
/** A token with letters or figures in it, and one of figures alone, which all count as one number. */
export const WORDY = /[\p{L}\p{N}]/u;
export const DIGITS = /^\p{N}+$/u;
/** From so many texts on, what was seen once only is left out. */
const MANY_TEXTS = 4000;
/** What a text adds to all that was met before it, about. */
const HASHES_PER_TEXT = 40;

export interface EncoderOptions {
  readonly texts: readonly (readonly string[])[];
  /** Words that are treated as strangers although they were seen: names of people. */
  readonly strangers: ReadonlySet<string>;
}

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
  /** Features: one for each word id, then these, by hash. */
  readonly hashes: Int32Array;
  /** In how many texts each feature stood. */
  readonly frequencies: Int32Array;
}

/** The id that a token is known by, `NUMBER` or `STRANGER`. */
export const idOf = (ids: ReadonlyMap<string, number>, token: string): number =>
  ids.get(token) ?? (DIGITS.test(token) ? NUMBER : STRANGER);

/** Whether parts of the token count: not of numbers, nor of names, which tell nothing. */
export const hasParts = (token: string, strangers: ReadonlySet<string>): boolean =>
  WORDY.test(token) && !DIGITS.test(token) && !strangers.has(token);

/** Learns what features there are and how rare each is. */
export const vocabularyOf = ({ texts, strangers }: EncoderOptions): Vocabulary => {
  const fewest = texts.length >= MANY_TEXTS ? 2 : 1;
  const seen = new Map<string, number>();
  for (const tokens of texts) for (const token of new Set(tokens)) seen.set(token, (seen.get(token) ?? 0) + 1);
  const known = new Map<string, number>();
  for (const [word, count] of seen) {
    if (count >= 2 && !strangers.has(word) && !DIGITS.test(word)) known.set(word, FIRST_WORD + known.size);
  }
  const frequencies = new Int32Array(FIRST_WORD + known.size);
  const tally = createTally(HASHES_PER_TEXT * texts.length);
  texts.forEach((tokens, text) => {
    const ids = tokens.map((token) => idOf(known, token));
    for (const id of new Set(ids)) frequencies[id] = (frequencies[id] ?? 0) + 1;
    for (const token of tokens) if (hasParts(token, strangers)) eachGram(token, (hash) => tally.add(hash, text));
    for (let at = 0; at <= ids.length; at++) tally.add(pairOf(ids[at - 1] ?? EDGE, ids[at] ?? EDGE), text);
    eachNear(ids, (one, other) => tally.add(nearOf(ids[one] ?? EDGE, ids[other] ?? EDGE), text));
  });
  const { hashes, counts } = tally.kept(fewest);
  const words = [...seen.keys()];
  return {
    texts: texts.length,
    words,
    counts: Int32Array.from(seen.values()),
    ids: Int32Array.from(words, (word) => idOf(known, word)),
    strangers: [...strangers],
    hashes,
    frequencies: joinedNumbers(frequencies, counts),
  };
};

/** The places of every two different words that are no further apart than they may be. */
export const eachNear = (ids: readonly number[], each: (one: number, other: number) => void): void => {
  for (let at = 1; at < ids.length; at++) {
    for (let other = Math.max(0, at - APART); other < at; other++) if (ids[other] !== ids[at]) each(other, at);
  }
};

const joinedNumbers = (one: Int32Array, other: Int32Array): Int32Array => {
  const both = new Int32Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
};
