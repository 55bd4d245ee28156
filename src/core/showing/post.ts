/** Posting what is never posted twice: an answer that needs no placeholder, a placeholder, and what is said instead of an answer. */
import { viewExpiredCard } from '../answer.ts';
import { leavingFrom } from '../leaving.ts';
import type { Claim, Failed, Outbox, Platform } from '../ports.ts';
import type { Reply } from '../reply.ts';
import { unlessStill } from '../still.ts';
import type { Card, MessageRef } from '../types.ts';
import type { World } from '../world.ts';
import { type Shown, settle } from './settle.ts';

/** After a post without an answer the platform may still be at it; only then is it sure to be found or not, ms. */
const LOST_WAIT_MS = 10_000;

/** `stands`: a placeholder that stands meanwhile. */
export type Trouble = Failed<'lost' | 'later' | 'gone' | 'never'> & { readonly stands?: MessageRef };

/** An answer that may be posted as it is, because a post whose reply was lost can be looked up there. */
export const postOnce = async (
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

/** Promise 6: in doubt the answer was seen, and nobody sees it twice. The person may ask again. */
export const answerLeft = async (
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

/** Posts once. Where an earlier attempt may have posted, or the reply to this one was lost, it looks before it posts again. */
export const postFound = async (
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
