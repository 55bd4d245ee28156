/** What a second person sees of a change: field by field, before and after. */
import type { Locale, PlaceKind, Restriction } from '../types.ts';

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

export type TimeField = 'from' | 'until' | 'suspendedUntil';

/** What a value is called. */
export interface Naming {
  /** A topic or an intent. */
  readonly forbidden: (id: string) => string;
  readonly place: (place: PlaceKind) => string;
  readonly time: (field: TimeField, iso: string) => string;
}

const list = (values: readonly string[]): string | null => (values.length === 0 ? null : values.join(', '));

const fieldsOf = (
  restriction: Restriction | null,
  { forbidden, place, time }: Naming,
): ReadonlyMap<DifferenceField, string | null> => {
  if (restriction === null) return new Map();
  const { title, forbids, appliesTo, exceptGroups, places, countries } = restriction;
  const at = (field: TimeField): string | null => {
    const iso = restriction[field];
    return iso === null ? null : time(field, iso);
  };
  return new Map<DifferenceField, string | null>([
    ['title', title],
    ['forbids', list(forbids.map(forbidden))],
    ['appliesTo', list(appliesTo)],
    ['exceptGroups', list(exceptGroups)],
    ['places', list(places.map(place))],
    ['countries', list(countries)],
    ['from', at('from')],
    ['until', at('until')],
    ['suspendedUntil', at('suspendedUntil')],
    ...(['words', 'contact', 'rights'] as const).flatMap((field) =>
      LOCALES.map((locale) => [`${field}-${locale}`, restriction[field][locale] ?? null] as const),
    ),
  ]);
};

/** By which two are held against each other: different things may be called alike. */
const UNNAMED: Naming = { forbidden: (id) => id, place: (place) => place, time: (_, iso) => iso };

const differing = (
  id: string,
  { before, after, naming }: Pick<Differing, 'before' | 'after'> & { readonly naming: Naming },
): Differing => {
  const [had, has] = [fieldsOf(before, UNNAMED), fieldsOf(after, UNNAMED)];
  const [hadNamed, hasNamed] = [fieldsOf(before, naming), fieldsOf(after, naming)];
  const names = [...(had.size === 0 ? has : had).keys()];
  const fields = names
    .filter((field) => (had.get(field) ?? null) !== (has.get(field) ?? null))
    .map((field) => {
      const alike = hadNamed.get(field) === hasNamed.get(field);
      const [was, is] = alike ? [had, has] : [hadNamed, hasNamed];
      return { field, before: was.get(field) ?? null, after: is.get(field) ?? null };
    });
  return { id, title: (after ?? before)?.title ?? id, before, after, fields };
};

/** Those that differ, by id. */
export const differences = (o: {
  readonly before: readonly Restriction[];
  readonly put: readonly Restriction[];
  readonly remove: readonly string[];
  readonly naming: Naming;
}): readonly Differing[] => {
  const ids = [...new Set([...o.put.map(({ id }) => id), ...o.remove])].toSorted();
  const find = (all: readonly Restriction[], id: string): Restriction | null => all.find((it) => it.id === id) ?? null;
  return ids
    .map((id) => differing(id, { before: find(o.before, id), after: find(o.put, id), naming: o.naming }))
    .filter(({ fields }) => fields.length > 0);
};

/** Characters of all differences that a message has room for, and what is shown of each where they are more. */
const ROOM = 9_000;
const MOST_SHOWN = 20;
const LONGEST_VALUE = 60;
const MOST_TOUCHED = 5;

interface Shown {
  readonly title: string;
  readonly fields: readonly Difference[];
  readonly touches: readonly string[];
}

const shortened = (value: string | null): string | null =>
  value === null || value.length <= LONGEST_VALUE ? value : `${value.slice(0, LONGEST_VALUE - 1)}…`;

/** What fits a message: all of it, or the first ones shortened, and how many are not shown at all. A change of one restriction always fits. */
export const fitting = <S extends Shown>(
  all: readonly S[],
): { readonly shown: readonly S[]; readonly more: number } => {
  if (all.length <= 1 || JSON.stringify(all).length <= ROOM) return { shown: all, more: 0 };
  const shown = all.slice(0, MOST_SHOWN).map((each) => ({
    ...each,
    fields: each.fields.map(({ field, before, after }) => ({
      field,
      before: shortened(before),
      after: shortened(after),
    })),
    touches: [
      ...each.touches.slice(0, MOST_TOUCHED),
      ...(each.touches.length > MOST_TOUCHED ? [`… ${each.touches.length - MOST_TOUCHED}`] : []),
    ],
  }));
  return { shown, more: all.length - shown.length };
};
