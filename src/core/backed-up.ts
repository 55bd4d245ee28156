/** What a backup says of the restrictions, so that a restored set can be held against what somebody approved. */
import { hash } from 'node:crypto';
import type { Restriction } from './types.ts';

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
};

/** Fields that came later, as they are where they say nothing. */
const LATER = {
  appliesTo: [],
  places: [],
  from: null,
  contact: {},
  rights: {},
  suspendedUntil: null,
} as const satisfies Partial<Restriction>;

/** Without what says nothing of the fields that came later: what an earlier version hashed has the same hash still. */
const said = (restriction: Restriction): object => {
  const nothing = new Map<string, string>(Object.entries(LATER).map(([key, value]) => [key, JSON.stringify(value)]));
  return Object.fromEntries(
    Object.entries(restriction).filter(([key, value]) => nothing.get(key) !== JSON.stringify(value)),
  );
};

/** Of the whole set, by id, whatever the order of their fields: SHA-256, hex. */
export const restrictionsHash = (restrictions: readonly Restriction[]): string =>
  hash('sha256', JSON.stringify(sorted(restrictions.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(said))));
