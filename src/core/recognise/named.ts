/** Whom a text names: the people of the directory whose names stand in it, and what that makes of the question. */
import { relationTo } from '../askable.ts';
import type { Directory, Mention } from '../ports.ts';
import type { About, Account, Colleague, Person } from '../types.ts';
import { isAnd } from './owner.ts';
import { BEFORE_TIMES, isI, MY, PRONOUNS, TIMES } from './person-words.ts';
import { type Token, wordAt } from './tokens.ts';

export interface Named {
  readonly start: number;
  readonly end: number;
  readonly people: readonly Colleague[];
}

/** Where a text was written, by which the accounts that it mentions are known. */
export type Where = Pick<Account, 'platform' | 'tenant'>;

export const UNCLEAR: About = { relation: 'other', subject: null, candidates: [] };

export const aboutOne = (asker: Person, subject: Colleague): About => ({
  relation: relationTo(asker, subject),
  subject,
  candidates: [],
});

/** As written, and without the genitive's s ("Monas Gehalt", "monas salary"); as written comes first where both name somebody. */
export const namedIn = async (
  tokens: readonly Token[],
  o: { readonly directory: Directory; readonly asker: Person; readonly where?: Where },
): Promise<readonly Named[]> => {
  const { directory, asker } = o;
  const where = o.where === undefined ? {} : { where: o.where };
  const written = tokens.map((token) => token.word);
  const bare = written.map((word, at) =>
    /^.{2,}s$/u.test(word) && written[at - 1] !== '@' ? word.slice(0, -1) : word,
  );
  const found: readonly Mention[] = [
    ...(await directory.mentions({ tokens: written, asker, ...where })),
    ...(await directory.mentions({ tokens: bare, asker, ...where })),
  ];
  const taken = new Set<number>();
  return found.flatMap(({ start, length, people }) => {
    const places = Array.from({ length }, (_, more) => start + more);
    if (people.length === 0 || places.some((at) => taken.has(at))) return [];
    for (const at of places) taken.add(at);
    return [{ start, end: start + length, people }];
  });
};

/**
 * A word of the language that is somebody's name too: of a hundred thousand people some are called Do, May, Day or Urlaub. Where
 * the text says that the asker owns what is asked about, such a word names nobody; whoever is meant all the same is not asked
 * about, since what is read then is the asker's own. A capital within a sentence means a name, but for German's nouns and for the
 * months of English after "in" or "for".
 */
export const isWord = (
  tokens: readonly Token[],
  { start, end }: Named,
  { asker, isThing }: { readonly asker: Person; readonly isThing: (word: string) => boolean },
): boolean => {
  const token = tokens[start];
  if (token === undefined || end - start > 1) return false;
  const before = wordAt(tokens, start - 1);
  if (before === '@') return false;
  if (TIMES.has(token.word) && BEFORE_TIMES.has(before) && wordAt(tokens, end) !== "'s") return true;
  if (token.capital && asker.locale !== 'de') return false;
  return isThing(token.word) || MY.has(token.word) || isI(token.word);
};

/** `others`: positions of words that speak of somebody, names left out. `owner`: the asker owns what is asked about. */
export const aboutNamed = (o: {
  readonly tokens: readonly Token[];
  readonly named: readonly Named[];
  readonly others: readonly number[];
  readonly owner: boolean;
  readonly asker: Person;
  /** Whether a word may be somebody whom nobody knows. */
  readonly isStranger: (token: Token) => boolean;
}): About => {
  const { tokens, named, asker } = o;
  const people = new Map(named.flatMap((it) => it.people.map((person) => [person.id, person] as const)));
  // "my colleague Nils", "Frau Keller": the word only introduces the name. A pronoun stands for whom was named.
  const starts = new Set(named.map((it) => it.start));
  const ends = new Set(named.map((it) => it.end));
  const strangers = o.others.filter(
    (at) => !starts.has(at + 1) && !PRONOUNS.has(wordAt(tokens, at)) && !(wordAt(tokens, at) === "'s" && ends.has(at)),
  );
  // "Mona and petra": about two, one of whom nobody knows.
  const joined = tokens.some(
    (_, at) => isAnd(tokens, at) && [at - 1, at + 1].some((it) => isUnnamed(o, it)) && besideName(named, at),
  );
  if (strangers.length > 0 || joined || o.owner) {
    const onlySelf = [...people.keys()].every((id) => id === asker.id);
    return onlySelf && !joined && o.others.length === 0 ? aboutOne(asker, asker) : UNCLEAR;
  }
  const [only, ...more] = people.values();
  if (only === undefined) return UNCLEAR;
  if (more.length === 0) return aboutOne(asker, only);
  const sameName = named.every((it) => it.people.length === people.size);
  if (!sameName) return UNCLEAR;
  // Two who both report to the asker are reports, whichever is meant.
  const candidates = [...people.values()];
  const reports = candidates.every((it) => relationTo(asker, it) === 'report');
  return { relation: reports ? 'report' : 'other', subject: null, candidates };
};

const isUnnamed = (
  o: {
    readonly tokens: readonly Token[];
    readonly named: readonly Named[];
    readonly isStranger: (token: Token) => boolean;
  },
  at: number,
): boolean => {
  const token = o.tokens[at];
  return token !== undefined && o.isStranger(token) && !o.named.some((it) => it.start <= at && at < it.end);
};

const besideName = (named: readonly Named[], at: number): boolean =>
  named.some((it) => it.end === at || it.start === at + 1);
