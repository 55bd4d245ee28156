import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isBackupName } from '../../../src/core/backup-ports.ts';
import { newestFirst, readStateName, readStretchName, stateName, stretchName } from '../../../src/main/backup/names.ts';

const lineage = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 12, maxLength: 12 });
const madeAt = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2100, 0) });
/** Redis counts in microseconds. */
const version = fc.integer({ min: 0, max: 9_000_000_000_000_000 });
const origin = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,62}$/);
const bytes = fc.integer({ min: 0, max: 999_999_999_999 });

describe('the name of a backup', () => {
  it('is one that every place takes, says what it is, and is read back', () => {
    fc.assert(
      fc.property(lineage, madeAt, version, (line, at, of) => {
        const name = stateName({ madeAt: at, lineage: line, version: of });
        expect(isBackupName(name)).toBe(true);
        expect(readStateName(name)).toEqual({ name, madeAt: at, lineage: line, version: of });
        expect(readStretchName(name)).toBeNull();
      }),
    );
    fc.assert(
      fc.property(lineage, origin, bytes, bytes, (line, log, a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b) + 1];
        const name = stretchName({ lineage: line, origin: log, from, to });
        expect(isBackupName(name)).toBe(true);
        expect(readStretchName(name)).toEqual({ name, lineage: line, origin: log, from, to });
        expect(readStateName(name)).toBeNull();
      }),
    );
  });

  it('sorts by age, and stretches of one log by where they begin', () => {
    fc.assert(
      fc.property(lineage, madeAt, madeAt, version, (line, a, b, of) => {
        const [x, y] = [a, b].map((at) => stateName({ madeAt: at, lineage: line, version: of })) as [string, string];
        expect(x < y).toBe(a < b);
      }),
    );
    fc.assert(
      fc.property(lineage, bytes, bytes, (line, a, b) => {
        const [x, y] = [a, b].map((from) => stretchName({ lineage: line, origin: 'slot-0', from, to: 1e12 })) as [
          string,
          string,
        ];
        expect(x < y).toBe(a < b);
      }),
    );
  });

  it('tells the newest by its version, and only then by the clock', () => {
    const of = (at: number, made: number) => ({ name: '', lineage: '', madeAt: at, version: made });
    const sorted = [of(9, 1), of(1, 2), of(5, 2), of(2, 1)].toSorted(newestFirst(10));
    expect(sorted.map(({ madeAt: at, version: made }) => [made, at])).toEqual([
      [2, 5],
      [2, 1],
      [1, 9],
      [1, 2],
    ]);
    // Where a clock ran ahead it says nothing.
    const ahead = [of(9, 1), of(1, 1), of(5, 1), of(1, 2)].toSorted(newestFirst(6));
    expect(ahead.map(({ madeAt: at }) => at)).toEqual([1, 5, 1, 9]);
  });

  it('is nobody else’s: anything that is not spelt so is passed over', () => {
    for (const name of [
      '',
      'a',
      '20261126t093000123z-a1b2c3d4e5f6-1',
      'a1b2c3d4e5f6.slot-0.000000000000009-000000000000009',
    ])
      expect([readStateName(name), readStretchName(name)]).toEqual([null, null]);
  });
});
