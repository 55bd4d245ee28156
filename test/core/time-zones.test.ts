import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isoDay } from '../../src/core/recognise/calendar.ts';
import { asTimeZone, todayIn, writesMonthFirst, zoneOf } from '../../src/core/time-zones.ts';
import { COUNTRIES } from '../../src/policies/countries.ts';

const zone = (o: { said?: string | null; timeZone?: string | null; country?: string }): string =>
  zoneOf({
    said: o.said ?? null,
    person: { country: o.country ?? 'DE', ...(o.timeZone === undefined ? {} : { timeZone: o.timeZone }) },
  });

describe('Where somebody is who writes', () => {
  it('is where the platform says, then the directory, then their country, then UTC', () => {
    expect(zone({ said: 'Asia/Tokyo', timeZone: 'America/Denver' })).toBe('Asia/Tokyo');
    expect(zone({ timeZone: 'America/Denver' })).toBe('America/Denver');
    expect(zone({ timeZone: null })).toBe('Europe/Berlin');
    expect(zone({ country: 'US' })).toBe('America/New_York');
    expect(zone({ country: '??' })).toBe('UTC');
  });

  it('is nowhere that no time zone is called so', () => {
    for (const said of ['Mars/Base', '', '../etc', '+02:00', 'a'.repeat(5_000), 'Europe/Berlin\u0000', '__proto__'])
      expect([said, zone({ said, country: 'AT' })]).toEqual([said, 'Europe/Vienna']);
    for (const said of [null, undefined, 7, {}, ['UTC']]) expect(asTimeZone(said)).toBeNull();
  });

  it('is known for every country that people may be of, as a zone that there is', () => {
    const all = Array.from({ length: 676 }, (_, at) => String.fromCharCode(65 + Math.floor(at / 26), 65 + (at % 26)));
    const uninhabited = new Set(['AQ', 'BV', 'HM', 'UM']);
    const without = all.filter(
      (code) => COUNTRIES.has(code) && !uninhabited.has(code) && zone({ country: code }) === 'UTC',
    );
    expect(without).toEqual([]);
    for (const code of all)
      expect([code, asTimeZone(zone({ country: code }))]).toEqual([code, zone({ country: code })]);
  });

  it('says which day it is there, on both sides of midnight and of the date line', () => {
    const at = Date.parse('2026-10-31T23:30:00Z');
    expect(isoDay(todayIn('Europe/Berlin', at))).toBe('2026-11-01');
    expect(isoDay(todayIn('Europe/London', at))).toBe('2026-10-31');
    expect(isoDay(todayIn('America/Los_Angeles', at))).toBe('2026-10-31');
    expect(isoDay(todayIn('Pacific/Kiritimati', at))).toBe('2026-11-01');
    expect(isoDay(todayIn('no zone', at))).toBe('2026-10-31');
  });

  it('is never further than a day from UTC, whatever is said', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 4_000_000_000_000 }), (said, now) => {
        expect(Math.abs(todayIn(zone({ said }), now) - Math.floor(now / 86_400_000))).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('writes the month first in the United States and few other places', () => {
    expect(['US', 'PH', 'GB', 'DE', 'CA', ''].map(writesMonthFirst)).toEqual([true, true, false, false, false, false]);
  });
});
