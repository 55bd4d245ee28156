/** That somebody was looked at, in memory. */
import type { Look, Looks } from '../../../src/core/ports.ts';
import { LOOKS_MS, MOST_LOOKS } from '../../../src/core/stored-looks.ts';
import type { Shelf } from './tables.ts';

export const createLooks = ({ tables }: Shelf): Looks => {
  const swept = (now: number): number => {
    const over = [...tables.looks.values()].filter(({ at }) => at <= now - LOOKS_MS);
    for (const { id } of over) tables.looks.delete(id);
    return over.length;
  };
  return {
    put: async ({ now, ...look }) => {
      swept(now);
      const kept = tables.looks.get(look.id);
      if (kept === undefined && tables.looks.size >= MOST_LOOKS) return 'full';
      tables.looks.set(look.id, kept === undefined ? look : { ...kept, entries: look.entries ?? kept.entries });
      return 'kept';
    },
    of: async ({ owners, now }) =>
      [...tables.looks.values()]
        .filter(({ owner, at }) => owners.includes(owner) && at > now - LOOKS_MS)
        .map(({ owner: _owner, ...look }): Look => look)
        .toSorted((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1)),
    sweep: async ({ now }) => swept(now),
  };
};
