/** The smaller keepers of the store in memory: states, sign-ins, restrictions, references. */
import type { Conversations, Grants, References, Restrictions } from '../../../src/core/ports.ts';
import { packParts, storedRestriction, whole } from '../../../src/core/stored.ts';
import type { Shelf } from './tables.ts';

export const createConversations = ({ tables }: Shelf): Conversations => ({
  read: async ({ conversation, now }) => {
    const kept = tables.states.get(conversation);
    return kept === undefined || kept.until <= now ? null : kept.state;
  },
  sweep: async ({ now }) => {
    let shredded = 0;
    for (const map of [tables.ended, tables.grants, tables.states, tables.references]) {
      for (const [key, { until }] of map) {
        if (until > now) continue;
        map.delete(key);
        if (map === tables.states || map === tables.references) shredded += 1;
      }
    }
    return shredded;
  },
});

export const createGrants = ({ tables: { grants } }: Shelf): Grants => ({
  lastSignIn: async ({ person, now }) => {
    const kept = grants.get(person);
    return kept === undefined || kept.until <= now ? null : kept.at;
  },
  give: async ({ person, at, until }) => void grants.set(person, { at: whole(at), until: whole(until) }),
  end: async ({ person }) => void grants.delete(person),
});

export const createRestrictions = ({ tables: { restrictions } }: Shelf): Restrictions => ({
  current: async () => ({
    version: restrictions.version,
    restrictions: [...restrictions.all.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  }),
  publish: async ({ restriction }) => {
    restrictions.all.set(restriction.id, storedRestriction.parse(restriction));
    restrictions.version += 1;
    return restrictions.version;
  },
  lift: async ({ id }) => {
    if (restrictions.all.delete(id)) restrictions.version += 1;
    return restrictions.version;
  },
});

export const createReferences = ({ tables: { references } }: Shelf): References => ({
  keep: async ({ tenant, key, value, until }) =>
    void references.set(packParts([tenant, key]), { value, until: whole(until) }),
  find: async ({ tenant, key, now }) => {
    const kept = references.get(packParts([tenant, key]));
    return kept === undefined || kept.until <= now ? null : kept.value;
  },
});
