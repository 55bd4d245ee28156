/**
 * What does not open here. Another process may have sealed it by a data key that this one has not heard of yet: it looks into the vault
 * once a minute, or is cut off from it. So it is tried again for some minutes, here or where the key is known, before it is given up.
 */

import { giveUp, MOST_ATTEMPTS } from './give-up.ts';
import type { Claim } from './ports.ts';
import type { World } from './world.ts';

/** Four waits together last longer than a process takes to hear of a key; after more failures than that a question is apologised for. ms. */
const FIRST_WAIT_MS = 8_000;
const MOST_WAIT_MS = 60_000;

/** Puts it back for a while, or gives it up where that was done often enough. `code`: what is missing. */
export const unopened = async (world: World, claim: Claim, code: string): Promise<void> => {
  if (claim.attempts >= MOST_ATTEMPTS) return giveUp(world, claim, code, claim.outbox?.ref ?? undefined);
  world.log.warn('claim.unopened', { id: claim.id, code, count: claim.attempts });
  const wait = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** (claim.attempts - 1));
  await world.store.inbox.release({
    id: claim.id,
    lease: claim.lease,
    notBefore: world.clock.now() + wait * (0.75 + world.random.fraction() / 2),
    code,
  });
};
