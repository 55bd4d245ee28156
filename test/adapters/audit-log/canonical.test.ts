import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '../../../src/adapters/audit-log/canonical.ts';

const whole = fc.maxSafeInteger();
const leaf = fc.oneof(
  whole,
  fc.boolean(),
  fc.constant(null),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
);
const value = fc.oneof(
  leaf,
  fc.array(leaf),
  fc.dictionary(fc.string({ unit: 'grapheme' }), fc.oneof(leaf, fc.array(leaf))),
);

/** The same content with its keys in the opposite order. */
const reversed = (given: unknown): unknown =>
  given !== null && typeof given === 'object' && !Array.isArray(given)
    ? Object.fromEntries(Object.entries(given).reverse())
    : given;

describe('canonical JSON', () => {
  it('has one spelling for one content, and reads back as what it was', () => {
    fc.assert(
      fc.property(value, (given) => {
        const spelt = canonicalJson(given);
        expect(canonicalJson(reversed(given))).toBe(spelt);
        expect(JSON.parse(spelt)).toEqual(JSON.parse(JSON.stringify(given)));
        expect(spelt).not.toMatch(/[\n\r]/);
      }),
    );
  });

  it('spells as the standard example does', () => {
    expect(canonicalJson({ b: [1, 'ä"\\\n', null], a: { d: true, c: -5 }, 10: 'ten', 9: '😀' })).toBe(
      '{"10":"ten","9":"😀","a":{"c":-5,"d":true},"b":[1,"ä\\"\\\\\\n",null]}',
    );
  });

  it('refuses what has several spellings or none', () => {
    const deep = [[[[[[[1]]]]]]];
    const numbers = [0.1, -0, 1e21, Number.NaN, Infinity, 2 ** 53];
    const things = [undefined, 1n, () => 1, Symbol('s'), new Date(), new Map(), deep];
    const halves = ['\ud800', '\udc00\ud800', 'a\ud83d'];
    const refused: readonly unknown[] = [...numbers, ...things, ...halves];
    for (const given of refused)
      for (const at of [{ a: given }, { a: [given] }, given])
        expect(() => canonicalJson(at)).toThrow(expect.objectContaining({ code: 'audit-unavailable' }));
    expect(() => canonicalJson({ '\ud800': 1 })).toThrow(expect.objectContaining({ code: 'audit-unavailable' }));
  });

  it('never repeats in its refusal what it refused', () => {
    const message = (() => {
      try {
        return canonicalJson({ secret: 'salary of Mona \ud800' });
      } catch (error) {
        return String(error);
      }
    })();
    expect(message).toContain('lone surrogate');
    expect(message).not.toMatch(/salary|Mona|secret/);
  });
});
