import { describe, expect, it } from '@jest/globals';
import { createBehind } from '../../src/core/behind.ts';

const NOW = 1_700_000_000_000;

describe('what was queued behind something', () => {
  it('is worth a look each time that a claim of its conversation ends, and no longer than something may be left', () => {
    const behind = createBehind();
    expect(behind.ended('a')).toBe(false);
    behind.queued({ conversation: 'a', now: NOW });
    behind.queued({ conversation: 'a', now: NOW });
    expect(behind.ended('b')).toBe(false);
    expect([behind.ended('a'), behind.ended('a'), behind.ended('a')]).toEqual([true, true, false]);
  });

  it('is looked for often for some seconds, since another process may free it', () => {
    const behind = createBehind();
    expect(behind.hurry(NOW)).toBe(false);
    behind.queued({ conversation: 'a', now: NOW });
    expect(behind.hurry(NOW + 2_999)).toBe(true);
    expect(behind.hurry(NOW + 3_000)).toBe(false);
  });

  it('is remembered for a bounded number of conversations', () => {
    const behind = createBehind();
    for (let n = 0; n <= 10_000; n++) behind.queued({ conversation: `c${n}`, now: NOW });
    expect(behind.ended('c9999')).toBe(true);
    expect(behind.ended('c10000')).toBe(false);
  });
});
