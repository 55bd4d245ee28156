/** What must leave, without what a legal hold keeps: that is no backlog, and nobody is to be warned of it for as long as it stands. */
import { pagesOf } from './pages.ts';
import type { Clock, ExpiryCensus, Store } from './ports.ts';
import { leavingHeldBy, type StandingView } from './standing.ts';
import { packParts } from './stored.ts';

const MOST_LISTED = 500;
const HOUR_MS = 60 * 60_000;

export interface UnheldCensus extends ExpiryCensus {
  /** Kept by legal holds; in none of the other counts but `failing`. */
  readonly held: number;
}

interface Sums {
  held: number;
  pending: number;
  due: number;
  dueWithinHour: number;
  recallable: number;
  /** The first of what is due and not held. */
  oldestDueAt: number | null;
}

/** By platform and tenant. Where a hold stands, all that is pending is read once more. */
export const unheldCensus = async (world: {
  readonly clock: Clock;
  readonly store: { readonly expiries: Pick<Store['expiries'], 'census' | 'scan'> };
  readonly standing: () => StandingView;
}): Promise<readonly UnheldCensus[]> => {
  const now = world.clock.now();
  const rows = await world.store.expiries.census({ now });
  const standing = world.standing();
  if (standing.holds.length === 0) return rows.map((row) => ({ ...row, held: 0 }));
  const sums = new Map<string, Sums>();
  const removals = pagesOf(async (cursor) => {
    const { removals: items, cursor: next } = await world.store.expiries.scan({ cursor, limit: MOST_LISTED });
    return { items, cursor: next };
  });
  for await (const removal of removals) {
    const { ref, removeAt, then } = removal;
    const key = packParts([ref.platform, ref.tenant]);
    const sum = sums.get(key) ?? { held: 0, pending: 0, due: 0, dueWithinHour: 0, recallable: 0, oldestDueAt: null };
    sums.set(key, sum);
    if (leavingHeldBy(standing, removal) !== null) sum.held += 1;
    else if (then === 'forget') sum.recallable += 1;
    else {
      sum.pending += 1;
      if (removeAt > now) sum.dueWithinHour += removeAt <= now + HOUR_MS ? 1 : 0;
      else {
        sum.due += 1;
        sum.oldestDueAt = Math.min(removeAt, sum.oldestDueAt ?? removeAt);
      }
    }
  }
  return rows.map((row) => {
    const sum = sums.get(packParts([row.platform, row.tenant]));
    return sum === undefined || sum.held === 0 ? { ...row, held: 0 } : { ...row, ...sum };
  });
};
