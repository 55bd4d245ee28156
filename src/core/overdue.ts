/** After a restore: what fell due meanwhile is tried before anything is answered. */
import { codeOf } from './errors.ts';
import { pagesOf } from './pages.ts';
import type { Clock, Log, Store } from './ports.ts';
import { leavingHeldBy, type StandingView } from './standing.ts';

/** A page at a time, and a pause between two looks, ms. */
const PAGE = 1_000;
const LOOK_EVERY_MS = 250;

/** How often it is said how many are left, ms. */
const SAY_EVERY_MS = 5_000;

/**
 * Nobody waits longer than this, ms. What cannot be removed fails once within seconds and is on record, so a platform that is away
 * holds nobody up; only what the platform takes a minute of can: fifty a minute of one workspace are three thousand in this time. Beyond it
 * waiting would remove nothing sooner, for the pace is the platform's, and the company would be without answers for as long.
 */
export const MOST_WAIT_MS = 60 * 60_000;

interface OverdueWorld {
  readonly store: { readonly expiries: Pick<Store['expiries'], 'scan'> };
  readonly clock: Clock;
  readonly log: Log;
  readonly standing: () => Pick<StandingView, 'heldBy'>;
}

/** How many were due by then and have not been tried once. What a hold keeps is not to be removed. */
export const untried = async (world: Pick<OverdueWorld, 'store' | 'standing'>, dueBy: number): Promise<number> => {
  const standing = world.standing();
  const { expiries } = world.store;
  let count = 0;
  for await (const removal of pagesOf((cursor) =>
    expiries.scan({ cursor, limit: PAGE }).then(({ removals, cursor: next }) => ({ items: removals, cursor: next })),
  )) {
    const due = removal.then === 'remove' && removal.removeAt <= dueBy && removal.attempts === 0;
    if (due && leavingHeldBy(standing, removal) === null) count += 1;
  }
  return count;
};

/**
 * Resolves once all that was due when it was called has been removed, or has failed once and is to be tried again; or when the time is
 * up, or the signal aborts. Says how many were not tried then, and how long that took.
 */
export const untilTried = async (
  world: OverdueWorld,
  o: { readonly signal: AbortSignal; readonly seen: (left: number) => void; readonly mostMs?: number },
): Promise<{ readonly untried: number; readonly waitedMs: number }> => {
  const { clock, log } = world;
  const begun = clock.now();
  let saidAt = Number.NEGATIVE_INFINITY;
  let left = Number.POSITIVE_INFINITY;
  for (;;) {
    try {
      left = await untried(world, begun);
      o.seen(left);
    } catch (error) {
      // Not known is not none.
      log.error('restored.not-counted', { code: codeOf(error) });
    }
    const waitedMs = clock.now() - begun;
    const over = waitedMs >= (o.mostMs ?? MOST_WAIT_MS);
    if (left === 0 || over || o.signal.aborted) return { untried: Number.isFinite(left) ? left : -1, waitedMs };
    if (waitedMs - saidAt >= SAY_EVERY_MS) {
      log.warn('restored.removing', Number.isFinite(left) ? { count: left, ms: waitedMs } : { ms: waitedMs });
      saidAt = waitedMs;
    }
    await clock.sleep(LOOK_EVERY_MS, o.signal);
  }
};
