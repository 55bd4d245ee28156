/** The smaller keepers of the store in memory: states, references, budgets, standing orders. */

import { pausedUntil, takenFrom } from '../../../src/core/budget.ts';
import type { Budgets, Conversations, References, Standing, Transcript } from '../../../src/core/ports.ts';
import { MOST_HOLDS, MOST_LIFTED, MOST_RECALLS, moreHashes, packParts, whole } from '../../../src/core/stored.ts';
import { paged } from './pages.ts';
import type { Shelf } from './tables.ts';

/** More of one person's chats are never told at once. */
const MOST_LISTED = 100;

export const createConversations = ({ tables }: Shelf): Conversations => ({
  read: async ({ conversation, now }) => {
    const kept = tables.states.get(conversation);
    return kept === undefined || kept.until <= now ? null : kept.state;
  },
  scan: async ({ from, to, ...page }) => {
    const all = [...tables.states.values()].filter(({ until }) => until > from && until <= to);
    const nameOf = (one: Transcript): string => `${String(one.until).padStart(20, '0')} ${one.conversation}`;
    const { items, cursor } = paged(all, nameOf, page);
    return { transcripts: items, cursor };
  },
  keepUntil: async ({ tenant, conversation, seen, until }) => {
    const kept = tables.states.get(conversation);
    if (kept?.tenant !== tenant || kept.until !== seen) return 'moved';
    tables.states.set(conversation, { ...kept, until: whole(until) });
    return 'kept';
  },
  shred: async ({ tenant, conversation }) => {
    if (tables.states.get(conversation)?.tenant !== tenant) return 'gone';
    tables.states.delete(conversation);
    return 'shredded';
  },
  sweep: async ({ now }) => {
    let shredded = 0;
    for (const map of [tables.ended, tables.grants, tables.signIns, tables.states, tables.references]) {
      for (const [key, { until }] of map) {
        if (until > now) continue;
        map.delete(key);
        if (map !== tables.ended) shredded += 1;
      }
    }
    return shredded;
  },
});

export const createReferences = ({ tables: { references } }: Shelf): References => ({
  keep: async (o) => void references.set(packParts([o.tenant, o.key]), { ...o, until: whole(o.until) }),
  find: async ({ tenant, key, now }) => {
    const kept = references.get(packParts([tenant, key]));
    return kept === undefined || kept.until <= now ? null : kept.value;
  },
  of: async ({ tenant, owner, now }) =>
    [...references.values()]
      .filter((kept) => kept.tenant === tenant && owner !== '' && kept.owner === owner && kept.until > now)
      .slice(0, MOST_LISTED)
      .map(({ key, value, until }) => ({ key, value, until })),
  forget: async ({ tenant, key }) => void references.delete(packParts([tenant, key])),
});

export const createBudgets = ({ tables: { budgets } }: Shelf): Budgets => ({
  take: async ({ key, ...taking }) => {
    const { bucket, granted, nextAt } = takenFrom(budgets.get(key) ?? null, taking);
    budgets.set(key, bucket);
    return { granted, nextAt };
  },
  pause: async ({ key, until }) => void budgets.set(key, pausedUntil(budgets.get(key) ?? null, until)),
});

/** Every change raises the version of the restrictions. */
export const createStanding = ({ tables: { standing, restrictions } }: Shelf): Standing => ({
  current: async () => ({
    version: restrictions.version,
    paused: standing.paused,
    holds: [...standing.holds.values()].toSorted((a, b) => a.placedAt - b.placedAt || (a.id < b.id ? -1 : 1)),
    recalls: [...standing.recalls.values()],
  }),
  pause: async ({ since, by, turn }) => {
    if (turn > standing.switched) {
      if (standing.paused === null) restrictions.version += 1;
      standing.paused ??= { since: whole(since), by };
      standing.switched = turn;
    }
    return { paused: standing.paused };
  },
  resume: async ({ turn }) => {
    if (turn > standing.switched) {
      if (standing.paused !== null) restrictions.version += 1;
      standing.paused = null;
      standing.switched = turn;
    }
    return { paused: standing.paused };
  },
  placeHold: async (hold) => {
    if (standing.holds.has(hold.id)) return 'placed';
    if (standing.lifted.has(hold.id)) return 'lifted';
    if (standing.holds.size >= MOST_HOLDS) return 'full';
    standing.holds.set(hold.id, { ...hold, placedAt: whole(hold.placedAt) });
    restrictions.version += 1;
    return 'placed';
  },
  hashHold: async ({ id, hashes }) => {
    const hold = standing.holds.get(id);
    const more = hold === undefined ? null : moreHashes(hold.hashes ?? [], hashes);
    if (hold === undefined || more === null) return;
    standing.holds.set(id, { ...hold, hashes: more });
    restrictions.version += 1;
  },
  liftHold: async ({ id }) => {
    if (!standing.holds.delete(id)) return 'unknown';
    const [oldest] = standing.lifted.add(id);
    if (standing.lifted.size > MOST_LIFTED && oldest !== undefined) standing.lifted.delete(oldest);
    restrictions.version += 1;
    return 'lifted';
  },
  placeRecall: async ({ id, intent, topic, since }) => {
    if (standing.recalls.has(id)) return;
    restrictions.version += 1;
    const { version } = restrictions;
    standing.recalls.set(id, { id, intent, topic, since: since === null ? null : whole(since), version });
    const [oldest] = standing.recalls.keys();
    if (standing.recalls.size > MOST_RECALLS && oldest !== undefined) standing.recalls.delete(oldest);
  },
});
