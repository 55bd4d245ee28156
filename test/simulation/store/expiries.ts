/** What must leave and when, in memory. A row stays until its removal is acknowledged, whatever happens meanwhile. */
import type { DueRemoval, Expiries } from '../../../src/core/ports.ts';
import { packRef, whole } from '../../../src/core/stored.ts';
import type { MessageRef } from '../../../src/core/types.ts';
import type { KeptRemoval, Shelf } from './tables.ts';

interface Removal {
  readonly ref: MessageRef;
  readonly removeAt: number;
}

/** Puts a removal on record, within a verb of somebody else's. The same message again moves its deadline. */
export const scheduleIn = ({ tables: { removals }, note }: Shelf, o: Removal): void => {
  const member = packRef(o.ref);
  const at = whole(o.removeAt);
  const stands = removals.get(member);
  note({ kind: 'scheduled', ref: member, removeAt: at });
  if (stands === undefined) {
    removals.set(member, { ref: o.ref, removeAt: at, score: at, attempts: 0, leased: false });
  } else if (stands.removeAt !== at) Object.assign(stands, { removeAt: at, score: at, leased: false });
};

export const createExpiries = (shelf: Shelf): Expiries => {
  const { removals } = shelf.tables;
  /** Nothing on behalf of a deadline that moved meanwhile. */
  const same = ({ ref, removeAt }: DueRemoval): KeptRemoval | undefined => {
    const kept = removals.get(packRef(ref));
    return kept?.removeAt === removeAt ? kept : undefined;
  };
  return {
    schedule: async (o) => scheduleIn(shelf, o),
    sooner: async (o) => {
      const kept = removals.get(packRef(o.ref));
      if (kept === undefined) return null;
      const at = whole(o.removeAt);
      if (kept.removeAt > at && !kept.leased) {
        Object.assign(kept, { removeAt: at, score: at });
        shelf.note({ kind: 'scheduled', ref: packRef(o.ref), removeAt: at });
      }
      return kept.removeAt;
    },
    claim: async ({ now, leaseMs, limit }) => {
      const due = [...removals.values()]
        .filter(({ score }) => score <= now)
        .toSorted((a, b) => a.score - b.score)
        .slice(0, Math.max(0, limit));
      return due.map((kept) => {
        Object.assign(kept, { score: whole(now + leaseMs), leased: true });
        return { ref: kept.ref, removeAt: kept.removeAt, attempts: kept.attempts, lease: '' };
      });
    },
    ack: async (o) => {
      for (const removal of o.removals) {
        if (same(removal) === undefined) continue;
        removals.delete(packRef(removal.ref));
        shelf.note({ kind: 'let-go', ref: packRef(removal.ref) });
      }
    },
    fail: async ({ removal, retryAt }) => {
      const kept = same(removal);
      if (kept !== undefined)
        Object.assign(kept, { score: whole(retryAt), leased: false, attempts: kept.attempts + 1 });
    },
    next: async () => {
      const scores = [...removals.values()].map(({ score }) => score);
      return scores.length === 0 ? null : Math.min(...scores);
    },
  };
};
