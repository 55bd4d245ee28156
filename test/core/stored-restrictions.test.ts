import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHANGES, changeRecord, keptPin, unpackChange } from '../../src/core/stored-restrictions.ts';

const change = fc.record({
  at: fc.integer({ min: -1, max: 9_999_999_999_999 }),
  change: fc.constantFrom(...CHANGES),
  id: fc.option(fc.string({ unit: fc.constantFrom('a', '|', '%', '0', ':', 'ß', '\u2028') })),
});

describe('the record of a change', () => {
  it('is read back as it was written, whatever the id, and none is another’s', () => {
    fc.assert(
      fc.property(change, change, (one, other) => {
        expect(unpackChange(changeRecord(one))).toEqual(one);
        const same = one.at === other.at && one.change === other.change && one.id === other.id;
        expect(changeRecord(one) === changeRecord(other)).toBe(same);
      }),
    );
  });

  it('is none of ours where anything else stands there', () => {
    for (const record of ['', '1', '1|', '1|published|a|b', 'x|published', '|published', '1|Published', '1.5|lifted'])
      expect(unpackChange(record)).toBeNull();
  });
});

describe('a pin', () => {
  it('is kept in whole milliseconds, and refused with a sentence where it is no such thing', () => {
    const pin = { pack: 'hash', at: 1.5, by: [], body: '' };
    expect(keptPin(pin)).toEqual({ ...pin, at: 2 });
    for (const wrong of [{ pack: '' }, { pack: 'x'.repeat(129) }, { by: Array.from({ length: 17 }, () => 'a') }])
      expect(() => keptPin({ ...pin, ...wrong })).toThrow(/was not kept\. Make the pack smaller/);
  });
});
