import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { frozen, thawed } from '../../../src/core/recognise/frozen.ts';

const numbers = fc.oneof(
  fc.int8Array(),
  fc.int16Array(),
  fc.int32Array(),
  fc.float32Array({ noNaN: true }),
  fc.float64Array({ noNaN: true }),
);
const leaf = fc.oneof(
  numbers,
  fc.array(fc.string({ unit: 'binary' })),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((it) => it + 0),
  fc.string(),
  fc.boolean(),
);
const key = fc.oneof(fc.stringMatching(/^[a-z]{1,8}$/), fc.constantFrom('constructor', 'toString', 'length'));
const data = fc.dictionary(
  key.filter((it) => it !== 'numbers'),
  fc.oneof(leaf, fc.dictionary(key, leaf)),
);

/** Numbers as lists, with their kinds beside them. */
const plain = (value: unknown): unknown => {
  if (ArrayBuffer.isView(value)) return [Object.prototype.toString.call(value), ...(value as Float64Array)];
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
};

const SMALL = { words: ['pay', '__proto__', 'ä'], table: Float32Array.of(1, 2, 3), inner: { ids: Int8Array.of(-1) } };

describe('data that is frozen', () => {
  it('is the same when it is thawed, wherever in memory it lies', () => {
    fc.assert(
      fc.property(data, fc.nat(9), (value, offset) => {
        const bytes = frozen(value);
        const moved = new Uint8Array(bytes.length + offset);
        moved.set(bytes, offset);
        const back = plain(thawed(moved.subarray(offset)));
        expect(JSON.stringify(back)).toBe(JSON.stringify(plain(value)));
      }),
    );
  });

  it('is nothing once its end is cut off', () => {
    const bytes = frozen(SMALL);
    for (let length = 0; length < bytes.length; length++) {
      const back = thawed(bytes.subarray(0, length)) as typeof SMALL | null;
      // What is cut behind the last number is filling.
      if (back !== null) expect(plain(back)).toEqual(plain(SMALL));
      if (length < bytes.length - 8) expect(back).toBeNull();
    }
  });

  it('is read or refused, and nothing else, whatever becomes of a byte', () => {
    const bytes = frozen(SMALL);
    const before = Object.getOwnPropertyNames(Object.prototype);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const other = bytes.slice();
        other[at] = value;
        expect(['object']).toContain(typeof thawed(other));
      }),
    );
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  });

  it('is nothing that others wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(thawed(bytes)).toBeNull();
      }),
    );
  });
});
