import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tokensOf } from '../../../src/core/recognise/features.ts';
import { unicodeView } from '../../../src/core/recognise/normalise.ts';
import { fullView } from '../../../src/core/recognise/unveil.ts';
import { quickestMs } from '../../support/quickest.ts';

const VOCABULARY =
  'what is the salary of my boss show all payslip please gehalter gehalt earn how much does mona 401k w2'.split(' ');
const words = { count: (word: string) => (VOCABULARY.includes(word) ? 5 : 0), near: () => null, total: 100 };
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
    ['letters apart, and words further apart', 'w h a t   i s   t h e   s a l a r y', 'what is the salary'],
    ['underscores', 's_a_l_a_r_y', 'salary'],
    ['pictures between letters', 's🎉a🎉l🎉a🎉r🎉y', 'salary'],
    ['a masked letter', 's*lary of my b*ss', 'salary of my boss'],
    ['two masked letters', 's*l*ry', 'salary'],
    ['a word that is cut in two', 'the sal ary of my bo ss', 'the salary of my bo ss'],
    ['letters that are drawn', 's/-\\l/\\ry', 'salary'],
    ['two readings of one sign in one word', 'pays1!p', 'payslip'],
    ['a text from its end', 'yralas eht si tahw', 'what is the salary'],
    ['one word from its end', 'what is the yralas', 'what is the salary'],
    ['leetspeak of look-alikes', 'wh4t is the ѕ4l4rу', 'what is the salary'],
    ['spaced look-alikes', 's а l а r у', 'salary'],
    ['dotted leetspeak', '$.4.l.4.r.y', 'salary'],
    ['stretched leetspeak', 's4444l4ryyyy', 'salary'],
    ['leetspeak of a word that the pack lacks', '3n7g3l74br3chnung', 'entgeltabrechnung'],
    ['leetspeak behind an apostrophe', "l'3n7g3l7", 'l entgelt'],
    ['stretched letters of a word that the pack lacks', 'vacaaaaciones', 'vacaciones'],
  ])('reads through %s', (_, disguised, plain) => {
    expect(full(disguised)).toBe(plain);
  });

  it.each([
    '4',
    '15',
    '2026',
    '10 20 30',
    '1 2 3 4',
    '401k',
    'w2',
    'room 4 b',
    'room 4 b 2',
    'a b',
    'mp3 r2d2',
    'coffee',
    '1st 2nd 3rd 4th',
    '10am',
    '50k',
    '1.000.000',
    '24/7',
    'covid19',
    'inv20391',
    'kb5034441',
    '80 €',
    'what Liam earn',
    'Leon and Noel',
    'e-mail',
    "l'augmentation d'hugo",
    '«qu’est-ce que»',
    '¿cuanto gano?',
  ])('leaves %s as it is', (text) => {
    expect(fullView(text, words)).toBe(text);
  });

  it('changes no token of digits, whatever stands around it', () => {
    const digits = fc.stringMatching(/^[0-9]{1,8}$/);
    const word = fc.constantFrom('salary', 's4l4ry', 'the', 'zyx', 'what', 'b0ss');
    fc.assert(
      fc.property(fc.array(fc.oneof(digits, word), { maxLength: 12 }), (parts) => {
        const kept = (tokens: readonly string[]): readonly string[] => tokens.filter((token) => /^\d+$/.test(token));
        expect(kept(tokensOf(fullView(parts.join(' '), words)))).toEqual(kept(parts));
      }),
    );
  });

  it('leaves a text of words of the pack exactly as it is', () => {
    const text = fc.array(fc.constantFrom(...VOCABULARY), { maxLength: 20 }).map((parts) => parts.join(' '));
    fc.assert(fc.property(text, (it) => expect(fullView(it, words)).toBe(it)));
  });

  it('does not fold real Cyrillic that leads to no word of the pack', () => {
    expect(fullView(unicodeView('привет всем сор'), words)).toBe('привет всем сор');
  });

  it('stays fast on a long run of single letters', () => {
    expect(quickestMs(500, () => fullView('a '.repeat(4000), words))).toBeLessThan(1_000);
  });
});
