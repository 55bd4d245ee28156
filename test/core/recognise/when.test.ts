import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayOf, FIRST_YEAR, isoDay, LAST_YEAR, partsOf } from '../../../src/core/recognise/calendar.ts';
import { whenIn } from '../../../src/core/recognise/when.ts';
import { quickestMs } from '../../support/quickest.ts';

/** A Thursday. */
const TODAY = dayOf({ year: 2026, month: 11, day: 26 }) ?? 0;

const read = (text: string, o: { looks?: 'back' | 'ahead'; monthFirst?: boolean; today?: number } = {}): string =>
  whenIn({ text, today: o.today ?? TODAY, looks: o.looks ?? 'back', monthFirst: o.monthFirst ?? false })
    .stretches.map(({ from, to, grain }) => `${isoDay(from)}/${isoDay(to)} ${grain}`)
    .join('; ');

const LAST_MONTH = '2026-10-01/2026-10-31 month';
const LAST_YEAR_IS = '2025-01-01/2025-12-31 year';
const Q3 = '2026-07-01/2026-09-30 quarter';
const THREE_MONTHS = '2026-08-01/2026-10-31 several';
const TWO_MONTHS_AGO = '2026-09-01/2026-09-30 month';
const MAY_DAYS = '2026-05-03/2026-05-07 several';
const SINCE_MARCH = '2026-03-01/2026-11-26 several';
const OCTOBER_2025 = '2025-10-01/2025-10-31 month';
const IN_2024 = '2024-01-01/2024-12-31 year';
const NEXT_WEEK = '2026-11-30/2026-12-06 week';
const THIS_MONTH = '2026-11-01/2026-11-30 month';

describe('The times that people name', () => {
  it.each([
    // English
    ['last month', LAST_MONTH],
    ['what was my net pay last month?', LAST_MONTH],
    ["last month's payslip", LAST_MONTH],
    ['and last year?', LAST_YEAR_IS],
    ['this month', THIS_MONTH],
    ['the month before last', TWO_MONTHS_AGO],
    ['two months ago', TWO_MONTHS_AGO],
    ['2 months ago please', TWO_MONTHS_AGO],
    ['the last three months', THREE_MONTHS],
    ['past 3 months', THREE_MONTHS],
    ['since March', SINCE_MARCH],
    ['Q3', Q3],
    ['my payslip for Q3 2025', '2025-07-01/2025-09-30 quarter'],
    ['Q3/2025', '2025-07-01/2025-09-30 quarter'],
    ['2025 Q3', '2025-07-01/2025-09-30 quarter'],
    ['the third quarter', Q3],
    ['third quarter of last year', '2025-07-01/2025-09-30 quarter'],
    ['the first half of 2025', '2025-01-01/2025-06-30 half'],
    ['between 3 and 7 May', MAY_DAYS],
    ['from 3 to 7 May', MAY_DAYS],
    ['3-7 May', MAY_DAYS],
    ['from the 3rd to the 7th of May', MAY_DAYS],
    ['3 May - 7 May', MAY_DAYS],
    ['between October 2025 and March', '2025-10-01/2026-03-31 several'],
    ['from October to December 2025', '2025-10-01/2025-12-31 several'],
    ['next week', NEXT_WEEK],
    ['the week after next', '2026-12-07/2026-12-13 week'],
    ['October', LAST_MONTH],
    ['December', '2025-12-01/2025-12-31 month'],
    ['october 2025', OCTOBER_2025],
    ['October of last year', OCTOBER_2025],
    ['the october one, last year', OCTOBER_2025],
    ['last october', LAST_MONTH],
    ['last November', '2025-11-01/2025-11-30 month'],
    ['10/2025', OCTOBER_2025],
    ['2025-10', OCTOBER_2025],
    ['2025/10', OCTOBER_2025],
    ['2024', IN_2024],
    ['in 2024', IN_2024],
    ['2023-2024', '2023-01-01/2024-12-31 several'],
    ['3 May 2025', '2025-05-03/2025-05-03 day'],
    ['May 3rd, 2025', '2025-05-03/2025-05-03 day'],
    ['Monday, 4 May 2026', '2026-05-04/2026-05-04 day'],
    ['2025-05-03', '2025-05-03/2025-05-03 day'],
    ['on Monday', '2026-11-23/2026-11-23 day'],
    ['yesterday', '2026-11-25/2026-11-25 day'],
    ['the day before yesterday', '2026-11-24/2026-11-24 day'],
    ['in May', '2026-05-01/2026-05-31 month'],
    ['may payslip', '2026-05-01/2026-05-31 month'],
    ['show me my may payslip', '2026-05-01/2026-05-31 month'],
    ['week 12', '2026-03-16/2026-03-22 week'],
    // German
    ['letzten Monat', LAST_MONTH],
    ['was habe ich im letzten Monat bekommen', LAST_MONTH],
    ['und letztes Jahr?', LAST_YEAR_IS],
    ['Oktober letzten Jahres', OCTOBER_2025],
    ['vorletzten Monat', TWO_MONTHS_AGO],
    ['vor zwei Monaten', TWO_MONTHS_AGO],
    ['die letzten drei Monate', THREE_MONTHS],
    ['seit März', SINCE_MARCH],
    ['im dritten Quartal', Q3],
    ['3. Quartal', Q3],
    ['zwischen dem 3. und 7. Mai', MAY_DAYS],
    ['zwischen dem 3. und dem 7. Mai', MAY_DAYS],
    ['vom 3. bis 7. Mai', MAY_DAYS],
    ['vom 3. bis zum 7. Mai', MAY_DAYS],
    ['3.-7. Mai', MAY_DAYS],
    ['nächste Woche', NEXT_WEEK],
    ['naechste Woche', NEXT_WEEK],
    ['übernächste Woche', '2026-12-07/2026-12-13 week'],
    ['im Oktober', LAST_MONTH],
    ['Oktober 2025', OCTOBER_2025],
    ['10.2025', OCTOBER_2025],
    ['3.5.2025', '2025-05-03/2025-05-03 day'],
    ['3.5.25', '2025-05-03/2025-05-03 day'],
    ['am 3.5. oder so', '2026-05-03/2026-05-03 day'],
    ['im Jahr 2024', IN_2024],
    ['diesen Monat', THIS_MONTH],
    ['in zwei Wochen', '2026-12-07/2026-12-13 week'],
    ['KW 12', '2026-03-16/2026-03-22 week'],
    ['gestern', '2026-11-25/2026-11-25 day'],
    // French
    ['le mois dernier', LAST_MONTH],
    ["ma fiche de paie du mois dernier s'il vous plaît", LAST_MONTH],
    ["et l'année dernière ?", LAST_YEAR_IS],
    ["l'an dernier", LAST_YEAR_IS],
    ['ce mois-ci', THIS_MONTH],
    ["l'avant-dernier mois", TWO_MONTHS_AGO],
    ['il y a deux mois', TWO_MONTHS_AGO],
    ['les trois derniers mois', THREE_MONTHS],
    ['depuis mars', SINCE_MARCH],
    ['au troisième trimestre', Q3],
    ['T3 2026', Q3],
    ['du 3 au 7 mai', MAY_DAYS],
    ['entre le 3 et le 7 mai', MAY_DAYS],
    ['la semaine prochaine', NEXT_WEEK],
    ['en octobre', LAST_MONTH],
    ['octobre 2025', OCTOBER_2025],
    ["octobre de l'année dernière", OCTOBER_2025],
    ['octobre dernier', LAST_MONTH],
    ['en 2024', IN_2024],
    ['le 1er mai 2025', '2025-05-01/2025-05-01 day'],
    ['avant-hier', '2026-11-24/2026-11-24 day'],
    ['hier', '2026-11-25/2026-11-25 day'],
    // Spanish
    ['el mes pasado', LAST_MONTH],
    ['y el mes pasado', LAST_MONTH],
    ['el año pasado', LAST_YEAR_IS],
    ['este mes', THIS_MONTH],
    ['hace dos meses', TWO_MONTHS_AGO],
    ['los últimos tres meses', THREE_MONTHS],
    ['desde marzo', SINCE_MARCH],
    ['el tercer trimestre', Q3],
    ['del 3 al 7 de mayo', MAY_DAYS],
    ['entre el 3 y el 7 de mayo', MAY_DAYS],
    ['la próxima semana', NEXT_WEEK],
    ['la semana que viene', NEXT_WEEK],
    ['en octubre', LAST_MONTH],
    ['octubre de 2025', OCTOBER_2025],
    ['octubre del año pasado', OCTOBER_2025],
    ['en 2024', IN_2024],
    ['ayer', '2026-11-25/2026-11-25 day'],
    ['pasado mañana', '2026-11-28/2026-11-28 day'],
  ])('reads "%s" as %s', (text, is) => {
    expect(read(text)).toBe(is);
  });

  it.each([
    ['in May', '2027-05-01/2027-05-31 month'],
    ['October', '2027-10-01/2027-10-31 month'],
    ['November', THIS_MONTH],
    ['on Monday', '2026-11-30/2026-11-30 day'],
    ['24. Dezember', '2026-12-24/2026-12-24 day'],
    ['vom 3. bis 7. Mai', '2027-05-03/2027-05-07 several'],
    ['zwischen Dezember und Februar', '2026-12-01/2027-02-28 several'],
    ['die nächsten zwei Wochen', '2026-11-26/2026-12-10 several'],
    ['until the end of the year, in December', '2026-12-01/2026-12-31 month'],
    ['bis Februar', '2026-11-26/2027-02-28 several'],
    ['Q1', '2027-01-01/2027-03-31 quarter'],
    ['ab März', '2027-03-01/2028-02-29 several'],
    ['última semana', '2026-11-16/2026-11-22 week'],
  ])('looks ahead where what is asked does: "%s" is %s', (text, is) => {
    expect(read(text, { looks: 'ahead' })).toBe(is);
  });

  it.each([
    ['may I see my payslip'],
    ['it may take a while'],
    ['who may see that'],
    ['last payslip'],
    ['my latest payslip please'],
    ['wo finde ich hier meine Abrechnung'],
    ['guten Morgen'],
    ['mes fiches de paie'],
    ['2000 euros'],
    ['version 3.5'],
    ['room 12'],
    ['1/2 day'],
    ['31 February'],
    ['February 30th'],
    ['2025-13'],
    ['the year 3000'],
    ['what about Jan'],
    ['last 5000 years'],
    [''],
    ['🎉'],
    ['__proto__ constructor'],
  ])('reads no time in "%s"', (text) => {
    expect(read(text)).toBe('');
  });

  it('reads 5/3/2025 as the country does, and a thirteenth month as a day', () => {
    expect(read('5/3/2025')).toBe('2025-03-05/2025-03-05 day');
    expect(read('5/3/2025', { monthFirst: true })).toBe('2025-05-03/2025-05-03 day');
    expect(read('13/3/2025', { monthFirst: true })).toBe('2025-03-13/2025-03-13 day');
    expect(read('3/13/2025')).toBe('2025-03-13/2025-03-13 day');
  });

  it.each([
    ['a week of holiday from 3 August', '2027-08-03/2027-08-09 several'],
    ['a week off from Monday 7 December', '2026-12-07/2026-12-13 several'],
    ['two days off starting 12 May 2027', '2027-05-12/2027-05-13 several'],
    ['one day off from 3 August', '2027-08-03/2027-08-03 several'],
    ['eine Woche Urlaub ab 3. August', '2027-08-03/2027-08-09 several'],
    ['zwei Wochen Urlaub ab dem 3. August', '2027-08-03/2027-08-16 several'],
    ['zwei Tage frei ab 12.5.', '2027-05-12/2027-05-13 several'],
    ['une semaine de congés à partir du 3 août', '2027-08-03/2027-08-09 several'],
    ['una semana de vacaciones desde el 3 de agosto', '2027-08-03/2027-08-09 several'],
    // An end that is said, another time, another sentence, or no length of it.
    ['a week of holiday from 3 to 5 August', '2027-08-03/2027-08-05 several'],
    ['I have two days left. Holiday from 3 August', '2027-08-03/2027-08-03 day'],
    ['in two weeks I want holiday from 3 August', expect.stringContaining('2027-08-03/2027-08-03 day')],
    ['five hundred days off from 3 August', '2027-08-03/2027-08-03 day'],
    ['999 days off from 3 August', '2027-08-03/2027-08-03 day'],
    ['holiday from 3 August', '2027-08-03/2027-08-03 day'],
  ])('of what is to come, “%s” is %s', (text, spans) => {
    expect(read(text, { looks: 'ahead' })).toEqual(spans);
  });

  it('names several times where several are named', () => {
    expect(read('October and November 2025')).toBe(`${LAST_MONTH}; 2025-11-01/2025-11-30 month`);
    expect(read('2024 or 2025')).toBe(`${IN_2024}; ${LAST_YEAR_IS}`);
  });

  it('reads disguised digits and letters as a person does', () => {
    expect(read('２０２４')).toBe(IN_2024);
    expect(read('Oc\u200Btober 2025')).toBe(OCTOBER_2025);
  });

  it('knows that February has a twenty-ninth in some years', () => {
    expect(read('29 February')).toBe('2024-02-29/2024-02-29 day');
    expect(read('29 February', { looks: 'ahead' })).toBe('2028-02-29/2028-02-29 day');
    expect(read('29. Februar 2026')).not.toContain('2026-02');
  });
});

/** Pieces that times are made of, and pieces that make a mess of them. */
const PIECE = fc.constantFrom(
  ...'last next this letzten nächste dernier pasado month monat mois mes year jahr año week 3 12 31 2025 99999 3-7 3.5. 2025-10 1/2 . , - and to between vom bis since seit until may mai March octobre Q 3 ago vor il y a hace in of de que viene hier morgen 1er \n'.split(
    ' ',
  ),
);

describe('Whatever is written', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.array(PIECE, { maxLength: 40 }).map((it) => it.join(' ')),
  );
  const looks = fc.constantFrom('back' as const, 'ahead' as const);

  it('times are whole days of known years, in order, and the same each time', () => {
    fc.assert(
      fc.property(anyText, looks, fc.boolean(), fc.integer({ min: 0, max: 40_000 }), (text, way, monthFirst, today) => {
        const o = { text, today, looks: way, monthFirst };
        const { stretches, tokens } = whenIn(o);
        let end = 0;
        for (const { from, to, start, end: behind } of stretches) {
          expect(from).toBeLessThanOrEqual(to);
          expect(partsOf(from).year).toBeGreaterThanOrEqual(FIRST_YEAR);
          expect(partsOf(to).year).toBeLessThanOrEqual(LAST_YEAR);
          expect(isoDay(from)).toMatch(/^\d{4}-\d\d-\d\d$/);
          expect(start).toBeGreaterThanOrEqual(end);
          expect(behind).toBeGreaterThan(start);
          end = behind;
        }
        expect(end).toBeLessThanOrEqual(tokens.length);
        expect(whenIn(o)).toEqual({ tokens, stretches });
      }),
    );
  });

  it('64 KiB of anything take less than 50 ms', () => {
    const fill = (unit: string): string => unit.repeat(Math.ceil(65_536 / unit.length)).slice(0, 65_536);
    whenIn({ text: fill('warm up last month 3-7 May '), today: TODAY, looks: 'back', monthFirst: false });
    const pieces = fc.array(PIECE, { minLength: 1, maxLength: 12 }).map((it) => it.join(' '));
    const unit = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
      pieces,
      pieces.map((it) => `${it} `),
    );
    fc.assert(
      fc.property(
        fc.oneof(unit, fc.constantFrom(' ', '1', '1-', 'a', '\u00a0', 'é', 'ﷺ', 'last ', '3 to ', '１')),
        looks,
        (it, way) => {
          const text = fill(it);
          const look = () => whenIn({ text, today: TODAY, looks: way, monthFirst: false });
          expect(quickestMs(50, look)).toBeLessThan(100);
        },
      ),
      { numRuns: 60 },
    );
  });
});
