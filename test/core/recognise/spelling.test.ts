import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSpelling } from '../../../src/core/recognise/spelling.ts';

const WORDS = ['salary', 'payslip', 'holiday', 'gehalt', 'earn', 'sallow', 'rarely', 'mona', 'urlaubstage'];
const COUNTS = Int32Array.of(9, 5, 5, 5, 5, 3, 2, 9, 4);
const spelling = createSpelling({ words: WORDS, counts: COUNTS, isLeftOut: (word) => word === 'mona' });

describe('spelling', () => {
  it.each([
    ['a letter too few', 'salry', 'salary'],
    ['a letter too many', 'paysllip', 'payslip'],
    ['another letter', 'holidey', 'holiday'],
    ['neighbours that changed places', 'gehlat', 'gehalt'],
    ['a letter at another place', 'slaary', 'salary'],
    ['a letter at the end', 'urlaubstagen', 'urlaubstage'],
    ['a short word with one too many', 'earns', 'earn'],
    ['the word itself', 'salary', 'salary'],
  ])('reads %s', (_, written, meant) => {
    expect(spelling.near(written)).toBe(meant);
  });

  it.each([
    '',
    'earn',
    'slry',
    'zalary',
    'monas',
    'rarelyy',
    'salaries',
    'qwertz',
    'yralas',
    'a'.repeat(21),
    '__proto__',
  ])('makes nothing of "%s"', (word) => {
    expect(spelling.near(word)).toBeNull();
  });

  it('takes the more frequent of two that are near', () => {
    const two = createSpelling({ words: ['money', 'monet'], counts: Int32Array.of(4, 7), isLeftOut: () => false });
    expect(two.near('monea')).toBe('monet');
  });

  it('finds each word of five letters or more behind every single slip but the first letter, and nothing far from it', () => {
    const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz');
    const slip = fc.record({
      word: fc.constantFrom('salary', 'payslip', 'holiday', 'gehalt', 'urlaubstage'),
      at: fc.nat(30),
      letter,
      how: fc.constantFrom('drop', 'add', 'change', 'swap'),
    });
    fc.assert(
      fc.property(slip, ({ word, at, letter: other, how }) => {
        const place = 1 + (at % (word.length - 2));
        const [before, rest] = [word.slice(0, place), word.slice(place)];
        const slipped = {
          drop: before + rest.slice(1),
          add: before + other + rest,
          change: before + other + rest.slice(1),
          swap: before + (rest[1] ?? '') + (rest[0] ?? '') + rest.slice(2),
        }[how];
        expect(spelling.near(slipped)).toBe(word);
      }),
    );
  });
});
