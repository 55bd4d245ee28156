/**
 * Why nobody is answered here just now: operators paused it, or must say what became of an audit log, or its rules are not what was approved. Null:
 * everybody is, by the rules.
 */
import { isAnswer } from './about.ts';
import { stillCard } from './answer.ts';
import type { Outbox } from './ports.ts';
import type { Reply } from './reply.ts';
import type { World } from './world.ts';

export type Still = 'paused' | 'closed' | 'audit-lost';

export const standsStill = (world: Pick<World, 'standing' | 'closed' | 'losses'>): Still | null => {
  if (world.closed()) return 'closed';
  if ((world.losses?.open().length ?? 0) > 0) return 'audit-lost';
  return world.standing().paused === null ? null : 'paused';
};

/**
 * What may be shown at this moment: an answer that was committed before a pause, or before a start that is closed, is not shown while it lasts. Everything else (who
 * confirmed a code, a refusal, the button of a view) tells nothing, and is.
 */
export const unlessStill = (
  world: Pick<World, 'standing' | 'closed' | 'losses'>,
  { about }: Outbox,
  reply: Reply,
): Reply => {
  const still = standsStill(world);
  return about === null || !isAnswer(about) || reply.verdict !== 'answer' || still === null
    ? reply
    : { ...reply, card: stillCard(reply.locale, still), verdict: 'refuse', more: null };
};
