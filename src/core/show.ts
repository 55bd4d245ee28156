/**
 * Step 12: showing what was committed. Every line here may be the last one before a crash, so each begins with what a
 * predecessor may have done already: a committed reply without a reference may have been posted, a held one may have
 * been revealed. Updates may be repeated; an answer is never posted twice.
 */
import { isAnswer } from './about.ts';
import { asideUnclearCard, placeholderCard, stillCard, viewExpiredCard } from './answer.ts';
import { noteAside } from './asides.ts';
import { setAside } from './dead.ts';
import { codeOf, PACED } from './errors.ts';
import { NOT_IN_PLACE, showInPlace } from './in-place.ts';
import { leavesAt, leavingFrom } from './leaving.ts';
import { moreTimeButton } from './more.ts';
import { noteShown } from './owed.ts';
import { backIfSignedIn, PARK_MS } from './parked.ts';
import type { Claim, Failed, Leaving, Outbox, Platform } from './ports.ts';
import { isRecalled } from './recalled.ts';
import { repliesIn } from './replies/replies.ts';
import type { Reply } from './reply.ts';
import { platformOf } from './sealing.ts';
import { standsStill } from './still.ts';
import type { Card, MessageRef } from './types.ts';
import type { World } from './world.ts';

/** Waiting time after the first failure, ms; doubled each time up to the most. */
const FIRST_WAIT_MS = 1_000;
const MOST_WAIT_MS = 5 * 60_000;

/** After so many claims a reply that cannot be shown is given up, and that is on record. */
export const MOST_ATTEMPTS = 12;

/** After a post without an answer the platform may still be at it; only then is it sure to be found or not, ms. */
const LOST_WAIT_MS = 10_000;

/** A placeholder that somebody else removed is replaced once. */
const MOST_PLACEHOLDERS = 2;

/** `stands`: a placeholder that stands meanwhile. */
type Trouble = Failed<'lost' | 'later' | 'gone' | 'never'> & { readonly stands?: MessageRef };

/** Ended: shown, and it is on record. `lost`: another process has it, and goes on with it. */
type Shown = 'shown' | 'lost';

/** Whoever claims it next has it judged and read anew. */
const RECALLED: Trouble = { ok: false, fault: 'later', code: 'recalled' };

/** Shows a committed reply and settles its question; on a passing failure the question goes back to wait for its next turn. */
export const show = async (
  world: World,
  claim: Claim,
  outbox: Outbox,
  reply: Reply,
  /** Done where it can never be shown here, before that is its end; where this rejects, it is not. */
  elsewhere: () => Promise<void> = async () => undefined,
): Promise<void> => {
  const platform = world.platforms.get(platformOf(claim.account));
  if (platform === undefined) return giveUp(world, claim, 'platform-off', outbox.ref ?? undefined);
  const recalled = isRecalled(world, outbox, reply);
  const now = { reply };
  const card = (): Card => {
    now.reply = unlessStill(world, outbox, reply);
    return now.reply.card;
  };
  const note = (channel: string) => noteAside(world, { platform, claim, channel });
  const here = recalled ? null : await showInPlace({ platform, claim, outbox, reply, card, note });
  if (here?.kind === 'stands') {
    await settle(world, claim, now.reply, { ref: here.ref, leaving: null, expiry: null });
    return;
  }
  const shown = recalled
    ? RECALLED
    : here?.kind === 'unclear'
      ? await answerLeft(world, platform, claim, outbox, reply, asideUnclearCard(reply.locale))
      : outbox.placeholder
        ? await holdThenReveal(world, platform, claim, outbox, reply)
        : await postOnce(world, platform, claim, outbox, reply);
  if (shown === 'lost') return;
  if (shown === 'shown') return whisper(world, platform, claim, reply);
  const notHere = here?.kind === 'private' && here.tried && shown.fault === 'later';
  const trouble = notHere ? { ...shown, code: NOT_IN_PLACE } : shown;
  // What only waits for its turn has not failed: it counts no attempt and comes back as after the first.
  const paced = shown.code === PACED;
  if (trouble.fault === 'never' || (claim.attempts >= MOST_ATTEMPTS && !paced)) {
    if (trouble.fault === 'never') await elsewhere();
    await giveUp(world, claim, trouble.code, trouble.stands);
    return whisper(world, platform, claim, reply, 'not-reached');
  }
  const doubled = paced ? 1 : 2 ** (claim.attempts - 1);
  const backoff = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * doubled) * (0.5 + world.random.fraction());
  world.log.warn('reply.later', { id: claim.id, code: trouble.code, count: claim.attempts });
  await world.store.inbox.release({
    id: claim.id,
    lease: claim.lease,
    notBefore: world.clock.now() + Math.max(backoff, trouble.afterMs ?? 0),
    ...(paced ? { paced } : {}),
    // Where it was refused in the place, whoever comes next must know that, also if it only waits since.
    ...(paced && !notHere ? {} : { code: trouble.code }),
  });
};

/** Its time is over before it was shown. */
const isOver = ({ clock }: Pick<World, 'clock'>, leaving: Leaving | null): boolean => {
  const end = leavesAt(leaving);
  return end !== null && end <= clock.now();
};

/** Promise 4: a harmless placeholder, its durable end, and only then the content. */
const holdThenReveal = async (
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

/**
 * What may be shown at this moment: an answer that was committed before a pause, or before a start that is closed, is not shown while it lasts. Everything else (who
 * confirmed a code, a refusal, the button of a view) tells nothing, and is.
 */
const unlessStill = (world: World, { about }: Outbox, reply: Reply): Reply => {
  const still = standsStill(world);
  return about === null || !isAnswer(about) || reply.verdict !== 'answer' || still === null
    ? reply
    : { ...reply, card: stillCard(reply.locale, still), verdict: 'refuse', more: null };
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

/** Promise 6: in doubt the answer was seen, and nobody sees it twice. The person may ask again. */
const answerLeft = async (
  world: World,
  platform: Platform,
  claim: Claim,
  outbox: Outbox,
  reply: Reply,
  instead: Card = viewExpiredCard(reply.locale),
): Promise<Trouble | Shown> => {
  const card = () => instead;
  const posted = await postFound(platform, claim, { to: reply.to, key: `${outbox.key}-left`, card });
  if (!('fault' in posted))
    return settle(world, claim, { ...reply, verdict: 'apology' }, { ref: posted, leaving: null, expiry: null });
  // On record as what it is: whoever reads "undeliverable" must know that the answer may have been seen.
  return posted.fault === 'never' ? { ...posted, code: 'answer-left' } : posted;
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

/** An answer that may be posted as it is, because a post whose reply was lost can be looked up there. */
const postOnce = async (
  world: World,
  platform: Platform,
  claim: Claim,
  outbox: Outbox,
  reply: Reply,
): Promise<Trouble | Shown> => {
  let now = reply;
  const card = (): Card => {
    now = unlessStill(world, outbox, reply);
    return now.card;
  };
  // In a pause, too, under the one key: a successor finds what was said and posts nothing more.
  const posted = outbox.ref ?? (await postFound(platform, claim, { to: reply.to, key: outbox.key, card }));
  if ('fault' in posted) return posted;
  const leaving = leavingFrom(outbox, { ref: posted, now: world.clock.now() });
  return settle(world, claim, now, { ref: posted, leaving, expiry: leaving });
};

/** Posts once. Where an earlier attempt may have posted, or the reply to this one was lost, it looks before it posts again. */
const postFound = async (
  platform: Platform,
  claim: Claim,
  o: {
    readonly to: Reply['to'];
    readonly key: string;
    /** Made when it is posted, for looking may take a while. */
    readonly card: () => Card;
  },
): Promise<MessageRef | Trouble> => {
  const canLook = platform.looksUp(o.to);
  if (claim.outbox !== null && canLook) {
    const found = await platform.find({ to: o.to, key: o.key });
    if (found.ok) return found.ref;
    if (found.fault !== 'gone') return found;
  }
  const posted = await platform.post({ to: o.to, key: o.key, card: o.card() });
  if (posted.ok) return posted.ref;
  if (posted.fault !== 'lost' || !canLook) return posted;
  const found = await platform.find({ to: o.to, key: o.key });
  // Not there yet is not proof: the platform may still be at it. The next turn looks again before it posts.
  return found.ok ? found.ref : { ...posted, fault: 'later', afterMs: LOST_WAIT_MS };
};

const settle = async (
  world: World,
  claim: Claim,
  reply: Reply,
  {
    ref,
    leaving,
    expiry,
  }: {
    readonly ref: MessageRef;
    readonly leaving: Leaving | null;
    /** What is put on record now. */
    readonly expiry: Leaving | null;
  },
): Promise<Shown> => {
  const now = world.clock.now();
  await noteShown(world, {
    kind: 'disclosure',
    at: now,
    question: claim.id,
    verdict: reply.verdict,
    channel: ref.channel,
    message: ref.id,
    removeAt: leavesAt(leaving),
  });
  if (!(await end(world, claim, reply, expiry))) return 'lost';
  // What waited for somebody says nothing of how long we took.
  if (claim.parked === null) world.metrics.observe('answer_ms', now - claim.acceptedAt);
  return 'shown';
};

/** Shown: that ends the question, unless its reply says that it waits for somebody or is set aside. False: another process has it now. */
const end = async (
  world: World,
  claim: Claim,
  { after }: Reply,
  expiry: Parameters<World['store']['inbox']['settle']>[0]['expiry'],
): Promise<boolean> => {
  const now = world.clock.now();
  const mine = { id: claim.id, lease: claim.lease };
  if (after === null) {
    return (await world.store.inbox.settle({ ...mine, end: 'shown', expiry, now })) === 'settled';
  }
  if (expiry !== null) await world.store.expiries.schedule(expiry);
  if (after.kind === 'bury') return (await setAside(world, claim, after.code)) !== 'lost';
  const { person, what, signIn } = after;
  const parked = await world.store.inbox.park({ ...mine, until: now + PARK_MS, why: 'sign-in', person, what, now });
  if (parked === 'parked' && signIn !== null) await backIfSignedIn(world, claim, signIn);
  return parked === 'parked';
};

/**
 * The line in the shared place. `not-reached`: neither there nor in private could they be answered, and that is all that is said. Sent once, by whoever ended the question, when the answer is shown and however late that is: nobody misses
 * anything if it is lost. What waited for a sign-in had it before.
 */
const whisper = async (
  world: World,
  platform: Platform,
  claim: Claim,
  reply: Reply,
  why: 'answered' | 'not-reached' = 'answered',
): Promise<void> => {
  if (reply.whisper === null || claim.parked !== null) return;
  await noteAside(world, { platform, claim, channel: reply.whisper.channel });
  const { answeredInPrivate, aside } = repliesIn(reply.locale);
  const text = why === 'answered' ? answeredInPrivate : aside.notReached;
  await platform.whisper({ to: reply.to, ...reply.whisper, text });
};

/**
 * Promise 6: undeliverable is an end too, and it is on record first: while it cannot be recorded, the question stays. `stands`: a
 * placeholder that is taken away, for nothing will fill it.
 */
export const giveUp = async (world: World, claim: Claim, code: string, stands?: MessageRef): Promise<void> => {
  const now = world.clock.now();
  await world.audit.append({ kind: 'undeliverable', at: now, question: claim.id, code });
  world.log.error('reply.undeliverable', { id: claim.id, code });
  world.metrics.count('undeliverable');
  const expiry: Leaving | null =
    stands === undefined
      ? null
      : // Where a predecessor had it, it may have been filled in, and then a hold may keep it.
        { ref: stands, removeAt: now, about: claim.outbox?.about ?? null, then: 'remove', again: null };
  await world.store.inbox.settle({ id: claim.id, lease: claim.lease, end: 'undeliverable', expiry, now });
};
