import { describe, expect, it } from '@jest/globals';
import { createTokenSource, type TokenCredential } from '../../../src/adapters/azure/credential.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';

const HOUR_MS = 60 * 60_000;

/** A credential whose answers the test gives. */
const stage = (lifeMs = HOUR_MS, fraction = 0) => {
  const clock: FakeClock = createFakeClock();
  let asked = 0;
  let answer: 'at once' | 'never' | 'refuse' = 'at once';
  let free: () => void = () => undefined;
  const credential: TokenCredential = {
    getToken: async () => {
      asked += 1;
      const token = { token: `token-${asked}`, expiresOnTimestamp: clock.now() + lifeMs };
      if (answer === 'refuse') throw new Error('refused');
      if (answer === 'never')
        await new Promise<void>((resolve) => {
          free = resolve;
        });
      return token;
    },
  };
  return {
    clock,
    bearer: createTokenSource({
      credential,
      scope: 'scope',
      clock,
      random: { id: () => 'id', fraction: () => fraction },
    }),
    asked: () => asked,
    answer: (next: typeof answer) => {
      answer = next;
    },
    free: () => free(),
  };
};

describe('the source of a bearer', () => {
  it('asks once, however many ask at the same time, and answers from memory until shortly before the end', async () => {
    const { bearer, clock, asked } = stage();
    expect(new Set(await Promise.all(Array.from({ length: 50 }, bearer)))).toEqual(new Set(['token-1']));
    await clock.advance(HOUR_MS - 4 * 60_000 - 1);
    expect(await bearer()).toBe('token-1');
    expect(asked()).toBe(1);
  });

  it('replaces it in the background before its end, and nobody waits', async () => {
    const { bearer, clock, asked, answer, free } = stage();
    await bearer();
    await clock.advance(HOUR_MS - 4 * 60_000);
    answer('never');
    expect(await Promise.all([bearer(), bearer(), bearer()])).toEqual(['token-1', 'token-1', 'token-1']);
    expect(asked()).toBe(2);
    free();
    await clock.advance(0);
    expect(await bearer()).toBe('token-2');
  });

  it('is not asked for by all processes at the same moment', async () => {
    const later = stage(HOUR_MS, 0.5);
    await later.bearer();
    await later.clock.advance(HOUR_MS - 4 * 60_000);
    await later.bearer();
    expect(later.asked()).toBe(1);
    await later.clock.advance(30_000);
    await later.bearer();
    expect(later.asked()).toBe(2);
  });

  it('keeps the last one while Azure does not answer, asking now and then, until it ends', async () => {
    const { bearer, clock, asked, answer } = stage();
    await bearer();
    answer('refuse');
    await clock.advance(HOUR_MS - 4 * 60_000);
    for (let second = 0; second < 60; second += 1) {
      expect(await bearer()).toBe('token-1');
      await clock.advance(1_000);
    }
    expect(asked()).toBeGreaterThan(2);
    expect(asked()).toBeLessThan(12);
    await clock.advance(3 * 60_000);
    await expect(bearer()).rejects.toThrow('refused');
    answer('at once');
    expect(await bearer()).toMatch(/^token-/);
  });

  it('hands out no token that has ended, short-lived as it may be', async () => {
    const { bearer, clock, asked } = stage(60_000);
    expect(await bearer()).toBe('token-1');
    await clock.advance(47_999);
    expect(await bearer()).toBe('token-1');
    expect(asked()).toBe(1);
    await clock.advance(8_000);
    expect(await bearer()).toBe('token-2');
  });

  it('lets one failure be heard by all who wait for it, and asks anew for the next', async () => {
    const { bearer, answer, asked } = stage();
    answer('refuse');
    const heard = await Promise.allSettled([bearer(), bearer()]);
    expect(heard.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(asked()).toBe(1);
    answer('at once');
    expect(await bearer()).toBe('token-2');
  });
});
