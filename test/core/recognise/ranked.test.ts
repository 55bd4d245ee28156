import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ranked } from '../../../src/core/recognise/classifier.ts';

describe('the likeliest intents', () => {
  it('are those that sorting all of them would put first, equals in their own order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 40 }),
        fc.integer({ min: 0, max: 7 }),
        (all, most) => {
          const sorted = all.map((_, index) => index).sort((a, b) => (all[b] ?? 0) - (all[a] ?? 0));
          expect(ranked(Float64Array.from(all), all.length, most)).toEqual(sorted.slice(0, most));
        },
      ),
    );
  });
});
