import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shareOut } from '../../src/core/share.ts';

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

describe('what is due in many places', () => {
  it('is shared out up to what was asked for, never more than there is, and evenly', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 20 }), fc.nat(600), (has, limit) => {
        const shares = shareOut(has, limit);
        expect(sum(shares)).toBe(Math.min(limit, sum(has)));
        for (const [at, share] of shares.entries()) {
          expect(share).toBeLessThanOrEqual(has[at] ?? 0);
          // Who got less than it has, got no less than anybody else, but for what does not divide.
          if (share < (has[at] ?? 0)) for (const other of shares) expect(other).toBeLessThanOrEqual(share + 1);
        }
      }),
    );
  });

  it('lets a small tenant through beside one with a flood', () => {
    expect(shareOut([500, 2, 500, 1], 20)).toEqual([9, 2, 8, 1]);
  });
});
