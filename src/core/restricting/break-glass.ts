/** How much of break-glass one person has: four hours of a day over whatever the same questions are restricted by, however it is called. */
import type { RestrictionChange } from '../ports.ts';
import { MOST_CHANGES } from '../stored-restrictions.ts';
import type { Restriction } from '../types.ts';
import type { World } from '../world.ts';
import { MOST_HOURS } from './changing.ts';
import { readDetail } from './history.ts';

const HOUR_MS = 60 * 60_000;
const AGAIN_MS = 24 * HOUR_MS;

const PAGE = 200;

/**
 * Whether this suspension takes a second person: the same restriction was suspended within a day; or another one that touches the same,
 * and this one would end later than four hours after that had begun. Else a copy under another id, put in force a minute before the end,
 * would be suspended next, and so on for ever. `restriction`: as it would stand.
 */
export const isSuspendedAgain = async (
  world: Pick<World, 'store' | 'sealer' | 'restricting'>,
  { restriction, now }: { readonly restriction: Restriction; readonly now: number },
): Promise<boolean> => {
  const since = now - AGAIN_MS;
  const until = Date.parse(restriction.suspendedUntil ?? '');
  const touched = new Set(world.restricting.touches(restriction));
  const isAgain = (change: RestrictionChange): boolean => {
    if (change.change !== 'suspended' || change.at < since) return false;
    if (change.id === restriction.id) return true;
    const was = readDetail(world, change)?.put;
    // What cannot be read any more may have been the same.
    const same = was?.some((each) => world.restricting.touches(each).some((action) => touched.has(action))) ?? true;
    return same && until > change.at + MOST_HOURS * HOUR_MS;
  };
  let [before, looked, oldest]: [number | null, number, number] = [null, 0, Number.POSITIVE_INFINITY];
  for (;;) {
    const page: readonly RestrictionChange[] = await world.store.restrictions.changes({ before, limit: PAGE });
    if (page.some(isAgain)) return true;
    looked += page.length;
    oldest = Math.min(oldest, ...page.map(({ at }) => at));
    const last = page.at(-1);
    // Where so much was changed meanwhile that it cannot be told any more, it counts as if it was.
    if (last === undefined || page.length < PAGE) return looked >= MOST_CHANGES && oldest >= since;
    before = last.version;
  }
};
