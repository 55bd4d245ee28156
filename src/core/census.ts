/** How the removals stand, for people: `sotto expiries`. */
import { isOverbooked, perHour } from './alarms.ts';
import { type UnheldCensus, unheldCensus } from './unheld.ts';
import type { World } from './world.ts';

export interface ExpiryRow extends UnheldCensus {
  /** What the platform removes of this tenant within an hour; null: no limit is known. */
  readonly perHour: number | null;
  /** More must leave within the hour than that. */
  readonly overbooked: boolean;
}

/** By platform and tenant. */
export const expiryRows = async (
  world: Pick<World, 'clock' | 'platforms' | 'standing' | 'store'>,
): Promise<readonly ExpiryRow[]> => {
  const rows = await unheldCensus(world);
  return rows.map((row) => ({
    ...row,
    perHour: perHour(world.platforms.get(row.platform)),
    overbooked: isOverbooked(row, world.platforms),
  }));
};
