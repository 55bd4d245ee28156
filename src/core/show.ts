/**
 * Step 12: showing what was committed. Every line here may be the last one before a crash, so each begins with what a
 * predecessor may have done already: a committed reply without a reference may have been posted, a held one may have
 * been revealed. Updates may be repeated; an answer is never posted twice.
 */
import { asideUnclearCard } from './answer.ts';
import { noteAside } from './asides.ts';
import { PACED } from './errors.ts';
import { gaveUp, giveUp, MOST_ATTEMPTS } from './give-up.ts';
import { NOT_IN_PLACE, showInPlace } from './in-place.ts';
import type { Claim, Outbox, Platform } from './ports.ts';
import { isRecalled } from './recalled.ts';
import { repliesIn } from './replies/replies.ts';
import type { Reply } from './reply.ts';
import { platformOf } from './sealing.ts';
import { answerLeft, postOnce } from './showing/post.ts';
import { holdThenReveal, RECALLED } from './showing/reveal.ts';
import { settle } from './showing/settle.ts';
import { unlessStill } from './still.ts';
import type { Card } from './types.ts';
import type { World } from './world.ts';

/** Waiting time after the first failure, ms; doubled each time up to the most. */
const FIRST_WAIT_MS = 1_000;
const MOST_WAIT_MS = 5 * 60_000;

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
    if (await gaveUp(world, claim, trouble.code, trouble.stands))
      await whisper(world, platform, claim, reply, 'not-reached');
    return;
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
