/**
 * Which words of a language speak of whom. Closed classes only: whoever is named is the directory's business, and whatever is in
 * none of the lists is a stranger. Lower case. A language that has no such words has an empty list, and no list can be forgotten.
 */

export interface PersonWords {
  /** Of the third person, for one human or several: they may stand for somebody who was just named. */
  readonly pronouns: ReadonlySet<string>;
  /** Of those, the ones that stand for one human alone, so that they can stand for whom the talk was about. */
  readonly singular: ReadonlySet<string>;
  /** Other people, whoever they are. */
  readonly others: ReadonlySet<string>;
  /** Not somebody else, but not the asker alone either: with such a word a question without an owner is not about the asker. */
  readonly collective: ReadonlySet<string>;
  /** The same of words that speak of everybody or of nobody at all ("our", "a", "does"): who says them may still mean themselves. */
  readonly common: ReadonlySet<string>;
  /** Whoever one reports to. */
  readonly managers: ReadonlySet<string>;
  /** With "my" before them: whoever reports to the asker. */
  readonly reports: ReadonlySet<string>;
  /** "Everyone on my team": no more than a way of speaking of the team. */
  readonly members: ReadonlySet<string>;
  /** What else questions about who reports to whom are made of; there these name the relation asked for, and nobody. */
  readonly relation: ReadonlySet<string>;
  /** "My"; and "mine", which needs nothing after it. */
  readonly my: ReadonlySet<string>;
  readonly mine: ReadonlySet<string>;
  /** Between "my" and the thing that is mine. */
  readonly qualities: ReadonlySet<string>;
  readonly i: ReadonlySet<string>;
  /** Verbs whose subject "I" owns what is asked about, where they stand before it ("do I", "ai-je") and after it ("I have"). */
  readonly beforeI: ReadonlySet<string>;
  readonly afterI: ReadonlySet<string>;
  /** The same of verbs that say by themselves that it is I: "gano". After an article they are nouns. */
  readonly ownVerbs: ReadonlySet<string>;
  /** "Me"; with one of the others before it, it is about me, elsewhere I am who is to be told. */
  readonly me: ReadonlySet<string>;
  readonly beforeMe: ReadonlySet<string>;
  /** The same of a language in which the verb comes after it: "me reste", "me deben". */
  readonly toMe: ReadonlySet<string>;
  readonly afterToMe: ReadonlySet<string>;
  /** After "I have", "am I", "do I": then it is a request. */
  readonly request: ReadonlySet<string>;
  /** Articles, and what else stands before a noun. */
  readonly articles: ReadonlySet<string>;
  /** "The pay of …", "das Gehalt von …". */
  readonly of: ReadonlySet<string>;
  readonly and: ReadonlySet<string>;
  /** Opens a comparison after one of `degrees`: "more than", "plus que". */
  readonly than: ReadonlySet<string>;
  readonly degrees: ReadonlySet<string>;
  /** What one compares with oneself: "than last month". */
  readonly earlier: ReadonlySet<string>;
  /** Months and days of the week. */
  readonly times: ReadonlySet<string>;
  /** Before a month, which then is one, whoever else is called so. */
  readonly beforeTimes: ReadonlySet<string>;
  /** Courtesies, requests and small words: strangers to most packs, and nobody. */
  readonly harmless: ReadonlySet<string>;
}

export const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/).filter((word) => word !== ''));

const MARKS = /\p{M}/gu;

/** As they are, and as people type them who leave the accents out. */
export const accented = (list: string): ReadonlySet<string> => {
  const written = [...words(list)];
  return new Set([
    ...written,
    ...written.map((word) => word.normalize('NFD').replace(MARKS, '').replaceAll('œ', 'oe')),
  ]);
};
