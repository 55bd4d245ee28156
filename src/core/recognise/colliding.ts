/** Intents that are told apart no better than by chance: each example is judged by what was learnt without it. */
import type { Catalogue } from '../types.ts';
import { type IntentLabel, intentColumns, likeliest, quantile, talkColumns, withoutTalk } from './classifier.ts';
import { namesIn, rowsOf } from './corpus.ts';
import { createEncoder } from './features.ts';
import { matrixFor, PACK_REJECTS } from './lessons.ts';
import { learnt, outOfFold } from './model.ts';

export interface Collision {
  readonly intent: string;
  readonly takenFor: string;
  /** How many of its examples are, of how many. */
  readonly taken: number;
  readonly examples: number;
  /** One of those. */
  readonly text: string;
}

/** From so many, and such a share, of an intent's examples on: then they ask for the other. */
const FEWEST_TAKEN = 3;
const SHARE_TAKEN = 0.5;
/** So many that each example is judged by most of the others: then neighbours that are only close stay well below half. Each costs as much as learning all. */
const FOLDS = 5;
/** Fewer than learning takes: what is asked is which of two intents is the likelier, not by how much. */
const PASSES = 3;

/**
 * Pairs in which one intent's examples are taken for the other's, surely enough to be answered as such. The same pack and seed give
 * the same.
 */
export const collidingIntents = (o: {
  readonly catalogue: Catalogue;
  readonly seed?: number;
}): readonly Collision[] => {
  const { catalogue, seed = 1 } = o;
  const rows = rowsOf(catalogue);
  const intents = [...catalogue.intents.keys()];
  const labels = [...catalogue.intents.values()].map(
    ({ id, topic, about }): IntentLabel => ({ id, topic, apartFromTopic: about === 'nobody' }),
  );
  const encoder = createEncoder({ texts: rows.map((row) => row.tokens), strangers: namesIn(catalogue) });
  const columns = intentColumns({ rows, labels, cost: 1, weight: 4, passes: PASSES });
  const margins = learnt(outOfFold({ matrix: matrixFor(encoder, rows), columns, seed, folds: FOLDS }));
  const talk = talkColumns(labels);
  const judged = rows.flatMap((row, at) => {
    if (row.intent === null) return [];
    const offset = at * columns.length;
    withoutTalk(margins, talk, offset);
    const { best, confidence } = likeliest(margins, intents.length, offset);
    return [{ own: row.intent, text: row.text, best: intents[best] ?? row.intent, confidence }];
  });
  const threshold = quantile(
    judged.map(({ confidence }) => confidence),
    PACK_REJECTS,
  );
  const wrong = judged.filter(({ own, best, confidence }) => best !== own && confidence >= threshold);
  return [...Map.groupBy(wrong, ({ own, best }) => `${own} ${best}`).values()].flatMap((taken) => {
    const [first] = taken;
    if (first === undefined || taken.length < FEWEST_TAKEN) return [];
    const examples = judged.filter(({ own }) => own === first.own).length;
    return taken.length < SHARE_TAKEN * examples
      ? []
      : [{ intent: first.own, takenFor: first.best, taken: taken.length, examples, text: first.text }];
  });
};
