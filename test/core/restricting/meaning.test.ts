import { describe, expect, it } from '@jest/globals';
import { sentenceOf } from '../../../src/core/restricting/meaning.ts';
import type { Member, Restriction } from '../../../src/core/types.ts';
import { PLAIN_RESTRICTION } from '../../support/restricting.ts';

const NOW = Date.parse('2026-11-26T10:00:00.000Z');
const PAY: Restriction = { ...PLAIN_RESTRICTION, id: 'pay', title: 'Pay freeze', forbids: ['salary'] };

const members = (count: number, o: Partial<Member> = {}): readonly Member[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `p${at}`,
    kind: 'employee',
    groups: ['employee'],
    country: 'DE',
    ...o,
  }));

const both = (en: string, de: string) => ({ en, de });
const catalogue = {
  topics: new Map([
    ['salary', { title: both('Pay', 'Gehalt') }],
    ['leave', { title: both('Leave', 'Urlaub') }],
  ]),
  intents: new Map([['leave.balance', { title: both('Days left', 'Resturlaub') }]]),
} as never;

const said = async (
  restriction: Partial<Restriction>,
  o: { readonly roll?: readonly Member[] | 'slow' | null; readonly kind?: 'put' | 'lift' | 'suspend' | 'resume' } = {},
) => {
  const { roll = members(4_120), kind = 'put' } = o;
  const it: Restriction = { ...PAY, ...restriction };
  const directory = {
    members: async () => {
      if (roll === null) throw new Error('no roll');
      return roll === 'slow' ? new Promise(() => undefined) : roll;
    },
  } as never;
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const sleep = (_: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (roll === 'slow') resolve();
      else signal?.addEventListener('abort', () => resolve());
    });
  const change = kind === 'suspend' ? { kind, id: 'pay', hours: 2 } : { kind, id: 'pay' };
  return sentenceOf(
    { catalogue, directory, log, clock: { now: () => NOW, sleep } },
    { change, put: kind === 'lift' ? [] : [it], remove: kind === 'lift' ? ['pay'] : [], before: [it] },
  );
};

describe('the one sentence', () => {
  it('says from when until when how many people cannot ask about what', async () => {
    expect(await said({ from: '2026-11-30T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' })).toEqual({
      en: 'From Monday 30 November until 31 December 4,120 people cannot ask about pay.',
      de: 'Von Montag, 30. November, bis 31. Dezember können 4.120 Personen nicht nach Gehalt fragen.',
    });
  });

  it.each<[string, Partial<Restriction>, string]>([
    [
      'since its last day nothing any more',
      { until: '2026-11-20T00:00:00.000Z' },
      'It ended with 19 November and forbids nothing any more.',
    ],
    [
      'from the end of its suspension on',
      { from: '2026-11-20T00:00:00.000Z', suspendedUntil: '2026-11-26T14:00:00.000Z' },
      'From Thursday 26 November, 14:00 UTC, on 4,120 people cannot ask about pay.',
    ],
    ['at once', {}, 'From now on 4,120 people cannot ask about pay.'],
    [
      'from a day on',
      { from: '2027-03-01T00:00:00.000Z' },
      'From Monday 1 March 2027 on 4,120 people cannot ask about pay.',
    ],
    [
      'until an hour',
      { until: '2026-11-27T12:00:00.000Z' },
      'From now until 27 November, 12:00 UTC 4,120 people cannot ask about pay.',
    ],
    [
      'in places',
      { places: ['channel', 'shared'] },
      'From now on 4,120 people cannot ask about pay in channels and channels shared with other companies.',
    ],
    [
      'wherever, named one by one',
      { places: ['direct', 'group', 'channel', 'shared'] },
      'From now on 4,120 people cannot ask about pay.',
    ],
    [
      'intents beside topics',
      { forbids: ['leave.balance', 'salary'] },
      'From now on 4,120 people cannot ask about pay and “Days left”.',
    ],
  ])('%s', async (_, restriction, sentence) => {
    expect((await said(restriction)).en).toBe(sentence);
  });

  it('counts by groups, kinds, exceptions and countries', async () => {
    const roll = [
      ...members(100),
      ...members(50, { kind: 'contractor', groups: [] }),
      ...members(20, { groups: ['employee', 'payroll'] }),
      ...members(10, { country: 'US' }),
    ];
    expect((await said({}, { roll })).en).toContain('180 people');
    expect((await said({ exceptGroups: ['payroll'] }, { roll })).en).toContain('160 people');
    expect((await said({ appliesTo: ['contractor'] }, { roll })).en).toContain('50 people');
    expect((await said({ countries: ['US'] }, { roll })).en).toContain('10 people');
    expect((await said({ appliesTo: ['payroll'], exceptGroups: ['employee'] }, { roll })).en).toContain(
      'fewer than five',
    );
  });

  it.each([0, 1, 4])('never says that it is %i', async (count) => {
    const sentence = await said({}, { roll: members(count) });
    expect(sentence.en).toBe('From now on fewer than five people cannot ask about pay.');
    expect(sentence.de).toBe('Ab sofort können weniger als fünf Personen nicht nach Gehalt fragen.');
  });

  it.each([null, 'slow'] as const)('does without the count where the directory cannot say', async (roll) => {
    const o = { roll };
    expect(await said({ exceptGroups: ['payroll'], countries: ['DE'] }, o)).toEqual({
      en: 'From now on nobody in DE except payroll can ask about pay.',
      de: 'Ab sofort kann niemand in DE außer payroll nach Gehalt fragen.',
    });
    expect((await said({ appliesTo: ['pilot'] }, o)).en).toBe('From now on nobody of pilot can ask about pay.');
  });

  it('says of a lift and a suspension that other rules still hold', async () => {
    expect((await said({}, { kind: 'lift' })).en).toBe(
      'From now on 4,120 people can ask about pay again, as far as the other rules permit it.',
    );
    const suspended = await said({ suspendedUntil: '2026-11-26T12:00:00.000Z' }, { kind: 'suspend' });
    expect(suspended.de).toContain('Bis 26. November, 12:00 Uhr UTC, verbietet die Einschränkung „Pay freeze“ nichts');
    expect((await said({}, { kind: 'resume' })).en).toBe(
      'From now on the restriction “Pay freeze” holds again: 4,120 people cannot ask about pay.',
    );
  });
});
