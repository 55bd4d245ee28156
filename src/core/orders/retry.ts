/**
 * A question that was set aside is asked once more, behind all that wait, and answered under the rules that are in force then.
 * One that a legal hold keeps is not: answered, its words would be shredded, which only two operators may bring about.
 */
import { retryDead } from '../dead.ts';
import { type KeptBy, questionKeptBy, questionsOf } from '../held.ts';
import type { World } from '../world.ts';
import type { Executor } from './execute.ts';

export const retry: Executor<'retry'> = async (world, { id }, ordered) => {
  const kept = await letterKeptBy(world, id);
  if (kept !== null)
    return {
      ok: false,
      says: [
        kept.sure
          ? `The question ${id} is kept by the legal hold ${kept.hold}, so it is not asked again: answered, its words would be shredded.`
          : `Whose the question ${id} is, the directory does not say, so it may be of somebody whom the legal hold ${kept.hold} covers, and is not asked again: answered, its words would be shredded.`,
        `"sotto hold lift ${kept.hold}" ends the hold; two operators must confirm that.`,
      ],
      data: { id, as: null, held: kept.hold },
    };
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

/** Looked for among all that is kept: a letter is told by an id that says nothing of whose it is. */
const letterKeptBy = async (world: World, id: string): Promise<KeptBy | null> => {
  if ((await world.store.standing.current()).holds.length === 0) return null;
  for await (const question of questionsOf(world))
    if (question.id === id && question.state === 'dead') return questionKeptBy(world, question);
  return null;
};
