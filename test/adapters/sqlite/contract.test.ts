import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { createSqliteStore } from '../../../src/adapters/sqlite/store.ts';
import { storeContract } from '../../contracts/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-sqlite-'));
let made = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

storeContract('sqlite', async () => {
  made += 1;
  return createSqliteStore({ path: join(folder, `${made}.db`) });
});
