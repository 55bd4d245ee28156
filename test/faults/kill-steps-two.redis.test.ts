/** kill -9 at every named step of a question, with two processes on Redis: the other one answers once, and what must leave leaves. */
import { afterAll, beforeAll } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { everyStep, killedAtEveryStep } from './kill-steps.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.end());

killedAtEveryStep({
  who: 'one of two processes on Redis that is killed with -9',
  deaths: [
    ...everyStep({ on: 'slack' }),
    // An answer that is posted as it is: whether it was posted must be looked up.
    ...everyStep({ on: 'slack', asks: 'plain', only: ['post', 'disclose', 'settle'] }),
  ],
  workers: 2,
  lanes: 3,
  storeOf: (lane) => `${redis.url}/${lane}`,
  latestMs: 75_000,
  promptly: true,
});
