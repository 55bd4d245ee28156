/** What a platform ordered by itself, and nobody asked: it lies in the inbox like a question, and is done until it is done. */

import type { Chore } from './chore-types.ts';
import { codeOf } from './errors.ts';
import type { Claim } from './ports.ts';
import type { World } from './world.ts';

/** Where it broke it is done again after so long, ms, and for so long. */
const BREATHER_MS = 15_000;
const TRIED_MS = 24 * 60 * 60_000;

/** Ends such an order. Refuses as the store and the audit log do. */
export type DoChore = (claim: Claim, chore: Chore) => Promise<void>;

/**
 * What must go is not kept because nothing could be put on record for a while: such an attempt is not counted, and there is another until a day has passed. Only one
 * that kills its process is given up sooner.
 */
export const persistent =
  (world: World, done: DoChore): DoChore =>
  async (claim, chore) => {
    try {
      await done(claim, chore);
    } catch (error) {
      const now = world.clock.now();
      if (now - claim.acceptedAt >= TRIED_MS) throw error;
      const code = codeOf(error);
      world.log.error('chore.failed', { id: claim.id, code });
      const { id, lease } = claim;
      await world.store.inbox.release({ id, lease, notBefore: now + BREATHER_MS, code, paced: true });
    }
  };
