/**
 * About whom a question is. Whatever is unclear is `other` with no subject: the relation that permits least. `self` needs an owner
 * ("my payslip", "do I have") and nobody else, or a text of which every word is one that the pack uses of the asker alone.
 */
import { hasCode } from '../errors.ts';
import type { Directory } from '../ports.ts';
import type { About, Colleague, Intent, Person } from '../types.ts';
import { hasOwner, isPolite, MOST_WORDS, othersIn, readTokens, type Token } from './mentioning.ts';
import { AND, COLLECTIVE, HARMLESS, isOthers, MANAGER, MINE, PRONOUNS, QUALITIES, RELATION } from './person-words.ts';

const UNCLEAR: About = { relation: 'other', subject: null, candidates: [] };

/** More than this many strange words among ten, and nobody knows what the text is about. */
const MOST_STRANGE = 0.4;

export interface AboutWhom {
  readonly text: string;
  readonly asker: Person;
  /** Null where nothing was recognised. */
  readonly intent: Intent | null;
  readonly directory: Directory;
  /** See the port `Recogniser`. */
  readonly knows: (text: string) => boolean;
}

interface Named {
  readonly start: number;
  readonly end: number;
  readonly people: readonly Colleague[];
}

/** As written, and without the genitive's s ("Monas Gehalt", "monas salary"); as written comes first where both name somebody. */
const namedIn = async (tokens: readonly Token[], { directory, asker }: AboutWhom): Promise<readonly Named[]> => {
  const written = tokens.map((token) => token.word);
  const bare = written.map((word) => (/^.{2,}s$/u.test(word) ? word.slice(0, -1) : word));
  const found = [
    ...(await directory.mentions({ tokens: written, asker })),
    ...(await directory.mentions({ tokens: bare, asker })),
  ];
  const named: Named[] = [];
  for (const { start, length, people } of found) {
    const end = start + length;
    if (people.length > 0 && !named.some((it) => start < it.end && it.start < end)) named.push({ start, end, people });
  }
  return named;
};

/** Intents that answer who reports to whom: there "my manager" is the question, not the person it is about. */
const asksRelation = (intent: Intent | null): boolean => intent !== null && /\.(?:manager|team)$/.test(intent.id);

const relationTo = (asker: Person, subject: Colleague): About => ({
  relation: subject.id === asker.id ? 'self' : subject.manager === asker.id ? 'report' : 'other',
  subject,
  candidates: [],
});

/** Whom "my manager" means, where the text speaks of nobody else. */
const askersManager = async (
  tokens: readonly Token[],
  others: readonly number[],
  { asker, directory }: AboutWhom,
): Promise<Colleague | null> => {
  const [at] = others.filter((it) => tokens[it]?.word !== "'s" && !PRONOUNS.has(tokens[it]?.word ?? ''));
  const owned = others.every((it) => it === at || (at !== undefined && it > at));
  if (at === undefined || !owned || others.some((it) => it !== at && tokens[it]?.word !== "'s")) return null;
  if (asker.manager === null || !MANAGER.has(tokens[at]?.word ?? '')) return null;
  const before = tokens[at - 1]?.word ?? '';
  const mine =
    MINE.has(before) || (QUALITIES.has(before) && MINE.has(tokens[at - 2]?.word ?? '')) || isLine(tokens, at);
  return mine ? directory.colleague(asker.manager) : null;
};

const isLine = (tokens: readonly Token[], at: number): boolean =>
  tokens[at - 1]?.word === 'line' && MINE.has(tokens[at - 2]?.word ?? '');

/** About whom a text is. A directory that knows no names just now (`directory-unavailable`) makes every stranger somebody else. */
export const aboutWhom = async (o: AboutWhom): Promise<About> => {
  const { asker, intent } = o;
  const tokens = readTokens(o.text);
  if (tokens.length > MOST_WORDS) return UNCLEAR;
  const relational = asksRelation(intent);
  const isThing = (word: string): boolean =>
    (relational && RELATION.has(word)) || (!isOthers(word) && (HARMLESS.has(word) || o.knows(word)));
  const owner = hasOwner(tokens, isThing);
  const looked = await namedIn(tokens, o).catch((error: unknown) => {
    if (hasCode(error, 'directory-unavailable')) return null;
    throw error;
  });
  // While nobody can be looked up by name, every word that the pack does not use may be one.
  const found = looked ?? [];
  const named = owner ? found.filter((it) => !isWord(tokens, it, { asker, isThing })) : found;
  const inName = (at: number): boolean => named.some((it) => it.start <= at && at < it.end);
  const others = othersIn(tokens).filter((at) => !inName(at) && !(relational && RELATION.has(tokens[at]?.word ?? '')));

  if (named.length > 0) return aboutNamed({ ...o, tokens, named, others, owner });
  if (others.length > 0) {
    const manager = await askersManager(tokens, others, o);
    return manager === null ? UNCLEAR : relationTo(asker, manager);
  }

  const words = tokens.filter((token) => /^\p{L}/u.test(token.word) && !isPolite(token));
  const strange = words.filter(({ word }) => !isThing(word) && !MINE.has(word) && word !== 'i');
  if (intent?.about === 'nobody') {
    return strange.some((token) => token.capital) ? UNCLEAR : { relation: 'self', subject: null, candidates: [] };
  }
  if (looked === null && strange.length > 0) return UNCLEAR;
  const joinsStranger = strange.some((token) => AND.has(tokens[tokens.indexOf(token) - 1]?.word ?? ''));
  const clear = owner
    ? !joinsStranger && strange.length <= MOST_STRANGE * words.length && !strange.some((it) => isName(tokens, it))
    : words.length > 0 &&
      strange.length === 0 &&
      !tokens.some(isNumber) &&
      words.every(({ word }) => !COLLECTIVE.has(word));
  return clear ? relationTo(asker, asker) : UNCLEAR;
};

/**
 * A word of the language that is somebody's name too: of a hundred thousand people some are called Do, May, Day or Urlaub. Where
 * the text says that the asker owns what is asked about, such a word names nobody; whoever is meant all the same is not asked
 * about, since what is read then is the asker's own. A capital within a sentence means a name, but for German's nouns.
 */
const isWord = (
  tokens: readonly Token[],
  { start, end }: Named,
  { asker, isThing }: { readonly asker: Person; readonly isThing: (word: string) => boolean },
): boolean => {
  const token = tokens[start];
  if (token === undefined || end - start > 1 || (token.capital && asker.locale !== 'de')) return false;
  return isThing(token.word) || MINE.has(token.word) || token.word === 'i';
};

/** Of a person perhaps; a day or a year is of nobody. */
const isNumber = ({ word }: Token): boolean =>
  /^\p{N}/u.test(word) && !/^(?:[0-3]?\d|(?:19|20)\d\d)\p{L}{0,2}$/u.test(word);

const ARTICLE =
  /^(?:der|die|das|den|dem|des|ein\p{L}{0,2}|mein\p{L}{0,2}|kein\p{L}{0,2}|im|am|vom|zum|zur|beim|für|dies\p{L}{2}|the|my)$/u;

/** A strange word with a capital inside a sentence; a German noun after its article is none. */
const isName = (tokens: readonly Token[], token: Token): boolean =>
  token.capital && !ARTICLE.test(tokens[tokens.indexOf(token) - 1]?.word ?? '');

const aboutNamed = (
  o: AboutWhom & {
    readonly tokens: readonly Token[];
    readonly named: readonly Named[];
    readonly others: readonly number[];
    readonly owner: boolean;
  },
): About => {
  const { tokens, named, asker } = o;
  const [first] = named;
  const people = new Map(named.flatMap((it) => it.people.map((person) => [person.id, person] as const)));
  if (first === undefined) return UNCLEAR;
  // "my colleague Nils", "Frau Keller": the word only introduces the name. A pronoun stands for whom was named.
  const starts = new Set(named.map((it) => it.start));
  const ends = new Set(named.map((it) => it.end));
  const strangers = o.others.filter(
    (at) =>
      !starts.has(at + 1) && !PRONOUNS.has(tokens[at]?.word ?? '') && !(tokens[at]?.word === "'s" && ends.has(at)),
  );
  if (strangers.length > 0 || o.owner) {
    const onlySelf = [...people.keys()].every((id) => id === asker.id);
    return onlySelf && o.others.length === 0 ? relationTo(asker, asker) : UNCLEAR;
  }
  const [only, ...more] = people.values();
  if (only === undefined) return UNCLEAR;
  if (more.length === 0) return relationTo(asker, only);
  const sameName = named.every((it) => it.people.length === people.size);
  return sameName ? { relation: 'other', subject: null, candidates: [...people.values()] } : UNCLEAR;
};
