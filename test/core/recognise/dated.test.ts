import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isoDay, partsOf } from '../../../src/core/recognise/calendar.ts';
import { datedOf } from '../../../src/core/recognise/dated.ts';
import { unicodeView } from '../../../src/core/recognise/normalise.ts';
import { whenIn } from '../../../src/core/recognise/when.ts';
import { quickestMs } from '../../support/quickest.ts';
import { endingInYear, SPELLINGS, someDay } from './spelt-dates.ts';

const named = (text: string): string => datedOf(unicodeView(text)).named;
const words = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
const bare = (text: string): string => words(datedOf(unicodeView(text)).bare);

/** A Friday. */
const TODAY = 20_784;
const read = (text: string, monthFirst = false): readonly string[] =>
  whenIn({ text, today: TODAY, looks: 'ahead', monthFirst }).stretches.map(
    ({ from, to }) => `${isoDay(from)}/${isoDay(to)}`,
  );

describe('Dates in what is recognised', () => {
  it.each([
    ['leave from 1 March 2027 to 5 March 2027 please', 'leave DAYS please'],
    ['leave, 3 to 7 May', 'leave, DAYS'],
    ['Urlaub vom 1. März 2027 bis zum 5. März 2027 buchen', 'urlaub DAYS buchen'],
    ['between the 3rd and the 7th of May 2027', 'DAYS'],
    ['3.-7. Mai frei', 'DAYS frei'],
    ['March 1st to 5th, 2027 off', 'DAYS off'],
    ['off on the 1st of March 2027?', 'off DAY?'],
    ['on the first of March 2027', 'DAY'],
    ['Monday, 4 May 2026', 'DAY'],
    ['zwei Tage frei ab 12.5.', 'zwei tage frei DAY'],
    ['from Monday 1 March to Friday 5 March 2027', 'DAYS'],
    ['31 April 2027', 'DAY'],
    ["jusqu'au 3 mai 2027", 'DAY'],
    // Of a month the month is left.
    ['my leave in March 2027', 'my leave in march'],
    ['octubre de 2027', 'octubre'],
    ['3 May 2027 and all of June 2027', 'DAY and all of june'],
  ])('"%s" reads "%s"', (text, is) => {
    expect(words(named(text))).toBe(is);
  });

  it.each([
    ['10.0.0.1'],
    ['version 3.5'],
    ['may I have 3 days'],
    ['room 12'],
    ['+49 30 1234567'],
    ['in 2027'],
    ['1/2 day'],
    ['45/45/2027'],
    ['DAY and DAYS'],
    [''],
  ])('there is none in "%s"', (text) => {
    expect(named(text)).toBe(text.toLowerCase());
    expect(bare(text)).toBe(text.toLowerCase());
  });

  it('what leads up to one goes with it, but for an "on" that may be how somebody is paid', () => {
    expect(bare('what is Hugo on on 1 March 2027')).toBe('what is hugo on');
    expect(bare('what is Hugo on 1 March 2027')).toBe('what is hugo on');
    expect(bare('wie viel Urlaub habe ich am Montag, dem 1. März 2027')).toBe('wie viel urlaub habe ich');
  });

  it('a date is one in whatever spelling, and guards read the text as if it were not there', () => {
    fc.assert(
      fc.property(someDay, fc.constantFrom(...SPELLINGS), fc.boolean(), (day, { of, on }, us) => {
        const date = of(partsOf(day), us);
        expect(words(named(`my leave ${on(date)} please`))).toBe('my leave DAY please');
        expect(bare(`my leave ${on(date)} please`).replace(' on', '')).toBe('my leave please');
        expect(bare(`${date}: my leave`)).toBe(': my leave');
      }),
    );
  });

  it('a stretch of days is one in whatever spelling', () => {
    fc.assert(
      fc.property(someDay, someDay, fc.constantFrom(...SPELLINGS), fc.boolean(), (one, other, spelling, us) => {
        const [first, last] = [one, other].map((day) => spelling.of(partsOf(day), us));
        const range = spelling.from(first ?? '', last ?? '');
        expect(words(named(`my leave ${range} please`))).toBe('my leave DAYS please');
        expect(bare(`my leave ${range} please`)).toBe('my leave please');
      }),
    );
  });

  it('and is read as exactly that day, or from that to that', () => {
    fc.assert(
      fc.property(
        someDay,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(...SPELLINGS),
        fc.boolean(),
        (day, more, spelling, us) => {
          const { of, on, from, language } = spelling;
          const [first, last] = [of(partsOf(day), us), of(partsOf(day + more), us)];
          const [is, to] = [isoDay(day), isoDay(day + more)];
          expect(read(`leave ${on(first)} please`, us)).toEqual([`${is}/${is}`]);
          expect(read(`leave ${from(first, last)} please`, us)).toEqual([`${is}/${to}`]);
          expect(read(`leave ${endingInYear(language, day, day + more)}, please`, us)).toEqual([`${is}/${to}`]);
        },
      ),
    );
  });

  it('64 KiB of anything take less than 50 ms', () => {
    const unit = fc.array(
      fc.constantFrom(
        ...'1 31 . / - 2027 march mai , to bis und and from vom le 1. 5.5. 5.5.2027 monday the of de x \n'.split(' '),
      ),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(unit, fc.constantFrom('', ' '), (it, blank) => {
        const text = it.join(blank).concat(blank).repeat(65_536).slice(0, 65_536);
        expect(quickestMs(50, () => datedOf(text))).toBeLessThan(100);
      }),
      { numRuns: 60 },
    );
  });
});
