/** Stores for several processes: one embedded file that they share, or a Redis to which each has a connection of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRedisStore } from '../../../src/adapters/redis/store.ts';
import { createSqliteStore } from '../../../src/adapters/sqlite/store.ts';
import type { Store } from '../../../src/core/ports.ts';
import { startRedis } from '../../support/redis.ts';

export interface Stores {
  readonly all: readonly Store[];
  close(): Promise<void>;
}

export const sqliteStores = async (count: number): Promise<Stores> => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-installs-'));
  const store = createSqliteStore({ path: join(folder, 'a.db') });
  return {
    all: Array.from({ length: count }, () => store),
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export const redisStores = async (count: number): Promise<Stores> => {
  const server = await startRedis();
  const all = await Promise.all(Array.from({ length: count }, () => createRedisStore({ url: server.url })));
  return {
    all,
    close: async () => {
      await Promise.all(all.map((store) => store.close()));
      await server.end();
    },
  };
};
