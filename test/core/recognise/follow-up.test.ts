import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayOf } from '../../../src/core/recognise/calendar.ts';
import { ellipsisOf } from '../../../src/core/recognise/follow-up.ts';
import { pronounsIn } from '../../../src/core/recognise/people.ts';
import { slotsIn } from '../../../src/core/slots.ts';

const TODAY = dayOf({ year: 2026, month: 11, day: 26 }) ?? 0;

/** Words of a pack that asks about leave, pay and the like. */
const PACK = new Set(
  'payslip bonus leave salary holidays net gross sick days booked who when can see have gehalt urlaub abrechnung wer wann salaire conges paie fiche nomina vacaciones cuanto manager team office laptop'.split(
    ' ',
  ),
);
const NAMES = ['Mona', 'Keller', 'Hugo'];

const read = (text: string) => {
  const { tokens, covered } = slotsIn(null, { text, today: TODAY, monthFirst: false });
  const names = text
    .split(/[^\p{L}]+/u)
    .filter((word) => NAMES.some((name) => new RegExp(`^${name}s?$`, 'i').test(word)));
  return ellipsisOf({
    tokens,
    covered,
    names: names.map((name) => name.toLowerCase()),
    pronouns: pronounsIn(text).length > 0,
    knows: (word) => PACK.has(word),
  });
};

describe('A text that only goes on with what was asked', () => {
  it.each([
    'and last year?',
    'last year?',
    'October',
    'october please',
    'what about last month',
    'how about in May 2025?',
    'and for Q3',
    'the same for last year',
    'what was it in 2024?',
    'und letztes Jahr?',
    'und im Oktober',
    'wie war es letzten Monat?',
    "et l'année dernière ?",
    'et en mai',
    'y el mes pasado',
    'y en octubre?',
    'que tal en 2024',
  ])('by a time speaks of nobody: "%s"', (text) => {
    expect(read(text)).toMatchObject({ kind: 'bare', speaks: 'nobody' });
  });

  it.each([
    'and Mona?',
    'Mona Keller',
    'what about hers?',
    'same for Hugo',
    "and Mona's last year?",
    'how about him',
    'und Mona?',
    'und Monas?',
    'dasselbe für Hugo bitte',
    'et Mona ?',
    'pareil pour Hugo',
    'et elle ?',
    'same for Zoltan',
    'und Zoltan Farkas?',
    'y Mona?',
    'lo mismo para Hugo',
    'y el de ella?',
  ])('by a person speaks of somebody: "%s"', (text) => {
    expect(read(text)).toMatchObject({ kind: 'bare', speaks: 'somebody' });
  });

  it.each(['and mine?', 'what about me', 'mine', 'und ich?', 'und bei mir?', 'et moi ?', 'y yo?', 'y el mío?'])(
    'by its writer speaks of them: "%s"',
    (text) => {
      expect(read(text)).toMatchObject({ kind: 'bare', speaks: 'self' });
    },
  );

  it.each([
    'my payslip',
    'show my payslip of last month',
    'how many days of leave have I left next week',
    'who is my manager',
    'who is off tomorrow',
    'wann ist Zahltag im Oktober',
    'mes fiches de paie du mois dernier',
    'cuanto gana Mona',
    'and the sick days and the holidays?',
    'hello',
    'thanks!',
    'ok',
    'and?',
    '',
    '🎉',
    'asdf',
    'and this goes on for so many words that whoever wrote it surely says themselves what it is that they want, in May',
  ])('is no other: "%s"', (text) => {
    expect(read(text).kind).toBe('none');
  });

  it.each([
    'payslip october',
    'and the net last year?',
    'and my paslip?',
    'und das Gehalt von Mona?',
    'et la paie de Mona',
    'and the payslip?',
  ])('may have a word left, which counts where nothing else was made of it: "%s"', (text) => {
    expect(['nearly', 'none']).toContain(read(text).kind);
    expect(read(text).kind).not.toBe('bare');
  });

  it('is told whatever is written, and the same each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(read(text)).toEqual(read(text));
      }),
    );
  });
});
