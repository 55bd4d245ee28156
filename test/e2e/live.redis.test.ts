import { afterAll } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { living } from './living.ts';

const servers: RedisServer[] = [];

living(async () => {
  const redis = await startRedis();
  servers.push(redis);
  return redis.url;
});

afterAll(async () => {
  for (const redis of servers) await redis.end();
});
