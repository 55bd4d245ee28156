import { describe, expect, it } from '@jest/globals';
import type { DueRemoval } from '../../src/core/ports.ts';
import { codeKept, MOST_UNKNOWN, retryAt } from '../../src/core/removal.ts';
import { leavingOf, NOW, refOf } from '../contracts/making.ts';

/** In how many ms what failed is tried again, by chance (0 to 1). */
const inMs = (o: { readonly attempts: number; readonly afterMs?: number; readonly chance?: number }): number => {
  const removal: DueRemoval = {
    ...leavingOf(refOf('1'), NOW),
    attempts: o.attempts,
    code: '',
    readyAt: NOW,
    lease: 'l',
  };
  const world = {
    clock: { now: () => NOW, sleep: async () => undefined },
    random: { id: () => 'id', fraction: () => o.chance ?? 0.5 },
  };
  const tried = { end: 'later', code: 'busy', afterMs: o.afterMs ?? null, by: 'remove' } as const;
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

  it('by a code that nobody knows is tried for some minutes and no longer, before it counts as refused', () => {
    const all = Array.from({ length: MOST_UNKNOWN }, (_, attempts) => inMs({ attempts }));
    const minutes = all.reduce((sum, ms) => sum + ms, 0) / 60_000;
    expect(minutes).toBeGreaterThan(2);
    expect(minutes).toBeLessThan(6);
  });
});

describe('a removal that was refused for good', () => {
  const HOUR = 3_600_000;
  const next = (hours: number): number => {
    const removal = { ...leavingOf(refOf('1'), NOW), attempts: 3, code: 'final.is_inactive', readyAt: NOW, lease: 'l' };
    const now = NOW + hours * HOUR;
    const world = {
      clock: { now: () => now, sleep: async () => undefined },
      random: { id: () => 'id', fraction: () => 0 },
    };
    return (retryAt(world, removal, { end: 'refused', code: 'is_inactive', first: false }) - now) / HOUR;
  };

  it('is tried again after six hours, then each time after twice as long, and weekly at last, for ever', () => {
    expect([0, 6, 12, 24, 100, 1_000, 9_000].map(next)).toEqual([6, 6, 12, 24, 100, 168, 168]);
  });

  it('keeps on record what was done already, whatever goes wrong afterwards', () => {
    const later = { end: 'later', code: 'busy', afterMs: null, by: 'remove' } as const;
    const refused = { end: 'refused', code: 'is_inactive', first: true } as const;
    const blanked = { end: 'blanked', code: 'cant_delete_message', again: NOW, first: true } as const;
    expect([later, refused, blanked].map((tried) => codeKept({ code: '' }, tried))).toEqual([
      'busy',
      'final.is_inactive',
      'blanked',
    ]);
    expect(codeKept({ code: 'final.is_inactive' }, later)).toBe('final.is_inactive');
    expect([later, refused, blanked].map((tried) => codeKept({ code: 'blanked' }, tried))).toEqual([
      'blanked',
      'blanked',
      'blanked',
    ]);
  });
});
