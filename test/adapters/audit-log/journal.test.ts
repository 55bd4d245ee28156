import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Batch, batchAt, encodeBatch } from '../../../src/adapters/audit-log/journal.ts';
import { journalFirst, journalPath } from '../../../src/adapters/audit-log/layout.ts';

const batches = (bytes: Buffer): { readonly whole: readonly Batch[]; readonly end: string } => {
  const whole: Batch[] = [];
  for (let at = 0; ; ) {
    const found = batchAt(bytes, at);
    if (typeof found === 'string') return { whole, end: found };
    whole.push(found);
    at = found.to;
  }
};

describe('a journal', () => {
  it('gives back its batches, and however it is cut, only those that are whole', () => {
    const text = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
    const batch = fc.record({ texts: fc.array(text, { minLength: 1, maxLength: 5 }), note: text });
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 4 }), fc.nat(), (given, cut) => {
        const encoded = given.map(({ texts, note }) => encodeBatch(texts, note));
        const bytes = Buffer.concat(encoded);
        const read = batches(bytes);
        expect(read.end).toBe('none');
        expect(
          read.whole.map(({ spans, note }) => ({
            texts: spans.map(({ start, end }) => bytes.toString('utf8', start, end)),
            note,
          })),
        ).toEqual(given);
        const left = batches(bytes.subarray(0, cut % (bytes.length + 1)));
        expect(left.whole).toEqual(read.whole.slice(0, left.whole.length));
        const ends = [0, ...read.whole.map(({ to }) => to)];
        expect(left.end).toBe(ends.includes(cut % (bytes.length + 1)) ? 'none' : 'part');
      }),
    );
  });

  it('takes a block of zeros for no batch', () => {
    const whole = encodeBatch(['{}'], 'note');
    expect(batches(Buffer.concat([whole, Buffer.alloc(4_096)]))).toMatchObject({ end: 'bad' });
    expect(batchAt(encodeBatch(['{}'], 'x'.repeat(9_000)), 0)).toBe('bad');
  });

  it('is named by its first entry, in the order of numbers', () => {
    expect(journalPath('/logs/slot-0', 8_192)).toBe('/logs/slot-0/journal/000000000008192');
    expect([journalFirst('000000000008192'), journalFirst('8192'), journalFirst('x')]).toEqual([8_192, null, null]);
  });
});
