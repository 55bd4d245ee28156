import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { headerOf } from '../../../src/adapters/archive/archive.ts';
import { bundlePath } from '../../../src/adapters/audit-log/tiles.ts';
import { restoreLogs } from '../../../src/main/backup/logs.ts';
import { readStretchName } from '../../../src/main/backup/names.ts';
import { endsOfLogs } from '../../../src/main/backup/take.ts';
import { backedUp, writeStretches } from '../../../src/main/backup/take-logs.ts';
import { type LaidLog, layLog } from '../../adapters/audit-log/laid.ts';
import type { MemoryPlace } from '../../support/memory-place.ts';
import { publishedIn } from '../../support/published.ts';
import { newDataKey, newFolder, newPlace, secretOf } from './support.ts';

const LINEAGE = '0123456789ab';
const KEYS = secretOf(newDataKey());
const SIGNING = secretOf(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());

let log: LaidLog;
let place: MemoryPlace;
beforeEach(async () => {
  log = await layLog({ key: SIGNING.current });
  place = newPlace();
});

/** What is new of all logs that lie beside this one; what each stretch of it that was written holds. */
const backUp = async (to = place): Promise<readonly (readonly [number, number, string])[]> => {
  const before = new Set(to.held.audit.keys());
  const taking = {
    auditFolder: dirname(log.folder),
    lineage: LINEAGE,
    version: '0.10.0',
    clock: { now: () => 1 },
    place: to,
    keys: KEYS,
    sound: new Map(),
    strange: () => {
      throw new Error('there is nothing strange');
    },
    durable: async () => new Map<string, number>(),
  };
  await writeStretches({
    ...taking,
    ...(await backedUp(taking)),
    cut: (_, error) => {
      throw error;
    },
  });
  return [...to.held.audit]
    .filter(([name]) => !before.has(name) && readStretchName(name)?.origin === 'one')
    .map(([name, bytes]) => {
      const header = headerOf({ name, bytes });
      if (header.kind !== 'audit') throw new Error('it is a stretch');
      return [header.from, header.to, header.holds];
    });
};

const restored = async (...places: readonly MemoryPlace[]): Promise<string> => {
  const folder = join(newFolder(), 'audit');
  const { doubts } = await restoreLogs({
    folder,
    places: places.length === 0 ? [place] : places,
    lineage: LINEAGE,
    keys: KEYS,
    signingKey: SIGNING,
    paused: false,
    known: [await endsOfLogs(dirname(log.folder))],
  });
  expect(doubts).toEqual([]);
  return folder;
};

describe('what was pruned of an audit log', () => {
  it('does not come back although a place has had it, and the log is whole as it was', async () => {
    log.append(1_000);
    await backUp();
    await log.prune(512);
    expect(await backUp()).toEqual([[1_000, 1_001, 'entries']]);
    expect(publishedIn(join(await restored(), 'one'))).toEqual(publishedIn(log.folder));
  });

  it('is told by its hashes to a place that is new', async () => {
    log.append(1_000);
    await log.prune(512);
    expect(await backUp()).toEqual([
      [0, 512, 'hashes'],
      [512, 1_001, 'entries'],
    ]);
    expect(publishedIn(join(await restored(), 'one'))).toEqual(publishedIn(log.folder));
  });

  it('may go from the places as well: what is gone there is told by its hashes, and nothing else is written again', async () => {
    for (const size of [300, 300, 300, 300]) {
      log.append(size);
      await backUp();
    }
    const [first = '', second = ''] = [...place.held.audit.keys()];
    await log.prune(768);
    await backUp();
    place.held.audit.delete(first);
    expect(await backUp()).toEqual([[0, 300, 'hashes']]);
    place.held.audit.delete(second);
    const written = await backUp();
    expect(written).toEqual([[300, 600, 'hashes']]);
    expect(await backUp()).toEqual([]);
    expect(publishedIn(join(await restored(), 'one'))).toEqual(publishedIn(log.folder));
  });

  it('is known from a log beside it, too, which goes on where it is closed', async () => {
    log.append(600);
    await log.publish();
    await backUp();
    const all = await restored();
    expect(readdirSync(all)).toEqual(['one']);
    const open = await layLog({ key: SIGNING.current, origin: 'two' });
    open.append([{ kind: 'pruned', at: 1, upTo: 256, origin: 'one' }]);
    renameSync(open.folder, join(dirname(log.folder), 'two'));
    await backUp();
    const both = await restored();
    expect(readdirSync(both).toSorted()).toEqual(['one', 'two']);
    expect([0, 1].map((index) => existsSync(join(both, 'one', bundlePath(index))))).toEqual([false, true]);
    expect(existsSync(join(all, 'one', bundlePath(0)))).toBe(true);
  });
});
