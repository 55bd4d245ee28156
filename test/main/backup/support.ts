/** A machine with an embedded store, an audit log and places of backups, and an empty one beside it. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import { createSealer } from '../../../src/adapters/sealer/sealer.ts';
import { createSqliteStore } from '../../../src/adapters/sqlite/store.ts';
import { systemRandom } from '../../../src/adapters/system/system.ts';
import type { AuditEntry } from '../../../src/core/audit.ts';
import type { Clock, Secret, Store } from '../../../src/core/ports.ts';
import { contextOfKept } from '../../../src/core/sealing.ts';
import { type OpenAudit, openAudit } from '../../../src/main/audit.ts';
import type { RestoreReport } from '../../../src/main/backup/report.ts';
import { type RestoreOptions, restore } from '../../../src/main/backup/restore.ts';
import { secretOf as keysOf, openStretchKeys } from '../../../src/main/backup/stretch-keys.ts';
import { endsOfLogs, type Taking, takeState } from '../../../src/main/backup/take.ts';
import { backedUp, type Had, writeStretches } from '../../../src/main/backup/take-logs.ts';
import { createMemoryPlace, type MemoryPlace } from '../../support/memory-place.ts';
import { stopAt } from '../../support/stop-entry.ts';

export const newDataKey = (): string => randomBytes(32).toString('base64');
export const secretOf = (current: string, ...previous: readonly string[]): Secret => ({
  current,
  accepted: [current, ...previous],
});

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const newSigningKey = (): Secret =>
  secretOf(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());

export interface Machine {
  readonly data: string;
  readonly store: Store;
  readonly audit: OpenAudit;
  readonly clock: Clock & { at: number };
  readonly taking: Taking;
  readonly dataKey: Secret;
  /** Puts these in force, the newest first, and wraps anew what lies in the store. */
  rotate(current: string, ...previous: readonly string[]): Promise<void>;
  /** What stretches are sealed and opened by. */
  stretchKeys(): Promise<Secret>;
  /** An entry that means nothing. */
  note(entry?: AuditEntry): Promise<void>;
  /** What is new of the logs, and an archive of what stands; its name. */
  backUp(...places: readonly MemoryPlace[]): Promise<string>;
  /** Lets go of everything; its folder stays. */
  stop(): Promise<void>;
}

const opened: (() => Promise<void>)[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-backup-'));
  folders.push(folder);
  return folder;
};

export const storeIn = (data: string): Store => createSqliteStore({ path: join(data, 'sotto.db') });

export const SIGNING = newSigningKey();

export const openMachine = async (o: { readonly data?: string; readonly dataKey?: Secret } = {}): Promise<Machine> => {
  const data = o.data ?? join(newFolder(), 'data');
  const clock = { at: 1_800_000_000_000, now: () => clock.at, sleep: async () => undefined };
  const store = storeIn(data);
  const audit = await openAudit({
    dataFolder: data,
    store,
    signingKey: SIGNING,
    clock,
    random: systemRandom(),
    log: quiet,
  });
  const dataKey = o.dataKey ?? secretOf(newDataKey());
  const sealer = createSealer({ dataKey });
  let inForce = dataKey;
  const lineage = await store.snapshots.lineage({ lineage: randomBytes(6).toString('hex') });
  let running = true;
  const machine: Machine = {
    data,
    store,
    audit,
    clock,
    get dataKey() {
      return inForce;
    },
    rotate: async (...keys) => {
      inForce = secretOf(...keys);
      sealer.rotate(inForce);
      const { values } = await store.sealed.scan({ cursor: null, limit: 100 });
      const changes = values.flatMap((value) => {
        const anew = sealer.rewrap(contextOfKept(value), value.value);
        return anew.how === 'rewrapped' ? [{ place: value.place, had: value.value, has: anew.sealed }] : [];
      });
      await store.sealed.swap({ changes });
    },
    stretchKeys: async () => {
      const { all, current } = await openStretchKeys(machine.taking);
      return keysOf(all, current);
    },
    taking: {
      store,
      sealer,
      random: systemRandom(),
      dataKey: async () => machine.dataKey,
      clock,
      settings: { SOTTO_OPERATORS: 'operators' },
      version: '0.0.0',
      policy: () => 'policy-1',
      auditFolder: join(data, 'audit'),
      lineage,
      durable: async () => new Map(running ? [[audit.durable().origin, audit.durable().size]] : []),
    },
    note: async (entry) => {
      await audit.append(entry ?? stopAt(clock.at));
      await audit.keep();
    },
    backUp: async (...places) => {
      clock.at += 1_000;
      const keys = await machine.stretchKeys();
      const logs = await endsOfLogs(machine.taking.auditFolder);
      const state = await takeState({ ...machine.taking, logs });
      for (const place of places) {
        const taking = {
          ...machine.taking,
          place,
          keys,
          sound: new Map<string, Had & { readonly name: string }>(),
          strange: () => undefined,
        };
        await writeStretches({
          ...taking,
          ...(await backedUp(taking)),
          cut: (_, error) => {
            throw error;
          },
        });
        await place.write({ kind: 'state', name: state.name, bytes: state.bytes });
      }
      return state.name;
    },
    stop: async () => {
      if (!running) return;
      running = false;
      await audit.close();
      await store.close();
    },
  };
  opened.push(machine.stop);
  return machine;
};

/** Restores on an empty machine; what is laid over the usual. */
export const restoring = (
  machine: Pick<Machine, 'dataKey' | 'clock'>,
  places: readonly MemoryPlace[],
  data: string,
  over: Partial<RestoreOptions> = {},
): Promise<RestoreReport> =>
  restore({
    dataFolder: data,
    places,
    spared: [],
    openStore: async () => storeIn(data),
    sealer: createSealer({ dataKey: machine.dataKey }),
    dataKey: machine.dataKey,
    signingKey: SIGNING,
    clock: machine.clock,
    random: systemRandom(),
    at: null,
    approved: null,
    paused: false,
    dryRun: false,
    ...over,
  });

export const emptyData = (): string => join(newFolder(), 'data');

export const isUntouched = (data: string): boolean => !existsSync(data);

export const newPlace = (name?: string): MemoryPlace => createMemoryPlace(name === undefined ? {} : { name });

/** What stands in a restored folder. */
export const lookInto = async <T>(data: string, look: (store: Store) => Promise<T>): Promise<T> => {
  const store = storeIn(data);
  try {
    return await look(store);
  } finally {
    await store.close();
  }
};
