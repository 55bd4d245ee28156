/** kill -9 at every named step of a question, with one process on Redis: started again, it answers once, and what must leave leaves. */
import { afterAll, beforeAll } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { everyStep, killedAtEveryStep } from './kill-steps.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.end());

killedAtEveryStep({
  who: 'one process on Redis that is killed with -9',
  // Teams looks nothing up.
  deaths: [...everyStep({ on: 'teams', but: ['find'] }), ...everyStep({ on: 'slack', only: ['find'] })],
  workers: 1,
  lanes: 3,
  storeOf: (lane) => `${redis.url}/${lane}`,
  latestMs: 75_000,
});
