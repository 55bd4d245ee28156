import { expect, it } from '@jest/globals';
import { createKeepReference } from '../../../src/adapters/teams/references.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

it('is kept once while nothing changes, anew after a day, and anew at once where it would be sealed by another key', async () => {
  const clock = createFakeClock();
  let key = 'one';
  const kept: string[] = [];
  const keep = createKeepReference({
    references: {
      keep: async ({ key: chat, value }) => void kept.push(`${chat} ${value} ${key}`),
      find: async () => null,
      sealedUnder: () => key,
    },
    clock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  const hear = async (serviceUrl = 'https://a'): Promise<readonly string[]> => {
    await keep({ tenant: 'T', channel: 'c', owner: 'u', serviceUrl });
    return kept.splice(0);
  };
  expect(await hear()).toEqual(['c https://a one', ' https://a one']);
  expect(await hear()).toEqual([]);
  key = 'two';
  expect(await hear()).toEqual(['c https://a two', ' https://a two']);
  expect(await hear()).toEqual([]);
  await clock.advance(24 * 60 * 60_000);
  expect(await hear()).toHaveLength(2);
  expect(await hear('https://b')).toEqual(['c https://b two', ' https://b two']);
});
