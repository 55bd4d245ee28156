/** Who was told what everybody is told once, in memory. */
import type { Marks } from '../../../src/core/ports.ts';
import { whole } from '../../../src/core/stored.ts';
import type { Shelf } from './tables.ts';

export const createMarks = ({ tables: { marks } }: Shelf): Marks => {
  const found = (owners: readonly string[]): string | undefined => owners.find((owner) => marks.has(owner));
  return {
    begin: async ({ owners, now, until }) => {
      const owner = found(owners);
      const before = owner === undefined ? undefined : marks.get(owner);
      if (before !== undefined && before.until === null) return 'told';
      if (before !== undefined && (before.until ?? 0) > now) return 'busy';
      const name = owner ?? owners[0];
      if (name === undefined) return 'full';
      marks.set(name, { at: whole(now), until: whole(until) });
      return before === undefined ? 'first' : 'again';
    },
    done: async ({ owners, now }) => {
      const owner = found(owners);
      if (owner !== undefined) marks.set(owner, { at: whole(now), until: null });
    },
    find: async ({ owners }) => {
      const before = marks.get(found(owners) ?? '');
      return before === undefined ? null : { at: before.at, told: before.until === null };
    },
    forget: async ({ owners }) => [...new Set(owners)].filter((owner) => marks.delete(owner)).length,
  };
};
