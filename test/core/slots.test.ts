import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayOf } from '../../src/core/recognise/calendar.ts';
import { labelOf, labelsOf } from '../../src/core/slot-labels.ts';
import { isSlotValue, slotsIn, slotToAsk, stillMeant, valuesToOffer } from '../../src/core/slots.ts';
import type { Choice, Slot } from '../../src/core/types.ts';

const TODAY = dayOf({ year: 2026, month: 11, day: 26 }) ?? 0;

const choice = (id: string, en: string, de: string, fr: readonly string[] = []): Choice => ({
  id,
  title: { en, de },
  called: { fr },
});

const slot = (o: Partial<Slot> & Pick<Slot, 'name' | 'type'>): Slot => ({
  looks: 'back',
  required: false,
  ask: { en: `Which ${o.name}?`, de: `Welches ${o.name}?` },
  choices: [],
  min: 0,
  max: 999_999_999,
  ...o,
});

const MONTH = slot({ name: 'month', type: 'month' });
const YEAR = slot({ name: 'year', type: 'year', required: true });
const DATE = slot({ name: 'day', type: 'date' });
const PERIOD = slot({ name: 'period', type: 'period', looks: 'ahead' });
const COUNT = slot({ name: 'count', type: 'number', min: 1, max: 4 });
const PLAN = slot({
  name: 'plan',
  type: 'choice',
  choices: [
    choice('health', 'Health', 'Krankenversicherung', ['santé']),
    choice('dental', 'Dental', 'Zahnzusatz'),
    choice('private', 'Private health', 'Private Krankenversicherung'),
  ],
});

const filled = (text: string, ...slots: readonly Slot[]) => {
  const { values, unclear } = slotsIn({ slots }, { text, today: TODAY, monthFirst: false });
  return { ...values, ...(unclear.length === 0 ? {} : { unclear: [...unclear] }) };
};

describe('What a text says of a slot', () => {
  it('is written as the slot is, whatever it was written as', () => {
    for (const text of [
      'October',
      'oct.',
      'im Oktober',
      'en octobre',
      'octubre',
      '10/2026',
      'last month',
      '12 October',
    ])
      expect([text, filled(text, MONTH)]).toEqual([text, { month: '2026-10' }]);
    expect(filled('and last year?', YEAR)).toEqual({ year: '2025' });
    expect(filled('in March', YEAR)).toEqual({ year: '2026' });
    expect(filled('the 3rd of May', DATE)).toEqual({ day: '2026-05-03' });
    expect(filled('zwischen dem 3. und 7. Mai', PERIOD)).toEqual({ period: '2027-05-03/2027-05-07' });
    expect(filled('next month', PERIOD)).toEqual({ period: '2026-12-01/2026-12-31' });
    expect(filled('drei bitte', COUNT)).toEqual({ count: '3' });
    expect(filled('for 2 people', COUNT)).toEqual({ count: '2' });
    expect(filled('ma couverture santé', PLAN)).toEqual({ plan: 'health' });
  });

  it('is nothing where it says nothing, or no number within the bounds', () => {
    for (const one of [MONTH, YEAR, DATE, PERIOD, COUNT, PLAN]) expect(filled('my payslip please', one)).toEqual({});
    expect(filled('17', COUNT)).toEqual({});
    expect(filled('a or an or ein', COUNT)).toEqual({});
    expect(filled('since 3 May', COUNT)).toEqual({});
    expect(slotsIn(null, { text: 'October', today: TODAY, monthFirst: false }).values).toEqual({});
  });

  it('is unclear where it fits none of the values, or several', () => {
    expect(filled('my payslips of last year', MONTH)).toEqual({ unclear: ['month'] });
    expect(filled('October and November 2025', MONTH)).toEqual({ unclear: ['month'] });
    expect(filled('between 2023 and 2024', YEAR)).toEqual({ unclear: ['year'] });
    expect(filled('in May', DATE)).toEqual({ unclear: ['day'] });
    expect(filled('dental or health', PLAN)).toEqual({ unclear: ['plan'] });
    expect(filled('2 or 3', COUNT)).toEqual({ unclear: ['count'] });
  });

  it('is the time of its own kind where others stand beside it', () => {
    expect(filled('on Monday I need the one of October', MONTH)).toEqual({ month: '2026-10' });
    expect(filled('tomorrow I need the bonus of 2024', YEAR)).toEqual({ year: '2024' });
  });

  it('is the longer name of two that share words', () => {
    expect(filled('my private health plan', PLAN)).toEqual({ plan: 'private' });
    expect(filled('PRIVATE Krankenversicherung', PLAN)).toEqual({ plan: 'private' });
  });

  it('fills several slots of different kinds at once', () => {
    expect(filled('dental, for two people, in October', PLAN, COUNT, MONTH)).toEqual({
      plan: 'dental',
      count: '2',
      month: '2026-10',
    });
  });
});

describe('What is asked for', () => {
  it('is what is required and missing, or unclear, in the order of the slots', () => {
    const asked = (text: string, ...slots: readonly Slot[]) =>
      slotToAsk({ slots }, slotsIn({ slots }, { text, today: TODAY, monthFirst: false }))?.name ?? null;
    expect(asked('hello', MONTH)).toBeNull();
    expect(asked('hello', MONTH, YEAR)).toBe('year');
    expect(asked('2024', YEAR)).toBeNull();
    expect(asked('last year', MONTH)).toBe('month');
  });

  it('is offered with values that are sensible today', () => {
    expect(valuesToOffer(MONTH, TODAY)).toEqual(['2026-10', '2026-09', '2026-08']);
    expect(valuesToOffer({ ...MONTH, looks: 'ahead' }, TODAY)).toEqual(['2026-11', '2026-12', '2027-01']);
    expect(valuesToOffer(YEAR, TODAY)).toEqual(['2026', '2025']);
    expect(valuesToOffer(DATE, TODAY)).toEqual(['2026-11-26', '2026-11-25']);
    expect(valuesToOffer(PERIOD, TODAY)).toEqual([
      '2026-11-01/2026-11-30',
      '2026-12-01/2026-12-31',
      '2026-01-01/2026-12-31',
    ]);
    expect(valuesToOffer(PLAN, TODAY)).toEqual(['health', 'dental', 'private']);
    expect(valuesToOffer(COUNT, TODAY)).toEqual(['1', '2', '3', '4']);
    expect(valuesToOffer({ ...COUNT, max: 100 }, TODAY)).toEqual([]);
  });

  it('is offered in words that people read', () => {
    expect(labelOf(MONTH, '2026-10', 'en')).toBe('October 2026');
    expect(labelOf(MONTH, '2026-03', 'de')).toBe('März 2026');
    expect(labelOf(YEAR, '2025', 'de')).toBe('2025');
    expect(labelOf(DATE, '2026-05-03', 'de')).toBe('3. Mai 2026');
    expect(labelOf(PERIOD, '2026-05-03/2026-05-07', 'en')).toMatch(/^3\s?[–-]\s?7 May 2026$/);
    expect(labelOf(PLAN, 'dental', 'de')).toBe('Zahnzusatz');
    expect(labelsOf({ slots: [PLAN, MONTH] }, { month: '2026-10', plan: 'health' }, 'en')).toBe('Health, October 2026');
    expect(labelsOf({}, { month: '2026-10' }, 'en')).toBe('');
  });

  it('is only ever offered so that it counts as a value, every day', () => {
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 46_000 }), (today) => {
        for (const one of [MONTH, { ...MONTH, looks: 'ahead' as const }, YEAR, DATE, PERIOD, PLAN, COUNT])
          for (const value of valuesToOffer(one, today))
            expect([value, isSlotValue(one, value)]).toEqual([value, true]);
      }),
    );
  });
});

describe('What came back in a button or out of the memory', () => {
  it('counts only where the intent still has a slot that is written so', () => {
    const intent = { slots: [MONTH, PLAN] };
    expect(stillMeant(intent, { month: '2026-10', plan: 'dental', gone: '1' })).toEqual({
      month: '2026-10',
      plan: 'dental',
    });
    expect(stillMeant(intent, { month: '../../x', plan: 'gold' })).toEqual({});
    expect(stillMeant(intent, { month: '2026-13' })).toEqual({});
    expect(stillMeant(null, { month: '2026-10' })).toEqual({});
    expect(stillMeant(intent, JSON.parse('{"__proto__":"2026-10"}'))).toEqual({});
    expect(isSlotValue(DATE, '2026-02-30')).toBe(false);
    expect(isSlotValue(PERIOD, '2026-05-07/2026-05-03')).toBe(false);
    expect(isSlotValue(COUNT, '03')).toBe(false);
  });
});

describe('Whatever is written', () => {
  it('never reaches a slot: a value is a date, a number or an id of the pack, and the same each time', () => {
    const slots = [MONTH, PLAN, COUNT];
    const pieces = fc.constantFrom(
      'October',
      'last month',
      '2025-10',
      '3',
      'dental',
      "'; drop table",
      '../..',
      '{slot.month}',
      '%2e',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((it) => it.join(' ')),
    );
    fc.assert(
      fc.property(
        text,
        fc.integer({ min: 0, max: 47_000 }),
        fc.constantFrom(MONTH, YEAR, DATE, PERIOD),
        (said, today, time) => {
          const own = [time, ...slots.slice(1)];
          const writing = { text: said, today, monthFirst: false };
          const { values } = slotsIn({ slots: own }, writing);
          for (const one of own) {
            const value = values[one.name];
            if (value !== undefined)
              expect([one.name, value, isSlotValue(one, value)]).toEqual([one.name, value, true]);
          }
          expect(slotsIn({ slots: own }, writing).values).toEqual(values);
        },
      ),
    );
  });
});
