import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createChance, shuffled } from '../../../src/core/recognise/chance.ts';
import { likeliest, quantile } from '../../../src/core/recognise/classifier.ts';
import { inBytes, learn, learnt, modelOf, outOfFold } from '../../../src/core/recognise/model.ts';
import { matrixOf, solve } from '../../../src/core/recognise/solver.ts';

/** One feature each, half of it shared: rows 0 to 9 lean one way, 10 to 19 the other. */
const COUNT = 20;
const matrix = matrixOf({
  count: COUNT,
  columns: 3,
  vector: (row) => ({
    ids: Int32Array.of(row < 10 ? 0 : 1, 2),
    values: Float64Array.of(0.8, 0.6),
    length: 2,
    known: 2,
  }),
});
const signs = Int8Array.from({ length: COUNT }, (_, row) => (row < 10 ? 1 : -1));
const column = { signs, costs: [1, 1] as const, passes: 50 };
const solved = (seed: number) => solve({ matrix, ...column, chance: createChance(seed) });

describe('the solver', () => {
  it('separates what can be separated', () => {
    const [left = 0, right = 0, shared = 0, bias = 0] = solved(1);
    expect(0.8 * left + 0.6 * shared + bias).toBeGreaterThan(0.8);
    expect(0.8 * right + 0.6 * shared + bias).toBeLessThan(-0.8);
  });

  it('gives identical weights for one seed, and nearly the same for another', () => {
    expect(solved(1)).toEqual(solved(1));
    solved(2).forEach((weight, id) => {
      expect(weight).toBeCloseTo(solved(1)[id] ?? 0, 1);
    });
  });

  it('does not look at rows of sign 0', () => {
    const none = solve({
      matrix,
      ...column,
      signs: signs.map((sign) => Math.max(sign, 0)),
      chance: createChance(1),
    });
    expect(none[1]).toBe(0);
  });

  it('reaches the optimum that its equations give for one row', () => {
    // One row of squared length 1 and the bias: alpha = 1 / (1 + 1 + 0.5 / C).
    const one = matrixOf({
      count: 1,
      columns: 1,
      vector: () => ({ ids: Int32Array.of(0), values: Float64Array.of(1), length: 1, known: 1 }),
    });
    const weights = solve({ matrix: one, signs: Int8Array.of(1), costs: [2, 2], passes: 100, chance: createChance(1) });
    expect(weights[0]).toBeCloseTo(1 / 2.25, 2);
    expect(weights[1]).toBeCloseTo(1 / 2.25, 2);
  });
});

describe('out-of-fold margins', () => {
  it('come from models that did not see the row', () => {
    // A row with a feature of its own can be learnt by heart; a model that did not see it knows nothing of it.
    const alone = matrixOf({
      count: 10,
      columns: 10,
      vector: (row) => ({ ids: Int32Array.of(row), values: Float64Array.of(1), length: 1, known: 1 }),
    });
    const coin = Int8Array.from([1, -1, 1, 1, -1, -1, 1, -1, -1, 1]);
    const columns = [{ signs: coin, costs: [10, 10] as const, passes: 100 }];
    const margins = learnt(outOfFold({ matrix: alone, columns, seed: 1, folds: 5 }));
    const model = modelOf(learnt(learn({ matrix: alone, columns, seed: 1 })));
    const into = new Float64Array(1);
    coin.forEach((sign, row) => {
      model.margins({ ids: Int32Array.of(row), values: Float64Array.of(1), length: 1, known: 1 }, into);
      expect(Math.sign(into[0] ?? 0)).toBe(sign);
      expect(Math.abs(margins[row] ?? 0)).toBeLessThan(0.6);
    });
  });
});

describe('small tools', () => {
  it('shuffles without losing a number', () => {
    const order = shuffled(50, createChance(3));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, at) => at));
    expect([...order]).not.toEqual(Array.from({ length: 50 }, (_, at) => at));
  });

  it('finds the value below which a share lies', () => {
    const values = Array.from({ length: 100 }, (_, at) => at).reverse();
    expect(quantile(values, 0.05)).toBe(5);
    expect(quantile(values, 1)).toBe(99);
    expect(quantile([], 0.5)).toBe(0);
  });

  it('counts "none of them" in the likelihood, and never names it', () => {
    expect(likeliest(Float64Array.of(1, 0, -1), 2)).toMatchObject({ best: 0 });
    const doubtful = likeliest(Float64Array.of(-1, -2, 1), 2);
    expect(doubtful.best).toBe(0);
    expect(doubtful.confidence).toBeLessThan(0.02);
  });
});

describe('weights in bytes', () => {
  it('give the margins of the exact ones to some thousandths, however rows and columns differ in size', () => {
    const sized = fc.record({ columns: fc.integer({ min: 1, max: 9 }), features: fc.integer({ min: 1, max: 30 }) });
    const drawn = sized.chain(({ columns, features }) => {
      const exactly = <T>(of: fc.Arbitrary<T>, length: number) =>
        fc.array(of, { minLength: length, maxLength: length });
      return fc.record({
        columns: fc.constant(columns),
        fine: exactly(fc.integer({ min: -32_767, max: 32_767 }), columns * features),
        steps: exactly(fc.constantFrom(1e-9, 1e-5, 1e-4), columns),
        values: exactly(fc.double({ min: 0, max: 1, noNaN: true }), features),
        biases: exactly(fc.double({ min: -1, max: 1, noNaN: true }), columns),
      });
    });
    fc.assert(
      fc.property(drawn, ({ columns, fine, steps, values, biases }) => {
        const weights = fine.map((it, at) => it * (steps[at % columns] ?? 0));
        const bytes = inBytes(Int16Array.from(fine), Float64Array.from(steps));
        const model = modelOf({ columns, biases: Float64Array.from(biases), ...bytes });
        const ids = Int32Array.from(values, (_, id) => id);
        const found = new Float64Array(columns);
        model.margins({ ids, values: Float64Array.from(values), length: values.length, known: 1 }, found);
        for (let column = 0; column < columns; column++) {
          let sum = biases[column] ?? 0;
          let bound = 1e-6;
          values.forEach((value, row) => {
            const of = weights.slice(row * columns, (row + 1) * columns);
            sum += value * (of[column] ?? 0);
            bound += (value * Math.max(...of.map(Math.abs))) / 127;
          });
          expect(Math.abs((found[column] ?? 0) - sum)).toBeLessThanOrEqual(bound);
        }
      }),
    );
  });
});
