/** "Is this about the topic at all, however it is put?" One binary model a topic, leaning towards yes. */
import { quantile } from './classifier.ts';
import type { Row } from './corpus.ts';
import type { Encoder } from './features.ts';
import type { Column, Model } from './model.ts';

/** The share of sentences about other things that a guard may suspect, measured on sentences that it did not learn. */
const FALSE_SHARE = 0.06;
/** Texts of more tokens are also scored in windows, so that a wrapper of small talk hides nothing. */
const LONG = 12;
const WINDOW = 10;
const STEP = 4;

/** One column for each topic: its examples and further sentences against everything else. */
export const guardColumns = (rows: readonly Row[], topics: readonly string[]): readonly Column[] =>
  topics.map((topic) => ({
    passes: 12,
    costs: [1, 1],
    signs: Int8Array.from(rows, (row) => (row.topic === topic ? 1 : -1)),
  }));

/**
 * The margins above which guards suspect. `margins` are out-of-fold, row-major, guards from column `offset` on
 * (recogniser requirement 12: never of rows that were learnt).
 */
export const guardThresholds = (o: {
  readonly rows: readonly Row[];
  readonly topics: readonly string[];
  readonly margins: Float64Array;
  readonly width: number;
  readonly offset: number;
}): Float64Array =>
  Float64Array.from(o.topics, (topic, index) => {
    const others: number[] = [];
    o.rows.forEach((row, at) => {
      if (row.topic !== topic) others.push(o.margins[at * o.width + o.offset + index] ?? 0);
    });
    return quantile(others, 1 - FALSE_SHARE);
  });

/** Raises `into` to the largest margins of this text, whole and in windows. */
export const raiseMargins = (o: {
  readonly encoder: Encoder;
  readonly model: Model;
  readonly tokens: readonly string[];
  readonly into: Float64Array;
}): void => {
  const { encoder, model, into } = o;
  const pieces = encoder.pieces(o.tokens);
  const margins = new Float64Array(model.columns);
  const score = (from: number, to: number): void => {
    const vector = encoder.vector(pieces, from, to);
    if (vector.known === 0) return;
    model.margins(vector, margins);
    for (let column = 0; column < model.columns; column++)
      into[column] = Math.max(into[column] ?? Number.NEGATIVE_INFINITY, margins[column] ?? 0);
  };
  score(0, pieces.length);
  if (pieces.length <= LONG) return;
  for (let from = 0; from < pieces.length - WINDOW + STEP; from += STEP)
    score(from, Math.min(pieces.length, from + WINDOW));
};
