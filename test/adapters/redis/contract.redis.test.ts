import { afterAll, beforeAll } from '@jest/globals';
import { createRedisStore } from '../../../src/adapters/redis/store.ts';
import { storeContract } from '../../contracts/store.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';

let server: RedisServer;
let made = 0;

beforeAll(async () => {
  // What is durable is for the faults; here thousands of calls need not wait for the disk.
  server = await startRedis(['--appendonly', 'no']);
});
afterAll(() => server.end());

storeContract('redis', () => {
  made += 1;
  return createRedisStore({ url: server.url, prefix: `test-${made}:` });
});
