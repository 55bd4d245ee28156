/** One claim, taken on from wherever a predecessor left it: decided already, then only showing is left. */
import { isAnswer } from './about.ts';
import type { DoChore } from './chores.ts';
import { converse } from './converse.ts';
import { SottoError } from './errors.ts';
import { giveUp, MOST_ATTEMPTS } from './give-up.ts';
import { type Accept, parseChore, parseInbound } from './inbound.ts';
import { lapse } from './parked.ts';
import type { Claim } from './ports.ts';
import { isRecalled, takeAway } from './recalled.ts';
import { parseReply } from './reply.ts';
import { tellElsewhere } from './reported.ts';
import { inboundContext, platformOf, replyContext } from './sealing.ts';
import { isStale, mayBeShed, shed } from './shed.ts';
import { show } from './show.ts';
import type { Press, Question } from './types.ts';
import { unopened } from './unopened.ts';
import type { World } from './world.ts';

/** A question of a tenant whose credential is refused waits so long, ms, and is looked at every so often. */
const PARKED_MS = 4 * 60 * 60_000;
const PARKED_LOOK_MS = 15_000;

/** Runs it to its end, or until it is released; rejects where it broke, and is then another's to try again. The lease is kept by whoever calls. */
export const runClaim = async (
  world: World,
  claim: Claim,
  o: {
    /** More wait than there are places for. */
    readonly pressed: boolean;
    /** What was accepted just now and is sealed in the claim: it need not be opened and read again. */
    readonly asked?: Question | Press;
    readonly doChore: DoChore;
    readonly accept: Accept;
  },
): Promise<void> => {
  const installed = world.tenancy?.of({ platform: platformOf(claim.account), tenant: claim.tenant });
  // Nobody could be shown anything there. What stands of it there nobody can take away any more, and the purge says so.
  if (installed?.state === 'gone') return giveUp(world, claim, 'uninstalled');
  if (installed?.state === 'parked') return waitForMending(world, claim);
  if (claim.overdue) return lapse(world, claim);
  // Whatever it is, it kills whoever touches it: not even its apology could be shown.
  if (claim.attempts > MOST_ATTEMPTS)
    return giveUp(world, claim, claim.failure ?? 'failed-too-often', claim.outbox?.ref ?? undefined);
  if (claim.outbox !== null) {
    const plain = world.sealer.open(replyContext(claim), claim.outbox.reply);
    if (plain === null) return unopened(world, claim, 'reply-unreadable');
    const reply = parseReply(plain);
    if (reply === null) return giveUp(world, claim, 'reply-unreadable', claim.outbox.ref ?? undefined);
    // It may have lain here for minutes, and nobody who recalls waits for it.
    if (claim.outbox.about !== null && isAnswer(claim.outbox.about)) await world.policyCaughtUp();
    if (!isRecalled(world, claim.outbox, reply))
      return show(world, claim, claim.outbox, reply, () => tellElsewhere(world, o.accept, claim));
    const taken = await takeAway(world, claim, claim.outbox, reply);
    if (taken === 'later')
      throw new SottoError('deadline', 'It could not be looked up what stands of a recalled answer.');
  }
  if (o.asked !== undefined) return converse(world, claim, o.asked);
  const plain = world.sealer.open(inboundContext(claim), claim.inbound);
  if (plain === null) return unopened(world, claim, 'question-unreadable');
  const chore = parseChore(plain);
  if (chore !== null) return o.doChore(claim, chore);
  const inbound = parseInbound(plain);
  if (inbound === null) return giveUp(world, claim, 'question-unreadable');
  const turnedAway = o.pressed && isStale(claim, world.clock.now()) && mayBeShed(inbound);
  return turnedAway ? shed(world, claim, inbound) : converse(world, claim, inbound);
};

/**
 * The credential of its tenant is refused until somebody mends that. It waits, and none of its attempts is counted: it is not its fault. Whoever asked so long ago
 * that they have asked elsewhere by now is not answered any more, which is on record.
 */
const waitForMending = async (world: World, claim: Claim): Promise<void> => {
  const now = world.clock.now();
  if (now - claim.acceptedAt >= PARKED_MS)
    return giveUp(world, claim, 'installation-parked', claim.outbox?.ref ?? undefined);
  const { id, lease } = claim;
  await world.store.inbox.release({
    id,
    lease,
    notBefore: now + PARKED_LOOK_MS,
    code: 'installation-parked',
    paced: true,
  });
};
