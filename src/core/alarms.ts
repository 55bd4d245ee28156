/** What somebody should look at: removals that keep failing, and more to be removed than the platform takes. */
import { codeOf } from './errors.ts';
import type { DueRemoval, ExpiryCensus, Platform } from './ports.ts';
import type { RemovalWorld } from './removal.ts';
import type { PlatformName } from './types.ts';
import { unheldCensus } from './unheld.ts';

/** A removal that is so late and was tried so often is an alarm, ms. */
const LONG_MS = 15 * 60_000;
const OFTEN = 5;

/** One alarm of a kind in so long, ms: a thousand messages of one workspace fail alike. */
const QUIET_MS = 60_000;
const MOST_QUIET = 1_000;

/** How often it is counted what will have to leave, ms; first, soon after the start. */
const FIRST_LOOK_MS = 60_000;
const LOOK_EVERY_MS = 5 * 60_000;

const MINUTES = 60;

/** What a platform removes of one tenant within an hour; null: no limit is known. */
export const perHour = (platform: Platform | undefined): number | null =>
  platform?.limits === undefined ? null : platform.limits.remove.perMinute * MINUTES;

/** More must leave within the hour, what is late included, than the platform will take: the backlog grows, and answers stay too long. */
export const isOverbooked = (
  { platform, due, dueWithinHour }: ExpiryCensus,
  platforms: ReadonlyMap<PlatformName, Platform>,
): boolean => due + dueWithinHour > (perHour(platforms.get(platform)) ?? Infinity);

export interface Alarms {
  /** A removal was tried in vain. */
  failed(removal: DueRemoval, code: string): void;
  /** It could not be removed, and will hardly be. */
  refused(removal: DueRemoval, code: string): void;
  /** Its tenant's calls are all refused. */
  parked(removal: DueRemoval, code: string): void;
  /** Counts behind the caller's back, where it is time to, what will have to leave. */
  look(): void;
}

export const createAlarms = (
  world: Pick<RemovalWorld, 'clock' | 'log' | 'metrics' | 'platforms' | 'standing' | 'store'>,
): Alarms => {
  const saidAt = new Map<string, number>();
  let lookAt = world.clock.now() + FIRST_LOOK_MS;

  const mayBeSaid = (what: string): boolean => {
    const now = world.clock.now();
    if (now - (saidAt.get(what) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return false;
    if (saidAt.size >= MOST_QUIET) saidAt.clear();
    saidAt.set(what, now);
    return true;
  };

  const count = async (): Promise<void> => {
    try {
      for (const row of await unheldCensus(world)) {
        if (!isOverbooked(row, world.platforms)) continue;
        const { tenant, platform: name } = row;
        world.metrics.count('removals_overbooked', { platform: name });
        world.log.warn('removals.overbooked', { tenant, name, count: row.due + row.dueWithinHour });
      }
    } catch (error) {
      world.log.warn('removals.not-counted', { code: codeOf(error) });
    }
  };

  return {
    failed: ({ ref: { tenant }, removeAt, attempts }, code) => {
      world.metrics.count('removals_failed', { code });
      const ms = world.clock.now() - removeAt;
      if (attempts + 1 >= OFTEN && ms >= LONG_MS) {
        world.metrics.count('removals_failing_long', { code });
        if (mayBeSaid(`long ${tenant} ${code}`))
          world.log.error('removal.failing', { tenant, code, count: attempts + 1, ms });
      } else if (mayBeSaid(`later ${tenant} ${code}`))
        world.log.warn('removal.later', { tenant, code, count: attempts + 1 });
    },
    refused: ({ ref: { tenant }, removeAt, attempts }, code) => {
      world.metrics.count('removals_refused', { code });
      const ms = world.clock.now() - removeAt;
      if (mayBeSaid(`refused ${tenant} ${code}`))
        world.log.error('removal.refused', { tenant, code, count: attempts + 1, ms });
    },
    parked: ({ ref: { tenant } }, code) => {
      world.metrics.count('removals_parked', { code });
      if (mayBeSaid(`parked ${tenant} ${code}`)) world.log.error('removals.parked', { tenant, code });
    },
    look: () => {
      const now = world.clock.now();
      if (now < lookAt) return;
      lookAt = now + LOOK_EVERY_MS;
      void count();
    },
  };
};
