import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { restrictionsHash } from '../../src/core/backed-up.ts';
import type { Restriction } from '../../src/core/types.ts';
import { FORMAT_1 } from '../main/backup/format-1.ts';
import { PLAIN_RESTRICTION } from '../support/restricting.ts';

const before: readonly Restriction[] = FORMAT_1.restrictions.map((one) => ({ ...PLAIN_RESTRICTION, ...one }));

describe('the hash of restrictions', () => {
  it('is the one of before where none says anything of the fields that came since', () => {
    expect(restrictionsHash(before)).toBe(FORMAT_1.hash);
  });

  it('is the same whatever their order and that of their fields', () => {
    const turned = before.toReversed().map((one) => {
      const entries = Object.entries(one).toReversed();
      return Object.fromEntries(entries) as unknown as Restriction;
    });
    expect(restrictionsHash(turned)).toBe(FORMAT_1.hash);
  });

  it('is another with whatever is said in any field', () => {
    const [first, ...rest] = before as [Restriction, ...Restriction[]];
    const changes: readonly Partial<Restriction>[] = [
      { title: 'other' },
      { forbids: [] },
      { appliesTo: ['pilot'] },
      { exceptGroups: ['hr'] },
      { places: ['channel'] },
      { countries: ['FR'] },
      { from: '2029-01-01T00:00:00.000Z' },
      { until: '2029-01-01T00:00:00.000Z' },
      { words: { de: 'Nein.' } },
      { contact: { en: 'HR' } },
      { rights: { en: 'By law.' } },
      { suspendedUntil: '2029-01-01T00:00:00.000Z' },
    ];
    // Every field but the id.
    expect(new Set(changes.flatMap((one) => Object.keys(one))).size).toBe(Object.keys(first).length - 1);
    const hashes = changes.map((change) => restrictionsHash([{ ...first, ...change }, ...rest]));
    expect(new Set([...hashes, FORMAT_1.hash]).size).toBe(changes.length + 1);
  });

  it('is another for any two sets that differ', () => {
    const list = fc.subarray(['a', 'b', 'c']);
    const one = fc.record({
      id: fc.constantFrom('x', 'y'),
      title: fc.constant('t'),
      forbids: list,
      appliesTo: list,
      exceptGroups: list,
      places: fc.subarray(['direct', 'channel'] as const),
      countries: list,
      from: fc.constantFrom(null, 'a', 'b'),
      until: fc.constantFrom(null, 'a', 'b'),
      words: fc.constantFrom({}, { en: 'a' }),
      contact: fc.constantFrom({}, { en: 'a' }),
      rights: fc.constantFrom({}, { en: 'a' }),
      suspendedUntil: fc.constantFrom(null, 'a', 'b'),
    });
    fc.assert(
      fc.property(one, one, (a: Restriction, b: Restriction) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(restrictionsHash([a]) === restrictionsHash([b])).toBe(same);
      }),
    );
  });
});
