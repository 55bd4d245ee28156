import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { retryAfterMs } from '../../../../src/adapters/backend/calling/retry-after.ts';

const NOW = Date.parse('2026-11-27T12:00:00Z');

describe('how long a system asks to be left alone', () => {
  it.each([
    ['0', 0],
    ['7', 7_000],
    [' 7 ', 7_000],
    ['999999999', 600_000],
    ['Fri, 27 Nov 2026 12:00:30 GMT', 30_000],
    ['Fri, 27 Nov 2026 11:00:00 GMT', 0],
    ['Fri, 27 Nov 2099 12:00:00 GMT', 600_000],
    ['', null],
    ['-1', null],
    ['1.5', null],
    ['soon', null],
    ['2026-11-27T12:00:30Z', null],
    ['Fri, 99 Nov 2026 12:00:30 GMT', null],
  ])('is read from "%s"', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });

  it('is never longer than ten minutes nor less than nothing, whatever is said (property)', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.integer().map(String),
          fc.date({ noInvalidDate: true }).map((at) => at.toUTCString()),
        ),
        (header) => {
          const ms = retryAfterMs(header, NOW) ?? 0;
          expect(ms >= 0 && ms <= 600_000).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
