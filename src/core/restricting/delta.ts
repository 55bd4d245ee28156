/** What a change does to what stands. */
import type { Restriction } from '../types.ts';
import type { DraftChange } from './drafts.ts';

export interface Delta {
  readonly change: DraftChange;
  readonly put: readonly Restriction[];
  readonly remove: readonly string[];
}

/** What stands once this is done. By id. */
export const applied = (
  standing: readonly Restriction[],
  { put, remove }: Pick<Delta, 'put' | 'remove'>,
): readonly Restriction[] => {
  const replaced = new Set([...put.map(({ id }) => id), ...remove]);
  return [...standing.filter(({ id }) => !replaced.has(id)), ...put].toSorted((a, b) => (a.id < b.id ? -1 : 1));
};

/** Those of what stands that this touches. */
export const touchedOf = (
  standing: readonly Restriction[],
  { put, remove }: Pick<Delta, 'put' | 'remove'>,
): readonly Restriction[] => {
  const ids = new Set([...put.map(({ id }) => id), ...remove]);
  return standing.filter(({ id }) => ids.has(id));
};
