import { describe, expect, it } from '@jest/globals';
import { createFresh } from '../../../src/adapters/sealer/fresh.ts';

describe('fresh random bytes', () => {
  it('are never given twice, also where the pool ends and begins anew', () => {
    const fresh = createFresh(44);
    const all = Array.from({ length: 1_000 }, () => fresh());
    expect(new Set(all.map((bytes) => bytes.toString('hex'))).size).toBe(1_000);
    for (const bytes of all) expect(bytes).toHaveLength(44);
  });

  it('do not change when others are given or wiped', () => {
    const fresh = createFresh(16);
    const first = fresh();
    const before = first.toString('hex');
    for (let i = 0; i < 200; i++) fresh().fill(0);
    expect(first.toString('hex')).toBe(before);
  });
});
