import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Restriction } from '../../../src/core/types.ts';
import { momentOf, shifted, windowOf } from '../../../src/policies/reach/window.ts';
import { NOON, restriction } from '../support.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

const iso = (ms: number): string => new Date(NOON + ms).toISOString();
const one = (changed: Partial<Restriction> = {}): Restriction => restriction({ id: 'one', ...changed });
const window = (before: readonly Restriction[], after: readonly Restriction[]) => {
  const { from, to } = windowOf({ before, after, now: NOON });
  return { from: from - NOON, to: to === null ? null : to - NOON };
};

describe('when a change makes itself felt', () => {
  it.each<readonly [string, readonly Restriction[], readonly Restriction[], number, number | null]>([
    ['from now on', [], [one()], 0, null],
    ['until it ends', [], [one({ until: iso(DAY) })], 0, DAY],
    ['from when it begins', [], [one({ from: iso(DAY), until: iso(WEEK) })], DAY, WEEK],
    ['when a suspension is over', [], [one({ suspendedUntil: iso(HOUR) })], HOUR, null],
    ['while it is suspended', [one()], [one({ suspendedUntil: iso(4 * HOUR) })], 0, 4 * HOUR],
    ['after the end that was brought forward', [one({ until: iso(WEEK) })], [one({ until: iso(DAY) })], DAY, WEEK],
    ['before the beginning that was put off', [one()], [one({ from: iso(DAY) })], 0, DAY],
    ['now, where it lapsed before it was lifted', [one({ until: iso(-DAY) })], [], 0, null],
    ['now, where its words alone change', [one()], [one({ words: { en: 'Ask later.' } })], 0, null],
    ['now, where another one says the same', [one()], [one(), one({ id: 'two', title: 'Again' })], 0, null],
  ])('%s', (_, before, after, from, to) => {
    expect(window(before, after)).toEqual({ from, to });
  });

  it('is the moment at which most of what restricts a topic holds together', () => {
    const restrictions = [
      one({ until: iso(3 * DAY) }),
      one({ id: 'two', from: iso(DAY), until: iso(2 * DAY) }),
      one({ id: 'three', from: iso(4 * DAY) }),
    ];
    expect(momentOf(restrictions, NOON) - NOON).toBe(DAY);
    expect(momentOf([], NOON)).toBe(NOON);
    expect(momentOf([one({ until: iso(-DAY) })], NOON)).toBe(NOON);
  });
});

describe('a moment that is shifted', () => {
  it('lies within the window, at the same time of day and on the same weekday where the window is long enough', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: NOON - 40 * DAY, max: NOON }),
        fc.integer({ min: NOON - 60 * DAY, max: NOON + 60 * DAY }),
        fc.option(fc.integer({ min: 1, max: 10 * DAY })),
        (moment, from, length) => {
          const to = length === null ? null : from + length;
          const at = shifted(moment, { from, to });
          expect(at).toBeGreaterThanOrEqual(from);
          if (to !== null) expect(at).toBeLessThan(to);
          if (length === null || length >= WEEK) expect((at - moment) % WEEK === 0).toBe(true);
          else if (length >= DAY) expect((at - moment) % DAY === 0).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is the beginning of a window that the time of day does not come by in', () => {
    expect(shifted(NOON - DAY + 5 * HOUR, { from: NOON, to: NOON + HOUR })).toBe(NOON);
  });
});
