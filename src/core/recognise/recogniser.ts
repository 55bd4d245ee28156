/**
 * Text to meaning, inside the process: no model is fetched, nothing is read but the sentences given. Recognition is no authorisation
 * boundary: it errs, and what it says is judged by policy, and the data once more by its own.
 */
import type { Recogniser } from '../ports.ts';
import type { Catalogue, Recognition } from '../types.ts';
import { type IntentLabel, intentColumns, likeliest, quantile, ranked } from './classifier.ts';
import { familiarWords, namesIn, type Row, rowOf, rowsOf } from './corpus.ts';
import { type Encoder, encoderOf, tokensOf, type Vocabulary, vocabularyOf } from './features.ts';
import { guardColumns, guardThresholds, raiseMargins } from './guard.ts';
import { type Learning, learn, learnt, modelOf, outOfFold, type Weights } from './model.ts';
import { unicodeView } from './normalise.ts';
import { matrixOf } from './solver.ts';
import { fullView } from './unveil.ts';

const FOLDS = 4;
/** Share of the pack's own examples, out of fold, that the threshold rejects: a question unlike every intent is the likelier harm. */
export const PACK_REJECTS = 0.15;
/** Share of in-scope validation that the threshold rejects where a validation file is given. */
const VALIDATION_REJECTS = 0.05;
const MOST_RANKED = 5;
const NOTHING: Recognition = { intent: null, best: null, confidence: 0, topics: [], ranking: [], also: [] };

/** The product's own, which answers at once. */
export interface OwnRecogniser extends Recogniser {
  recognise(o: Parameters<Recogniser['recognise']>[0]): Recognition;
}

/** All that was learnt, as plain data: from it a recogniser is made anew that answers the same. */
export interface Lessons {
  readonly vocabulary: Vocabulary;
  /** Columns: the intents, then "none of them". */
  readonly classifier: Weights;
  /** Columns: the topics. */
  readonly guards: Weights;
  readonly intents: readonly string[];
  readonly threshold: number;
  readonly topics: readonly string[];
  readonly topicThresholds: Float64Array;
  readonly familiar: readonly string[];
}

const WORDY = /\p{L}/u;

/** Letters apart, and words full of signs, are no words: what stands in them by chance says nothing, and the full view has what they mean. */
const readsAsWords = (view: string, encoder: Encoder): boolean => {
  const tokens = tokensOf(view);
  let known = 0;
  for (const token of tokens) if (token.length > 1 && encoder.count(token) > 0) known++;
  return 2 * known >= tokens.length;
};

export const recogniserOf = (lessons: Lessons): OwnRecogniser => {
  const { intents, topics, threshold, topicThresholds } = lessons;
  const encoder = encoderOf(lessons.vocabulary);
  const classifier = modelOf(lessons.classifier);
  const guards = modelOf(lessons.guards);
  const familiar = new Set(lessons.familiar);
  const count = intents.length;
  const margins = new Float64Array(classifier.columns);
  const largest = new Float64Array(guards.columns);
  return {
    recognise: ({ text }) => {
      const view = unicodeView(text);
      const full = fullView(view, encoder);
      const vector = encoder.vector(encoder.pieces(tokensOf(full)));
      if (vector.known === 0 || count === 0) return NOTHING;
      classifier.margins(vector, margins);
      const { best, confidence } = likeliest(margins, count);
      const id = intents[best] ?? null;
      largest.fill(Number.NEGATIVE_INFINITY);
      if (topics.length > 0) {
        raiseMargins({ encoder, model: guards, view: full, into: largest });
        if (full !== view && readsAsWords(view, encoder)) raiseMargins({ encoder, model: guards, view, into: largest });
      }
      return {
        intent: confidence >= threshold ? id : null,
        best: id,
        confidence,
        topics: topics.filter((_, index) => (largest[index] ?? 0) > (topicThresholds[index] ?? 0)),
        ranking: ranked(margins, count, MOST_RANKED).flatMap((index) => intents[index] ?? []),
        also: [],
      };
    },
    knows: (text) =>
      tokensOf(unicodeView(text)).every((token) => !WORDY.test(token) || token.startsWith("'") || familiar.has(token)),
  };
};

export const matrixFor = (encoder: Encoder, rows: readonly Row[]) =>
  matrixOf({
    count: rows.length,
    columns: encoder.size,
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
  const steps = (FOLDS + 1) * (forIntents.length + forTopics.length);
  let done = 0;
  function* counted<T>(learning: Learning<T>): Generator<number, T> {
    for (;;) {
      const step = learning.next();
      if (step.done === true) return step.value;
      yield ++done / steps;
    }
  }
  const asked = yield* counted(outOfFold({ matrix, columns: forIntents, seed, folds: FOLDS }));
  const suspected = yield* counted(outOfFold({ matrix, columns: forTopics, seed, folds: FOLDS }));
  const inScope = rows.flatMap((row, at) =>
    row.intent === null ? [] : likeliest(asked, intents.length, at * forIntents.length).confidence,
  );
  return {
    vocabulary,
    classifier: yield* counted(learn({ matrix, columns: forIntents, seed })),
    guards: yield* counted(learn({ matrix, columns: forTopics, seed })),
    intents,
    threshold: quantile(inScope, PACK_REJECTS),
    topics,
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
    intents,
    threshold: 0,
    topics: [],
    topicThresholds: new Float64Array(0),
    familiar: vocabulary.words,
  };
  const bare = recogniserOf(lessons);
  const inScope = o.validation.flatMap(({ text, intent }) =>
    intent === null ? [] : bare.recognise({ text, locale: 'en' }).confidence,
  );
  return recogniserOf({ ...lessons, threshold: quantile(inScope, VALIDATION_REJECTS) });
};
