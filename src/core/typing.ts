/** That somebody is at it, where an answer takes a while (Teams requirement 14). It says nothing, is no message, and passes by itself. */
import type { Press, Question } from './types.ts';
import type { World } from './world.ts';

/** Most answers are there by then, ms. */
const QUIET_MS = 1_500;

/** A client shows it for a few seconds, ms. */
const AGAIN_MS = 5_000;

/** After a minute it would promise too much. */
const MOST = 12;

/**
 * Shows it from a while after now until what is returned is called. In private chats alone: elsewhere others would look at it. Each
 * is waited for before the next, and none by the answer.
 */
export const showTyping = (
  world: Pick<World, 'platforms' | 'clock'>,
  { account, place }: Pick<Question | Press, 'account' | 'place'>,
): (() => void) => {
  const platform = world.platforms.get(account.platform);
  if (platform?.typing === undefined || place.kind !== 'direct') return () => undefined;
  // Asked by a form: that came from no chat, and nobody looks at one.
  if (place.channel === account.user) return () => undefined;
  const { tenant } = account;
  const { channel, thread } = place;
  const over = new AbortController();
  const show = async (): Promise<void> => {
    await world.clock.sleep(QUIET_MS, over.signal);
    for (let times = 0; times < MOST && !over.signal.aborted; times++) {
      await platform.typing?.({ tenant, channel, thread });
      await world.clock.sleep(AGAIN_MS, over.signal);
    }
  };
  show().catch(() => undefined); // Best effort: the answer comes all the same.
  // The reason is given, for making the usual one costs more than all of this.
  return () => over.abort('over');
};
