import { createRedisStore } from '../../src/adapters/redis/store.ts';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import type { Store } from '../../src/core/ports.ts';

/** `sqlite:PATH` or `redis://…`. */
export const openStore = async (address: string): Promise<Store> =>
  address.startsWith('sqlite:')
    ? createSqliteStore({ path: address.slice('sqlite:'.length) })
    : createRedisStore({ url: address, prefix: 'bench:' });
