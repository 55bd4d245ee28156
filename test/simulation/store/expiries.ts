/** What must leave and when, in memory. A row stays until its removal is acknowledged, whatever happens meanwhile. */
import type { DueRemoval, Expiries, ExpiryCensus, Leaving } from '../../../src/core/ports.ts';
import { shareOut } from '../../../src/core/share.ts';
import { packParts, packRef, whole } from '../../../src/core/stored.ts';
import type { MessageRef } from '../../../src/core/types.ts';
import { paged } from './pages.ts';
import type { KeptRemoval, Shelf } from './tables.ts';

const HOUR_MS = 3_600_000;

const same = (a: KeptRemoval['what'], b: KeptRemoval['what']): boolean =>
  a.about === b.about && a.then === b.then && a.again === b.again;

/** Puts a removal on record, within a verb of somebody else's. The same message again replaces what was on record. */
export const scheduleIn = ({ tables: { removals }, note }: Shelf, o: Leaving): void => {
  const member = packRef(o.ref);
  const at = whole(o.removeAt);
  const what = { about: o.about, then: o.then, again: o.again };
  const stands = removals.get(member);
  if (o.then === 'remove') note({ kind: 'scheduled', ref: member, removeAt: at });
  if (stands === undefined) {
    removals.set(member, { ref: o.ref, what, removeAt: at, score: at, attempts: 0, leased: false, code: '' });
  } else if (stands.removeAt !== at || !same(stands.what, what))
    Object.assign(stands, { what, removeAt: at, score: at, leased: false });
};

const laneOf = ({ ref }: KeptRemoval): string => packParts([ref.platform, ref.tenant]);

const leavingOf = ({ ref, removeAt, what }: KeptRemoval): Leaving => ({ ref, removeAt, ...what });

export const createExpiries = (shelf: Shelf): Expiries => {
  const { removals } = shelf.tables;
  /** Nothing on behalf of what was moved or replaced meanwhile. */
  const asClaimed = (removal: DueRemoval): KeptRemoval | undefined => {
    const kept = removals.get(packRef(removal.ref));
    return kept !== undefined && kept.removeAt === removal.removeAt && same(kept.what, removal) ? kept : undefined;
  };
  const lanes = (): ReadonlyMap<string, readonly KeptRemoval[]> => Map.groupBy(removals.values(), laneOf);
  const moved = (
    o: { readonly ref: MessageRef; readonly removeAt: number },
    moves: (from: number, to: number) => boolean,
  ): number | null => {
    const kept = removals.get(packRef(o.ref));
    if (kept === undefined) return null;
    const at = whole(o.removeAt);
    if (!kept.leased && moves(kept.removeAt, at)) {
      Object.assign(kept, { removeAt: at, score: at });
      shelf.note({ kind: 'scheduled', ref: packRef(o.ref), removeAt: at });
    }
    return kept.removeAt;
  };
  return {
    schedule: async (o) => scheduleIn(shelf, o),
    sooner: async (o) => moved(o, (from, to) => to < from),
    later: async (o) => moved(o, (from, to) => to > from && from === whole(o.seen)),
    claim: async ({ now, leaseMs, limit, allow }) => {
      const left = new Map<string, number>();
      const due = [...lanes().values()].map((lane) =>
        lane
          .filter(({ score }) => score <= now)
          .toSorted((a, b) => a.score - b.score || (packRef(a.ref) < packRef(b.ref) ? -1 : 1)),
      );
      const has = due.map(([first, ...more]) => {
        if (first === undefined) return 0;
        const { tenant } = first.ref;
        const allowed = left.get(tenant) ?? Math.max(0, Math.floor(allow?.(tenant) ?? limit));
        const some = Math.min(1 + more.length, allowed, Math.max(0, limit));
        left.set(tenant, allowed - some);
        return some;
      });
      const taken = shareOut(has, Math.max(0, limit)).flatMap((share, at) => due[at]?.slice(0, share) ?? []);
      return taken
        .map((kept) => {
          const readyAt = kept.score;
          Object.assign(kept, { score: whole(now + leaseMs), leased: true });
          return { ...leavingOf(kept), attempts: kept.attempts, code: kept.code, readyAt, lease: '' };
        })
        .toSorted((a, b) => a.removeAt - b.removeAt);
    },
    ack: async (o) => {
      for (const removal of o.removals) {
        if (asClaimed(removal) === undefined) continue;
        removals.delete(packRef(removal.ref));
        if (removal.then === 'remove') shelf.note({ kind: 'let-go', ref: packRef(removal.ref) });
      }
    },
    fail: async ({ removal, retryAt, code }) => {
      const kept = asClaimed(removal);
      if (kept !== undefined)
        Object.assign(kept, { score: whole(retryAt), leased: false, attempts: kept.attempts + 1, code });
    },
    putOff: async (o) => {
      for (const removal of o.removals) {
        const kept = asClaimed(removal);
        if (kept?.leased === true)
          Object.assign(kept, { score: o.until === 'as before' ? removal.readyAt : whole(o.until), leased: false });
      }
    },
    next: async ({ allow } = {}) => {
      const some = [...removals.values()].filter(({ ref }) => allow === undefined || allow(ref.tenant) > 0);
      return some.length === 0 ? null : Math.min(...some.map(({ score }) => score));
    },
    scan: async (page) => {
      const { items, cursor } = paged([...removals.values()], ({ ref }) => packRef(ref), page);
      const pending = items.map((kept) => ({ ...leavingOf(kept), attempts: kept.attempts, leased: kept.leased }));
      return { removals: pending, cursor };
    },
    census: async ({ now }) =>
      [...lanes()]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([, lane]): readonly ExpiryCensus[] => {
          const [first] = lane;
          if (first === undefined) return [];
          const leaving = lane.filter(({ what }) => what.then === 'remove');
          const due = leaving.filter(({ removeAt }) => removeAt <= now).map(({ removeAt }) => removeAt);
          const failing: Record<string, number> = {};
          for (const { attempts, code } of lane) if (attempts > 0) failing[code] = (failing[code] ?? 0) + 1;
          return [
            {
              platform: first.ref.platform,
              tenant: first.ref.tenant,
              pending: leaving.length,
              due: due.length,
              oldestDueAt: due.length === 0 ? null : Math.min(...due),
              dueWithinHour: leaving.filter(({ removeAt }) => removeAt > now && removeAt <= now + HOUR_MS).length,
              recallable: lane.length - leaving.length,
              failing,
            },
          ];
        }),
  };
};
