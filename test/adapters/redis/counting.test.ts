import { describe, expect, it } from '@jest/globals';
import { createCounting } from '../../../src/adapters/redis/counting.ts';
import type { Buckets } from '../../../src/core/stored.ts';
import { until } from '../../support/until.ts';

const windowMs = 60_000;
const NOW = 1_700_000_000_000 - (1_700_000_000_000 % windowMs);
const bucket = NOW / windowMs;
const person = { name: 'person', key: 'p', windowMs };

/** Redis, as this process sees it: its answers wait until they are let go. */
const makeRedis = () => {
  const sent: number[] = [];
  const waiting: { resolve(buckets: Buckets): void; reject(error: Error): void }[] = [];
  return {
    sent,
    add: ({ by }: { readonly by: number }) => {
      sent.push(by);
      return new Promise<Buckets>((resolve, reject) => waiting.push({ resolve, reject }));
    },
    answer: (current: number) => waiting.shift()?.resolve({ bucket, current, previous: 0 }),
    fail: () => waiting.shift()?.reject(new Error('away')),
  };
};

describe('a count that a question brings along', () => {
  it('rises at once with what was accepted here, though nothing has come back from Redis', () => {
    const counting = createCounting(makeRedis());
    for (let count = 1; count <= 5; count++) {
      const taken = counting.take([person], NOW);
      expect(taken.counts).toEqual({ person: count });
      taken.accepted();
    }
  });

  it('counts questions that are being accepted at the same time, and none that was not', () => {
    const counting = createCounting(makeRedis());
    const [first, second] = [counting.take([person], NOW), counting.take([person], NOW)];
    expect(second.counts).toEqual({ person: 2 });
    first.dropped();
    second.accepted();
    expect(counting.take([person], NOW).counts).toEqual({ person: 2 });
  });

  it('goes to Redis behind the answers, many as one, and comes back with what others counted', async () => {
    const redis = makeRedis();
    const counting = createCounting(redis);
    for (let time = 0; time < 4; time++) counting.take([person], NOW).accepted();
    await until(() => redis.sent.length === 1);
    for (let time = 0; time < 3; time++) counting.take([person], NOW).accepted();
    const all = counting.sent();
    redis.answer(10);
    await until(() => redis.sent.length === 2);
    expect(redis.sent.reduce((sum, by) => sum + by, 0)).toBe(7);
    expect(counting.take([person], NOW).counts).toEqual({ person: 10 + (7 - (redis.sent[0] ?? 0)) + 1 });
    redis.answer(13);
    await all;
    expect(counting.take([person], NOW).counts).toEqual({ person: 13 + 2 });
  });

  it('slides with time and with its window', async () => {
    const redis = makeRedis();
    const counting = createCounting(redis);
    counting.take([person], NOW).accepted();
    redis.answer(10);
    await counting.sent();
    const at = (ms: number): number | undefined => {
      const taken = counting.take([person], NOW + ms);
      taken.dropped();
      return taken.counts['person'];
    };
    expect([at(0), at(windowMs), at(windowMs * 1.5), at(windowMs * 2)]).toEqual([11, 11, 6, 1]);
  });

  it('goes on when Redis was away, without what could not be sent', async () => {
    const redis = makeRedis();
    const counting = createCounting(redis);
    counting.take([person], NOW).accepted();
    redis.fail();
    await counting.sent();
    expect(counting.take([person], NOW).counts).toEqual({ person: 1 });
  });

  it('is remembered for a bounded number of keys', () => {
    const counting = createCounting(makeRedis());
    counting.take([{ ...person, key: 'first' }], NOW).accepted();
    for (let key = 0; key < 21_000; key++) counting.take([{ ...person, key: `k${key}` }], NOW).dropped();
    expect(counting.take([{ ...person, key: 'first' }], NOW).counts).toEqual({ person: 1 });
  });
});
