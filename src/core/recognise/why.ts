/** Takes a decision of the recogniser apart: which words, pairs and parts of words made each margin what it is. */
import type { NamedFeature, WhyMargin } from '../why-types.ts';
import type { Encoder, Piece, Vector } from './features.ts';
import { eachStretch, type Stretch } from './guard.ts';
import type { Model } from './model.ts';

/** Features that are told of one margin. */
const MOST_TOLD = 10;

/** To four digits: more says nothing to a reader. */
const rounded = (value: number): number => Number(value.toFixed(4));

/** Margins are sums over features, so one feature alone, less none at all, gives what it adds. */
const addsOf = (
  model: Model,
  vector: Vector,
  column: number,
): { readonly bias: number; readonly adds: Float64Array } => {
  const margins = new Float64Array(model.columns);
  const only = (ids: Int32Array, values: Float64Array): number => {
    model.margins({ ids, values, length: ids.length, known: vector.known }, margins);
    return margins[column] ?? 0;
  };
  const bias = only(new Int32Array(0), new Float64Array(0));
  const adds = new Float64Array(vector.length);
  for (let at = 0; at < vector.length; at++)
    adds[at] = only(vector.ids.slice(at, at + 1), vector.values.slice(at, at + 1)) - bias;
  return { bias, adds };
};

interface Scored {
  readonly view: WhyMargin['view'];
  readonly stretch: Pick<Stretch, 'kind' | 'tokens' | 'less'>;
  readonly pieces: readonly Piece[];
}

/** And its margin in one column. */
interface Largest extends Scored {
  readonly margin: number;
}

export const whyMargin = (o: {
  readonly encoder: Encoder;
  readonly model: Model;
  readonly column: number;
  readonly of: string;
  readonly threshold: number | null;
  readonly scored: Scored;
}): WhyMargin => {
  const { encoder, scored } = o;
  const { tokens, kind, less } = scored.stretch;
  const shared = encoder.vector(scored.pieces);
  const { length, known } = shared;
  // A vector is good until the next one.
  const vector: Vector = { ids: shared.ids.slice(0, length), values: shared.values.slice(0, length), length, known };
  const { bias, adds } = addsOf(o.model, vector, o.column);
  const names = encoder.names(tokens);
  const order = Array.from(adds.keys()).toSorted((a, b) => Math.abs(adds[b] ?? 0) - Math.abs(adds[a] ?? 0));
  const told = order.slice(0, MOST_TOLD).flatMap((at) => {
    const name: NamedFeature | undefined = names.get(vector.ids[at] ?? -1);
    const add = rounded(adds[at] ?? 0);
    return name === undefined || add === 0 ? [] : [{ ...name, adds: add }];
  });
  const all = adds.reduce((sum, add) => sum + add, 0);
  return {
    of: o.of,
    margin: rounded(bias + all - less),
    threshold: o.threshold === null ? null : rounded(o.threshold),
    view: scored.view,
    stretch: kind,
    text: tokens.join(' '),
    bias: rounded(bias),
    features: told,
    rest: rounded(all - told.reduce((sum, { adds: add }) => sum + add, 0)),
    less,
  };
};

/** The stretch, of all views, whose margin in this column is the largest; null: nothing in them is known. */
export const largestStretch = (o: {
  readonly encoder: Encoder;
  readonly model: Model;
  readonly column: number;
  readonly views: readonly { readonly view: WhyMargin['view']; readonly text: string }[];
}): Largest | null => {
  const { encoder, model, column } = o;
  const margins = new Float64Array(model.columns);
  let largest = Number.NEGATIVE_INFINITY;
  let found: Largest | null = null;
  for (const { view, text } of o.views) {
    eachStretch({ encoder, view: text }, (stretch) => {
      const pieces = stretch.pieces.slice(stretch.from, stretch.to);
      const vector = encoder.vector(pieces);
      if (vector.known === 0) return;
      model.margins(vector, margins);
      const margin = (margins[column] ?? 0) - stretch.less;
      if (margin <= largest) return;
      largest = margin;
      const { kind, less, from, to, tokens } = stretch;
      found = { view, pieces, margin, stretch: { kind, less, tokens: tokens.slice(from, to) } };
    });
  }
  return found;
};
