/** The language that Teams shows somebody in, as it says with whatever they send. */
import type { Account, Locale } from '../../core/types.ts';
import { type Fields, listAt, stringAt } from './read.ts';

/** Whose language is remembered; who is beyond is asked for again with the next thing they send. */
const MOST_KNOWN = 10_000;

const MOST_ENTITIES = 100;

const SPOKEN: Readonly<Record<string, Locale>> = { en: 'en', de: 'de' };

const spokenOf = (tag: string | null): Locale | null =>
  SPOKEN[/^([a-z]{2})(?:-|$)/i.exec(tag ?? '')?.[1]?.toLowerCase() ?? ''] ?? null;

/** Of the client that sent it; null: it does not say, or it is a language that we do not speak. */
export const localeOf = (activity: Fields): Locale | null => {
  const client = listAt(activity, 'entities', MOST_ENTITIES).find((entity) => entity['type'] === 'clientInfo');
  return spokenOf(stringAt(activity, 'locale')) ?? spokenOf(client === undefined ? null : stringAt(client, 'locale'));
};

/** What everybody's client said last, for as long as this process lives. It is nothing that anybody's rights rest on. */
export interface Locales {
  note(account: Pick<Account, 'tenant' | 'user'>, activity: Fields): void;
  of(account: Pick<Account, 'tenant' | 'user'>): Locale | null;
}

export const createLocales = (): Locales => {
  const known = new Map<string, Locale>();
  const keyOf = ({ tenant, user }: Pick<Account, 'tenant' | 'user'>): string => `${tenant}:${user}`;
  return {
    note: (account, activity) => {
      const locale = localeOf(activity);
      if (locale === null) return;
      const key = keyOf(account);
      known.delete(key);
      known.set(key, locale);
      const oldest = known.keys().next();
      if (known.size > MOST_KNOWN && oldest.done === false) known.delete(oldest.value);
    },
    of: (account) => known.get(keyOf(account)) ?? null,
  };
};
