/** Many linear models over the same features, side by side: one column for each intent, for "none of them", and for each topic's guard. */
import { createChance, shuffled } from './chance.ts';
import type { Vector } from './features.ts';
import { type Matrix, type SolveOptions, solve } from './solver.ts';

/** What one column learns. */
export type Column = Pick<SolveOptions, 'signs' | 'costs' | 'passes'>;

export interface Model {
  readonly columns: number;
  /** The margins of every column, into an array of at least that length. */
  margins(vector: Vector, into: Float64Array): void;
}

export interface LearnOptions {
  readonly matrix: Matrix;
  readonly columns: readonly Column[];
  readonly seed: number;
  /** Called after each column. */
  readonly onColumn?: () => void;
}

export const learn = ({ matrix, columns, seed, onColumn }: LearnOptions): Model => {
  const width = columns.length;
  const size = matrix.columns;
  const table = new Float32Array((size + 1) * width);
  columns.forEach((column, index) => {
    const weights = solve({ matrix, ...column, chance: createChance(seed + index) });
    for (let id = 0; id <= size; id++) table[id * width + index] = weights[id] ?? 0;
    onColumn?.();
  });
  return {
    columns: width,
    margins: ({ ids, values, length }, into) => {
      for (let column = 0; column < width; column++) into[column] = table[size * width + column] ?? 0;
      for (let at = 0; at < length; at++) {
        const start = (ids[at] ?? 0) * width;
        const value = values[at] ?? 0;
        for (let column = 0; column < width; column++) {
          into[column] = (into[column] ?? 0) + (table[start + column] ?? 0) * value;
        }
      }
    },
  };
};

/** A row of the matrix without the features that no row of the fold's training part has, at length one again. */
const unseenLeftOut = (matrix: Matrix, row: number, seen: Uint8Array): Vector => {
  const kept: number[] = [];
  let squares = 0;
  for (let at = matrix.starts[row] ?? 0; at < (matrix.starts[row + 1] ?? 0); at++) {
    if (seen[matrix.ids[at] ?? 0] !== 1) continue;
    kept.push(at);
    squares += (matrix.values[at] ?? 0) ** 2;
  }
  const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
  return {
    ids: Int32Array.from(kept, (at) => matrix.ids[at] ?? 0),
    values: Float64Array.from(kept, (at) => (matrix.values[at] ?? 0) * scale),
    length: kept.length,
    known: kept.length,
  };
};

/**
 * The margins of every row by models that did not see it: what thresholds are chosen on (recogniser requirement 12).
 * Row-major, `columns.length` numbers a row.
 */
export const outOfFold = (o: LearnOptions & { readonly folds: number }): Float64Array => {
  const { matrix, columns, seed, folds } = o;
  const width = columns.length;
  const margins = new Float64Array(matrix.rows * width);
  const place = shuffled(matrix.rows, createChance(seed));
  const into = new Float64Array(width);
  for (let fold = 0; fold < folds; fold++) {
    const isOut = (row: number): boolean => (place[row] ?? 0) % folds === fold;
    const seen = new Uint8Array(matrix.columns);
    for (let row = 0; row < matrix.rows; row++) {
      if (isOut(row)) continue;
      for (let at = matrix.starts[row] ?? 0; at < (matrix.starts[row + 1] ?? 0); at++) seen[matrix.ids[at] ?? 0] = 1;
    }
    const model = learn({
      ...o,
      columns: columns.map((column) => ({
        ...column,
        signs: column.signs.map((sign, row) => (isOut(row) ? 0 : sign)),
      })),
    });
    for (let row = 0; row < matrix.rows; row++) {
      if (!isOut(row)) continue;
      model.margins(unseenLeftOut(matrix, row, seen), into);
      margins.set(into, row * width);
    }
  }
  return margins;
};
