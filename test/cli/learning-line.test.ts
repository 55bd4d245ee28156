import { describe, expect, it } from '@jest/globals';
import { learningLine } from '../../src/cli/learning-line.ts';

const terminal = (isTTY: boolean) => {
  const written: string[] = [];
  return { written, isTTY, write: (text: string) => written.push(text) };
};

describe('the line of learning', () => {
  it('says each percent once, on one line, and is gone in the end', () => {
    const seen = terminal(true);
    const say = learningLine(seen);
    for (const share of [0.1, 0.101, 0.5, 1]) say(share);
    expect(seen.written).toHaveLength(3);
    expect(seen.written[1]).toContain('50 %');
    expect(seen.written.every((text) => text.startsWith('\r') && !text.includes('\n'))).toBe(true);
    expect(seen.written.at(-1)).toBe('\r\u001b[K');
  });

  it('says nothing where nobody sits', () => {
    const seen = terminal(false);
    const say = learningLine(seen);
    for (const share of [0.1, 0.5, 1]) say(share);
    expect(seen.written).toEqual([]);
  });
});
