/** The end of what can never be shown. */
import type { Claim, Leaving } from './ports.ts';
import type { MessageRef } from './types.ts';
import type { World } from './world.ts';

/** After so many claims a reply that cannot be shown is given up, and that is on record. */
export const MOST_ATTEMPTS = 12;

/**
 * Promise 6: undeliverable is an end too, and it is on record first: while it cannot be recorded, the question stays. `stands`: a
 * placeholder that is taken away, for nothing will fill it.
 */
export const giveUp = async (world: World, claim: Claim, code: string, stands?: MessageRef): Promise<void> => {
  await gaveUp(world, claim, code, stands);
};

/** The same. False: it is not ours to end any more, and nothing was done; whoever has it may have shown it by now. */
export const gaveUp = async (world: World, claim: Claim, code: string, stands?: MessageRef): Promise<boolean> => {
  const now = world.clock.now();
  const kept = await world.store.inbox.renew({ id: claim.id, lease: claim.lease, until: now + world.leaseMs });
  if (kept === 'lost') return false;
  await world.audit.append({ kind: 'undeliverable', at: now, question: claim.id, code });
  world.log.error('reply.undeliverable', { id: claim.id, code });
  world.metrics.count('undeliverable');
  const expiry: Leaving | null =
    stands === undefined
      ? null
      : // Where a predecessor had it, it may have been filled in, and then a hold may keep it.
        { ref: stands, removeAt: now, about: claim.outbox?.about ?? null, then: 'remove', again: null };
  const mine = { id: claim.id, lease: claim.lease };
  return (await world.store.inbox.settle({ ...mine, end: 'undeliverable', expiry, now })) === 'settled';
};
