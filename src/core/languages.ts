/** The languages in which people are understood; a reply is in one that the bot speaks (`Locale`). */
import type { Locale, PerLocale } from './types.ts';

export type Language = Locale | 'fr' | 'es';

export const LANGUAGES: readonly Language[] = ['en', 'de', 'fr', 'es'];

/** What people write, by language. A language that the bot does not speak may have none. */
export type Sentences = PerLocale<readonly string[]> & {
  readonly [L in Exclude<Language, Locale>]?: readonly string[];
};

/** All of it, in order of the languages. */
export const everyLanguage = (sentences: Sentences): readonly string[] =>
  LANGUAGES.flatMap((language) => sentences[language] ?? []);

/** The first language that a browser names (`Accept-Language`) of those that the bot speaks; else English. */
export const acceptedLocale = (header: string | undefined): Locale => {
  const named = (header ?? '').slice(0, 1_000).toLowerCase().split(',');
  const known = named.map((one) => one.trim().slice(0, 2)).find((one) => one === 'de' || one === 'en');
  return known === 'de' ? 'de' : 'en';
};
