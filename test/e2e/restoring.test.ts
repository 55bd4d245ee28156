import { join } from 'node:path';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import { restoring } from './restoring.ts';

restoring('the embedded store', async () => ({
  url: null,
  open: async (dataFolder) => createSqliteStore({ path: join(dataFolder, 'sotto.db') }),
  // It lies in the data folder.
  lose: async () => undefined,
  end: async () => undefined,
}));
