/** What a second person sees of a change: field by field, before and after. */
import type { Locale, Restriction } from '../types.ts';
import { lastDay } from './fields.ts';

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

const isMidnight = (iso: string): boolean => iso.endsWith('T00:00:00.000Z');

/** As HR's form has it: a whole day by its date, and of what ends at midnight the day before; else the time, to the second. */
const asRead = (field: DifferenceField, value: string | null): string | null => {
  if (value === null || (field !== 'from' && field !== 'until' && field !== 'suspendedUntil')) return value;
  if (field !== 'suspendedUntil' && isMidnight(value)) return field === 'until' ? lastDay(value) : value.slice(0, 10);
  return `${value.slice(0, 19).replace('T', ' ')} UTC`;
};

const differing = (id: string, before: Restriction | null, after: Restriction | null): Differing => {
  const [had, has] = [fieldsOf(before), fieldsOf(after)];
  const names = [...(had.size === 0 ? has : had).keys()];
  const fields = names
    .map((field) => ({ field, before: had.get(field) ?? null, after: has.get(field) ?? null }))
    .filter((each) => each.before !== each.after)
    .map(({ field, before: was, after: is }) => ({ field, before: asRead(field, was), after: asRead(field, is) }));
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
