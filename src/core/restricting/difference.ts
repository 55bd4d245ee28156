/** What a second person sees of a change: field by field, before and after. */
import type { Locale, Restriction } from '../types.ts';

/** The fields of a restriction that a person reads; those of texts by their language. */
export type DifferenceField =
  | 'title'
  | 'forbids'
  | 'appliesTo'
  | 'exceptGroups'
  | 'places'
  | 'countries'
  | 'from'
  | 'until'
  | 'suspendedUntil'
  | `words-${Locale}`
  | `contact-${Locale}`
  | `rights-${Locale}`;

export interface Difference {
  readonly field: DifferenceField;
  /** Null: nothing stood there, or nothing will. */
  readonly before: string | null;
  readonly after: string | null;
}

/** One restriction that a change adds (`before` null), takes away (`after` null) or changes. */
export interface Differing {
  readonly id: string;
  readonly title: string;
  readonly before: Restriction | null;
  readonly after: Restriction | null;
  readonly fields: readonly Difference[];
}

const LOCALES = ['en', 'de'] as const;

const list = (values: readonly string[]): string | null => (values.length === 0 ? null : values.join(', '));

const fieldsOf = (restriction: Restriction | null): ReadonlyMap<DifferenceField, string | null> => {
  if (restriction === null) return new Map();
  const { title, forbids, appliesTo, exceptGroups, places, countries, from, until, suspendedUntil } = restriction;
  return new Map<DifferenceField, string | null>([
    ['title', title],
    ['forbids', list(forbids)],
    ['appliesTo', list(appliesTo)],
    ['exceptGroups', list(exceptGroups)],
    ['places', list(places)],
    ['countries', list(countries)],
    ['from', from],
    ['until', until],
    ['suspendedUntil', suspendedUntil],
    ...(['words', 'contact', 'rights'] as const).flatMap((field) =>
      LOCALES.map((locale) => [`${field}-${locale}`, restriction[field][locale] ?? null] as const),
    ),
  ]);
};

const differing = (id: string, before: Restriction | null, after: Restriction | null): Differing => {
  const [had, has] = [fieldsOf(before), fieldsOf(after)];
  const names = [...(had.size === 0 ? has : had).keys()];
  const fields = names
    .map((field) => ({ field, before: had.get(field) ?? null, after: has.get(field) ?? null }))
    .filter((each) => each.before !== each.after);
  return { id, title: (after ?? before)?.title ?? id, before, after, fields };
};

/** Those that differ, by id. */
export const differences = (o: {
  readonly before: readonly Restriction[];
  readonly put: readonly Restriction[];
  readonly remove: readonly string[];
}): readonly Differing[] => {
  const ids = [...new Set([...o.put.map(({ id }) => id), ...o.remove])].toSorted();
  const find = (all: readonly Restriction[], id: string): Restriction | null => all.find((it) => it.id === id) ?? null;
  return ids.map((id) => differing(id, find(o.before, id), find(o.put, id))).filter(({ fields }) => fields.length > 0);
};
