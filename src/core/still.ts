/**
 * Why nobody is answered here just now: operators paused it, or must say what became of an audit log, or its rules are not what was approved. Null:
 * everybody is, by the rules.
 */
import type { World } from './world.ts';

export type Still = 'paused' | 'closed' | 'audit-lost';

export const standsStill = (world: Pick<World, 'standing' | 'closed' | 'losses'>): Still | null => {
  if (world.closed()) return 'closed';
  if ((world.losses?.open().length ?? 0) > 0) return 'audit-lost';
  return world.standing().paused === null ? null : 'paused';
};
