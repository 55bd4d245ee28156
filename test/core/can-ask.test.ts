import { describe, expect, it } from '@jest/globals';
import { canAsk } from '../../src/core/can-ask.ts';
import { intentOf } from '../support/world.ts';

const topic = (id: string) => ({ id, title: { en: `Topic ${id}`, de: `Thema ${id}` } });

describe('what somebody can ask', () => {
  const help = intentOf({ id: 'help.capabilities', say: { en: 'Ask:\n{capabilities}', de: 'Frag:\n{capabilities}' } });
  const catalogue = { topics: new Map([['leave', topic('leave')]]) } as unknown as Parameters<
    typeof canAsk
  >[0]['catalogue'];
  const permitted = [
    intentOf({ id: 'leave.balance' }),
    intentOf({ id: 'pay.day' }),
    intentOf({ id: 'leave.policy' }),
    help,
  ];

  it('is a line a topic, however many questions it has, without the question that asks for the list', () => {
    expect(canAsk({ permitted, catalogue, locale: 'en' }).split('\n')).toEqual([
      '• Topic leave: title of leave.balance · title of leave.policy',
      '• pay: title of pay.day',
    ]);
  });

  it('is nothing where nothing is permitted', () => {
    expect(canAsk({ permitted: [help], catalogue, locale: 'de' })).toBe('');
  });
});
