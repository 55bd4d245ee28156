/** Whom of several a question may mean, as buttons say it: by name, and where two share one by where they work. */
import type { Colleague } from './types.ts';

/** More buttons nobody reads. */
const MOST_OFFERED = 5;

export interface Offered {
  readonly people: readonly { readonly id: string; readonly label: string }[];
  /** Nobody of them was left out. */
  readonly complete: boolean;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * In order of their names. Two who can be told apart by nothing that a colleague may see are not offered: whoever pressed would not
 * know whom. Never an address or an id.
 */
export const offeredOf = (candidates: readonly Colleague[]): Offered => {
  const known = [...new Map(candidates.map((it) => [it.id, it])).values()];
  const shares = (a: Colleague, b: Colleague): boolean =>
    a.id !== b.id && a.name.toLowerCase() === b.name.toLowerCase();
  const labelled = known.map((it) => {
    const namesakes = known.some((other) => shares(it, other));
    return { id: it.id, label: namesakes && it.department !== undefined ? `${it.name} (${it.department})` : it.name };
  });
  const times = Map.groupBy(labelled, ({ label }) => label.toLowerCase());
  const apart = labelled
    .filter(({ label }) => times.get(label.toLowerCase())?.length === 1)
    .toSorted((a, b) => compare(a.label, b.label) || compare(a.id, b.id));
  const people = apart.slice(0, MOST_OFFERED);
  return { people, complete: people.length === known.length };
};
