/**
 * Which words speak of whom, in all languages at once: nobody says beforehand in which one they write, and many mix them. A word
 * that is a person in one of them is a person, unless what stands around it says otherwise; see `mentioning.ts`.
 */
import { LANGUAGES } from '../languages.ts';
import type { Language } from '../types.ts';
import { de } from './words/de.ts';
import { en } from './words/en.ts';
import { es } from './words/es.ts';
import { fr } from './words/fr.ts';
import type { PersonWords } from './words/shape.ts';

const BY_LANGUAGE: Readonly<Record<Language, PersonWords>> = { en, de, fr, es };

/** Where a pair of words counts, both are of one language. */
export const EACH_LANGUAGE: readonly PersonWords[] = LANGUAGES.map((language) => BY_LANGUAGE[language]);

const all = (list: keyof PersonWords): ReadonlySet<string> =>
  new Set(LANGUAGES.flatMap((language) => [...BY_LANGUAGE[language][list]]));

export const PRONOUNS = all('pronouns');
export const SINGULAR = all('singular');
const OTHERS = all('others');
export const COMMON = all('common');
export const COLLECTIVE: ReadonlySet<string> = new Set([...all('collective'), ...COMMON]);
export const MANAGER = all('managers');
export const REPORTS = all('reports');
export const MEMBERS = all('members');
export const RELATION: ReadonlySet<string> = new Set([...MANAGER, ...all('relation')]);
export const MY = all('my');
export const MINE = all('mine');
export const QUALITIES = all('qualities');
export const OWN_VERBS = all('ownVerbs');
export const REQUEST = all('request');
export const ARTICLES = all('articles');
export const OF = all('of');
export const AND = all('and');
export const THAN = all('than');
export const DEGREES = all('degrees');
export const EARLIER = all('earlier');
export const TIMES = all('times');
export const BEFORE_TIMES = all('beforeTimes');
export const HARMLESS: ReadonlySet<string> = new Set([...all('harmless'), ...TIMES]);

export const isOthers = (word: string): boolean => OTHERS.has(word) || PRONOUNS.has(word);

export const isI = (word: string): boolean => EACH_LANGUAGE.some(({ i }) => i.has(word));
