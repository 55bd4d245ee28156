/** Who is spoken of in a text, by its grammar alone: owner, other people, and words that are neither. The directory comes after. */
import { IGNORABLE } from './normalise.ts';
import {
  isOthers,
  MINE,
  NOT_POSSESSIVE,
  OWNER_AFTER_I,
  OWNER_BEFORE_I,
  OWNER_BEFORE_ME,
  QUALITIES,
  REQUEST,
} from './person-words.ts';

export interface Token {
  /** Lower case, with its marks: names keep theirs. */
  readonly word: string;
  /** Begins with a capital, and no sentence begins there. */
  readonly capital: boolean;
}

const TOKEN = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:-[\p{L}\p{N}]+)*|'(?:s|m|ve|d|ll|re|t)(?![\p{L}\p{N}])|[.!?:;\n@]/gu;
const STOP = /^[.!?:;\n]$/;
/** Longer texts are about nobody in particular. */
export const MOST_WORDS = 200;

/** The words of a text; at most `MOST_WORDS` and one. */
export const readTokens = (text: string): readonly Token[] => {
  const plain = text
    .slice(0, 8 * MOST_WORDS * 2)
    .normalize('NFKC')
    .replace(IGNORABLE, '')
    .replace(/[‘’ʼ´`]/g, "'");
  const tokens: Token[] = [];
  let begins = true;
  for (const [found] of plain.matchAll(TOKEN)) {
    if (STOP.test(found)) {
      begins = true;
      continue;
    }
    tokens.push({ word: found.toLowerCase(), capital: !begins && /^\p{Lu}/u.test(found) });
    begins = false;
    if (tokens.length > MOST_WORDS) break;
  }
  return tokens;
};

/** "Sie", "Ihnen" with a capital inside a sentence: the bot is addressed politely. */
export const isPolite = ({ word, capital }: Token): boolean => capital && (word === 'sie' || word === 'ihnen');

/** "my expense report" is no person; "my reports" and "a direct report" are. */
const isPaper = (word: string, before: string): boolean =>
  /^reports?$/.test(word) && !MINE.has(before) && before !== 'direct';

/** "less than last month" compares with oneself; "more than Mona" does not. */
const EARLIER =
  /^(?:last|this|before|usual|usually|expected|previously|letzt\p{L}*|vor|vorher|sonst|im|vorig\p{L}*|dies\p{L}*|üblich|erwartet)$/u;
const comparesWithOthers = (tokens: readonly Token[], at: number): boolean => {
  const word = tokens[at]?.word;
  const after = tokens[at + 1]?.word ?? '';
  if (word === 'than') return !EARLIER.test(after);
  return word === 'als' && /(?:er|mehr|weniger)$/.test(tokens[at - 1]?.word ?? '') && !EARLIER.test(after);
};

/** Positions of words that speak of somebody else, named or not; `'s` where it makes an owner of the word before it. */
export const othersIn = (tokens: readonly Token[]): readonly number[] =>
  tokens.flatMap((token, at) => {
    const before = tokens[at - 1]?.word ?? '';
    const possessive = token.word === "'s" && !NOT_POSSESSIVE.has(before);
    const person = isOthers(token.word) && !isPolite(token) && !isPaper(token.word, before);
    const other = person || token.word === '@' || comparesWithOthers(tokens, at);
    return possessive || other ? [at] : [];
  });

/**
 * Whether the asker owns what is asked about: "my payslip", "do I have", "habe ich". Not where "I" and "me" only ask
 * ("tell me", "can I see", "I want to know"). `isThing` says whether a word may be what is mine: a stranger may be a person.
 */
export const hasOwner = (tokens: readonly Token[], isThing: (word: string) => boolean): boolean =>
  tokens.some(({ word }, at) => {
    const before = tokens[at - 1]?.word ?? '';
    const after = tokens.slice(at + 1, at + 4).map((token) => token.word);
    if (word === 'mine' || word === 'myself') return true;
    if (MINE.has(word)) {
      const thing = after.find((it) => !QUALITIES.has(it));
      return thing !== undefined && isThing(thing);
    }
    const asks = after.some((it) => REQUEST.has(it));
    if (word === 'me') return OWNER_BEFORE_ME.has(before);
    if (word === 'mir' || word === 'mich') return OWNER_BEFORE_ME.has(before);
    if (word === 'i' || word === 'ich')
      return !asks && (OWNER_BEFORE_I.has(before) || OWNER_AFTER_I.has(after[0] ?? ''));
    return false;
  });

/** A sentence of the pack about the asker alone; its words are strangers to nobody. */
export const isOwn = (text: string): boolean => {
  const tokens = readTokens(text);
  return othersIn(tokens).length === 0 && hasOwner(tokens, (word) => !isOthers(word));
};
