/**
 * About whom a question is. Whatever is unclear is `other` with no subject: the relation that permits least. `self` needs an owner
 * ("my payslip", "do I have") and nobody else, or a text of which every word is one that the pack uses of the asker alone.
 */
import { hasCode } from '../errors.ts';
import type { Directory } from '../ports.ts';
import type { About, Colleague, Intent, Person } from '../types.ts';
import { isDecider, isDependant } from './dependants.ts';
import { isPolite, othersIn, pronounsOf } from './mentioning.ts';
import { aboutNamed, aboutOne, isWord, namedIn, UNCLEAR, type Where } from './named.ts';
import { hasOwner } from './owner.ts';
import { COLLECTIVE, COMMON, HARMLESS, isI, isOthers, MY, RELATION, SINGULAR } from './person-words.ts';
import { askersManager, askersReports, type Spoken } from './relations.ts';
import { namesStranger, speaksOfSomeoneWho, speaksOfStranger } from './strangers.ts';
import { readTokens, type Token, wordAt } from './tokens.ts';
import { accented } from './words/shape.ts';

export interface AboutWhom {
  readonly text: string;
  readonly asker: Person;
  /** Null where nothing was recognised. */
  readonly intent: Intent | null;
  readonly directory: Directory;
  /** See the port `Recogniser`. */
  readonly knows: (text: string) => boolean;
  /** Whom the talk was about before: "her salary?" is about them where it speaks of nobody else. Null or absent: nobody. */
  readonly before?: Colleague | null;
  /** Where it was written; absent: an account that it mentions is nobody's. */
  readonly where?: Where;
}

/** Pronouns of the third person ("her", "ihr", "son", "su"), lower case, in order. A text of more than two hundred words has none. */
export const pronounsIn = (text: string): readonly string[] => pronounsOf(readTokens(text) ?? []);

/** Intents that answer who reports to whom: there "my manager" is the question, not the person it is about. */
const asksRelation = (intent: Intent | null): boolean =>
  intent !== null && /\.(?:manager|team|reports|deputy|role)$/.test(intent.id);

/** About whom a text is. A directory that knows no names just now (`directory-unavailable`) makes every stranger somebody else. */
export const aboutWhom = async (o: AboutWhom): Promise<About> => {
  const { asker, intent, directory } = o;
  const tokens = readTokens(o.text);
  if (tokens === null) return UNCLEAR;
  const relational = asksRelation(intent);
  const isThing = remembering(
    (word) => (relational && RELATION.has(word)) || (!isOthers(word) && (HARMLESS.has(word) || o.knows(word))),
  );
  const isStranger = ({ word }: Token): boolean =>
    /^\p{L}/u.test(word) && !isThing(word) && !isOthers(word) && !MY.has(word) && !isI(word);
  const owner = hasOwner(tokens, isThing);
  const looked = await unlessUnavailable(namedIn(tokens, o));
  // While nobody can be looked up by name, every word that the pack does not use may be one.
  const found = looked ?? [];
  const named = owner ? found.filter((it) => !isWord(tokens, it, { asker, isThing })) : found;
  const inName = (at: number): boolean => named.some((it) => it.start <= at && at < it.end);
  const others = othersIn(tokens).filter((at) => !inName(at) && !(relational && RELATION.has(wordAt(tokens, at))));

  if (named.length > 0) return aboutNamed({ tokens, named, others, owner, asker, isStranger });
  if (others.length > 0 && !(owner && others.every((at) => isDependant(tokens, at) || isDecider(tokens, at)))) {
    return owner ? UNCLEAR : unnamed({ tokens, others, isThing, isStranger, asker, directory }, o.before ?? null);
  }

  const words = tokens.filter((token) => /^\p{L}/u.test(token.word) && !isPolite(token));
  const strange = words.filter(isStranger);
  if (intent?.about === 'nobody') {
    return strange.some((token) => token.capital) ? UNCLEAR : { relation: 'self', subject: null, candidates: [] };
  }
  if (looked === null && strange.length > 0) return UNCLEAR;
  if (speaksOfSomeoneWho(tokens)) return UNCLEAR;
  const collective = tokens.flatMap(({ word }, at) =>
    COLLECTIVE.has(word) && !isOfTime(tokens, at) && !isVerbs(tokens, at) ? [word] : [],
  );
  const clear = owner
    ? !speaksOfStranger({ tokens, isStranger, isThing, words: words.length })
    : words.length > 0 && strange.length === 0 && !tokens.some(isNumber) && collective.length === 0;
  if (clear) return aboutOne(asker, asker);
  const mayBeSelf =
    words.length > 0 &&
    !tokens.some(isNumber) &&
    (owner || collective.every((word) => COMMON.has(word))) &&
    !namesStranger({ tokens: withoutNouns(tokens), isStranger, isThing });
  return mayBeSelf ? { ...UNCLEAR, mayBeSelf: true } : UNCLEAR;
};

/** "Eine Brille" is nobody. */
const withoutNouns = (tokens: readonly Token[]): readonly Token[] =>
  tokens.map((token, at) => (/^k?eine?[nmr]?$/.test(wordAt(tokens, at - 1)) ? { ...token, capital: false } : token));

/** "This year", "cette semaine", "este mes"; "a week", "eine Woche", "un mes": of no thing that could be anybody's. */
const BEFORE_SPAN = /^(?:this|ce|cette|este|esta|an?|eine[nmr]?|une?|una)$/;
const SPAN = accented(
  'year month week day quarter jahr monat woche tag année mois semaine jour trimestre año mes semana día',
);
const isOfTime = (tokens: readonly Token[], at: number): boolean =>
  BEFORE_SPAN.test(wordAt(tokens, at)) && SPAN.has(wordAt(tokens, at + 1));

/** "Trag mir Urlaub ein": what German takes off a verb and puts last is no article, and of nobody. */
const isVerbs = (tokens: readonly Token[], at: number): boolean =>
  wordAt(tokens, at) === 'ein' && tokens.slice(at + 1).every(({ word }) => word === 'bitte');

/** Spoken of without a name: the asker's manager, their team, or by a pronoun whom the talk was about before. */
const unnamed = async (
  spoken: Spoken & { readonly isStranger: (token: Token) => boolean },
  before: Colleague | null,
): Promise<About> => {
  const { tokens, others, asker } = spoken;
  const reports = await unlessUnavailable(askersReports(spoken));
  if (reports !== null) return reports;
  const manager = await unlessUnavailable(askersManager(spoken));
  if (manager !== null) return aboutOne(asker, manager);
  const carries =
    others.every((at) => SINGULAR.has(wordAt(tokens, at))) &&
    !tokens.some((token) => spoken.isStranger(token) && !COLLECTIVE.has(token.word));
  return carries && before !== null ? aboutOne(asker, before) : UNCLEAR;
};

/** Null where the directory cannot say just now. */
const unlessUnavailable = <T>(asked: Promise<T>): Promise<T | null> =>
  asked.catch((error: unknown) => {
    if (hasCode(error, 'directory-unavailable')) return null;
    throw error;
  });

/** Each word is asked about several times. */
const remembering = (isThing: (word: string) => boolean): ((word: string) => boolean) => {
  const known = new Map<string, boolean>();
  return (word) => {
    const before = known.get(word) ?? isThing(word);
    known.set(word, before);
    return before;
  };
};

/** A day, a year, or all of a date (2027-03-01). */
const TIME = /^(?:(?:[0-3]?\d|(?:19|20)\d\d)\p{L}{0,2}|(?:19|20)\d\d-[01]\d-[0-3]\d)$/u;

/** Of a person perhaps; a time is of nobody. */
const isNumber = ({ word }: Token): boolean => /^\p{N}/u.test(word) && !TIME.test(word);
