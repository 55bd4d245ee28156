/** The loops: accept, claim, run, drain. Bounded in number and time; whatever is cut off here is claimed again elsewhere. */
import { type AtOnce, createAtOnce } from './at-once.ts';
import { createBehind } from './behind.ts';
import type { Chore } from './chore-types.ts';
import { persistent } from './chores.ts';
import { codeOf } from './errors.ts';
import { fenced } from './fence.ts';
import { type Accept, isChore, kept, writeChore, writeInbound } from './inbound.ts';
import { createLeases } from './leases.ts';
import { createLeave } from './left.ts';
import { createPlaces } from './places.ts';
import type { Claim } from './ports.ts';
import { createReport } from './reported.ts';
import { runClaim } from './run-claim.ts';
import { accountKey, inboundContext, platformOf } from './sealing.ts';
import { stepsLogged } from './steps-logged.ts';
import { sweep } from './sweep.ts';
import { countsOf } from './throttle.ts';
import type { Inbound, Press, Question } from './types.ts';
import { createWithdraw } from './withdrawn.ts';
import type { World } from './world.ts';

/** Without a reason to wake earlier the loop looks after so long, ms: other processes may have left something. */
const LOOK_EVERY_MS = 1_000;

/** And so long while something that was queued here may be freed by another process, ms. */
const HURRY_EVERY_MS = 100;

/** While more arrive at once than so many, they are taken and queued: who sends waits seconds, who asked can wait longer. */
export const MOST_ARRIVING = 8;

/** For so many that were taken meanwhile one of those that wait is begun, so that a stream that never ebbs starves nobody. */
export const TAKEN_FOR_EACH = 16;

/** A question that broke is left alone for so long, ms, before it is tried again. */
const BREATHER_MS = 2_000;

const SWEEP_EVERY_MS = 60_000;

/** Given as the reason where a wait is only cut short: an error made each time would cost more than the wait. */
const OVER = 'over';

export interface Work extends AtOnce {
  /** Steps 2 and 3. Never throws. */
  accept(inbound: Inbound): ReturnType<Accept>;
  /** Takes and queues, and answers nothing until `start`. Whoever presses is told to try again. */
  holdBack(): void;
  start(): void;
  /** Takes no more, lets what is in flight finish within `graceMs`, and leaves the rest to the next start. */
  stop(o: { readonly graceMs: number }): Promise<void>;
}

export const createWork = (world: World): Work => {
  const inFlight = new Set<Promise<unknown>>();
  /** What is being worked on here, by id. */
  const atWork = new Map<string, Promise<void>>();
  const places = createPlaces({ platforms: world.platforms.size });
  const stopping = new AbortController();
  const leases = createLeases(world);
  const leave = createLeave(world);
  const withdraw = createWithdraw(world);
  const report = createReport(world, (chore) => accept(chore));
  const doChore = persistent(world, (claim, chore) => {
    if (chore.kind === 'reported') return report(claim, chore);
    return chore.kind === 'left' ? leave(claim, chore) : withdraw(claim, chore);
  });
  const behind = createBehind();
  /** Wakes the loop that claims, where it sleeps. */
  let nudge = (): void => undefined;
  let loops: readonly Promise<void>[] = [];
  let heldBack = false;
  /** Whoever stopped waits no longer: what is begun now would be cut off anywhere. */
  let left = false;
  /** Arrivals that the store is being told of now. */
  let arriving = 0;
  /** Taken since they were too many, and not yet made up for by one that was begun. */
  let takenMeanwhile = 0;

  const forQueue = (): number =>
    arriving < MOST_ARRIVING
      ? places.forQueue()
      : Math.min(places.forQueue(), Math.floor(takenMeanwhile / TAKEN_FOR_EACH));

  /** Whoever stops waits for it. */
  const waitedFor = <T>(work: Promise<T>): Promise<T> => {
    const flying = work.finally(() => inFlight.delete(flying));
    inFlight.add(flying);
    return flying;
  };

  /** Runs one claim to its end or to its release, keeping the lease meanwhile. Never rejects. */
  const run = (claim: Claim, o: Running): void => {
    // Our own claims lapse as well where our clock jumps: then the next attempt waits until the one under way is over.
    const before = atWork.get(claim.id);
    const begun = before === undefined ? work1(claim, o) : before.then(() => work1(claim, o));
    const ended = begun.finally(() => {
      if (atWork.get(claim.id) === work) atWork.delete(claim.id);
      leases.drop(claim);
      // A question that was claimed as it arrived frees what was queued behind it or for want of a place, and nothing else.
      const arrived = o.asked?.kind === 'question' && places.forQueue() > 0;
      o.leave();
      if (behind.ended(claim.conversation) || !arrived) nudge();
    });
    const work = waitedFor(ended);
    atWork.set(claim.id, work);
    leases.keep(claim);
  };

  const work1 = async (claim: Claim, o: Running): Promise<void> => {
    const { id, lease } = claim;
    if (left) {
      // As below.
      return world.store.inbox.release({ id, lease, notBefore: world.clock.now(), paced: true }).catch(() => undefined);
    }
    try {
      await runClaim(stepsLogged(fenced(world, claim), claim.id), claim, { ...o, doChore, accept });
    } catch (error) {
      world.log.error('claim.failed', { id: claim.id, code: codeOf(error), count: claim.attempts });
      world.metrics.count('claims_failed');
      await world.store.inbox
        .release({ id, lease, notBefore: world.clock.now() + BREATHER_MS, code: codeOf(error) })
        .catch(() => undefined); // The store is away: the lease lapses by itself.
    }
  };

  const sleepUntilNudged = (ms: number): Promise<void> => {
    const waking = new AbortController();
    // The signal's reason is given, for making the usual one costs more than the rest of a nudge.
    nudge = () => waking.abort('nudged');
    return world.clock.sleep(ms, AbortSignal.any([waking.signal, stopping.signal]));
  };

  const claimLoop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      let nudged = false;
      nudge = () => {
        nudged = true;
      };
      try {
        const limit = forQueue();
        takenMeanwhile = arriving < MOST_ARRIVING ? 0 : takenMeanwhile - limit * TAKEN_FOR_EACH;
        const now = world.clock.now();
        const claims = limit > 0 ? await world.store.inbox.claim({ now, leaseMs: world.leaseMs, limit }) : [];
        // As many as were asked for: more may wait.
        for (const claim of claims) {
          run(claim, { leave: places.take('queued', platformOf(claim.account)), pressed: claims.length === limit });
        }
        if (claims.length > 0) continue;
        const next = limit > 0 ? await world.store.inbox.next({ now }) : null;
        const most = behind.hurry(now) ? HURRY_EVERY_MS : LOOK_EVERY_MS;
        const wait = next === null ? most : Math.min(most, Math.max(10, next - now));
        if (!nudged) await sleepUntilNudged(wait);
      } catch (error) {
        world.log.error('claims.failed', { code: codeOf(error) });
        await world.clock.sleep(LOOK_EVERY_MS, stopping.signal);
      }
    }
  };

  const pressable = ({ account }: Pick<Press, 'account'>): boolean =>
    !heldBack && !stopping.signal.aborted && places.free('press', account.platform);

  /** `answer`, which takes a place of those for presses and is waited for by whoever stops. */
  const pressed = async ({ account }: Pick<Press, 'account'>, answer: () => Promise<void>): Promise<void> => {
    const leave = places.take('press', account.platform);
    await waitedFor(answer().finally(leave));
  };

  const sweepLoop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await sweep(world);
      await world.clock.sleep(SWEEP_EVERY_MS, stopping.signal);
    }
  };

  const accept: Accept = async (inbound) => {
    if (inbound.kind === 'submit' || inbound.kind === 'opened') return 'accepted';
    if (stopping.signal.aborted) return 'unavailable';
    return waitedFor(taken(inbound));
  };

  const taken = async (inbound: Question | Press | Chore): ReturnType<Accept> => {
    const as = inbound.kind === 'press' ? 'press' : 'arrived';
    const { platform } = inbound.account;
    // Taken before it is known whether the conversation is idle, so that many at once do not all find the same place.
    const pressing = as === 'arrived' && arriving >= MOST_ARRIVING;
    const giveBack = !heldBack && !pressing && places.free(as, platform) ? places.take(as, platform) : null;
    arriving += 1;
    try {
      const accepted = await acceptInbound(world, inbound, giveBack !== null);
      if (accepted.status === 'claimed') {
        const asked = isChore(inbound) ? {} : { asked: kept(inbound) };
        run(accepted.claim, { leave: giveBack ?? (() => undefined), pressed: false, ...asked });
      } else giveBack?.();
      if (accepted.status !== 'repeat') pageAnew(inbound, atWork.get(inbound.id));
      if (accepted.status === 'queued') {
        behind.queued({ conversation: inbound.conversation, now: world.clock.now() });
        nudge();
      }
      world.metrics.count('accepted', { status: accepted.status });
      world.log.debug?.('accepted', { id: inbound.id, code: accepted.status });
      return accepted.status === 'repeat' ? 'repeat' : 'accepted';
    } catch (error) {
      giveBack?.();
      world.log.error('accept.failed', { id: inbound.id, code: codeOf(error) });
      return 'unavailable';
    } finally {
      if (arriving >= MOST_ARRIVING) takenMeanwhile = Math.min(takenMeanwhile + 1, MOST_ARRIVING * TAKEN_FOR_EACH);
      arriving -= 1;
      if (arriving === MOST_ARRIVING - 1 || takenMeanwhile >= TAKEN_FOR_EACH) nudge();
    }
  };

  const drained = async (): Promise<void> => {
    await Promise.allSettled(loops);
    // What the store gave while the loops ended is in flight by now as well.
    while (inFlight.size > 0) await Promise.allSettled(inFlight);
  };

  const { pageAnew, ...atOnce } = createAtOnce(world, { room: { free: pressable, while: pressed }, accept });

  return {
    accept,
    ...atOnce,
    holdBack: () => {
      heldBack = true;
    },
    start: () => {
      heldBack = false;
      loops = [claimLoop(), sweepLoop()];
    },
    stop: async ({ graceMs }) => {
      stopping.abort();
      const cut = new AbortController();
      await Promise.race([drained(), world.clock.sleep(graceMs, cut.signal)]);
      cut.abort(OVER);
      left = true;
    },
  };
};

/** Trip 1. */
const acceptInbound = (
  world: World,
  inbound: Question | Press | Chore,
  claim: boolean,
): ReturnType<World['store']['inbox']['accept']> => {
  const { account } = inbound;
  const key = accountKey(account);
  return world.store.inbox.accept({
    id: inbound.id,
    conversation: inbound.conversation,
    tenant: account.tenant,
    account: key,
    inbound: world.sealer.seal(
      inboundContext({ tenant: account.tenant, account: key, conversation: inbound.conversation }),
      isChore(inbound) ? writeChore(inbound) : writeInbound(inbound),
    ),
    // Nobody asked anything by it.
    counts: isChore(inbound) ? [] : countsOf({ account: `${account.tenant}:${key}`, tenant: account.tenant }),
    now: world.clock.now(),
    leaseMs: world.leaseMs,
    claim,
  });
};

/** How a claim is run (see `runClaim`), and what is given back when it was. */
interface Running extends Pick<Parameters<typeof runClaim>[2], 'pressed' | 'asked'> {
  /** Gives its place back. */
  readonly leave: () => void;
}
