import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createChance } from '../../../src/core/recognise/chance.ts';
import { createEncoder } from '../../../src/core/recognise/features.ts';
import { inBytes, modelOf } from '../../../src/core/recognise/model.ts';

const COLUMNS = 5;
const WORDS = 'what does mona earn how much leave have i left pay pays paying payslip the team 12 ?'.split(' ');
const texts = Array.from({ length: 40 }, (_, at) => WORDS.filter((_, place) => (at * 7 + place * 3) % 5 < 3));
const encoder = createEncoder({ texts, strangers: new Set(['mona']) });
const chance = createChance(1);
const fine = Int16Array.from({ length: encoder.size * COLUMNS }, () => chance.below(2_000) - 1_000);
const model = modelOf({
  columns: COLUMNS,
  biases: Float64Array.of(1, 2, 3, 4, 5),
  ...inBytes(
    fine,
    Float64Array.of(1, 2, 3, 4, 5).map((step) => step / 1_000),
  ),
});

describe('a vector by words', () => {
  it('has the margins that it has by features, for any stretch, however often words and parts of words come again', () => {
    const word = fc.oneof(fc.constantFrom(...WORDS), fc.constantFrom('payroll', 'unseen', 'earns', 'zyx', '99', 'mo'));
    const drawn = fc.record({
      tokens: fc.array(word, { minLength: 1, maxLength: 25 }),
      from: fc.nat(10),
      length: fc.nat(25),
    });
    fc.assert(
      fc.property(drawn, ({ tokens, from, length }) => {
        const pieces = encoder.pieces(tokens);
        const start = Math.min(from, pieces.length);
        const { parts, ...features } = encoder.vector(pieces, start, Math.min(pieces.length, start + length));
        if (parts === undefined) throw new Error('the encoder tells no parts');
        const [byParts, byFeatures] = [new Float64Array(COLUMNS), new Float64Array(COLUMNS)];
        model.margins({ ...features, parts }, byParts);
        model.margins(features, byFeatures);
        byFeatures.forEach((margin, column) => {
          expect(byParts[column]).toBeCloseTo(margin, 4);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('adds fewer rows than it has features', () => {
    const { parts, length } = encoder.vector(
      encoder.pieces('what does mona earn how much leave have i left'.split(' ')),
    );
    expect(parts?.length).toBeLessThan(length);
  });
});
