import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { unserved } from '../../src/cli/check-served.ts';
import type { Operation, Saying } from '../../src/core/ports.ts';
import type { PerLocale, Slot } from '../../src/core/types.ts';
import { loadCatalogue, readCatalogue } from '../../src/policies/catalogue.ts';
import { packFolders } from '../../src/policies/pack.ts';
import { copyOfPack } from './support.ts';

const ASK = 'ask: { en: "Which?", de: "Welches?" }';

/** The fixture, in which one intent has these slots. */
const withSlots = (slots: string, intent = 'leave.balance', file = 'leave'): string => {
  const folder = copyOfPack();
  const path = join(folder, 'intents', `${file}.yaml`);
  const before = readFileSync(path, 'utf8');
  const after = before.replace(`  ${intent}:\n`, `  ${intent}:\n    slots: { ${slots} }\n`);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
  return folder;
};
const findingsOf = (...o: Parameters<typeof withSlots>): string =>
  readCatalogue({ folders: [withSlots(...o)] }).findings.join('\n');
const slotsOf = (slots: string): readonly Slot[] =>
  loadCatalogue({ folders: [withSlots(slots)] }).intents.get('leave.balance')?.slots ?? [];

describe('the slots of an intent', () => {
  it('are read with what they are when nothing is said', () => {
    expect(slotsOf(`month: { type: month, ${ASK} }`)).toEqual([
      {
        name: 'month',
        type: 'month',
        looks: 'back',
        required: false,
        ask: { en: 'Which?', de: 'Welches?' },
        choices: [],
        min: 0,
        max: 999_999_999,
      },
    ]);
    expect(loadCatalogue({ folders: [copyOfPack()] }).intents.get('leave.balance')).not.toHaveProperty('slots');
    const choices = 'choices: { a: { title: { en: A, de: B } }, b: { title: { en: C, de: D }, fr: [e] } }';
    expect(slotsOf(`plan: { type: choice, required: true, ${ASK}, ${choices} }`)).toMatchObject([
      {
        required: true,
        choices: [{ id: 'a' }, { id: 'b', title: { en: 'C', de: 'D' }, called: { fr: ['e'], es: [] } }],
      },
    ]);
  });

  it.each([
    ['month: { type: month }', /slots\.month\.ask|slots > month/],
    [`month: { type: moon, ${ASK} }`, /type/],
    [`Month: { type: month, ${ASK} }`, /slots > Month: Invalid key/],
    [`month: { type: month, ${ASK}, colour: red }`, /colour/],
    [`month: { type: month, ask: { en: "Which?" } }`, /de/],
    [`a: { type: month, ${ASK} }, b: { type: year, ${ASK} }`, /Two slots are filled by a time/],
    [`a: { type: number, ${ASK} }, b: { type: number, ${ASK} }`, /Two slots are filled by a number/],
    [`a: { type: choice, ${ASK} }`, /has 0 choices/],
    [`a: { type: choice, ${ASK}, choices: { x: { title: { en: X, de: X } } } }`, /has 1 choices/],
    [`a: { type: month, ${ASK}, choices: { x: { title: { en: X, de: X } } } }`, /"month" has 1 choices/],
    [`a: { type: month, ${ASK}, min: 3 }`, /Only a number has bounds/],
    [`a: { type: number, ${ASK}, min: 3, max: 2 }`, /smaller than the smallest/],
    [`a: { type: number, ${ASK}, looks: ahead }`, /Only a time looks back or ahead/],
    [
      `a: { type: choice, ${ASK}, choices: { x: { title: { en: Häuser, de: X } }, y: { title: { en: Y, de: hauser } } } }`,
      /"hauser" stands for "x" too/,
    ],
    [
      `a: { type: choice, ${ASK}, choices: { x: { title: { en: "!", de: X } }, y: { title: { en: Y, de: Y } } } }`,
      /no letter or figure/,
    ],
    [Array.from({ length: 6 }, (_, n) => `s${n}: { type: choice, ${ASK} }`).join(', '), /more than 5 slots/],
  ])('are refused with a reason: %s', (slots, why) => {
    expect(findingsOf(slots)).toMatch(why);
  });

  it('are refused where the words alone are the answer', () => {
    expect(findingsOf(`month: { type: month, ${ASK} }`, 'salary.payday', 'salary')).toMatch(/without an operation/);
  });
});

describe('what an operation is asked with', () => {
  const check = (slots: string, asked: Operation['slots']): readonly string[] => {
    const catalogue = loadCatalogue({ folders: [withSlots(slots)] });
    const dataClass = (name: string): string => (name.startsWith('leave') ? 'leave' : 'pay');
    return unserved(catalogue, {
      operation: (name) => ({
        name,
        dataClass: dataClass(name),
        list: false,
        bySubject: true,
        ...(name === 'leave.balance' && asked !== undefined ? { slots: asked } : {}),
      }),
    });
  };
  const month = (o: { needed?: boolean; part?: boolean } = {}) => [{ name: 'month', needed: false, part: false, ...o }];

  it('is what its intents want to know, and the other way round', () => {
    const slot = `month: { type: month, ${ASK} }`;
    expect(check(slot, month())).toEqual([]);
    expect(check(slot, undefined)).toEqual([
      expect.stringContaining('has the slot "month", and "leave.balance" is not asked with it'),
    ]);
    expect(check(`other: { type: month, ${ASK} }`, month())).toEqual([
      expect.stringContaining('leave.balance has no such slot'),
      expect.stringContaining('has the slot "other"'),
    ]);
    expect(check(slot, month({ needed: true }))).toEqual([expect.stringContaining('Say required: true.')]);
    expect(check(`month: { type: month, required: true, ${ASK} }`, month({ needed: true }))).toEqual([]);
    expect(check(slot, month({ part: true }))).toEqual([expect.stringContaining('is no period')]);
    expect(check(`month: { type: period, ${ASK} }`, month({ part: true }))).toEqual([]);
  });

  it('is declared by the pack that ships: payslip, bonus, statement and leave', () => {
    const { intents } = loadCatalogue({ folders: packFolders(null) });
    const of = (id: string) =>
      (intents.get(id)?.slots ?? []).map(({ name, type, looks, required }) => [name, type, looks, required]);
    expect(of('salary.payslip')).toEqual([['month', 'month', 'back', false]]);
    expect(of('salary.bonus')).toEqual([['year', 'year', 'back', false]]);
    expect(of('salary.statement')).toEqual([['year', 'year', 'back', true]]);
    expect(of('leave.booked')).toEqual([['period', 'period', 'ahead', false]]);
  });
});

describe('who says an answer', () => {
  const SAYS: Saying = { say: null, sayOf: null, each: null, none: null, title: null, facts: [] };
  const both = (text: string): PerLocale<string> => ({ en: text, de: text });
  const FACT = { label: both('Left'), field: 'remaining' };

  const check = (o: { readonly says?: Saying; readonly list?: boolean }): readonly string[] => {
    const folder = copyOfPack();
    const path = join(folder, 'intents', 'leave.yaml');
    const say = '    say: { en: "{remaining} of {total} days.", de: "{remaining} von {total} Tagen." }\n';
    writeFileSync(path, readFileSync(path, 'utf8').replace(say, ''));
    const { says, list = false } = o;
    return unserved(loadCatalogue({ folders: [folder] }), {
      operation: (name) => {
        const dataClass = name.startsWith('leave') ? 'leave' : 'pay';
        const operation = { name, dataClass, list: false, bySubject: true };
        return name === 'leave.balance' ? { ...operation, list, ...(says === undefined ? {} : { says }) } : operation;
      },
    });
  };

  it('is the pack or the description, and where neither does that is found before anybody asks', () => {
    const nobody = expect.stringContaining('says nothing, and neither does the description of "leave.balance"');
    expect(check({})).toEqual([nobody]);
    const empty = expect.stringContaining('has neither say nor card');
    expect(check({ says: SAYS })).toEqual([empty]);
    expect(check({ says: { ...SAYS, facts: [FACT] } })).toEqual([]);
    expect(check({ says: { ...SAYS, say: both('{remaining}.') } })).toEqual([]);
    const lines = expect.stringContaining('has no line for each record');
    expect(check({ list: true, says: { ...SAYS, say: both('These:') } })).toEqual([lines]);
    expect(check({ list: true, says: { ...SAYS, each: both('{remaining}') } })).toEqual([]);
  });
});
