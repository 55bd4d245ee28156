import { describe, expect, it } from '@jest/globals';
import type { DueRemoval } from '../../src/core/ports.ts';
import { retryAt } from '../../src/core/removal.ts';
import { leavingOf, NOW, refOf } from '../contracts/making.ts';

/** In how many ms what failed is tried again, by chance (0 to 1). */
const inMs = (o: { readonly attempts: number; readonly afterMs?: number; readonly chance?: number }): number => {
  const removal: DueRemoval = { ...leavingOf(refOf('1'), NOW), attempts: o.attempts, readyAt: NOW, lease: 'l' };
  const world = {
    clock: { now: () => NOW, sleep: async () => undefined },
    random: { id: () => 'id', fraction: () => o.chance ?? 0.5 },
  };
  const tried = { end: 'later', code: 'busy', afterMs: o.afterMs ?? null } as const;
  return retryAt(world as never, removal, tried) - NOW;
};

describe('a removal that failed', () => {
  it('is tried again later and later, up to a quarter of an hour', () => {
    expect([0, 1, 2, 3].map((attempts) => inMs({ attempts }))).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect([10, 20, 1_000].map((attempts) => inMs({ attempts }))).toEqual([900_000, 900_000, 900_000]);
  });

  it('is never tried before the platform said, and no sooner than its turn where the platform would have it sooner', () => {
    expect(inMs({ attempts: 0, afterMs: 90_000 })).toBe(90_000);
    expect(inMs({ attempts: 9, afterMs: 1 })).toBe(512_000);
  });

  it('is not tried in the same moment as all that failed with it', () => {
    expect([0, 0.25, 0.5, 1].map((chance) => inMs({ attempts: 3, chance }))).toEqual([4_000, 6_000, 8_000, 12_000]);
  });
});
