import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { createRedisStore } from '../../src/adapters/redis/store.ts';
import { startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { atRest, bytesOf } from './canaries/at-rest.ts';

atRest('Redis', async () => {
  const password = randomBytes(18).toString('hex');
  const server = await startRedis(['--requirepass', password]);
  const admin = new Redis({ host: '127.0.0.1', port: server.port, password });
  return {
    url: server.url,
    password,
    open: () => createRedisStore({ url: server.url, passwords: async () => [password] }),
    // Its append-only file, and its dump where there is one.
    bytes: () => bytesOf(server.folder),
    copies: async () => {
      await admin.save();
      const text = async (...args: readonly [string, ...string[]]): Promise<Buffer> =>
        Buffer.from(JSON.stringify(await admin.call(...args)));
      return {
        'dump.rdb': readFileSync(join(server.folder, 'dump.rdb')),
        'what it tells of itself': await text('INFO', 'everything'),
        'its slow log': Buffer.concat([Buffer.from('['), await text('SLOWLOG', 'GET', '1000')]),
        'its clients': await text('CLIENT', 'LIST'),
      };
    },
    rewrite: async () => {
      await admin.bgrewriteaof();
      await until(async () => {
        const info = await admin.info('persistence');
        return info.includes('aof_rewrite_in_progress:0') && info.includes('aof_rewrite_scheduled:0');
      });
      await admin.save();
    },
    keepsPast: true,
    end: async () => {
      admin.disconnect();
      await server.end();
    },
  };
});
