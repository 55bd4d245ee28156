import { join } from 'node:path';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import { atRest, bytesOf } from './canaries/at-rest.ts';

atRest('the embedded store', async () => ({
  url: null,
  password: null,
  open: async (data) => createSqliteStore({ path: join(data, 'sotto.db') }),
  // With what it has not yet taken over from its log, and what it shares with other processes.
  bytes: (data) => bytesOf(data, (name) => name.startsWith('sotto.db')),
  copies: async () => ({}),
  rewrite: async () => undefined,
  keepsPast: false,
  end: async () => undefined,
}));
