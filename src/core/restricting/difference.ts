/** What a second person sees of a change: field by field, before and after. */
import type { ShownDifference } from '../replies/restricting-shape.ts';
import type { Locale, Restriction } from '../types.ts';
import type { World } from '../world.ts';

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

/** As a reply says them, with what each can come to bear on, before and after. */
export const shownDifferences = (
  { restricting }: Pick<World, 'restricting'>,
  draft: Parameters<typeof differences>[0],
): readonly ShownDifference[] =>
  differences(draft).map(({ title, before, after, fields }) => ({
    title,
    kind: before === null ? 'added' : after === null ? 'removed' : 'changed',
    fields,
    touches: [...new Set([before, after].flatMap((each) => (each === null ? [] : restricting.touches(each))))],
  }));

/** Characters of all differences that a message has room for, and what is shown of each where they are more. */
const ROOM = 9_000;
const MOST_SHOWN = 20;
const LONGEST_VALUE = 60;
const MOST_TOUCHED = 5;

const shortened = (value: string | null): string | null =>
  value === null || value.length <= LONGEST_VALUE ? value : `${value.slice(0, LONGEST_VALUE - 1)}…`;

/** What fits a message: all of it, or the first ones shortened, and how many are not shown at all. A change of one restriction always fits. */
export const fitting = (
  all: readonly ShownDifference[],
): { readonly shown: readonly ShownDifference[]; readonly more: number } => {
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
