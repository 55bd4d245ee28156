/** A text as words, for telling whom it is about: with their marks, and with what is lost in recognition: where a capital stands. */
import { IGNORABLE } from './normalise.ts';

export interface Token {
  /** Lower case, with its marks: names keep theirs. */
  readonly word: string;
  /** Begins with a capital, and no sentence begins there. In a text that is shouted, and of what is short for something (RTT), it says nothing. */
  readonly capital: boolean;
}

const TOKEN =
  /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:-[\p{L}\p{N}]+)*|'(?:s|m|ve|d|ll|re|t)(?![\p{L}\p{N}])|[.!?:;\n@¿¡]|(?<=\s)[&+](?=\s)/gu;
const STOP = /^[.!?:;\n¿¡]$/;

/** Longer texts are about nobody in particular. Words, and UTF-16 units. */
export const MOST_WORDS = 200;
const LONGEST = 16 * MOST_WORDS;

/** French joins its pronouns to the verb: "ai-je", "reste-t-il", "dis-moi". "Anne-Marie" is one word. */
const CLITIC = /-(?=(?:je|j|tu|il|elle|on|nous|vous|ils|elles|moi|toi|ce|y|en|la|le|les|lui|leur|t)(?:-|$))/giu;

const CAPITAL = /^\p{Lu}(?!\p{Lu}{1,3}$)/u;

/** The words of a text, at most `MOST_WORDS`; null: it is longer, and what it says in the end nobody reads. */
export const readTokens = (text: string): readonly Token[] | null => {
  const cut = text.slice(0, LONGEST);
  if (cut.length < text.length && text.slice(LONGEST).trim() !== '') return null;
  const plain = cut
    .normalize('NFKC')
    .replace(IGNORABLE, '')
    .replace(/[‘’ʼ´`]/g, "'");
  const shouted = !/\p{Ll}/u.test(plain);
  const tokens: Token[] = [];
  let begins = true;
  for (const [found] of plain.matchAll(TOKEN)) {
    if (STOP.test(found)) {
      begins = true;
      continue;
    }
    for (const part of found.split(CLITIC)) {
      tokens.push({ word: part.toLowerCase(), capital: !begins && !shouted && CAPITAL.test(part) });
      begins = false;
    }
    if (tokens.length > MOST_WORDS) return null;
  }
  return tokens;
};

/** The word so many places from `at`; empty where there is none. */
export const wordAt = (tokens: readonly Token[], at: number): string => tokens[at]?.word ?? '';
