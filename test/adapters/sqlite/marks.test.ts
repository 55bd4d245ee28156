import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createMarks } from '../../../src/adapters/sqlite/marks.ts';
import { open } from '../../../src/adapters/sqlite/open.ts';
import { createSqliteStore } from '../../../src/adapters/sqlite/store.ts';
import { createTransactions } from '../../../src/adapters/sqlite/transactions.ts';

describe('who was told, in sqlite', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sotto-marks-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is known after a restart', async () => {
    const path = join(folder, 'a.db');
    const begin = { owners: ['evan'], now: 1_000, until: 2_000 };
    const first = createSqliteStore({ path });
    expect(await first.marks.begin(begin)).toBe('first');
    await first.marks.done({ owners: ['evan'], now: 1_001 });
    await first.close();
    const second = createSqliteStore({ path });
    expect(await second.marks.begin({ ...begin, now: 9_000, until: 9_001 })).toBe('told');
    await second.close();
  });

  it('is bounded: beyond it nobody new is kept, and those who stand are known', async () => {
    const opened = open(join(folder, 'a.db'));
    const transactions = createTransactions({ db: opened.db, onUndone: () => undefined });
    const shredder = { shredded: () => undefined, close: () => undefined };
    const marks = createMarks({ db: opened.db, transactions, shredder, most: 2 });
    const begin = (owner: string) => marks.begin({ owners: [owner], now: 1_000, until: 2_000 });
    expect([await begin('a'), await begin('b'), await begin('c'), await begin('a')]).toEqual([
      'first',
      'first',
      'full',
      'busy',
    ]);
    transactions.close();
    opened.close();
  });
});
