import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anchoredIn } from '../../src/core/recognise/time-anchored.ts';
import { timeTokens } from '../../src/core/recognise/time-tokens.ts';
import { steppedFrom } from '../../src/core/slot-steps.ts';
import { isSlotValue } from '../../src/core/slots.ts';
import type { Slot } from '../../src/core/types.ts';

const slot = (type: Slot['type']): Slot => ({
  name: 'it',
  type,
  looks: 'back',
  required: false,
  ask: { en: '?', de: '?' },
  choices: [],
  min: 0,
  max: 9,
});

describe('From what was asked before to the one beside it', () => {
  it.each([
    ['month', '2026-01', null, -1, '2025-12'],
    ['month', '2025-12', 'month', 1, '2026-01'],
    ['month', '2025-12', 'year', -1, null],
    ['month', '1970-01', 'month', -1, null],
    ['year', '2025', null, -1, '2024'],
    ['date', '2024-03-01', null, -1, '2024-02-29'],
    ['date', '2023-03-01', 'day', -1, '2023-02-28'],
    ['period', '2024-02-01/2024-02-29', null, 1, '2024-03-01/2024-03-31'],
    ['period', '2026-11-30/2026-12-06', 'week', 1, '2026-12-07/2026-12-13'],
    ['period', '2026-11-30/2026-12-01', null, 1, null],
    ['month', 'nonsense', null, -1, null],
  ] as const)('a %s of %s, by %s and %s, is %s', (type, value, unit, offset, expected) => {
    expect(steppedFrom(slot(type), value, { unit, offset })).toBe(expected);
  });

  it('is a value of the slot or none, whatever stands there', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Slot['type']>('month', 'year', 'date', 'period'),
        fc.string(),
        fc.constantFrom(null, 'day', 'week', 'month', 'quarter', 'half', 'year' as const),
        fc.constantFrom(-1 as const, 1 as const),
        (type, value, unit, offset) => {
          const stepped = steppedFrom(slot(type), value, { unit, offset });
          expect(stepped === null || isSlotValue(slot(type), stepped)).toBe(true);
        },
      ),
    );
  });

  it.each([
    ['and the month before?', 'month', -1],
    ['the previous year', 'year', -1],
    ['und die Woche danach', 'week', 1],
    ['le mois suivant', 'month', 1],
    ['y el mes anterior', 'month', -1],
    ['the one before that', null, -1],
    ['und davor?', null, -1],
    ['the next one', null, 1],
  ] as const)('is named: "%s"', (text, unit, offset) => {
    expect(anchoredIn(timeTokens(text), new Set())).toMatchObject({ unit, offset });
  });

  it.each(['before Monday', 'after the holidays', 'nothing of it', 'the month before, the month after', ''])(
    'is not named: "%s"',
    (text) => {
      expect(anchoredIn(timeTokens(text), new Set())).toBeNull();
    },
  );
});
