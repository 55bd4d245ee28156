/**
 * Removes what is due, within what the platforms take and fairly among tenants. Nothing is ever dropped: what cannot be
 * removed is tried again, later and later, and is on record. Calls under way are a sliding window, and never more is claimed
 * than there are free places (Engine requirement 7), so that a crash repeats at most the calls that were under way.
 */
import { createAlarms } from './alarms.ts';
import { createBatches } from './batches.ts';
import { codeOf } from './errors.ts';
import { type Admitted, createLanes } from './lanes.ts';
import { createLateness, type Lateness } from './lateness.ts';
import type { DueRemoval } from './ports.ts';
import { note, type RemovalWorld, retryAt, tryRemoval } from './removal.ts';
import { leavingHeldBy } from './standing.ts';

/** Removals under way at once in one process. */
const MOST_AT_ONCE = 256;

/** While more are under way than leave so many places free, the next are claimed only after a moment: many in one trip cost little. */
const WORTH_A_TRIP = 32;
const MOMENT_MS = 10;

const LEASE_MS = 30_000;
const LOOK_EVERY_MS = 500;
const SHORTEST_WAIT_MS = 5;

/** What is kept by a hold is looked at again so much later. */
const HELD_MS = 60_000;

export interface Expiring {
  start(): void;
  /** Finishes the removals that were begun, within `graceMs`; the rest are due again at the next start. */
  stop(o: { readonly graceMs: number }): Promise<void>;
  /** Of the latest removals of this process. */
  lateness(): Lateness;
}

export const createExpiring = (world: RemovalWorld): Expiring => {
  const { clock, store } = world;
  const { expiries } = store;
  const stopping = new AbortController();
  const lanes = createLanes({ budgets: store.budgets, platforms: world.platforms, clock });
  const acks = createBatches((removals) => expiries.ack({ removals }));
  const lateness = createLateness();
  const alarms = createAlarms(world);
  const inFlight = new Set<Promise<void>>();
  let loop: Promise<void> = Promise.resolve();
  /** Set while the loop waits for places. */
  let roomMade: AbortController | null = null;

  /** Claimed, and being sorted out: they hold a place each. */
  let sorted = 0;
  const sorting = new Set<Promise<void>>();
  const freePlaces = (): number => MOST_AT_ONCE - inFlight.size - sorted;

  const putOff = (removals: readonly DueRemoval[], until: number | 'as before'): Promise<void> =>
    removals.length === 0 ? Promise.resolve() : expiries.putOff({ removals, until });

  const removeOne = async ({ removal, allowedAt }: Admitted): Promise<void> => {
    const begun = clock.now();
    const tried = await tryRemoval(world, removal, () => lanes.update(removal));
    if (tried.end === 'waits') return putOff([removal], clock.now() + tried.afterMs);
    const now = clock.now();
    const engineMs = Math.max(0, begun - Math.max(removal.readyAt, allowedAt));
    const platformMs = Math.max(0, now - removal.removeAt - engineMs);
    if (tried.end === 'done') {
      await note(world, removal, { state: tried.state, engineMs, platformMs });
      await acks.add(removal);
      lateness.add({ engineMs, platformMs });
      world.metrics.observe('removal_lateness_ms', now - removal.removeAt);
      world.metrics.observe('removal_engine_ms', engineMs);
      world.metrics.observe('removal_platform_ms', platformMs);
      return;
    }
    if (tried.end === 'refused') await note(world, removal, { state: 'refused-by-platform', engineMs, platformMs });
    else if (tried.afterMs !== null) await lanes.pause(removal, now + tried.afterMs);
    alarms.failed(removal, tried.code);
    await expiries.fail({ removal, retryAt: retryAt(world, removal, tried), code: tried.code });
  };

  /** Takes a place until it is over. Never rejects: what breaks here is claimable again after its lease. */
  const run = async (admitted: Admitted): Promise<void> => {
    try {
      await removeOne(admitted);
    } catch (error) {
      world.log.error('expiry.failed', { code: codeOf(error) });
    }
    lanes.done(admitted.removal);
  };

  const begin = (admitted: Admitted): void => {
    const work = run(admitted).then(() => {
      inFlight.delete(work);
      if (roomMade !== null && freePlaces() >= WORTH_A_TRIP) roomMade.abort();
    });
    inFlight.add(work);
  };

  /** Sorts out what was claimed: kept by a hold, only to be forgotten, to be removed now, or waiting for the budget. */
  const handle = async (due: readonly DueRemoval[]): Promise<void> => {
    const standing = world.standing();
    const kept = due.filter((removal) => leavingHeldBy(standing, removal) !== null);
    const others = kept.length === 0 ? due : due.filter((removal) => !kept.includes(removal));
    const forgotten = others.filter(({ then }) => then === 'forget');
    const { go, wait } = await lanes.admit(others.filter(({ then }) => then === 'remove'));
    for (const admitted of go) begin(admitted);
    for (const _ of kept) world.metrics.count('removals_held');
    // It stays in the chat; only we forget it.
    const acked = forgotten.length === 0 ? Promise.resolve() : expiries.ack({ removals: forgotten });
    await Promise.all([acked, putOff(kept, clock.now() + HELD_MS), putOff(wait, 'as before')]);
  };

  /** Never rejects: what could not be let go of or acknowledged is claimable again after its lease. */
  const sortOut = (due: readonly DueRemoval[]): Promise<void> =>
    handle(due).catch((error: unknown) => world.log.error('expiry.failed', { code: codeOf(error) }));

  /** Waits until it is worth claiming; how many places are free then. */
  const room = async (): Promise<number> => {
    if (freePlaces() < WORTH_A_TRIP) {
      roomMade = new AbortController();
      const woken = AbortSignal.any([roomMade.signal, stopping.signal]);
      await clock.sleep(freePlaces() === 0 ? LOOK_EVERY_MS : MOMENT_MS, woken);
      roomMade = null;
    }
    return freePlaces();
  };

  const turn = async (): Promise<void> => {
    const free = await room();
    if (free === 0 || stopping.signal.aborted) return;
    const now = clock.now();
    const { allow } = lanes;
    const due = await expiries.claim({ now, leaseMs: LEASE_MS, limit: free, allow });
    if (due.length > 0) {
      // The next are looked for meanwhile.
      sorted += due.length;
      const work = sortOut(due).then(() => {
        sorted -= due.length;
        sorting.delete(work);
      });
      sorting.add(work);
      return;
    }
    const next = Math.min((await expiries.next({ allow })) ?? Infinity, lanes.nextOpening() ?? Infinity);
    const wait = Math.min(LOOK_EVERY_MS, Math.max(SHORTEST_WAIT_MS, next - now));
    await clock.sleep(wait, stopping.signal);
  };

  return {
    start: () => {
      loop = (async () => {
        while (!stopping.signal.aborted) {
          try {
            await turn();
            alarms.look();
          } catch (error) {
            world.log.error('expiry.failed', { code: codeOf(error) });
            await clock.sleep(LOOK_EVERY_MS, stopping.signal);
          }
        }
        await Promise.allSettled(sorting);
        await Promise.allSettled(inFlight);
      })();
    },
    stop: async ({ graceMs }) => {
      stopping.abort();
      const cut = new AbortController();
      await Promise.race([loop, clock.sleep(graceMs, cut.signal)]);
      cut.abort();
    },
    lateness: lateness.read,
  };
};
