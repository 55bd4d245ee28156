/** HR's restrictions in memory, what may become one, and the pack that was approved. */
import type { Pins, Proposals, Restrictions } from '../../../src/core/ports.ts';
import { storedRestriction, whole } from '../../../src/core/stored.ts';
import { keptPin, MOST_CHANGES, MOST_PROPOSALS } from '../../../src/core/stored-restrictions.ts';
import type { Shelf, Tables } from './tables.ts';

const waits = ({ proposals }: Tables, id: string, now: number | null): boolean => {
  const until = proposals.get(id)?.until;
  return until !== undefined && (now === null || until > whole(now));
};

export const createRestrictions = ({ tables }: Shelf): Restrictions => {
  const { restrictions } = tables;
  return {
    current: async () => ({
      version: restrictions.version,
      hash: restrictions.hash,
      restrictions: [...restrictions.all.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    }),
    change: async ({ expected, put, remove, hash, record, settles }) => {
      if (settles !== null && !waits(tables, settles, record?.at ?? null)) return { ok: false, why: 'gone' };
      if (expected !== null && expected !== restrictions.version) return { ok: false, why: 'changed' };
      for (const restriction of put) restrictions.all.set(restriction.id, storedRestriction.parse(restriction));
      const removed = remove.filter((id) => restrictions.all.delete(id));
      if (put.length + removed.length > 0 || record !== null || settles !== null) {
        restrictions.version += 1;
        restrictions.hash = hash;
      }
      const { version } = restrictions;
      if (record !== null)
        restrictions.changes = [...restrictions.changes, { ...record, at: whole(record.at), version }].slice(
          -MOST_CHANGES,
        );
      if (settles !== null) tables.proposals.delete(settles);
      return { ok: true, version };
    },
    changes: async ({ before, limit }) =>
      restrictions.changes
        .filter(({ version }) => before === null || version < before)
        .toReversed()
        .slice(0, Math.max(0, Math.floor(limit))),
  };
};

export const createProposals = ({ tables: { proposals } }: Shelf): Proposals => {
  const sweep = (now: number): void => {
    for (const [id, { until }] of proposals) if (until <= now) proposals.delete(id);
  };
  return {
    put: async ({ id, state, body, until, now }) => {
      sweep(now);
      if (!proposals.has(id) && proposals.size >= MOST_PROPOSALS) return 'full';
      proposals.set(id, { id, state, body, until: whole(until) });
      return 'put';
    },
    find: async ({ id, now }) => {
      sweep(now);
      return proposals.get(id) ?? null;
    },
    all: async ({ now }) => {
      sweep(now);
      return [...proposals.values()];
    },
    drop: async ({ id }) => (proposals.delete(id) ? 'dropped' : 'gone'),
  };
};

export const createPins = ({ tables }: Shelf): Pins => ({
  current: async () => tables.pin,
  put: async ({ pin, expected }) => {
    const kept = keptPin(pin);
    if ((tables.pin?.pack ?? null) !== expected) return 'changed';
    tables.pin = kept;
    return 'put';
  },
});
