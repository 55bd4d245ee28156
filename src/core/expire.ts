/**
 * Removes what is due, within what the platforms take and fairly among tenants. Nothing is ever dropped: what cannot be
 * removed is tried again, later and later, and is on record. Calls under way are a sliding window, and never more is claimed
 * than there are free places (Engine requirement 7), so that a crash repeats at most the calls that were under way.
 */
import { createAlarms } from './alarms.ts';
import type { RemovalEntry } from './audit.ts';
import { createBatches } from './batches.ts';
import { codeOf } from './errors.ts';
import { type Admitted, createLanes } from './lanes.ts';
import { createLateness, type Lateness } from './lateness.ts';
import type { DueRemoval } from './ports.ts';
import { codeKept, note, type RemovalWorld, retryAt, tryRemoval } from './removal.ts';
import { leavingHeldBy } from './standing.ts';

/** Removals under way at once in one process. */
const MOST_AT_ONCE = 256;

/** While more are under way than leave so many places free, the next are claimed only after a moment: many in one trip cost little. */
const WORTH_A_TRIP = 64;
const MOMENT_MS = 10;

/** Claimed at once, at most: while some are being removed, the next are on their way. */
const MOST_PER_TRIP = 128;

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
  /** Whether a tenant's platform refuses all its calls just now, so that what is due there waits untried. Its limit is no refusal. */
  refuses(tenant: string): boolean;
}

export const createExpiring = (world: RemovalWorld): Expiring => {
  const { clock, store } = world;
  const { expiries } = store;
  const lanes = createLanes({ budgets: store.budgets, platforms: world.platforms, clock });
  const acks = createBatches((removals) => expiries.ack({ removals }));
  const lateness = createLateness();
  const alarms = createAlarms(world);
  let loop: Promise<void> = Promise.resolve();
  let stopped = false;

  /** Claimed, being sorted out or under way: they hold a place each. */
  let taken = 0;
  const freePlaces = (): number => MOST_AT_ONCE - taken;
  let emptied: (() => void) | null = null;

  /** Ends the loop's wait; null while it does not wait. */
  let ring: (() => void) | null = null;
  let waitsForRoom = false;
  /** A tenant that was passed over for having no place has some again, since the loop began its turn. */
  let opened = false;

  const rest = async (ms: number): Promise<void> => {
    if (stopped) return;
    const bell = new AbortController();
    // With a word of its own, for the usual reason is an error with a trace, which costs more than a removal.
    ring = () => bell.abort('rung');
    await clock.sleep(ms, bell.signal);
    ring = null;
  };

  const giveBack = (places: number): void => {
    taken -= places;
    if (waitsForRoom && freePlaces() >= WORTH_A_TRIP) ring?.();
    if (taken === 0) emptied?.();
  };

  const putOff = (removals: readonly DueRemoval[], until: number | 'as before'): Promise<void> =>
    removals.length === 0 ? Promise.resolve() : expiries.putOff({ removals, until });

  const removeOne = async ({ removal, allowedAt }: Admitted): Promise<void> => {
    const begun = clock.now();
    const tried = await tryRemoval(world, removal, () => lanes.update(removal));
    if (tried.end === 'waits') return putOff([removal], clock.now() + tried.afterMs);
    if (tried.end === 'parked') {
      // No fault of this message, and no attempt of it: the tenant waits, and nobody else hears of it.
      const until = clock.now() + tried.afterMs;
      alarms.parked(removal, tried.code);
      await lanes.pause(removal, { ...tried, until, parked: true });
      return putOff([removal], until);
    }
    const now = clock.now();
    const engineMs = Math.max(0, begun - Math.max(removal.readyAt, allowedAt));
    const platformMs = Math.max(0, now - removal.removeAt - engineMs);
    const left = async (state: RemovalEntry['state']): Promise<void> => {
      await note(world, removal, { state, engineMs, platformMs });
      lateness.add({ engineMs, platformMs });
      world.metrics.observe('removal_lateness_ms', now - removal.removeAt);
      world.metrics.observe('removal_engine_ms', engineMs);
      world.metrics.observe('removal_platform_ms', platformMs);
    };
    if (tried.end === 'done') {
      await left(tried.state);
      return acks.add(removal);
    }
    const code = codeKept(removal, tried);
    world.log.debug?.('removal', { tenant: removal.ref.tenant, code: tried.code, count: removal.attempts + 1 });
    if (tried.end === 'blanked') {
      if (tried.first) await left('blanked');
      return tried.again === null ? acks.add(removal) : expiries.fail({ removal, retryAt: tried.again, code });
    }
    if (tried.end === 'refused') {
      if (tried.first)
        await note(world, removal, { state: 'refused-by-platform', engineMs, platformMs, code: tried.code });
      alarms.refused(removal, tried.code);
    } else {
      if (tried.afterMs !== null) await lanes.pause(removal, { ...tried, until: now + tried.afterMs });
      alarms.failed(removal, tried.code);
    }
    await expiries.fail({ removal, retryAt: retryAt(world, removal, tried), code });
  };

  /** Takes a place until it is over. Never rejects: what breaks here is claimable again after its lease. */
  const run = async (admitted: Admitted): Promise<void> => {
    try {
      await removeOne(admitted);
    } catch (error) {
      world.log.error('expiry.failed', { code: codeOf(error) });
    }
    if (lanes.done(admitted.removal)) {
      opened = true;
      ring?.();
    }
    giveBack(1);
  };

  /** Sorts out what was claimed: kept by a hold, only to be forgotten, to be removed now, or waiting for the budget. */
  const handle = async (due: readonly DueRemoval[], begun: (removals: number) => void): Promise<void> => {
    const standing = world.standing();
    const kept = due.filter((removal) => leavingHeldBy(standing, removal) !== null);
    const others = kept.length === 0 ? due : due.filter((removal) => !kept.includes(removal));
    const forgotten = others.filter(({ then }) => then === 'forget');
    const { go, wait } = await lanes.admit(others.filter(({ then }) => then === 'remove'));
    begun(go.length);
    for (const admitted of go) void run(admitted);
    for (const _ of kept) world.metrics.count('removals_held');
    // It stays in the chat; only we forget it.
    const acked = forgotten.length === 0 ? Promise.resolve() : expiries.ack({ removals: forgotten });
    await Promise.all([acked, putOff(kept, clock.now() + HELD_MS), putOff(wait, 'as before')]);
  };

  /** Never rejects: what could not be let go of or acknowledged is claimable again after its lease. */
  const sortOut = async (due: readonly DueRemoval[]): Promise<void> => {
    let left = due.length;
    taken += left;
    try {
      await handle(due, (removals) => {
        left -= removals;
      });
    } catch (error) {
      world.log.error('expiry.failed', { code: codeOf(error) });
    }
    giveBack(left);
  };

  /** Waits until it is worth claiming; how many places are free then. */
  const room = async (): Promise<number> => {
    if (freePlaces() < WORTH_A_TRIP) {
      waitsForRoom = true;
      await rest(freePlaces() === 0 ? LOOK_EVERY_MS : MOMENT_MS);
      waitsForRoom = false;
    }
    return freePlaces();
  };

  const turn = async (): Promise<void> => {
    const free = await room();
    if (free === 0 || stopped) return;
    opened = false;
    const now = clock.now();
    const { allow } = lanes;
    const limit = Math.min(free, MOST_PER_TRIP);
    const due = await expiries.claim({ now, leaseMs: LEASE_MS, limit, allow });
    // The next are looked for meanwhile.
    if (due.length > 0) void sortOut(due);
    if (due.length >= limit) return;
    const next = Math.min((await expiries.next({ allow })) ?? Infinity, lanes.nextOpening() ?? Infinity);
    if (!opened) await rest(Math.min(LOOK_EVERY_MS, Math.max(SHORTEST_WAIT_MS, next - clock.now())));
  };

  return {
    start: () => {
      loop = (async () => {
        while (!stopped) {
          try {
            await turn();
            alarms.look();
          } catch (error) {
            world.log.error('expiry.failed', { code: codeOf(error) });
            await rest(LOOK_EVERY_MS);
          }
        }
        while (taken > 0)
          await new Promise<void>((resolve) => {
            emptied = resolve;
          });
      })();
    },
    stop: async ({ graceMs }) => {
      stopped = true;
      ring?.();
      const cut = new AbortController();
      await Promise.race([loop, clock.sleep(graceMs, cut.signal)]);
      cut.abort();
    },
    lateness: lateness.read,
    refuses: lanes.refuses,
  };
};
