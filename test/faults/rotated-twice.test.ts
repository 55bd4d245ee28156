/** The data key of the embedded store is rotated twice; copies of its files are what a backup or a snapshot of a disk would hold. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import { open } from '../../src/adapters/sqlite/open.ts';
import { migrations } from '../../src/adapters/sqlite/schema.ts';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import type { Store } from '../../src/core/ports.ts';
import { referenceContext, replyContext } from '../../src/core/sealing.ts';
import { NOW } from '../contracts/making.ts';
import { accepted, everySealed, newKey, rewrapped, rotatedTwice, sealerOf } from './rotated-twice.ts';

/** `kept since version s1`, under a key of sevens. */
const SEALED_BY_S1 =
  's1.7eUtTRZa.VYgT_-xNUQmhK-tXc46JLN1qOcX8Dkn58_0JQfn8HdWvfaSJmjncYi1P7_ssxfa0vQE0rtBXRMP0s-WM-usFXD8WzoHZB98Fw7k9smcl_6_rgOO6N8QR09NrDQz_aWYtd4o';

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

  it('a store of the version before is brought over: what it sealed is bound to its record, what it hashed is recognised', async () => {
    const path = join(folder, 'old.db');
    const key = Buffer.alloc(32, 7).toString('base64');
    const old = open(path, migrations.slice(0, 3));
    old.db
      .prepare(
        `INSERT INTO inbox (id, conversation, tenant, account, inbound, accepted_at, counts, attempts, head, free_at, outbox_key, reply, placeholder)
         VALUES ('q1', 'c1', 'T1', 'U1', '', 1, '{}', 1, 1, 1, 'k', ?, 0)`,
      )
      .run(SEALED_BY_S1);
    // As version 0.3 hashed: by a key derived from the data key.
    const hashed = createSealer({ dataKey: accepted(key) }).fingerprint('evan');
    old.close();
    const store = opened(path);
    const fresh = newKey();
    await rewrapped(store, fresh, key);
    const sealer = await sealerOf(store, fresh);
    const [hashKey, reply, ...others] = await everySealed(store);
    expect([hashKey?.kind, reply?.kind, reply?.value.slice(0, 3), others]).toEqual(['hash-key', 'reply', 's2.', []]);
    const context = replyContext({ tenant: 'T1', account: 'U1', id: 'q1' });
    expect(sealer.open(context, reply?.value ?? '')).toBe('kept since version s1');
    expect(sealer.open({ ...context, record: 'q2' }, reply?.value ?? '')).toBeNull();
    // Also with the old data key gone.
    expect(sealer.fingerprints('evan')).toContain(hashed);
  }, 60_000);

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
