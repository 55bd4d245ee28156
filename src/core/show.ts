/**
 * Step 12: showing what was committed. Every line here may be the last one before a crash, so each begins with what a
 * predecessor may have done already: a committed reply without a reference may have been posted, a held one may have
 * been revealed. Updates may be repeated; an answer is never posted twice.
 */
import { placeholderCard, viewExpiredCard } from './answer.ts';
import { codeOf } from './errors.ts';
import type { Claim, Failed, Outbox, Platform } from './ports.ts';
import { repliesIn } from './replies/replies.ts';
import type { Reply } from './reply.ts';
import type { Card, MessageRef } from './types.ts';
import type { World } from './world.ts';

/** Waiting time after the first failure, ms; doubled each time up to the most. */
const FIRST_WAIT_MS = 1_000;
const MOST_WAIT_MS = 5 * 60_000;

/** After so many claims a reply that cannot be shown is given up, and that is on record. */
const MOST_ATTEMPTS = 12;

/** After a post without an answer the platform may still be at it; only then is it sure to be found or not, ms. */
const LOST_WAIT_MS = 10_000;

/** A placeholder that somebody else removed is replaced once. */
const MOST_PLACEHOLDERS = 2;

type Trouble = Failed<'lost' | 'later' | 'gone' | 'never'>;

/** Shows a committed reply and settles its question; on a passing failure the question goes back to wait for its next turn. */
export const show = async (world: World, claim: Claim, outbox: Outbox, reply: Reply): Promise<void> => {
  const platform = world.platforms.get(platformOf(claim));
  if (platform === undefined) return giveUp(world, claim, 'platform-off');
  const trouble = outbox.placeholder
    ? await holdThenReveal(world, platform, claim, outbox, reply)
    : await postOnce(world, platform, claim, outbox, reply);
  if (trouble === null) return whisper(platform, claim, reply);
  if (trouble.fault === 'never' || claim.attempts >= MOST_ATTEMPTS) return giveUp(world, claim, trouble.code);
  const backoff = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** (claim.attempts - 1)) * (0.5 + world.random.fraction());
  world.log.warn('reply.later', { id: claim.id, code: trouble.code, count: claim.attempts });
  await world.store.inbox.release({
    id: claim.id,
    lease: claim.lease,
    notBefore: world.clock.now() + Math.max(backoff, trouble.afterMs ?? 0),
  });
};

const platformOf = (claim: Claim): Platform['name'] => (claim.account.startsWith('teams:') ? 'teams' : 'slack');

/** Promise 4: a harmless placeholder, its durable end, and only then the content. */
const holdThenReveal = async (
  world: World,
  platform: Platform,
  claim: Claim,
  outbox: Outbox,
  reply: Reply,
): Promise<Trouble | null> => {
  if (await hasLeft(world, outbox)) return answerLeft(world, platform, claim, outbox, reply);
  let ref = outbox.ref;
  for (let round = 1; round <= MOST_PLACEHOLDERS; round++) {
    if (ref === null) {
      const key = round === 1 ? outbox.key : world.random.id();
      const posted = await postFound(
        platform,
        claim,
        { to: reply.to, key, card: placeholderCard(reply.locale) },
        round === 1,
      );
      if ('fault' in posted) return posted;
      ref = posted;
    }
    // The time to read runs from here, also where a predecessor crashed before revealing.
    const removeAt = outbox.expiresMs === null ? null : world.clock.now() + outbox.expiresMs;
    const held = await world.store.inbox.hold({ id: claim.id, lease: claim.lease, ref, removeAt });
    if (held === 'lost') return null;
    const revealed = await platform.update({ ref, card: reply.card });
    if (revealed.ok) return settle(world, claim, reply, ref, removeAt);
    if (revealed.fault === 'later') return revealed;
    // Whoever held it before may have revealed it: then it is neither given up nor shown anew.
    if (outbox.ref !== null) return answerLeft(world, platform, claim, outbox, reply);
    if (revealed.fault === 'never') return revealed;
    ref = null;
  }
  return { ok: false, fault: 'never', code: 'placeholder-removed' };
};

/** Whether a predecessor's placeholder has had its time: then what it showed, if anything, is not shown again. */
const hasLeft = async (world: World, { ref, expiresMs }: Outbox): Promise<boolean> => {
  if (ref === null || expiresMs === null) return false;
  const now = world.clock.now();
  const end = await world.store.expiries.sooner({ ref, removeAt: now + expiresMs });
  return end === null || end <= now;
};

/** Promise 6: in doubt the answer was seen, and nobody sees it twice. The person may ask again. */
const answerLeft = async (
  world: World,
  platform: Platform,
  claim: Claim,
  outbox: Outbox,
  reply: Reply,
): Promise<Trouble | null> => {
  const card = viewExpiredCard(reply.locale);
  const posted = await postFound(platform, claim, { to: reply.to, key: `${outbox.key}-left`, card }, true);
  return 'fault' in posted ? posted : settle(world, claim, { ...reply, verdict: 'apology' }, posted, null);
};

/** An answer that may be posted as it is, because a post whose reply was lost can be looked up there. */
const postOnce = async (
  world: World,
  platform: Platform,
  claim: Claim,
  outbox: Outbox,
  reply: Reply,
): Promise<Trouble | null> => {
  const posted =
    outbox.ref ?? (await postFound(platform, claim, { to: reply.to, key: outbox.key, card: reply.card }, true));
  if ('fault' in posted) return posted;
  const removeAt = outbox.expiresMs === null ? null : world.clock.now() + outbox.expiresMs;
  return settle(world, claim, reply, posted, removeAt);
};

/** Posts once. Where an earlier attempt may have posted, or the reply to this one was lost, it looks before it posts again. */
const postFound = async (
  platform: Platform,
  claim: Claim,
  o: { readonly to: Reply['to']; readonly key: string; readonly card: Card },
  mayHaveBeen: boolean,
): Promise<MessageRef | Trouble> => {
  const canLook = platform.looksUp(o.to);
  if (mayHaveBeen && claim.outbox !== null && canLook) {
    const found = await platform.find({ to: o.to, key: o.key });
    if (found.ok) return found.ref;
    if (found.fault !== 'gone') return found;
  }
  const posted = await platform.post(o);
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
  ref: MessageRef,
  removeAt: number | null,
): Promise<null> => {
  const now = world.clock.now();
  try {
    await world.audit.append({
      kind: 'disclosure',
      at: now,
      question: claim.id,
      verdict: reply.verdict,
      channel: ref.channel,
      message: ref.id,
      removeAt,
    });
  } catch (error) {
    // The decision that permitted it is on record; that it was shown as well could not be noted.
    world.log.error('audit.disclosure-lost', { id: claim.id, code: codeOf(error) });
  }
  await world.store.inbox.settle({
    id: claim.id,
    lease: claim.lease,
    end: 'shown',
    expiry: removeAt === null ? null : { ref, removeAt },
    now,
  });
  world.metrics.observe('answer_ms', now - claim.acceptedAt);
  return null;
};

/** The line in the shared place. Sent once, with the first attempt: nobody misses anything if it is lost. */
const whisper = async (platform: Platform, claim: Claim, reply: Reply): Promise<void> => {
  if (reply.whisper === null || claim.attempts > 1) return;
  await platform.whisper({ to: reply.to, ...reply.whisper, text: repliesIn(reply.locale).answeredInPrivate });
};

/** Promise 6: undeliverable is an end too, and it is on record first: while it cannot be recorded, the question stays. */
export const giveUp = async (world: World, claim: Claim, code: string): Promise<void> => {
  const now = world.clock.now();
  await world.audit.append({ kind: 'undeliverable', at: now, question: claim.id, code });
  world.log.error('reply.undeliverable', { id: claim.id, code });
  world.metrics.count('undeliverable');
  await world.store.inbox.settle({ id: claim.id, lease: claim.lease, end: 'undeliverable', expiry: null, now });
};
