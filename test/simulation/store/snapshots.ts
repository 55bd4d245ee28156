/** What a backup takes and a restore puts back, in memory. */
import type { Snapshots } from '../../../src/core/ports.ts';
import { closedHome, notRestoring, packParts } from '../../../src/core/stored.ts';
import { keptPin } from '../../../src/core/stored-restrictions.ts';
import { scheduleIn } from './expiries.ts';
import { paged } from './pages.ts';
import type { Shelf } from './tables.ts';

export const createSnapshots = (shelf: Shelf): Snapshots => {
  const { tables } = shelf;
  const { standing, restrictions, backups } = tables;
  const used = (): boolean =>
    restrictions.version > 0 ||
    standing.paused !== null ||
    tables.pin !== null ||
    tables.hashKeys.length > 0 ||
    [
      tables.waiting,
      tables.parked,
      tables.dead,
      tables.ended,
      tables.states,
      tables.removals,
      tables.counts,
      tables.grants,
      tables.signIns,
      tables.references,
      tables.orders,
      tables.origins,
      restrictions.all,
      tables.proposals,
      tables.decisions,
      tables.nameKeys,
      standing.holds,
      standing.recalls,
    ].some(({ size }) => size > 0);
  return {
    lineage: async ({ lineage }) => {
      backups.lineage ??= lineage;
      return backups.lineage;
    },
    stands: async () => ({
      version: restrictions.version,
      restrictions: [...restrictions.all.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      hash: restrictions.hash,
      changes: restrictions.changes.toReversed(),
      pin: tables.pin,
      paused: standing.paused,
      holds: [...standing.holds.values()].toSorted((a, b) => a.placedAt - b.placedAt || (a.id < b.id ? -1 : 1)),
      recalls: [...standing.recalls.values()],
      origins: [...tables.origins.values()]
        .map(({ origin, size }) => ({ origin, size }))
        .toSorted((a, b) => (a.origin < b.origin ? -1 : 1)),
    }),
    references: async (page) => {
      const { items, cursor } = paged([...tables.references], ([key]) => key, page);
      return { references: items.map(([, kept]) => kept), cursor };
    },
    restored: async () => backups.restored,
    isEmpty: async () => !used() && backups.restored === null,
    begin: async ({ lineage, restored, stands }) => {
      const before = backups.restored;
      if (before !== null) {
        const same = before.state === 'restoring' && before.archive === restored.archive;
        return same && before.home === restored.home ? 'begun' : 'used';
      }
      if (used()) return 'used';
      backups.lineage = lineage;
      backups.restored = { ...restored, state: 'restoring' };
      for (const restriction of stands.restrictions) restrictions.all.set(restriction.id, restriction);
      restrictions.version = stands.version + 1;
      restrictions.hash = stands.hash;
      restrictions.changes = stands.changes.toReversed();
      tables.pin = stands.pin === null ? null : keptPin(stands.pin);
      standing.paused = stands.paused;
      for (const hold of stands.holds) standing.holds.set(hold.id, hold);
      for (const recall of stands.recalls) standing.recalls.set(recall.id, recall);
      for (const { origin, size } of stands.origins)
        tables.origins.set(origin, { origin, size, home: closedHome(restored.home), holder: '', leasedUntil: 0 });
      return 'begun';
    },
    put: async ({ references, removals }) => {
      if (backups.restored?.state !== 'restoring') throw notRestoring();
      for (const kept of references) tables.references.set(packParts([kept.tenant, kept.key]), kept);
      for (const leaving of removals) scheduleIn(shelf, leaving);
    },
    finish: async () => {
      if (backups.restored === null) throw notRestoring();
      backups.restored = { ...backups.restored, state: 'restored' };
    },
    settle: async () => {
      backups.restored = null;
    },
  };
};
