/** Strong sign-ins that count, and what leads to one, in memory. */
import type { Grants, KeptGrant, SignIns } from '../../../src/core/ports.ts';
import { whole } from '../../../src/core/stored.ts';
import { MOST_SIGN_INS, MOST_SIGN_INS_OF_ONE } from '../../../src/core/stored-sign-ins.ts';
import { paged } from './pages.ts';
import type { Shelf } from './tables.ts';

export const createGrants = ({ tables: { grants } }: Shelf): Grants => {
  const found = (owners: readonly string[], now: number): KeptGrant | null => {
    const owner = owners.find((one) => (grants.get(one)?.until ?? 0) > now);
    return owner === undefined ? null : (grants.get(owner) ?? null);
  };
  return {
    find: async ({ owners, now }) => found(owners, now),
    put: async ({ owners, seen, value, now, until }) => {
      const [owner] = owners;
      if (owner === undefined || (found(owners, now)?.value ?? null) !== seen) return 'moved';
      for (const one of owners) grants.delete(one);
      grants.set(owner, { owner, value, until: whole(until) });
      return 'put';
    },
    end: async ({ owners }) => [...new Set(owners)].filter((owner) => grants.delete(owner)).length,
    scan: async ({ now, ...page }) => {
      const all = [...grants.values()].filter(({ until }) => until > now);
      const { items, cursor } = paged(all, ({ owner }) => owner, page);
      return { grants: items, cursor };
    },
  };
};

export const createSignIns = ({ tables: { signIns } }: Shelf): SignIns => {
  const found = (key: string, now: number) => {
    const kept = signIns.get(key);
    return kept === undefined || kept.until <= now ? null : kept;
  };
  return {
    keep: async ({ key, owner, value, now, until }) => {
      if (found(key, now) !== null) return 'kept';
      const all = [...signIns.values()].filter((kept) => kept.until > now);
      const theirs = all.filter((kept) => kept.owner === owner);
      if (all.length >= MOST_SIGN_INS || theirs.length >= MOST_SIGN_INS_OF_ONE) return 'full';
      signIns.set(key, { owner, value, until: whole(until) });
      return 'kept';
    },
    read: async ({ key, now }) => found(key, now)?.value ?? null,
    swap: async ({ key, seen, value, now }) => {
      const kept = found(key, now);
      if (kept?.value !== seen) return 'moved';
      signIns.set(key, { ...kept, value });
      return 'swapped';
    },
    take: async ({ key, now }) => {
      const kept = found(key, now);
      if (kept !== null) signIns.delete(key);
      return kept?.value ?? null;
    },
    end: async ({ owners }) =>
      [...signIns].filter(([key, { owner }]) => owners.includes(owner) && signIns.delete(key)).length,
  };
};
