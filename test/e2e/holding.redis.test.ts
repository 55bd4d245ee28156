import { afterAll } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { holding } from './holding.ts';

const servers: RedisServer[] = [];

holding(async () => {
  const redis = await startRedis();
  servers.push(redis);
  return { kind: 'redis', url: redis.url };
});

afterAll(async () => {
  for (const redis of servers) await redis.end();
});
