import { createRedisStore } from '../../src/adapters/redis/store.ts';
import { startRedis } from '../support/redis.ts';
import { restoring } from './restoring.ts';

restoring('Redis', async () => {
  const server = await startRedis();
  return {
    url: server.url,
    open: () => createRedisStore({ url: server.url }),
    lose: async () => {
      await server.kill();
      server.lose();
      await server.start();
    },
    end: server.end,
  };
});
