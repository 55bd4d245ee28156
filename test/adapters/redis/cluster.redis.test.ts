import { afterAll, beforeAll } from '@jest/globals';
import { Redis } from 'ioredis';
import { createRedisStore } from '../../../src/adapters/redis/store.ts';
import { storeContract } from '../../contracts/store.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { until } from '../../support/until.ts';

let server: RedisServer;
let made = 0;

/** One node that has every slot; like any node of a cluster it refuses a script whose keys have more than one tag. */
beforeAll(async () => {
  server = await startRedis(['--appendonly', 'no', '--cluster-enabled', 'yes']);
  const redis = new Redis(server.port);
  await redis.cluster('ADDSLOTSRANGE', 0, 16_383);
  await until(async () => (await redis.cluster('INFO')).includes('cluster_state:ok'));
  redis.disconnect();
});
afterAll(() => server.end());

storeContract('redis, a node of a cluster,', () => {
  made += 1;
  return createRedisStore({ url: server.url, prefix: `test-${made}:` });
});
