/** Why nobody is answered here just now: operators paused it, or its rules are not what was approved. Null: everybody is, by the rules. */
import type { World } from './world.ts';

export type Still = 'paused' | 'closed';

export const standsStill = (world: Pick<World, 'standing' | 'closed'>): Still | null => {
  if (world.closed()) return 'closed';
  return world.standing().paused === null ? null : 'paused';
};
