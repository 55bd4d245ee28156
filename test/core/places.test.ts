import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createPlaces, type Worked } from '../../src/core/places.ts';
import type { PlatformName } from '../../src/core/types.ts';

const fill = (places: ReturnType<typeof createPlaces>, what: Worked, platform: PlatformName, count: number) =>
  Array.from({ length: count }, () => places.take(what, platform));

describe('the places of a process', () => {
  it('leave eight to presses, however many questions come', () => {
    const places = createPlaces({ platforms: 1 });
    expect(places.forQueue()).toBe(56);
    fill(places, 'queued', 'slack', 56);
    expect(places.forQueue()).toBe(0);
    expect(places.free('arrived', 'slack')).toBe(false);
    for (let press = 0; press < 8; press++) {
      expect(places.free('press', 'slack')).toBe(true);
      places.take('press', 'slack');
    }
    expect(places.free('press', 'slack')).toBe(false);
  });

  it('are never all the queue’s where there are two platforms: what arrives on the other finds one', () => {
    const places = createPlaces({ platforms: 2 });
    fill(places, 'queued', 'teams', 42);
    expect(places.forQueue()).toBe(0);
    expect(places.free('arrived', 'teams')).toBe(false);
    expect(places.free('arrived', 'slack')).toBe(true);
    fill(places, 'arrived', 'slack', 14);
    expect(places.free('arrived', 'slack')).toBe(false);
  });

  it('are given back', () => {
    const places = createPlaces({ platforms: 2 });
    for (const leave of fill(places, 'queued', 'teams', 42)) leave();
    expect(places.forQueue()).toBe(42);
    expect(places.free('arrived', 'teams')).toBe(true);
  });

  it('are never more than sixty-four for whoever asks first, and one for a press while there are fewer', () => {
    const act = fc.record({
      what: fc.constantFrom('queued' as const, 'arrived' as const, 'press' as const),
      platform: fc.constantFrom('slack' as const, 'teams' as const),
      leave: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 }), fc.array(act, { maxLength: 300 }), (platforms, acts) => {
        const places = createPlaces({ platforms });
        const taken: (() => void)[] = [];
        for (const { what, platform, leave } of acts) {
          const may = what === 'queued' ? places.forQueue() > 0 : places.free(what, platform);
          if (may) taken.push(places.take(what, platform));
          expect(taken.length).toBeLessThanOrEqual(64);
          expect(places.free('press', platform)).toBe(taken.length < 64);
          if (leave) taken.shift()?.();
        }
      }),
    );
  });
});
