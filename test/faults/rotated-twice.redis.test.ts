/** The data key is rotated twice while its values lie in Redis. */
import { afterAll, beforeAll, describe } from '@jest/globals';
import { createRedisStore } from '../../src/adapters/redis/store.ts';
import type { Store } from '../../src/core/ports.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { everySealed, rotatedTwice } from './rotated-twice.ts';

let server: RedisServer;
const stores: Store[] = [];
beforeAll(async () => {
  server = await startRedis(['--appendonly', 'no']);
});
afterAll(async () => {
  for (const store of stores) await store.close();
  await server.end();
});

describe('after the data key was rotated twice, in Redis', () => {
  rotatedTwice({
    open: async () => {
      const store = await createRedisStore({ url: server.url });
      stores.push(store);
      return {
        store,
        copied: async () => {
          const values = await everySealed(store);
          return async () => values;
        },
      };
    },
  });
});
