/** Who is spoken of in a text, by its grammar alone: owner, other people, and words that are neither. The directory comes after. */
import { isSomebodyHere } from './ambiguous.ts';
import { hasOwner } from './owner.ts';
import { ARTICLES, DEGREES, EARLIER, isOthers, MY, OF, PRONOUNS, THAN } from './person-words.ts';
import { readTokens, type Token, wordAt } from './tokens.ts';
import { words } from './words/shape.ts';

/** Before "'s": then it is "is" or no person. */
const NOT_POSSESSIVE = words(`
  what it that how where when there here let today tomorrow yesterday year month week company who whats
  sieht geht gibt ist war hat wie kann läuft steht
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

/** A sentence of the pack about the asker alone; its words are strangers to nobody. */
export const isOwn = (text: string): boolean => {
  const tokens = readTokens(text);
  return tokens !== null && othersIn(tokens).length === 0 && hasOwner(tokens, (word) => !isOthers(word));
};
