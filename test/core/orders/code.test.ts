import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { systemRandom } from '../../../src/adapters/system/system.ts';
import { codeIn, codesIn, keyedHash, newCode, sameHash } from '../../../src/core/orders/code.ts';

describe('the code of an order', () => {
  it('is two groups of four, without vowels and without what looks alike', () => {
    const codes = Array.from({ length: 200 }, () => newCode(systemRandom()));
    for (const code of codes) expect(code).toMatch(/^[2-9CDFGHJ-NPQRTVWX]{4}-[2-9CDFGHJ-NPQRTVWX]{4}$/);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('has every character about as often as every other', () => {
    const counts = new Map<string, number>();
    const codes = Array.from({ length: 5_000 }, () => newCode(systemRandom()).replace('-', ''));
    for (const character of codes.join('')) counts.set(character, (counts.get(character) ?? 0) + 1);
    // 40,000 characters, 1,600 of each expected; five standard deviations are about 196.
    expect(counts.size).toBe(25);
    for (const count of counts.values()) expect(Math.abs(count - 1_600)).toBeLessThan(200);
  });

  it('is drawn until there are enough characters, whatever the chance gives', () => {
    const ids = ['_____________________w', Buffer.alloc(16, 3).toString('base64url')];
    expect(newCode({ id: () => ids.shift() ?? '' })).toBe('5555-5555');
  });

  it('is known again as people send it', () => {
    for (const text of ['2CDF-9GHJ', ' 2cdf-9ghj\n', '2CDF–9GHJ', '`2CDF-9GHJ`', '*2Cdf-9ghJ*'])
      expect(codeIn(text)).toBe('2CDF-9GHJ');
  });

  it('is the whole text or none', () => {
    for (const text of [
      '',
      '2CDF9GHJ',
      '2CDF 9GHJ',
      '2CDF-9GH',
      '2CDF-9GHJK',
      'the code is 2CDF-9GHJ',
      '2CDF-9GHJ 2CDF-9GHJ',
      'PAY-ROLL',
      'ABCD-EFGH',
      '2CDF-9GH1',
      `${' '.repeat(100_000)}2CDF-9GHJ`,
    ])
      expect(codeIn(text)).toBeNull();
  });

  it('is found wherever a text quotes it, a few at most', () => {
    expect(codesIn('look: 2cdf-9ghj, `3CDF–9GHJ`.')).toEqual(['2CDF-9GHJ', '3CDF-9GHJ']);
    expect(codesIn('12CDF-9GHJ 2CDF-9GHJX ABCD-EFGH 2CDF - 9GHJ')).toEqual([]);
    expect(codesIn('2CDF-9GHJ '.repeat(100))).toHaveLength(8);
  });

  it('is compared by hashes of one key, as a whole', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(sameHash(a, b)).toBe(a === b);
      }),
    );
    const one = keyedHash({ key: 'k', of: 'code', value: 'v' });
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    for (const other of [
      { key: 'k2', of: 'code', value: 'v' },
      { key: 'k', of: 'person', value: 'v' },
      { key: 'k', of: 'code', value: 'v2' },
    ] as const)
      expect(keyedHash(other)).not.toBe(one);
  });
});
