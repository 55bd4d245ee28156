/**
 * What was recalled while it was on its way: decided before the recall and not shown by then, so it stands in no list of what was
 * shown. It is not shown any more. What may stand of it is taken away, and the question is judged and read anew.
 */
import { isAnswer } from './about.ts';
import type { Claim, Outbox } from './ports.ts';
import type { Reply } from './reply.ts';
import { platformOf } from './sealing.ts';
import type { MessageRef } from './types.ts';
import type { World } from './world.ts';

/** By what this process knows of recalls. One that it does not know yet waits for what somebody is working on, and finds it shown. */
export const isRecalled = (
  world: World,
  { about }: Pick<Outbox, 'about'>,
  { restsOn }: Pick<Reply, 'restsOn'>,
): boolean => about !== null && isAnswer(about) && world.standing().recalled({ about, restsOn });

/** Puts on record that what stands of it leaves now; a legal hold is heeded by whoever removes it. `later`: that could not be looked up. */
export const takeAway = async (
  world: World,
  claim: Claim,
  { about, key, ref: known }: Outbox,
  { to }: Reply,
): Promise<'taken' | 'later'> => {
  const platform = world.platforms.get(platformOf(claim.account));
  if (platform === undefined) return 'later';
  let ref: MessageRef | null = known;
  // Posted perhaps, and the platform's answer was lost.
  if (ref === null && platform.looksUp(to)) {
    const found = await platform.find({ to, key });
    if (!found.ok && found.fault !== 'gone') return 'later';
    ref = found.ok ? found.ref : null;
  }
  if (ref !== null) {
    const removeAt = world.clock.now();
    await world.store.expiries.schedule({ ref, removeAt, about, then: 'remove', again: null });
  }
  return 'taken';
};
