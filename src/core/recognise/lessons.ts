/** Learns a pack, or labelled sentences: what there is to be seen in them, the models, and the thresholds, by models that did not see what they are chosen on. */
import type { Catalogue } from '../types.ts';
import { type IntentLabel, intentColumns, likeliest, quantile, talkColumns, withoutTalk } from './classifier.ts';
import { familiarWords, namesIn, type Row, rowOf, rowsOf } from './corpus.ts';
import { type Encoder, encoderOf } from './features.ts';
import { guardColumns, guardThresholds } from './guard.ts';
import { type Learning, learn, learnt, outOfFold } from './model.ts';
import { type Lessons, type OwnRecogniser, recogniserOf } from './recogniser.ts';
import { matrixOf } from './solver.ts';
import { vocabularyOf } from './vocabulary.ts';

const FOLDS = 4;
/** From so many rows on the rows of one fold tell the intents' threshold as well as those of all: a quantile of a thousand and more. */
const MANY_ROWS = 4_000;
/**
 * Share of the pack's own examples, out of fold, that the threshold rejects: a question unlike every intent is the likelier harm. Whole wordings
 * are out of the fold there; of everyday questions, which the pack has something like, it rejects far fewer.
 */
export const PACK_REJECTS = 0.25;
/** Share of in-scope validation that the threshold rejects where a validation file is given. */
const VALIDATION_REJECTS = 0.05;

export const matrixFor = (encoder: Encoder, rows: readonly Row[]) =>
  matrixOf({
    count: rows.length,
    columns: encoder.size,
    entries: encoder.entries,
    vector: (row) => encoder.vector(encoder.pieces(rows[row]?.tokens ?? [])),
  });

/** Learns the pack. The same pack and seed give the same. It stops between steps and says how far it is, 0 to 1. */
export function* lessonsOf({ catalogue, seed = 1 }: LearnPack): Generator<number, Lessons> {
  const rows = rowsOf(catalogue);
  const names = namesIn(catalogue);
  const vocabulary = vocabularyOf({ texts: rows.map((row) => row.tokens), strangers: names });
  const matrix = matrixFor(encoderOf(vocabulary), rows);
  const intents = [...catalogue.intents.keys()];
  const topics = [...catalogue.topics.keys()];
  const labels = [...catalogue.intents.values()].map(
    ({ id, topic, about }): IntentLabel => ({ id, topic, apartFromTopic: about === 'nobody' }),
  );
  const forIntents = intentColumns({ rows, labels, cost: 1, weight: 4, passes: 8 });
  const forTopics = guardColumns(rows, topics);
  const judged = rows.length >= MANY_ROWS ? 1 : FOLDS;
  const steps = (judged + 1) * forIntents.length + (FOLDS + 1) * forTopics.length;
  let done = 0;
  function* counted<T>(learning: Learning<T>): Generator<number, T> {
    for (;;) {
      const step = learning.next();
      if (step.done === true) return step.value;
      yield ++done / steps;
    }
  }
  const asked = yield* counted(outOfFold({ matrix, columns: forIntents, seed, folds: FOLDS, judged }));
  const suspected = yield* counted(outOfFold({ matrix, columns: forTopics, seed, folds: FOLDS }));
  const talk = talkColumns(labels);
  const inScope = rows.flatMap((row, at) => {
    if (row.intent === null) return [];
    const offset = at * forIntents.length;
    if (Number.isNaN(asked[offset])) return [];
    withoutTalk(asked, talk, offset);
    return likeliest(asked, intents.length, offset).confidence;
  });
  return {
    vocabulary,
    classifier: yield* counted(learn({ matrix, columns: forIntents, seed })),
    guards: yield* counted(learn({ matrix, columns: forTopics, seed })),
    talk,
    intents,
    threshold: quantile(inScope, PACK_REJECTS),
    topics,
    topicOf: Int32Array.from(labels, ({ topic }) => (topic === null ? -1 : topics.indexOf(topic))),
    topicThresholds: guardThresholds({ rows, topics, margins: suspected }),
    familiar: [...familiarWords(catalogue, names)],
  };
}

export interface LearnPack {
  readonly catalogue: Catalogue;
  readonly seed?: number;
}

/** The product's own: learns the pack, in one go. `onProgress` is told shares from 0 to 1. */
export const createRecogniser = (
  o: LearnPack & { readonly onProgress?: ((share: number) => void) | undefined },
): OwnRecogniser => {
  const learning = lessonsOf(o);
  for (;;) {
    const step = learning.next();
    if (step.done === true) return recogniserOf(step.value);
    o.onProgress?.(step.value);
  }
};

export interface LabelledText {
  readonly text: string;
  /** Null: none of the intents. */
  readonly intent: string | null;
}

/** Passes of the solver: few where there is much to learn from. */
const passesFor = (rows: number): number => (rows >= 4000 ? 8 : 20);

/** Learns any labelled sentences; the threshold rejects 5 % of what is in scope in `validation`. There are no topics, so no guards. */
export const trainRecogniser = (o: {
  readonly rows: readonly LabelledText[];
  readonly validation: readonly LabelledText[];
  readonly seed?: number;
}): OwnRecogniser => {
  const { seed = 1 } = o;
  const rows = o.rows.map(({ text, intent }) => rowOf(text, intent, null));
  const vocabulary = vocabularyOf({ texts: rows.map((row) => row.tokens), strangers: new Set() });
  const intents = [...new Set(rows.flatMap((row) => row.intent ?? []))];
  const labels = intents.map((id): IntentLabel => ({ id, topic: null, apartFromTopic: false }));
  const columns = intentColumns({ rows, labels, cost: 3, weight: 1, passes: passesFor(rows.length) });
  const matrix = matrixFor(encoderOf(vocabulary), rows);
  const lessons: Lessons = {
    vocabulary,
    classifier: learnt(learn({ matrix, columns, seed })),
    guards: learnt(learn({ matrix, columns: [], seed })),
    talk: talkColumns(labels),
    intents,
    threshold: 0,
    topics: [],
    topicOf: new Int32Array(0),
    topicThresholds: { suspects: new Float64Array(0), doubts: new Float64Array(0) },
    familiar: vocabulary.words,
  };
  const bare = recogniserOf(lessons);
  const inScope = o.validation.flatMap(({ text, intent }) =>
    intent === null ? [] : bare.recognise({ text, locale: 'en' }).confidence,
  );
  return recogniserOf({ ...lessons, threshold: quantile(inScope, VALIDATION_REJECTS) });
};
