/** The intents that the tests of talks ask about: leave and pay, with slots, about somebody and about nobody. */
import type { Catalogue, Intent, Slot } from '../../src/core/types.ts';
import { intentOf } from './world.ts';

const slot = (o: Partial<Slot> & Pick<Slot, 'name' | 'type'>): Slot => ({
  looks: 'back',
  required: false,
  ask: { en: `Which ${o.name}?`, de: `Welcher ${o.name}?` },
  choices: [],
  min: 0,
  max: 9,
  ...o,
});

export const TALK_INTENTS: readonly Intent[] = [
  intentOf({ id: 'leave.balance' }),
  intentOf({ id: 'leave.policy', about: 'nobody', operation: null, sayOf: null }),
  intentOf({ id: 'salary.payslip', slots: [slot({ name: 'month', type: 'month' })] }),
  intentOf({ id: 'salary.statement', slots: [slot({ name: 'year', type: 'year', required: true })] }),
  intentOf({ id: 'salary.all' }),
  intentOf({ id: 'salary.payday', about: 'nobody', operation: null, sayOf: null }),
  intentOf({ id: 'leave.request' }),
];

/** A catalogue that holds those alone. */
export const talkCatalogue = (catalogue: Catalogue): Catalogue => ({
  ...catalogue,
  intents: new Map(TALK_INTENTS.map((intent) => [intent.id, intent])),
});
