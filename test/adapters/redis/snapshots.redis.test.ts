import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { createRedisStore } from '../../../src/adapters/redis/store.ts';
import { createSqliteStore } from '../../../src/adapters/sqlite/store.ts';
import type { Store } from '../../../src/core/ports.ts';
import { copyInto, expectSame, fill, takeAll } from '../../contracts/snapshots.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';

let server: RedisServer;
let made = 0;
const folder = mkdtempSync(join(tmpdir(), 'sotto-snapshots-'));

beforeAll(async () => {
  server = await startRedis(['--appendonly', 'no']);
});
afterAll(async () => {
  await server.end();
  rmSync(folder, { recursive: true, force: true });
});

const stores: Readonly<Record<string, () => Promise<Store>>> = {
  redis: () => createRedisStore({ url: server.url, prefix: `odd*[${++made}]:` }),
  sqlite: async () => createSqliteStore({ path: join(folder, `${++made}.db`) }),
};

describe('a snapshot', () => {
  it.each([
    ['sqlite', 'redis'],
    ['redis', 'sqlite'],
  ])('of %s comes back the same in %s', async (from, to) => {
    const original = await stores[from]?.();
    const copy = await stores[to]?.();
    if (original === undefined || copy === undefined) throw new Error('no such store');
    try {
      await fill(original);
      const taken = await takeAll(original);
      await copyInto(copy, taken);
      expectSame(await takeAll(copy), taken);
    } finally {
      await Promise.all([original.close(), copy.close()]);
    }
  });
});
