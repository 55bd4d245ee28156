import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditEntry } from '../../src/core/audit.ts';
import { SottoError } from '../../src/core/errors.ts';
import type { Store } from '../../src/core/ports.ts';
import { NOTHING_STANDS } from '../../src/core/standing.ts';
import { settleRestore } from '../../src/main/after-restore.ts';
import { NOW } from '../contracts/making.ts';
import { createPlainStore } from '../simulation/store/store.ts';

const STANDS = {
  version: 0,
  restrictions: [],
  hash: null,
  changes: [],
  pin: null,
  paused: null,
  holds: [],
  recalls: [],
  origins: [],
};
const RESTORED = { archive: 'archive-1', madeAt: NOW - 60_000, home: 'h', state: 'restored' } as const;

let store: Store;
let entries: AuditEntry[];
let said: string[];
beforeEach(async () => {
  store = createPlainStore();
  const { state: _, ...restored } = RESTORED;
  await store.snapshots.begin({ lineage: 'l', restored, stands: STANDS });
  await store.snapshots.finish();
  entries = [];
  said = [];
});

const settled = (o: { readonly append?: () => Promise<never>; readonly signal?: AbortSignal } = {}) => {
  const note = (event: string) => void said.push(event);
  return settleRestore({
    world: {
      store,
      audit: {
        append: async (entry) => {
          await o.append?.();
          entries.push(entry);
          return { origin: 'slot-0', index: 0 };
        },
      },
      clock: { now: () => NOW, sleep: async () => undefined },
      log: { info: note, warn: note, error: note },
      standing: () => NOTHING_STANDS,
    },
    restored: RESTORED,
    refuses: () => false,
    seen: () => undefined,
    signal: o.signal ?? new AbortController().signal,
  });
};

describe('the first start after a restore', () => {
  it('puts on record what was waited for, and no later start waits again', async () => {
    expect(await settled()).toBe(true);
    expect(entries).toEqual([
      { kind: 'restored', at: NOW, archive: 'archive-1', madeAt: NOW - 60_000, untried: 0, waitedMs: 0 },
    ]);
    expect(await store.snapshots.restored()).toBeNull();
  });

  it('is not over where that cannot be put on record: the next start waits once more', async () => {
    const append = async () => {
      throw new SottoError('audit-unavailable', 'the disk is full');
    };
    expect(await settled({ append })).toBe(true);
    expect(said).toContain('restored.not-settled');
    expect(await store.snapshots.restored()).toEqual(RESTORED);
  });

  it('answers nobody where the process stops meanwhile', async () => {
    expect(await settled({ signal: AbortSignal.abort() })).toBe(false);
    expect(entries).toEqual([]);
    expect(await store.snapshots.restored()).toEqual(RESTORED);
  });
});
