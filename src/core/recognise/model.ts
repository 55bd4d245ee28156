/** Many linear models over the same features, side by side: one column for each intent, for "none of them", and for each topic's guard. */
import { createChance, shuffled } from './chance.ts';
import type { Parts, Piece, Vector } from './features.ts';
import { type Matrix, type SolveOptions, scratchFor, solve } from './solver.ts';

const abs = Math.abs;
const max = Math.max;
const round = Math.round;
const sqrt = Math.sqrt;

/** What one column learns. */
export type Column = Pick<SolveOptions, 'signs' | 'costs' | 'passes'>;

export interface Model {
  readonly columns: number;
  /** The margins of every column, into an array of at least that length. */
  margins(vector: Vector, into: Float64Array): void;
}

/**
 * Weights as plain data, so that they can be kept: one row of `table` for each feature, row-major, each row in steps of its own
 * (`scales`). In bytes they take half a cache line, and fetching them is most of what an answer costs; margins change by some thousandths.
 */
export interface Weights {
  readonly columns: number;
  readonly table: Int8Array;
  readonly scales: Float32Array;
  readonly biases: Float64Array;
}

const FINEST = 127;
/** While it is learnt, when it is not known yet which number of a row is the largest. */
const FINE = 32_767;

/** Learning takes seconds: it stops after each column, so that whoever waits may show how far it is, and let others have their turn. */
export type Learning<T> = Generator<undefined, T>;

/** Learns in one go. */
export const learnt = <T>(learning: Learning<T>): T => {
  for (;;) {
    const step = learning.next();
    if (step.done === true) return step.value;
  }
};

export interface LearnOptions {
  readonly matrix: Matrix;
  readonly columns: readonly Column[];
  readonly seed: number;
}

export function* learn({ matrix, columns, seed }: LearnOptions): Learning<Weights> {
  const width = columns.length;
  const size = matrix.columns;
  const fine = new Int16Array(size * width);
  const steps = new Float64Array(width);
  const biases = new Float64Array(width);
  const scratch = scratchFor(matrix);
  for (const [index, column] of columns.entries()) {
    const weights = solve({ matrix, ...column, chance: createChance(seed + index), scratch });
    let largest = 0;
    for (let id = 0; id < size; id++) largest = max(largest, abs(weights[id] ?? 0));
    const step = largest === 0 ? 1 : largest / FINE;
    for (let id = 0; id < size; id++) fine[id * width + index] = round((weights[id] ?? 0) / step);
    steps[index] = step;
    biases[index] = weights[size] ?? 0;
    yield;
  }
  return { columns: width, biases, ...inBytes(fine, steps) };
}

/** `fine`: row-major, each number in steps of its column. None is further from what it was than half a step of its row. */
export const inBytes = (fine: Int16Array, steps: Float64Array): Pick<Weights, 'table' | 'scales'> => {
  const width = steps.length;
  const rows = width === 0 ? 0 : fine.length / width;
  const table = new Int8Array(fine.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * width;
    let largest = 0;
    for (let column = 0; column < width; column++)
      largest = max(largest, abs((fine[start + column] ?? 0) * (steps[column] ?? 0)));
    scales[row] = largest / FINEST;
    if (largest === 0) continue;
    for (let column = 0; column < width; column++)
      table[start + column] = round((((fine[start + column] ?? 0) * (steps[column] ?? 0)) / largest) * FINEST);
  }
  return { table, scales };
};

/** Reads vectors of one encoder: the one that the rows of the matrix were made by. */
export const modelOf = ({ columns: width, table, scales, biases }: Weights): Model => {
  /** Adds rows, each times its value. Four at a time: what a column has so far is read and written a quarter as often. */
  const addRows = (ids: Int32Array, values: Float64Array, length: number, into: Float64Array): void => {
    let at = 0;
    for (; at + 3 < length; at += 4) {
      let one = (ids[at] ?? 0) * width;
      let two = (ids[at + 1] ?? 0) * width;
      let three = (ids[at + 2] ?? 0) * width;
      let four = (ids[at + 3] ?? 0) * width;
      const a = (values[at] ?? 0) * (scales[ids[at] ?? 0] ?? 0);
      const b = (values[at + 1] ?? 0) * (scales[ids[at + 1] ?? 0] ?? 0);
      const c = (values[at + 2] ?? 0) * (scales[ids[at + 2] ?? 0] ?? 0);
      const d = (values[at + 3] ?? 0) * (scales[ids[at + 3] ?? 0] ?? 0);
      for (let column = 0; column < width; column++) {
        into[column] =
          (into[column] ?? 0) +
          (table[one++] ?? 0) * a +
          (table[two++] ?? 0) * b +
          (table[three++] ?? 0) * c +
          (table[four++] ?? 0) * d;
      }
    }
    for (; at < length; at++) {
      const start = (ids[at] ?? 0) * width;
      const value = (values[at] ?? 0) * (scales[ids[at] ?? 0] ?? 0);
      for (let column = 0; column < width; column++) {
        into[column] = (into[column] ?? 0) + (table[start + column] ?? 0) * value;
      }
    }
  };

  /** What each word adds to each column, as far as it was asked for; there are only as many as were seen in training. */
  const sums: (Float32Array | undefined)[] = [];
  const sumOf = ({ place, features }: Piece, rarity: Float64Array): Float32Array => {
    const before = sums[place];
    if (before !== undefined) return before;
    const exact = new Float64Array(width);
    const values = Float64Array.from(features, (id) => rarity[id] ?? 0);
    addRows(features, values, features.length, exact);
    const sum = Float32Array.from(exact);
    sums[place] = sum;
    return sum;
  };

  const byParts = ({ pieces, from, to, rarity, ids, values, length, scale }: Parts, into: Float64Array): void => {
    for (let at = from; at < to; at++) {
      const piece = pieces[at];
      if (piece === undefined || piece.place < 0) continue;
      const sum = sumOf(piece, rarity);
      for (let column = 0; column < width; column++) into[column] = (into[column] ?? 0) + (sum[column] ?? 0);
    }
    addRows(ids, values, length, into);
    for (let column = 0; column < width; column++) {
      into[column] = (into[column] ?? 0) * scale + (biases[column] ?? 0);
    }
  };

  return {
    columns: width,
    margins: ({ ids, values, length, parts }, into) => {
      if (parts !== undefined) {
        into.fill(0, 0, width);
        byParts(parts, into);
        return;
      }
      for (let column = 0; column < width; column++) into[column] = biases[column] ?? 0;
      addRows(ids, values, length, into);
    },
  };
};

/**
 * The margins of every row by models that did not see it: what thresholds are chosen on (recogniser requirement 12).
 * Row-major, `columns.length` numbers a row. Features that no row of the training part has are left out, as they would be of a new text.
 * `judged`: only the rows of so many of the folds; the margins of the others are NaN.
 */
export function* outOfFold(
  o: LearnOptions & { readonly folds: number; readonly judged?: number },
): Learning<Float64Array> {
  const { matrix, columns, seed, folds, judged = folds } = o;
  const { rows, starts, ids, values } = matrix;
  const width = columns.length;
  const margins = new Float64Array(rows * width).fill(Number.NaN);
  const place = shuffled(rows, createChance(seed));
  const scratch = scratchFor(matrix);
  for (let fold = 0; fold < judged; fold++) {
    const isOut = (row: number): boolean => (place[row] ?? 0) % folds === fold;
    const seen = new Uint8Array(matrix.columns);
    for (let row = 0; row < rows; row++) {
      if (!isOut(row)) seenIn(matrix, row, seen);
    }
    for (const [index, column] of columns.entries()) {
      const signs = column.signs.map((sign, row) => (isOut(row) ? 0 : sign));
      const weights = solve({ matrix, ...column, signs, chance: createChance(seed + index), scratch });
      for (let row = 0; row < rows; row++) {
        if (!isOut(row)) continue;
        let sum = 0;
        let squares = 0;
        for (let at = starts[row] ?? 0, end = starts[row + 1] ?? 0; at < end; at++) {
          const id = ids[at] ?? 0;
          if (seen[id] !== 1) continue;
          const value = values[at] ?? 0;
          sum += (weights[id] ?? 0) * value;
          squares += value * value;
        }
        margins[row * width + index] = (weights[matrix.columns] ?? 0) + (squares === 0 ? 0 : sum / sqrt(squares));
      }
      yield;
    }
  }
  return margins;
}

const seenIn = ({ starts, ids }: Matrix, row: number, seen: Uint8Array): void => {
  for (let at = starts[row] ?? 0, end = starts[row + 1] ?? 0; at < end; at++) seen[ids[at] ?? 0] = 1;
};
