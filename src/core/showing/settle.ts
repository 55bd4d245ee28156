/** The end of a question whose reply was shown: that is on record, and then it is settled, or waits for somebody, or is set aside. */
import { setAside } from '../dead.ts';
import { leavesAt } from '../leaving.ts';
import { noteShown } from '../owed.ts';
import { backIfSignedIn, PARK_MS } from '../parked.ts';
import type { Claim, Leaving } from '../ports.ts';
import type { Reply } from '../reply.ts';
import type { MessageRef } from '../types.ts';
import type { World } from '../world.ts';

/** Ended: shown, and it is on record. `lost`: another process has it, and goes on with it. */
export type Shown = 'shown' | 'lost';

/** Once it stands there. Refuses as the store does; whoever comes next finds it shown. */
export const settle = async (
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
