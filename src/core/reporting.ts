/** Who reports to whom, so that every directory tells it alike. Words only, no port. */
import type { Colleague, Person } from './types.ts';

/** A manager of more is asked to name somebody. */
export const MOST_REPORTS = 50;

export interface ReportIndex {
  /** By name, at most `MOST_REPORTS`. Outsiders are told of nobody: what they ask must not tell who works here. */
  reports(o: { readonly manager: string; readonly asker: Pick<Person, 'id' | 'kind'> }): readonly Colleague[];
}

/** `people`: those who still work here. */
export const createReportIndex = (people: Iterable<Colleague>): ReportIndex => {
  const byManager = new Map<string, Colleague[]>();
  for (const person of people) {
    if (person.manager === null || person.manager === person.id) continue;
    const others = byManager.get(person.manager);
    if (others === undefined) byManager.set(person.manager, [person]);
    else others.push(person);
  }
  return {
    reports: ({ manager, asker }) =>
      asker.kind === 'guest' || asker.kind === 'external'
        ? []
        : (byManager.get(manager) ?? []).toSorted(byName).slice(0, MOST_REPORTS),
  };
};

const byName = (a: Colleague, b: Colleague): number => compare(a.name, b.name) || compare(a.id, b.id);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
