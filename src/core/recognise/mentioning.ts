/** Who is spoken of in a text, by its grammar alone: owner, other people, and words that are neither. The directory comes after. */
import { isSomebodyHere, isSpanishHave, isSpanishMonth } from './ambiguous.ts';
import {
  AND,
  ARTICLES,
  DEGREES,
  EACH_LANGUAGE,
  EARLIER,
  isOthers,
  MINE,
  MY,
  OF,
  OWN_VERBS,
  PRONOUNS,
  QUALITIES,
  REQUEST,
  THAN,
  TIMES,
} from './person-words.ts';
import { readTokens, type Token, wordAt } from './tokens.ts';
import { words } from './words/shape.ts';

/** Before "'s": then it is "is" or no person. */
const NOT_POSSESSIVE = words(`
  what it that how where when there here let today tomorrow yesterday year month week company who whats
`);

/** "Sie", "Ihnen" with a capital inside a sentence: the bot is addressed politely. */
export const isPolite = ({ word, capital }: Token): boolean => capital && (word === 'sie' || word === 'ihnen');

/** "my expense report" is no person; "my reports" and "a direct report" are. */
const isPaper = (word: string, before: string): boolean =>
  /^reports?$/.test(word) && !MY.has(before) && before !== 'direct';

/**
 * "less than last month" compares with oneself; "more than Mona", "plus élevé que Mona", "más que Mona" do not. French and Spanish
 * put an article before what it was earlier.
 */
const comparesWithOthers = (tokens: readonly Token[], at: number): boolean => {
  const word = wordAt(tokens, at);
  if (!THAN.has(word)) return false;
  const inGerman = word === 'als' && COMPARATIVE.test(wordAt(tokens, at - 1));
  const compares = word === 'than' || inGerman || [1, 2].some((back) => DEGREES.has(wordAt(tokens, at - back)));
  return compares && ![1, 2, 3].some((ahead) => isEarlier(tokens, at + ahead, ahead));
};
const COMPARATIVE = /er$/;
/** The word itself, or after small ones: "que le mois dernier", "als im letzten Monat". */
const isEarlier = (tokens: readonly Token[], at: number, ahead: number): boolean => {
  for (let between = at - ahead + 1; between < at; between++) {
    const word = wordAt(tokens, between);
    if (!ARTICLES.has(word) && !OF.has(word)) return false;
  }
  return EARLIER.has(wordAt(tokens, at)) || /^\p{N}/u.test(wordAt(tokens, at));
};

const isPossessive = (tokens: readonly Token[], at: number): boolean =>
  wordAt(tokens, at) === "'s" && !NOT_POSSESSIVE.has(wordAt(tokens, at - 1));

const isPerson = (tokens: readonly Token[], at: number): boolean => {
  const token = tokens[at];
  if (token === undefined || !isOthers(token.word) || isPolite(token)) return false;
  return isSomebodyHere(tokens, at) ?? !isPaper(token.word, wordAt(tokens, at - 1));
};

/** Positions of words that speak of somebody else, named or not; `'s` where it makes an owner of the word before it. */
export const othersIn = (tokens: readonly Token[]): readonly number[] =>
  tokens.flatMap(({ word }, at) => {
    const other = isPerson(tokens, at) || word === '@' || comparesWithOthers(tokens, at);
    return other || isPossessive(tokens, at) ? [at] : [];
  });

/** Pronouns of the third person in a text, in order. */
export const pronounsOf = (tokens: readonly Token[]): readonly string[] =>
  tokens.flatMap(({ word }, at) => (PRONOUNS.has(word) && isPerson(tokens, at) ? [word] : []));

/** No thing stands there: "mes de junio" is Spanish and nobody's. */
const isSmall = (word: string): boolean => OF.has(word) || AND.has(word) || THAN.has(word) || ARTICLES.has(word);

/** How many words after "my" or "I" are looked at. */
const AHEAD = 3;

/**
 * Whether the asker owns what is asked about: "my payslip", "do I have", "combien il me reste", "cuánto cobro". Not where "I" and "me"
 * only ask ("tell me", "can I see", "I want to know"). `isThing` says whether a word may be what is mine: a stranger may be a person.
 */
export const hasOwner = (tokens: readonly Token[], isThing: (word: string) => boolean): boolean =>
  tokens.some(({ word }, at) => {
    const before = wordAt(tokens, at - 1);
    const after = tokens.slice(at + 1, at + 1 + AHEAD).map((token) => token.word);
    const next = after[0] ?? '';
    if (MINE.has(word)) return true;
    if (MY.has(word)) {
      const thing = after.find((it) => !QUALITIES.has(it) && !TIMES.has(it));
      return thing !== undefined && !isSmall(thing) && isThing(thing) && !isSpanishMonth(tokens, at);
    }
    if (isToMe({ word, before, next })) return true;
    const asks = after.some((it) => REQUEST.has(it));
    if (OWN_VERBS.has(word) && !ARTICLES.has(before)) return !asks;
    if (isSpanishHave(tokens, at)) return !asks;
    return !asks && ownsAsI({ word, before, next });
  });

interface Beside {
  readonly word: string;
  readonly before: string;
  readonly next: string;
}

const isToMe = ({ word, before, next }: Beside): boolean =>
  EACH_LANGUAGE.some(
    (it) => (it.me.has(word) && it.beforeMe.has(before)) || (it.toMe.has(word) && it.afterToMe.has(next)),
  );

const ownsAsI = ({ word, before, next }: Beside): boolean =>
  EACH_LANGUAGE.some((it) => it.i.has(word) && (it.beforeI.has(before) || it.afterI.has(next)));

/** A sentence of the pack about the asker alone; its words are strangers to nobody. */
export const isOwn = (text: string): boolean => {
  const tokens = readTokens(text);
  return tokens !== null && othersIn(tokens).length === 0 && hasOwner(tokens, (word) => !isOthers(word));
};
