/** Hold, then reveal: what leaves, or could not be looked up, is filled into a placeholder whose end is on record. */
import { placeholderCard } from '../answer.ts';
import { codeOf, PACED } from '../errors.ts';
import { leavesAt, leavingFrom } from '../leaving.ts';
import { moreTimeButton } from '../more.ts';
import type { Claim, Failed, Leaving, Outbox, Platform } from '../ports.ts';
import { isRecalled } from '../recalled.ts';
import { repliesIn } from '../replies/replies.ts';
import type { Reply } from '../reply.ts';
import { unlessStill } from '../still.ts';
import type { Card, MessageRef } from '../types.ts';
import type { World } from '../world.ts';
import { answerLeft, postFound, type Trouble } from './post.ts';
import { type Shown, settle } from './settle.ts';

/** A placeholder that somebody else removed is replaced once. */
const MOST_PLACEHOLDERS = 2;

/** Whoever claims it next has it judged and read anew. */
export const RECALLED: Trouble = { ok: false, fault: 'later', code: 'recalled' };

/** Promise 4: a harmless placeholder, its durable end, and only then the content. */
export const holdThenReveal = async (
  world: World,
  platform: Platform,
  claim: Claim,
  outbox: Outbox,
  reply: Reply,
): Promise<Trouble | Shown> => {
  // Who has only waited for a turn so far has shown nothing, however long that took.
  const end = claim.failure === null ? null : await endOf(world, outbox);
  if (end !== null && end <= world.clock.now()) return answerLeft(world, platform, claim, outbox, reply);
  let ref = outbox.ref;
  for (let round = 1; round <= MOST_PLACEHOLDERS; round++) {
    if (ref === null) {
      // Made of the one on record, so that a successor finds the second placeholder too.
      const key = round === 1 ? outbox.key : `${outbox.key}:${round}`;
      const card = () => placeholderCard(reply.locale);
      const posted = await postFound(platform, claim, { to: reply.to, key, card });
      if ('fault' in posted) return posted;
      ref = posted;
    }
    // The time to read runs from here, also where a predecessor crashed before revealing.
    const leaving = leavingFrom(outbox, { ref, now: world.clock.now() });
    const { about = null, then = 'remove', again = null, removeAt = null } = leaving ?? {};
    const held = await world.store.inbox.hold({ id: claim.id, lease: claim.lease, ref, removeAt, about, then, again });
    if (held === 'lost') return 'lost';
    if (isOver(world, leaving)) {
      // This process stood still since: what stands there is being taken away, and nothing is filled into it any more.
      ref = null;
      continue;
    }
    const wait = world.updates?.wait(ref) ?? 0;
    if (wait > 0) return { ok: false, fault: 'later', code: PACED, afterMs: wait, stands: ref };
    if (isRecalled(world, outbox, reply)) return { ...RECALLED, stands: ref };
    const now = unlessStill(world, outbox, reply);
    const card = withMoreTime(world, claim, now, { ref, removeAt: leavesAt(leaving) });
    const revealed = await platform.update({ ref, card });
    // Its end is on record already. Written again it would undo what moved it since: more time, a recall. Where it is over by now, whoever
    // took away what stood there may have done so before it was filled in.
    if (revealed.ok)
      return settle(world, claim, now, { ref, leaving, expiry: isOver(world, leaving) ? leaving : null });
    if (revealed.fault === 'later') {
      await toldToWait(world, ref, revealed);
      return { ...revealed, stands: ref };
    }
    // Whoever held it before may have revealed it: then it is not given up, and not shown anew where it may have had its time.
    // One that stays leaves only where somebody takes it away (a forgetting): then a predecessor may have shown it.
    const mayHaveLeft =
      outbox.expiresMs === null
        ? outbox.ref !== null && claim.failure !== null
        : end !== null && end <= world.clock.now() + world.leaseMs / 2;
    if (mayHaveLeft || (revealed.fault === 'never' && outbox.ref !== null))
      return answerLeft(world, platform, claim, outbox, reply);
    if (revealed.fault === 'never') return { ...revealed, stands: ref };
    ref = null;
  }
  return { ok: false, fault: 'never', code: 'placeholder-removed' };
};

/** Its time is over before it was shown. */
const isOver = ({ clock }: Pick<World, 'clock'>, leaving: Leaving | null): boolean => {
  const end = leavesAt(leaving);
  return end !== null && end <= clock.now();
};

/**
 * When a predecessor's placeholder, and whatever it showed, leaves; long ago: it has left already. Null: there was none, or it
 * stays. Clocks differ by less than half a lease, so what leaves later than that was taken away by somebody else.
 */
const endOf = async (world: World, { ref, expiresMs }: Outbox): Promise<number | null> => {
  if (ref === null || expiresMs === null) return null;
  const end = await world.store.expiries.sooner({ ref, removeAt: world.clock.now() + expiresMs });
  return end ?? Number.NEGATIVE_INFINITY;
};

/** So that nobody else updates anything of this tenant before the platform said, in whatever process. */
const toldToWait = async (
  world: World,
  ref: MessageRef,
  { because, code, afterMs }: Failed<'later' | 'gone' | 'never'>,
): Promise<void> => {
  if (because !== 'limit' || code === PACED || afterMs === undefined) return;
  await world.updates?.pause(ref, world.clock.now() + afterMs).catch((error: unknown) => {
    world.log.warn('updates.not-paused', { tenant: ref.tenant, code: codeOf(error) });
  });
};

/** The button that takes the time again; it knows the message and the deadline that it may move, so it is made here. */
const withMoreTime = (
  world: World,
  claim: Claim,
  { card, locale, more }: Reply,
  { ref, removeAt }: { readonly ref: MessageRef; readonly removeAt: number | null },
): Card => {
  if (more === null || removeAt === null) return card;
  const account = { tenant: claim.tenant, key: claim.account };
  const label = repliesIn(locale).moreTime;
  const button = moreTimeButton({ sealer: world.sealer, account, more, label, ref, first: Math.ceil(removeAt) });
  return { ...card, buttons: [...card.buttons, button] };
};
