/** The loops: accept, claim, run, drain. Bounded in number and time; whatever is cut off here is claimed again elsewhere. */
import { converse } from './converse.ts';
import { codeOf } from './errors.ts';
import { fenced } from './fence.ts';
import { parseInbound, writeInbound } from './inbound.ts';
import type { Claim, OpenedView } from './ports.ts';
import { repliesIn } from './replies/replies.ts';
import { parseReply } from './reply.ts';
import { accountKey, contextOf } from './sealing.ts';
import { giveUp, show } from './show.ts';
import { countsOf } from './throttle.ts';
import type { Inbound, Press, Question } from './types.ts';
import { fillView } from './view.ts';
import type { World } from './world.ts';

/** Questions worked on at once by one process. */
const MOST_AT_ONCE = 64;

/** Without a reason to wake earlier the loop looks after so long, ms: other processes may have left something. */
const LOOK_EVERY_MS = 1_000;

/** A question that broke is left alone for so long, ms, before it is tried again. */
const BREATHER_MS = 2_000;

const SWEEP_EVERY_MS = 60_000;

/** Given as the reason where a wait is only cut short: an error made each time would cost more than the wait. */
const OVER = 'over';

export interface Work {
  /** Steps 2 and 3. `unavailable`: it was not taken, and the platform should send it again. Never throws. */
  accept(inbound: Inbound): Promise<'accepted' | 'repeat' | 'unavailable'>;
  /** A press that opened a view: fills it, or says there that it could not. Never throws. */
  open(press: Press, view: OpenedView): Promise<void>;
  start(): void;
  /** Takes no more, lets what is in flight finish within `graceMs`, and leaves the rest to the next start. */
  stop(o: { readonly graceMs: number }): Promise<void>;
}

export const createWork = (world: World): Work => {
  const inFlight = new Set<Promise<void>>();
  /** What is being worked on here, by id. */
  const atWork = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  let nudge = new AbortController();
  let loops: readonly Promise<void>[] = [];

  /** Runs one claim to its end or to its release, keeping the lease meanwhile. Never rejects. */
  const run = (claim: Claim): void => {
    const done = new AbortController();
    // Our own claims lapse as well where our clock jumps: then the next attempt waits until the one under way is over.
    const before = atWork.get(claim.id);
    const work = (before === undefined ? work1(claim) : before.then(() => work1(claim))).finally(() => {
      if (atWork.get(claim.id) === work) atWork.delete(claim.id);
      done.abort(OVER);
      inFlight.delete(work);
      nudge.abort(OVER);
    });
    inFlight.add(work);
    atWork.set(claim.id, work);
    void keepLease(world, claim, done.signal);
  };

  const work1 = async (claim: Claim): Promise<void> => {
    try {
      await runClaim(fenced(world, claim), claim);
    } catch (error) {
      world.log.error('claim.failed', { id: claim.id, code: codeOf(error), count: claim.attempts });
      world.metrics.count('claims_failed');
      await world.store.inbox
        .release({ id: claim.id, lease: claim.lease, notBefore: world.clock.now() + BREATHER_MS })
        .catch(() => undefined); // The store is away: the lease lapses by itself.
    }
  };

  const claimLoop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      nudge = new AbortController();
      const woken = AbortSignal.any([nudge.signal, stopping.signal]);
      try {
        const limit = MOST_AT_ONCE - inFlight.size;
        const now = world.clock.now();
        const claims = limit > 0 ? await world.store.inbox.claim({ now, leaseMs: world.leaseMs, limit }) : [];
        for (const claim of claims) run(claim);
        if (claims.length > 0) continue;
        const next = limit > 0 ? await world.store.inbox.next({ now }) : null;
        const wait = next === null ? LOOK_EVERY_MS : Math.min(LOOK_EVERY_MS, Math.max(10, next - now));
        await world.clock.sleep(wait, woken);
      } catch (error) {
        world.log.error('claims.failed', { code: codeOf(error) });
        await world.clock.sleep(LOOK_EVERY_MS, stopping.signal);
      }
    }
  };

  const sweepLoop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await world.store.conversations
        .sweep({ now: world.clock.now() })
        .catch((error: unknown) => world.log.error('sweep.failed', { code: codeOf(error) }));
      await world.clock.sleep(SWEEP_EVERY_MS, stopping.signal);
    }
  };

  return {
    accept: async (inbound) => {
      if (inbound.kind !== 'question' && inbound.kind !== 'press') return 'accepted';
      if (stopping.signal.aborted) return 'unavailable';
      try {
        const accepted = await acceptInbound(world, inbound, inFlight.size < MOST_AT_ONCE);
        if (accepted.status === 'claimed') run(accepted.claim);
        world.metrics.count('accepted', { status: accepted.status });
        return accepted.status === 'repeat' ? 'repeat' : 'accepted';
      } catch (error) {
        world.log.error('accept.failed', { id: inbound.id, code: codeOf(error) });
        return 'unavailable';
      }
    },
    open: async (press, view) => {
      if (stopping.signal.aborted || inFlight.size >= MOST_AT_ONCE) {
        const text = repliesIn('en').tryAgain;
        await view.reveal({ text, note: null, buttons: [], fallback: null }).catch(() => undefined);
        return;
      }
      const filled = fillView(world, press, view).finally(() => inFlight.delete(filled));
      inFlight.add(filled);
      world.metrics.count('views');
      await filled;
    },
    start: () => {
      loops = [claimLoop(), sweepLoop()];
    },
    stop: async ({ graceMs }) => {
      stopping.abort();
      const cut = new AbortController();
      await Promise.race([Promise.allSettled([...inFlight, ...loops]), world.clock.sleep(graceMs, cut.signal)]);
      cut.abort(OVER);
    },
  };
};

/** Trip 1. */
const acceptInbound = (
  world: World,
  inbound: Question | Press,
  claim: boolean,
): ReturnType<World['store']['inbox']['accept']> => {
  const { account } = inbound;
  const key = accountKey(account);
  return world.store.inbox.accept({
    id: inbound.id,
    conversation: inbound.conversation,
    tenant: account.tenant,
    account: key,
    inbound: world.sealer.seal(contextOf(account, 'inbound'), writeInbound(inbound)),
    counts: countsOf({ account: `${account.tenant}:${key}`, tenant: account.tenant }),
    now: world.clock.now(),
    leaseMs: world.leaseMs,
    claim,
  });
};

/** From wherever a predecessor left it: decided already, then only showing is left. */
const runClaim = async (world: World, claim: Claim): Promise<void> => {
  const bound = { tenant: claim.tenant, person: claim.account };
  if (claim.outbox !== null) {
    const plain = world.sealer.open({ ...bound, purpose: 'reply' }, claim.outbox.reply);
    const reply = plain === null ? null : parseReply(plain);
    return reply === null ? giveUp(world, claim, 'reply-unreadable') : show(world, claim, claim.outbox, reply);
  }
  const plain = world.sealer.open({ ...bound, purpose: 'inbound' }, claim.inbound);
  const inbound = plain === null ? null : parseInbound(plain);
  return inbound === null ? giveUp(world, claim, 'question-unreadable') : converse(world, claim, inbound);
};

const keepLease = async (world: World, claim: Claim, done: AbortSignal): Promise<void> => {
  while (!done.aborted) {
    await world.clock.sleep(world.leaseMs / 3, done);
    if (done.aborted) return;
    const until = world.clock.now() + world.leaseMs;
    const kept = await world.store.inbox
      .renew({ id: claim.id, lease: claim.lease, until })
      .catch(() => 'unknown' as const); // A busy store is no proof that the claim is somebody else's.
    if (kept === 'lost') return;
  }
};
