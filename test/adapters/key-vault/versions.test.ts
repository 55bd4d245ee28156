import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  counting,
  endsAt,
  isUsable,
  nextChange,
  usable,
  type Version,
  whyNone,
} from '../../../src/adapters/key-vault/versions.ts';

const time = fc.integer({ min: 0, max: 100 });
const bound = fc.option(time);
const versions: fc.Arbitrary<readonly Version[]> = fc
  .array(fc.record({ enabled: fc.boolean(), created: time, from: bound, until: bound }), { maxLength: 12 })
  .map((made) => made.map((version, index) => ({ ...version, id: `v${index}` })));

describe('the versions of a secret', () => {
  it('KV3 are usable exactly while enabled and within their times', () => {
    const version = { enabled: true, from: 10, until: 20 };
    expect([9, 10, 19, 20].map((now) => isUsable(version, now))).toEqual([false, true, true, false]);
    expect(isUsable({ ...version, enabled: false }, 15)).toBe(false);
    expect(isUsable({ enabled: true, from: null, until: null }, 0)).toBe(true);
  });

  it('KV3 come newest first, all that are usable and no other, whatever order the vault tells them in', () => {
    fc.assert(
      fc.property(versions, time, (all, now) => {
        const found = usable(all, now);
        expect(new Set(found)).toEqual(new Set(all.filter((version) => isUsable(version, now))));
        for (const [index, version] of found.entries())
          expect(version.created).toBeLessThanOrEqual(found[index - 1]?.created ?? Number.POSITIVE_INFINITY);
        expect(usable(all.toReversed(), now)).toEqual(found);
      }),
    );
  });

  it('KV7 of a key count until they are disabled, once another has taken their place; where none is usable, none counts', () => {
    fc.assert(
      fc.property(versions, time, (all, now) => {
        const inTime = usable(all, now);
        expect(counting(all, { now, untilDisabled: false })).toEqual(inTime);
        const found = counting(all, { now, untilDisabled: true });
        expect(found[0]).toBe(inTime[0]);
        const begun = all.filter(({ enabled, from }) => enabled && (from ?? 0) <= now);
        expect(new Set(found)).toEqual(new Set(inTime.length === 0 ? [] : begun));
        expect(found).toHaveLength(new Set(found).size);
        // With a bound on how many are kept, the newest are.
        const behind = found.slice(1).map(({ created }) => created);
        expect(behind).toEqual(behind.toSorted((a, b) => b - a));
        expect(counting(all.toReversed(), { now, untilDisabled: true })).toEqual(found);
      }),
    );
  });

  it('change by time alone not before it was said that they would, and are looked at again by then', () => {
    fc.assert(
      fc.property(versions, time, (all, now) => {
        const next = nextChange(all, now);
        for (let later = now; later < (next ?? 102); later += 1)
          for (const untilDisabled of [true, false])
            expect(counting(all, { now: later, untilDisabled })).toEqual(counting(all, { now, untilDisabled }));
        expect(next ?? now + 1).toBeGreaterThan(now);
      }),
    );
  });

  it('say why none is usable by the newest of them', () => {
    const version = { id: 'a', enabled: true, created: 1, from: null, until: null };
    expect(whyNone([], 5)).toBe('missing');
    expect(whyNone([{ ...version, enabled: false }], 5)).toBe('disabled');
    expect(whyNone([{ ...version, until: 5 }], 5)).toBe('expired');
    expect(
      whyNone(
        [
          { ...version, from: 6 },
          { ...version, id: 'b', created: 0, enabled: false },
        ],
        5,
      ),
    ).toBe('not-yet');
    expect(
      whyNone(
        [
          { ...version, until: 5 },
          { ...version, id: 'b', created: 2, enabled: false },
        ],
        5,
      ),
    ).toBe('disabled');
  });

  it('KV8 end where nothing newer follows that begins in time, lasts longer and is enabled', () => {
    const old = { id: 'a', enabled: true, created: 1, from: null, until: 50 };
    const newer = { id: 'b', enabled: true, created: 2, from: 40, until: 90 };
    expect(endsAt([old], old)).toBe(50);
    expect(endsAt([old, newer], old)).toBe(90);
    expect(endsAt([old, { ...newer, until: null }], old)).toBeNull();
    expect(endsAt([{ ...old, until: null }], { ...old, until: null })).toBeNull();
    expect(endsAt([old, { ...newer, from: 50 }], old)).toBe(90);
    expect(endsAt([old, { ...newer, enabled: false }], old)).toBe(50);
    expect(endsAt([old, { ...newer, from: 51 }], old)).toBe(50);
    expect(endsAt([old, { ...newer, until: 50 }], old)).toBe(50);
    expect(endsAt([old, { ...newer, created: 0 }], old)).toBe(50);
  });

  it('KV8 end at the end of the last of a row, whatever order the vault tells them in', () => {
    const row = [1, 2, 3, 4].map((n) => ({ id: `v${n}`, enabled: true, created: n, from: n * 10, until: n * 10 + 15 }));
    const [first] = row;
    if (first === undefined) throw new Error('no row');
    for (const all of [row, row.toReversed()]) {
      expect(endsAt(all, first)).toBe(55);
      expect(
        endsAt(
          all.filter(({ id }) => id !== 'v3'),
          first,
        ),
      ).toBe(35);
    }
  });

  it('KV8 end when they are said to: until then something is usable, however many there are', () => {
    fc.assert(
      fc.property(versions, time, (all, now) => {
        const [current] = usable(all, now);
        if (current === undefined) return;
        const end = endsAt(all, current);
        expect(end ?? now + 1).toBeGreaterThan(now);
        for (let later = now; later < (end ?? 102); later += 1) expect(usable(all, later)).not.toEqual([]);
      }),
    );
  });
});
