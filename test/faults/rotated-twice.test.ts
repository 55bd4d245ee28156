/** The data key of the embedded store is rotated twice; copies of its files are what a backup or a snapshot of a disk would hold. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import type { Store } from '../../src/core/ports.ts';
import { referenceContext } from '../../src/core/sealing.ts';
import { NOW } from '../contracts/making.ts';
import { accepted, everySealed, newKey, rotatedTwice } from './rotated-twice.ts';

let folder = '';
let stores: Store[] = [];
let copies = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-rotated-'));
  stores = [];
});
afterEach(async () => {
  for (const store of stores) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const opened = (path: string): Store => {
  const store = createSqliteStore({ path });
  stores.push(store);
  return store;
};

describe('after the data key was rotated twice, in the embedded store', () => {
  rotatedTwice({
    open: async () => {
      const path = join(folder, 'a.db');
      return {
        store: opened(path),
        copied: async () => {
          copies += 1;
          const copy = join(folder, `copy-${copies}.db`);
          for (const end of ['', '-wal']) if (existsSync(path + end)) copyFileSync(path + end, copy + end);
          return () => everySealed(opened(copy));
        },
      };
    },
  });

  it('nothing that was wrapped by an older key stands in the file or its log any more, once that was cut', async () => {
    const path = join(folder, 'a.db');
    const store = opened(path);
    const [first, second] = [newKey(), newKey()];
    const [old, both] = [
      createSealer({ dataKey: accepted(first) }),
      createSealer({ dataKey: accepted(second, first) }),
    ];
    const context = referenceContext({ tenant: 'T1', key: 'chat' });
    for (let at = 0; at < 50; at++)
      await store.references.keep({
        tenant: 'T1',
        key: at === 0 ? 'chat' : `k${at}`,
        owner: '',
        value: old.seal(at === 0 ? context : referenceContext({ tenant: 'T1', key: `k${at}` }), 'words'),
        until: NOW + 1e9,
      });
    const values = await everySealed(store);
    const changes = values.flatMap(({ place, value, record }) => {
      const said = both.rewrap(referenceContext({ tenant: 'T1', key: record }), value);
      return said.how === 'rewrapped' ? [{ place, had: value, has: said.sealed }] : [];
    });
    expect(await store.sealed.swap({ changes })).toBe(50);
    await store.close();
    stores = [];
    const bytes =
      readFileSync(path, 'latin1') + (existsSync(`${path}-wal`) ? readFileSync(`${path}-wal`, 'latin1') : '');
    const [, oldId = ''] = values[0]?.value.split('.') ?? [];
    expect(bytes).toContain(`s2.${both.keyId()}.`);
    expect(bytes).not.toContain(`s2.${oldId}.`);
    for (const { value } of values) expect(bytes).not.toContain(value.slice(12, 60));
  });
});
