/** What was asked, without words, in memory. */
import type { Decisions, KeptDecision } from '../../../src/core/ports.ts';
import { packParts, whole } from '../../../src/core/stored.ts';
import { DECISIONS_MS, MOST_DECISIONS } from '../../../src/core/stored-restrictions.ts';
import { paged } from './pages.ts';
import type { Shelf } from './tables.ts';

/** By when it was, then by id. */
const nameOf = ({ at, id }: KeptDecision): string => packParts([String(at).padStart(17, '0'), id]);

export const createDecisions = ({ tables: { decisions } }: Shelf): Decisions => {
  const oldest = (): readonly KeptDecision[] =>
    [...decisions.values()].toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return {
    add: async ({ decisions: added }) => {
      for (const one of added) if (!decisions.has(one.id)) decisions.set(one.id, { ...one, at: whole(one.at) });
      const eldest = Math.max(...added.map(({ at }) => whole(at))) - DECISIONS_MS;
      const over = decisions.size - MOST_DECISIONS;
      for (const [at, { id, at: when }] of oldest().entries()) if (at < over || when < eldest) decisions.delete(id);
    },
    scan: async ({ since, ...page }) => {
      const { items, cursor } = paged(
        oldest().filter(({ at }) => at >= since),
        nameOf,
        page,
      );
      return { decisions: items, cursor };
    },
    forget: async ({ owners }) => {
      const theirs = [...decisions.values()].filter(({ owner }) => owners.includes(owner));
      for (const { id } of theirs) decisions.delete(id);
      return theirs.length;
    },
    sweep: async ({ before, limit }) => {
      const old = oldest()
        .filter(({ at }) => at < before)
        .slice(0, Math.max(0, Math.floor(limit)));
      for (const { id } of old) decisions.delete(id);
      return old.length;
    },
  };
};
