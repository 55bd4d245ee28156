/** Pay restrictions whose refusal names nobody to ask. In much of the world people have a right to ask what they and others earn. */
import type { Locale, Restriction } from '../core/types.ts';
import type { Pack } from './contents.ts';

const LOCALES: readonly Locale[] = ['en', 'de'];
const LANGUAGES: Readonly<Record<Locale, string>> = { en: 'English', de: 'German' };

/** Data classes that hold what people earn, as the pack that ships names it and as others might. */
const PAY = new Set(['pay', 'salary', 'salaries', 'wage', 'wages', 'payroll', 'compensation', 'bonus']);

/** An address, a number or a page that somebody could turn to. */
const REACHABLE = /[^\s@]@[^\s@]|https?:\/\/|\d{3}/;

const isAboutPay = (restriction: Restriction, pack: Pack): boolean =>
  restriction.forbids.some((id) => {
    const topic = pack.topics.get(pack.intents.get(id)?.topic ?? id);
    return topic !== undefined && (PAY.has(topic.id) || topic.dataClasses.some((it) => PAY.has(it)));
  });

/** Languages in which a pay restriction has words of its own that name nobody; without words of its own the topic's contact is said. */
export const namesNobody = (restriction: Restriction, pack: Pack): readonly Locale[] =>
  isAboutPay(restriction, pack)
    ? LOCALES.filter((locale) => {
        const words = restriction.words[locale];
        return words !== undefined && restriction.contact[locale] === undefined && !REACHABLE.test(words);
      })
    : [];

/** A line for `sotto check` for each restriction that stands ready and should name somebody. */
export const payNotes = (o: {
  readonly restrictions: readonly Restriction[];
  readonly catalogue: Pack;
}): readonly string[] =>
  o.restrictions.flatMap((restriction) => {
    const locales = namesNobody(restriction, o.catalogue);
    if (locales.length === 0) return [];
    const languages = locales.map((locale) => LANGUAGES[locale]).join(' and ');
    return [
      `The restriction "${restriction.id}" is about pay, and its words name nobody to ask in ${languages}. Where the law gives people a right to information on pay (in the EU: Directive (EU) 2023/970), say whom to ask and how (contact, rights).`,
    ];
  });
