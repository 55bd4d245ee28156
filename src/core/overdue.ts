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
 * Nobody waits longer than this, ms. What cannot be removed fails once within seconds and is on record, and a workspace that refuses every
 * call is not waited for, so a platform that is away holds nobody up; only what the platform takes a minute of can: 42 a minute of one workspace are 2,500 in this time. Beyond it
 * waiting would remove nothing sooner, for the pace is the platform's, and the company would be without answers for as long.
 */
export const MOST_WAIT_MS = 60 * 60_000;

interface OverdueWorld {
  readonly store: { readonly expiries: Pick<Store['expiries'], 'scan'> };
  readonly clock: Clock;
  readonly log: Log;
  readonly standing: () => Pick<StandingView, 'heldBy'>;
  /** Whether all calls of a tenant are refused just now: what is due there waits behind a failure that is on record. */
  readonly refuses: (tenant: string) => boolean;
}

/** Removals that have not been tried once. */
interface Untried {
  /** Their turn comes. */
  readonly waiting: number;
  /** Of tenants whose calls are all refused just now. */
  readonly refused: number;
}

/** How many were due by then. What a hold keeps is not to be removed. */
export const untried = async (
  world: Pick<OverdueWorld, 'store' | 'standing' | 'refuses'>,
  dueBy: number,
): Promise<Untried> => {
  const standing = world.standing();
  const { expiries } = world.store;
  let [waiting, refused] = [0, 0];
  for await (const removal of pagesOf((cursor) =>
    expiries.scan({ cursor, limit: PAGE }).then(({ removals, cursor: next }) => ({ items: removals, cursor: next })),
  )) {
    const due = removal.then === 'remove' && removal.removeAt <= dueBy && removal.attempts === 0;
    if (!due || leavingHeldBy(standing, removal) !== null) continue;
    if (world.refuses(removal.ref.tenant)) refused += 1;
    else waiting += 1;
  }
  return { waiting, refused };
};

/**
 * Resolves once all that was due when it was called has been removed, has failed once and is to be tried again, or waits behind such a
 * failure; or when the time is up, or the signal aborts. Says how many were not tried then, and how long that took.
 * `seen`: hears how many are waited for.
 */
export const untilTried = async (
  world: OverdueWorld,
  o: { readonly signal: AbortSignal; readonly seen: (left: number) => void; readonly mostMs?: number },
): Promise<{ readonly untried: number; readonly waitedMs: number }> => {
  const { clock, log } = world;
  const begun = clock.now();
  let saidAt = Number.NEGATIVE_INFINITY;
  let left: Untried | null = null;
  for (;;) {
    try {
      left = await untried(world, begun);
      o.seen(left.waiting);
    } catch (error) {
      // Not known is not none.
      log.error('restored.not-counted', { code: codeOf(error) });
    }
    const waitedMs = clock.now() - begun;
    const over = waitedMs >= (o.mostMs ?? MOST_WAIT_MS);
    if (left?.waiting === 0 || over || o.signal.aborted)
      return { untried: left === null ? -1 : left.waiting + left.refused, waitedMs };
    if (waitedMs - saidAt >= SAY_EVERY_MS) {
      log.warn('restored.removing', left === null ? { ms: waitedMs } : { count: left.waiting, ms: waitedMs });
      saidAt = waitedMs;
    }
    await clock.sleep(LOOK_EVERY_MS, o.signal);
  }
};
