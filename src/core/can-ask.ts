import type { Catalogue, Intent, Locale } from './types.ts';

/** Whether its answer is the list of what can be asked. */
export const listsAll = ({ say }: Pick<Intent, 'say'>, locale: Locale): boolean =>
  say?.[locale].includes('{capabilities}') ?? false;

/**
 * What somebody can ask, as a line a topic: dozens of lines, one an intent, are read by nobody. The question whose answer it is
 * is left out.
 */
export const canAsk = (o: {
  readonly permitted: readonly Intent[];
  readonly catalogue: Pick<Catalogue, 'topics'>;
  readonly locale: Locale;
  /** Titles of each topic; absent: all. What is left out shows as a sign. */
  readonly most?: number;
}): string => {
  const { locale } = o;
  const asked = Map.groupBy(
    o.permitted.filter((intent) => !listsAll(intent, locale)),
    ({ topic }) => topic,
  );
  return [...asked]
    .map(([id, intents]) => {
      const { most = intents.length } = o;
      const named = intents.slice(0, most).map(({ title }) => title[locale]);
      const titles = [...named, ...(intents.length > most ? ['…'] : [])].join(' · ');
      return `• ${o.catalogue.topics.get(id)?.title[locale] ?? id}: ${titles}`;
    })
    .join('\n');
};
