/**
 * Something is written by a press. The order here is part of converse's: what an earlier attempt may have done is told, whatever is decided by now; then it is
 * decided and carried out; and where that came to nothing, whoever wrote it is told what is known, or has their words back.
 */
import type { Outcome } from '../commit.ts';
import type { Claim, Found } from '../ports.ts';
import type { Press } from '../types.ts';
import type { World } from '../world.ts';
import type { Writing } from './carried.ts';
import { givingBack } from './given-back.ts';
import { toldBefore, toldWhatIsKnown } from './told-again.ts';

/** What becomes of such a press. `decide`: steps 4 to 10 as for any other; called once at most. */
export const decideWrite = async (
  world: World,
  claim: Claim,
  press: Press,
  found: Found,
  writing: Writing,
  decide: () => Promise<Outcome>,
): Promise<Outcome> => {
  const before = await toldBefore(world, claim, press, found, writing);
  if (before !== null) return before;
  // What HR published by now counts: afterwards it would be too late.
  await world.policyCaughtUp();
  const outcome = await decide();
  const known = await toldWhatIsKnown(world, claim, press, found, writing);
  return known ?? givingBack(world, press, found, writing, outcome);
};
