/** A slot's value as a person reads it. */
import type { Intent, Locale, Slot, SlotValues } from './types.ts';

const TAG: { readonly [L in Locale]: string } = { en: 'en-GB', de: 'de-DE' };

const formats = (locale: Locale) => {
  const of = (o: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(TAG[locale], { ...o, timeZone: 'UTC' });
  return { month: of({ month: 'long', year: 'numeric' }), day: of({ dateStyle: 'long' }) };
};

const FORMATS: { readonly [L in Locale]: { readonly month: Intl.DateTimeFormat; readonly day: Intl.DateTimeFormat } } =
  {
    en: formats('en'),
    de: formats('de'),
  };

/** "October 2026", "3. Mai 2026", "1 – 31 October 2026", the choice's title. `value` is one of the slot's. */
export const labelOf = (slot: Slot, value: string, locale: Locale): string => {
  const { month, day } = FORMATS[locale];
  switch (slot.type) {
    case 'month':
      return month.format(new Date(`${value}-01T00:00:00Z`));
    case 'date':
      return day.format(new Date(`${value}T00:00:00Z`));
    case 'period': {
      const [from = '', to = ''] = value.split('/');
      return day.formatRange(new Date(`${from}T00:00:00Z`), new Date(`${to}T00:00:00Z`));
    }
    case 'choice':
      return slot.choices.find(({ id }) => id === value)?.title[locale] ?? value;
    default:
      return value;
  }
};

/** All that was said, in the order of the slots; empty: nothing was. */
export const labelsOf = (intent: Pick<Intent, 'slots'>, values: SlotValues, locale: Locale): string =>
  (intent.slots ?? [])
    .flatMap((slot) => {
      const value = values[slot.name];
      return value === undefined ? [] : [labelOf(slot, value, locale)];
    })
    .join(', ');
