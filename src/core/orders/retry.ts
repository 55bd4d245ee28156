/** A question that was set aside is asked once more, behind all that wait, and answered under the rules that are in force then. */
import { retryDead } from '../dead.ts';
import type { Executor } from './execute.ts';

export const retry: Executor<'retry'> = async (world, { id }, ordered) => {
  const as = `again:${ordered.id}`;
  if ((await retryDead(world, id, ordered.by, as)) !== null)
    return {
      ok: true,
      says: [`The question ${id} is asked again, as ${as}. The audit log says under that id how it ends.`],
      data: { id, as },
    };
  return {
    ok: false,
    says: [`There is no question set aside as ${id} any more: it was asked again before, or its time is over.`],
    data: { id, as: null },
  };
};
