/** More time for an answer from elsewhere than its own message: by what lies sealed with its end. */
import { openedMore } from '../again.ts';
import type { LiveAnswer } from '../live-answers.ts';
import { moreTimeButton } from '../more.ts';
import { repliesIn } from '../replies/replies.ts';
import { accountKey } from '../sealing.ts';
import type { Account, Button, Locale } from '../types.ts';
import type { World } from '../world.ts';

/**
 * Null: its time cannot be taken again, or has been as often as may be. How often it was is not kept. It stood at `removeAt` less one
 * step for each time, and not before it was asked for: so that many steps have been taken at most, and whoever waited long for their
 * answer is offered less here than on the answer itself, never more.
 */
export const moreButton = (
  world: Pick<World, 'sealer' | 'clock'>,
  account: Account,
  { ref, removeAt, askedAt, again }: LiveAnswer,
  locale: Locale,
): Button | null => {
  const more = openedMore(world, { ref, again, account });
  if (more === null || removeAt <= world.clock.now()) return null;
  const stepMs = more.seconds * 1_000;
  const taken = Math.max(0, Math.floor((removeAt - askedAt) / stepMs) - 1);
  if (taken >= more.times) return null;
  return moreTimeButton({
    sealer: world.sealer,
    account: { tenant: account.tenant, key: accountKey(account) },
    more,
    label: repliesIn(locale).moreTime,
    ref,
    first: Math.ceil(removeAt) - taken * stepMs,
  });
};
