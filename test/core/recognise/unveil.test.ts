import { describe, expect, it } from '@jest/globals';
import { tokensOf } from '../../../src/core/recognise/features.ts';
import { unicodeView } from '../../../src/core/recognise/normalise.ts';
import { fullView } from '../../../src/core/recognise/unveil.ts';

const VOCABULARY =
  'what is the salary of my boss show all payslip please gehalter gehalt earn how much does mona 401k w2'.split(' ');
const words = { count: (word: string) => (VOCABULARY.includes(word) ? 5 : 0), total: 100 };
const full = (text: string): string => tokensOf(fullView(unicodeView(text), words)).join(' ');

describe('the full view', () => {
  it.each([
    ['leetspeak', 'wh4t is the $4l4ry of my b0ss', 'what is the salary of my boss'],
    ['leetspeak with i and l', 'sa1ary p4ys1ip', 'salary payslip'],
    ['a sign at the end', 's@l@ry!', 'salary'],
    ['spaced letters', 's a l a r y', 'salary'],
    ['a spaced sentence', 'w h a t i s t h e s a l a r y', 'what is the salary'],
    ['dotted letters', 's.a.l.a.r.y of m.y boss', 'salary of my boss'],
    ['dashes', 's-a-l-a-r-y', 'salary'],
    ['spaced leetspeak', '$ 4 l 4 r y', 'salary'],
    ['dashes inside', 'sal-ary pay_slip', 'salary payslip'],
    ['stretched letters', 'salaryyyyy pleeeease', 'salary please'],
    ['spelt-out umlauts', 'Gehaelter', 'gehalter'],
    ['a word wholly of look-alikes', 'ѕаӏаrу', 'salary'],
  ])('reads through %s', (_, disguised, plain) => {
    expect(full(disguised)).toBe(plain);
  });

  it.each(['4', '15', '2026', '10 20 30', '1 2 3 4', '401k', 'w2', 'room 4 b', 'a b', 'mp3 r2d2', 'coffee'])(
    'leaves %s as it is',
    (text) => {
      expect(fullView(text, words)).toBe(text);
    },
  );

  it('does not fold real Cyrillic that leads to no word of the pack', () => {
    expect(fullView(unicodeView('привет всем сор'), words)).toBe('привет всем сор');
  });

  it('stays fast on a long run of single letters', () => {
    const before = process.cpuUsage();
    fullView('a '.repeat(4000), words);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(500);
  });
});
