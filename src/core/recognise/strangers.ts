/** Whether a text that the asker owns speaks of somebody else all the same, whom nobody knows: by where strange words stand. */
import { isAnd } from './owner.ts';
import { OF } from './person-words.ts';
import { type Token, wordAt } from './tokens.ts';
import { de } from './words/de.ts';
import { accented } from './words/shape.ts';

/** More than this many strange words among ten, and nobody knows what the text is about. */
const MOST_STRANGE = 0.4;

const isOne = /^(?:the|le|la|l|el|das|der|die|celui|celle|one)$/;

/** How German makes nouns; names that end so are shorter. */
const NOUN =
  /^\p{L}{4,}(?:ung|heit|keit|schaft|tion|ität|tät|zeit|geld|tage?|plan|konto|karte|stelle|buch|satz|wert|kosten)(?:en|s|es)?$/u;
/** "Gehaltseingang": begins or ends as a word that the pack knows. Characters. */
const SHORTEST_PART = 4;
const isCompound = (word: string, isThing: (word: string) => boolean): boolean => {
  for (let cut = SHORTEST_PART; cut <= word.length - SHORTEST_PART; cut++) {
    if (isThing(word.slice(0, cut)) || isThing(word.slice(cut))) return true;
  }
  return false;
};

const TRAVEL = accented(`
  trip trips travel flight journey stay reise reisen dienstreise dienstreisen geschäftsreise flug fahrt voyage déplacement mission vol séjour viaje viajes vuelo
`);
const TOWARDS = /^(?:to|à|a|para)$/;
/** Nobody is in, or towards, a person: "a week in Italy", "en Italie", "nach Wien". */
const WHERE = /^(?:in|nach|en|au|aux)$/;
/** "My trip to Denver", "mon voyage à Lyon", "my Hamburg trip". */
const isPlace = (tokens: readonly Token[], at: number): boolean =>
  WHERE.test(wordAt(tokens, at - 1)) ||
  TRAVEL.has(wordAt(tokens, at + 1)) ||
  (TOWARDS.test(wordAt(tokens, at - 1)) && TRAVEL.has(wordAt(tokens, at - 2)));

const MY_GERMAN = /^(?:mein|dein|kein|unser)\p{L}{0,2}$/u;

/** A strange word with a capital inside a sentence; a German noun after its article is none, but "der Petra" is. */
const isName = (o: Strange, at: number): boolean => {
  const { tokens, isThing } = o;
  const token = tokens[at];
  if (token?.capital !== true || isPlace(tokens, at)) return false;
  const before = wordAt(tokens, at - 1);
  if (before === 'my' || before === 'the' || MY_GERMAN.test(before)) return false;
  if (!de.articles.has(before)) return true;
  return !(NOUN.test(token.word) || isCompound(token.word, isThing));
};

/** "the payslip of petra", "le salaire de petra", "el de petra": some one thing, and whose it is. */
const isWhose = ({ tokens }: Strange, at: number): boolean =>
  OF.has(wordAt(tokens, at - 1)) && [2, 3, 4].some((back) => isOne.test(wordAt(tokens, at - back)));

interface Strange {
  readonly tokens: readonly Token[];
  readonly isStranger: (token: Token) => boolean;
  readonly isThing: (word: string) => boolean;
}

/** `words`: how many of the tokens are words. */
export const speaksOfStranger = (o: Strange & { readonly words: number }): boolean => {
  const strange = o.tokens.flatMap((token, at) => (o.isStranger(token) ? [at] : []));
  return (
    strange.length > MOST_STRANGE * o.words ||
    strange.some((at) => isAnd(o.tokens, at - 1) || isName(o, at) || isWhose(o, at))
  );
};
