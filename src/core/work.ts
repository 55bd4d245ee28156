/** The loops: accept, claim, run, drain. Bounded in number and time; whatever is cut off here is claimed again elsewhere. */
import { createBehind } from './behind.ts';
import { converse } from './converse.ts';
import { codeOf } from './errors.ts';
import { kept, parseInbound, writeInbound } from './inbound.ts';
import { createLeases } from './leases.ts';
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

/** And so long while something that was queued here may be freed by another process, ms. */
const HURRY_EVERY_MS = 100;

/** A question that broke is left alone for so long, ms, before it is tried again. */
const BREATHER_MS = 2_000;

const SWEEP_EVERY_MS = 60_000;

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
  const stopping = new AbortController();
  const leases = createLeases(world);
  const behind = createBehind();
  /** Wakes the loop that claims, where it sleeps. */
  let nudge = (): void => undefined;
  let loops: readonly Promise<void>[] = [];

  /** Runs one claim to its end or to its release, keeping the lease meanwhile. Never rejects. `asked`: see `runClaim`. */
  const run = (claim: Claim, asked?: Question | Press): void => {
    const work = work1(claim, asked).finally(() => {
      leases.drop(claim);
      const full = inFlight.size >= MOST_AT_ONCE;
      inFlight.delete(work);
      if (behind.ended(claim.conversation) || full) nudge();
    });
    inFlight.add(work);
    leases.keep(claim);
  };

  const work1 = async (claim: Claim, asked: Question | Press | undefined): Promise<void> => {
    try {
      await runClaim(world, claim, asked);
    } catch (error) {
      world.log.error('claim.failed', { id: claim.id, code: codeOf(error), count: claim.attempts });
      world.metrics.count('claims_failed');
      await world.store.inbox
        .release({ id: claim.id, lease: claim.lease, notBefore: world.clock.now() + BREATHER_MS })
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
        const limit = MOST_AT_ONCE - inFlight.size;
        const now = world.clock.now();
        const claims = limit > 0 ? await world.store.inbox.claim({ now, leaseMs: world.leaseMs, limit }) : [];
        for (const claim of claims) run(claim);
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
        if (accepted.status === 'claimed') run(accepted.claim, kept(inbound));
        if (accepted.status === 'queued') {
          behind.queued({ conversation: inbound.conversation, now: world.clock.now() });
          nudge();
        }
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
      leases.stop();
      await Promise.race([Promise.allSettled([...inFlight, ...loops]), world.clock.sleep(graceMs, cut.signal)]);
      cut.abort();
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

/**
 * From wherever a predecessor left it: decided already, then only showing is left. `asked`: what was accepted just now and
 * is sealed in the claim; opening and reading it again would cost a quarter of the whole.
 */
const runClaim = async (world: World, claim: Claim, asked?: Question | Press): Promise<void> => {
  const bound = { tenant: claim.tenant, person: claim.account };
  if (claim.outbox !== null) {
    const plain = world.sealer.open({ ...bound, purpose: 'reply' }, claim.outbox.reply);
    const reply = plain === null ? null : parseReply(plain);
    return reply === null ? giveUp(world, claim, 'reply-unreadable') : show(world, claim, claim.outbox, reply);
  }
  if (asked !== undefined) return converse(world, claim, asked);
  const plain = world.sealer.open({ ...bound, purpose: 'inbound' }, claim.inbound);
  const inbound = plain === null ? null : parseInbound(plain);
  return inbound === null ? giveUp(world, claim, 'question-unreadable') : converse(world, claim, inbound);
};
