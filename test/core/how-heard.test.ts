import { describe, expect, it } from '@jest/globals';
import { howHeard } from '../../src/core/how-heard.ts';
import type { Intent, Recognition } from '../../src/core/types.ts';
import { recognised } from '../support/world.ts';

const intent = (id: string): Intent => ({
  id,
  topic: id.split('.')[0] ?? '',
  title: { en: id, de: id },
  about: 'person',
  operation: null,
  say: { en: '', de: '' },
  sayOf: null,
  each: null,
  none: null,
  examples: { en: [], de: [] },
});
const CLOSEST = ['leave.balance', 'it.password', 'people.manager', 'it.devices'].map(intent);
const heard = (recognition: Partial<Recognition>, text = 'some words') => {
  const { closest, ...rest } = howHeard({
    text,
    recognition: { ...recognised(null), best: 'leave.balance', ...recognition },
    closest: CLOSEST,
  });
  return { ...rest, closest: closest.map(({ id }) => id) };
};
const IDS = CLOSEST.map(({ id }) => id);

describe('what was not recognised', () => {
  it('is foreign where not one of its words is known, and far where it has none', () => {
    const nothing = { best: null, confidence: 0 };
    expect(heard(nothing, 'hva koster det')).toEqual({ heard: 'foreign', nearest: null, closest: IDS });
    expect(heard(nothing, '???? 17')).toMatchObject({ heard: 'far', nearest: null });
  });

  it('is near the likeliest intent where that is likely enough', () => {
    expect(heard({ confidence: 0.3, topics: ['it'] })).toEqual({ heard: 'near', nearest: 'leave', closest: IDS });
  });

  it('is near what a guard suspects where one of the likeliest is of that topic, and these come first', () => {
    expect(heard({ confidence: 0.29, topics: ['it'] })).toEqual({
      heard: 'near',
      nearest: 'it',
      closest: ['it.password', 'it.devices', 'leave.balance', 'people.manager'],
    });
  });

  it('is far where none is likely and no guard suspects one of them', () => {
    expect(heard({ confidence: 0.29, topics: ['expenses'] })).toEqual({ heard: 'far', nearest: null, closest: IDS });
  });
});
