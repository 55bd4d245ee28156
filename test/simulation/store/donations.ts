/** Phrases that their authors gave, in memory. */
import type { Donations, KeptDonation } from '../../../src/core/ports.ts';
import { packParts, whole } from '../../../src/core/stored.ts';
import {
  DONATED_DAY_MS,
  DONATIONS_MS,
  MOST_DONATIONS,
  MOST_OF_ONE,
  MOST_OF_ONE_A_DAY,
} from '../../../src/core/stored-donations.ts';
import { paged } from './pages.ts';
import type { Shelf } from './tables.ts';

const nameOf = ({ at, id }: KeptDonation): string => packParts([String(at).padStart(17, '0'), id]);

export const createDonations = ({ tables: { donations } }: Shelf): Donations => {
  const drop = (which: (kept: KeptDonation) => boolean): number => {
    const gone = [...donations.values()].filter(which);
    for (const { id } of gone) donations.delete(id);
    return gone.length;
  };
  const isOver = (now: number) => (kept: KeptDonation) => kept.at <= whole(now) - DONATIONS_MS;
  return {
    add: async ({ now, ...kept }) => {
      drop(isOver(now));
      if (donations.has(kept.id)) return 'kept';
      const theirs = [...donations.values()].filter(({ owner }) => owner === kept.owner);
      const today = theirs.filter(({ at }) => at > whole(now) - DONATED_DAY_MS);
      if (theirs.length >= MOST_OF_ONE || today.length >= MOST_OF_ONE_A_DAY) return 'enough';
      if (donations.size >= MOST_DONATIONS) return 'full';
      donations.set(kept.id, { ...kept, at: whole(kept.at) });
      return 'kept';
    },
    scan: async ({ now, ...page }) => {
      const over = isOver(now);
      const stand = [...donations.values()].filter((kept) => !over(kept));
      const { items, cursor } = paged(
        stand.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)),
        nameOf,
        page,
      );
      return { donations: items, cursor };
    },
    remove: async ({ id }) => (donations.delete(id) ? 'removed' : 'gone'),
    forget: async ({ owners }) => drop(({ owner }) => owners.includes(owner)),
    sweep: async ({ now }) => drop(isOver(now)),
  };
};
