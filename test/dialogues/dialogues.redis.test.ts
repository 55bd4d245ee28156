import { afterAll } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { runDialogues } from './run.ts';

let redis: RedisServer | null = null;

runDialogues('Redis', async () => {
  redis = await startRedis();
  return { kind: 'redis', url: redis.url };
});

afterAll(() => redis?.end());
