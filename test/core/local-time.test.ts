import { describe, expect, it } from '@jest/globals';
import { localMoment, localTime } from '../../src/core/local-time.ts';

const NOON = Date.UTC(2026, 2, 4, 12, 7);

describe('times as people read them', () => {
  it('are those of the place where somebody is', () => {
    const at = (zone: string) => localTime({ locale: 'en', zone, now: NOON }, NOON);
    expect([at('Europe/Berlin'), at('America/New_York'), at('Asia/Kolkata')]).toEqual(['13:07', '07:07', '17:37']);
    expect(at('nowhere')).toBe('12:07');
  });

  it('have a date where it is another day there, in the language of whoever reads', () => {
    const late = NOON + 12 * 3_600_000;
    expect(localTime({ locale: 'en', zone: 'Europe/Berlin', now: NOON }, late)).toBe('5 March 2026, 01:07');
    expect(localTime({ locale: 'en', zone: 'America/New_York', now: NOON }, late)).toBe('19:07');
    expect(localTime({ locale: 'de', zone: 'Europe/Berlin', now: NOON }, late)).toBe('5. März 2026, 01:07');
    expect(localMoment({ locale: 'de', zone: 'Europe/Berlin' }, NOON)).toBe('4. März 2026, 13:07');
  });
});
