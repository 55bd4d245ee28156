/**
 * Text to meaning, inside the process: no model is fetched, nothing is read but the sentences given. Recognition is no authorisation
 * boundary: it errs, and what it says is judged by policy, and the data once more by its own.
 */
import type { Recogniser } from '../ports.ts';
import type { Catalogue, Recognition } from '../types.ts';
import { type IntentLabel, intentColumns, likeliest, quantile, ranked } from './classifier.ts';
import { familiarWords, namesIn, type Row, rowOf, rowsOf } from './corpus.ts';
import { createEncoder, type Encoder, tokensOf } from './features.ts';
import { guardColumns, guardThresholds, raiseMargins } from './guard.ts';
import { learn, type Model, outOfFold } from './model.ts';
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

interface Learnt {
  readonly encoder: Encoder;
  /** Columns: the intents, then "none of them". */
  readonly classifier: Model;
  /** Columns: the topics. */
  readonly guards: Model;
  readonly intents: readonly string[];
  readonly threshold: number;
  readonly topics: readonly string[];
  readonly topicThresholds: Float64Array;
  readonly isFamiliar: (word: string) => boolean;
}

const WORDY = /\p{L}/u;

const recogniserOf = (learnt: Learnt): Recogniser => {
  const { encoder, classifier, guards, intents, topics } = learnt;
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
        if (full !== view) raiseMargins({ encoder, model: guards, view, into: largest });
      }
      return {
        intent: confidence >= learnt.threshold ? id : null,
        best: id,
        confidence,
        topics: topics.filter((_, index) => (largest[index] ?? 0) > (learnt.topicThresholds[index] ?? 0)),
        ranking: ranked(margins, count, MOST_RANKED).flatMap((index) => intents[index] ?? []),
        also: [],
      };
    },
    knows: (text) =>
      tokensOf(unicodeView(text)).every(
        (token) => !WORDY.test(token) || token.startsWith("'") || learnt.isFamiliar(token),
      ),
  };
};

export const matrixFor = (encoder: Encoder, rows: readonly Row[]) =>
  matrixOf({
    count: rows.length,
    columns: encoder.size,
    vector: (row) => encoder.vector(encoder.pieces(rows[row]?.tokens ?? [])),
  });

/** The product's own: learns the pack. The same pack and seed give the same recogniser. `onProgress` is told shares from 0 to 1. */
export const createRecogniser = (o: {
  readonly catalogue: Catalogue;
  readonly seed?: number;
  readonly onProgress?: (share: number) => void;
}): Recogniser => {
  const { catalogue, seed = 1 } = o;
  const rows = rowsOf(catalogue);
  const names = namesIn(catalogue);
  const familiar = familiarWords(catalogue, names);
  const encoder = createEncoder({ texts: rows.map((row) => row.tokens), strangers: names });
  const intents = [...catalogue.intents.keys()];
  const topics = [...catalogue.topics.keys()];
  const labels = [...catalogue.intents.values()].map(
    ({ id, topic, about }): IntentLabel => ({ id, topic, apartFromTopic: about === 'nobody' }),
  );
  const forIntents = intentColumns({ rows, labels, cost: 1, weight: 4, passes: 8 });
  const forTopics = guardColumns(rows, topics);
  const matrix = matrixFor(encoder, rows);
  let done = 0;
  const onColumn = (): void => o.onProgress?.(++done / ((FOLDS + 1) * (forIntents.length + forTopics.length)));
  const asked = outOfFold({ matrix, columns: forIntents, seed, folds: FOLDS, onColumn });
  const suspected = outOfFold({ matrix, columns: forTopics, seed, folds: FOLDS, onColumn });
  const inScope = rows.flatMap((row, at) =>
    row.intent === null ? [] : likeliest(asked, intents.length, at * forIntents.length).confidence,
  );
  return recogniserOf({
    encoder,
    classifier: learn({ matrix, columns: forIntents, seed, onColumn }),
    guards: learn({ matrix, columns: forTopics, seed, onColumn }),
    intents,
    threshold: quantile(inScope, PACK_REJECTS),
    topics,
    topicThresholds: guardThresholds({ rows, topics, margins: suspected }),
    isFamiliar: (word) => familiar.has(word),
  });
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
}): Recogniser => {
  const { seed = 1 } = o;
  const rows = o.rows.map(({ text, intent }) => rowOf(text, intent, null));
  const encoder = createEncoder({ texts: rows.map((row) => row.tokens), strangers: new Set() });
  const intents = [...new Set(rows.flatMap((row) => row.intent ?? []))];
  const labels = intents.map((id): IntentLabel => ({ id, topic: null, apartFromTopic: false }));
  const columns = intentColumns({ rows, labels, cost: 3, weight: 1, passes: passesFor(rows.length) });
  const matrix = matrixFor(encoder, rows);
  const learnt: Omit<Learnt, 'threshold'> = {
    encoder,
    classifier: learn({ matrix, columns, seed }),
    guards: learn({ matrix, columns: [], seed }),
    intents,
    topics: [],
    topicThresholds: new Float64Array(0),
    isFamiliar: (word) => encoder.count(word) > 0,
  };
  const bare = recogniserOf({ ...learnt, threshold: 0 });
  const inScope = o.validation.flatMap(({ text, intent }) =>
    intent === null ? [] : bare.recognise({ text, locale: 'en' }).confidence,
  );
  return recogniserOf({ ...learnt, threshold: quantile(inScope, VALIDATION_REJECTS) });
};
