/** How much of break-glass one person has: four hours of a week over whatever the same questions are restricted by, however it is called. */
import type { RestrictionChange } from '../ports.ts';
import { MOST_CHANGES } from '../stored-restrictions.ts';
import type { Restriction } from '../types.ts';
import type { World } from '../world.ts';
import { MOST_HOURS } from './changing.ts';
import { type Detail, versions } from './history.ts';

const HOUR_MS = 60 * 60_000;
const AGAIN_MS = 7 * 24 * HOUR_MS;

/**
 * Whether this suspension takes a second person: the same restriction was suspended within a week; or another one that touches the same,
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
  const isAgain = (change: RestrictionChange, detail: Detail | null): boolean => {
    if (change.change !== 'suspended' || change.at < since) return false;
    if (change.id === restriction.id) return true;
    // What cannot be read any more may have been the same.
    const same =
      detail?.put.some((each) => world.restricting.touches(each).some((action) => touched.has(action))) ?? true;
    return same && until > change.at + MOST_HOURS * HOUR_MS;
  };
  let [looked, oldest] = [0, Number.POSITIVE_INFINITY];
  for await (const { change, detail } of versions(world)) {
    if (isAgain(change, detail)) return true;
    looked += 1;
    oldest = Math.min(oldest, change.at);
  }
  // Where so much was changed meanwhile that it cannot be told any more, it counts as if it was.
  return looked >= MOST_CHANGES && oldest >= since;
};
