/**
 * A linear support vector machine with squared hinge loss, by dual coordinate descent (Hsieh et al. 2008, the method of LIBLINEAR),
 * with shrinking. The bias is the weight of a constant feature of 1.
 */
import { type Chance, shuffled } from './chance.ts';
import type { Vector } from './features.ts';

/** Training texts as one compressed sparse matrix. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly starts: Int32Array;
  readonly ids: Int32Array;
  readonly values: Float32Array;
}

/** Numbers that a row has room for at first. */
const ROW = 96;
const GROWTH = 1.3;

export const matrixOf = (o: {
  readonly count: number;
  readonly columns: number;
  /** How many numbers all rows hold, where it is known: what is freed while learning is not always given back to the system. */
  readonly entries?: number;
  readonly vector: (row: number) => Vector;
}): Matrix => {
  const starts = new Int32Array(o.count + 1);
  let ids = new Int32Array(o.entries ?? o.count * ROW + ROW);
  let values = new Float32Array(ids.length);
  let end = 0;
  for (let row = 0; row < o.count; row++) {
    const vector = o.vector(row);
    while (end + vector.length > ids.length) {
      const more = Math.ceil(GROWTH * (end + vector.length));
      const [wider, deeper] = [new Int32Array(more), new Float32Array(more)];
      wider.set(ids);
      deeper.set(values);
      [ids, values] = [wider, deeper];
    }
    ids.set(vector.ids.subarray(0, vector.length), end);
    values.set(vector.values.subarray(0, vector.length), end);
    end += vector.length;
    starts[row + 1] = end;
  }
  return { rows: o.count, columns: o.columns, starts, ids: ids.subarray(0, end), values: values.subarray(0, end) };
};

export interface SolveOptions {
  readonly matrix: Matrix;
  /** One of 1, -1 and 0 for each row; 0 leaves the row out. */
  readonly signs: Int8Array;
  /** How much an error costs, for rows of sign 1 and of sign -1. */
  readonly costs: readonly [number, number];
  readonly passes: number;
  readonly chance: Chance;
  /** Where it works; one of its own unless given. Its `weights` are what is returned. */
  readonly scratch?: Scratch;
}

/** What solving one column needs, for one after the other: made anew each time it would be a hundred times as much in all. */
export interface Scratch {
  readonly weights: Float64Array;
  readonly alphas: Float64Array;
  readonly squares: Float64Array;
}

export const scratchFor = ({ rows, columns }: Pick<Matrix, 'rows' | 'columns'>): Scratch => ({
  weights: new Float64Array(columns + 1),
  alphas: new Float64Array(rows),
  squares: new Float64Array(rows),
});

/** Taken out once: a look-up of the global in every step costs more than the step. */
const max = Math.max;

/** Stops where no projected gradient is larger. */
const TOLERANCE = 0.02;

/** The weights, one for each column and the bias last; good until the next column is solved in the same scratch. */
export const solve = ({ matrix, signs, costs, passes, chance, ...o }: SolveOptions): Float64Array => {
  const { rows, columns, starts, ids, values } = matrix;
  const { weights, alphas, squares } = o.scratch ?? scratchFor(matrix);
  weights.fill(0);
  alphas.fill(0);
  const order = shuffled(rows, chance).filter((row) => signs[row] !== 0);
  for (let row = 0; row < rows; row++) {
    let sum = 1;
    for (let at = starts[row] ?? 0, end = starts[row + 1] ?? 0; at < end; at++) sum += (values[at] ?? 0) ** 2;
    squares[row] = sum + 0.5 / ((signs[row] ?? 0) > 0 ? costs[0] : costs[1]);
  }
  let active = order.length;
  let bound = Number.POSITIVE_INFINITY;
  for (let pass = 0; pass < passes; pass++) {
    let largest = 0;
    for (let at = 0; at < active; at++) {
      const other = at + chance.below(active - at);
      const row = order[other] ?? 0;
      order[other] = order[at] ?? 0;
      order[at] = row;
      const sign = signs[row] ?? 0;
      const alpha = alphas[row] ?? 0;
      const start = starts[row] ?? 0;
      const end = starts[row + 1] ?? 0;
      let margin = weights[columns] ?? 0;
      for (let k = start; k < end; k++) margin += (weights[ids[k] ?? 0] ?? 0) * (values[k] ?? 0);
      const gradient = sign * margin - 1 + (alpha * 0.5) / (sign > 0 ? costs[0] : costs[1]);
      if (alpha === 0 && gradient > bound) {
        // Safely right already: not looked at again until the rest is settled.
        active--;
        order[at] = order[active] ?? 0;
        order[active] = row;
        at--;
        continue;
      }
      const projected = alpha === 0 && gradient > 0 ? 0 : gradient;
      const size = projected < 0 ? -projected : projected;
      if (size > largest) largest = size;
      if (size < 1e-12) continue;
      const next = max(alpha - gradient / (squares[row] ?? 1), 0);
      const step = (next - alpha) * sign;
      alphas[row] = next;
      for (let k = start; k < end; k++) {
        const id = ids[k] ?? 0;
        weights[id] = (weights[id] ?? 0) + step * (values[k] ?? 0);
      }
      weights[columns] = (weights[columns] ?? 0) + step;
    }
    if (largest < TOLERANCE) {
      if (active === order.length) break;
      active = order.length;
      bound = Number.POSITIVE_INFINITY;
    } else {
      bound = largest;
    }
  }
  return weights;
};
