import { beforeEach, describe, expect, it } from '@jest/globals';
import { headerOf, openArchive } from '../../../src/adapters/archive/archive.ts';
import { keyIdOf } from '../../../src/adapters/archive/keys.ts';
import type { BackupPlace } from '../../../src/core/backup-ports.ts';
import { SottoError } from '../../../src/core/errors.ts';
import { createPlaceBackups, type PlaceBackups } from '../../../src/main/backup/place-backups.ts';
import { openStretchKeys } from '../../../src/main/backup/stretch-keys.ts';
import { unwrappedDataKey } from '../../../src/main/data-key.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import type { MemoryPlace } from '../../support/memory-place.ts';
import { until } from '../../support/until.ts';
import { emptyData, type Machine, newDataKey, newPlace, openMachine, restoring } from './support.ts';

const HOUR = 60 * 60_000;
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

let machine: Machine;
let place: MemoryPlace;
let clock: FakeClock;
beforeEach(async () => {
  machine = await openMachine();
  place = newPlace();
  clock = createFakeClock(machine.clock.at);
  await machine.note();
});

const backupsOf = (of: BackupPlace = place, over: Partial<Machine['taking']> = {}): PlaceBackups =>
  createPlaceBackups({
    place: of,
    taking: { ...machine.taking, clock, ...over },
    everyMs: HOUR,
    keepMs: 30 * 24 * HOUR,
    clock,
    random: { fraction: () => 0 },
    log: SILENT,
    metrics: { count: () => undefined, observe: () => undefined },
    restrictionsVersion: () => 0,
    note: () => machine.note(),
  });

const taken = async (of: PlaceBackups) => {
  await clock.advance(1_000);
  machine.clock.at = clock.now();
  await machine.note();
  return of.now();
};

const sorted = (held: ReadonlyMap<string, Buffer>) => [...held].toSorted(([a], [b]) => a.localeCompare(b));

const keyIds = (kind: 'state' | 'audit', of: MemoryPlace = place): readonly string[] =>
  sorted(of.held[kind]).map(([name, bytes]) => headerOf({ name, bytes }).key.id);

const entriesOf = async (places: readonly MemoryPlace[], dryRun = true): Promise<number> => {
  const report = await restoring(machine, places, emptyData(), { dryRun });
  expect(report.notes).toEqual([]);
  return report.logs.reduce((sum, { entries }) => sum + entries, 0);
};

describe('backups across rotations of the data key', () => {
  it('come back whole by the key of today alone, whenever it was that they were written', async () => {
    const one = backupsOf();
    await taken(one);
    const [second, third] = [newDataKey(), newDataKey()];
    await machine.rotate(second, machine.dataKey.current);
    for (let times = 0; times < 2; times++) await taken(one);
    await machine.rotate(third, second);
    for (let times = 0; times < 2; times++) await taken(one);
    await machine.rotate(third);
    await taken(one);
    expect(new Set(keyIds('audit')).size).toBe(3);
    expect(new Set(keyIds('state')).size).toBe(3);
    expect(await entriesOf([place])).toBeGreaterThanOrEqual(12);
    expect(await entriesOf([place], false)).toBeGreaterThanOrEqual(12);
  });

  it('come back as well where a key of Key Vault wraps each of them', async () => {
    const plain = new Map(['w1', 'w2', 'w3'].map((wrapped) => [`wrapped.${wrapped}`, newDataKey()]));
    const [first = '', second = '', third = ''] = plain.values();
    let held: readonly string[] = [];
    const secrets = unwrappedDataKey({
      secrets: { get: async () => ({ current: held[0] ?? '', accepted: held }) },
      wrapping: { unwrap: async (wrapped) => plain.get(wrapped) ?? '' },
      clock,
      log: SILENT,
    });
    const [w1 = '', w2 = '', w3 = ''] = plain.keys();
    const dataKey = () => secrets.get('data-key');
    const one = backupsOf(place, { dataKey });
    const rotate = async (wrapped: readonly string[], keys: readonly string[]): Promise<void> => {
      held = wrapped;
      const [current = '', ...previous] = keys;
      await machine.rotate(current, ...previous);
      for (let times = 0; times < 2; times++) expect(await taken(one)).toMatchObject({ ok: true });
    };
    await machine.rotate(first, machine.dataKey.current);
    await rotate([w1], [first]);
    await rotate([w2, w1], [second, first]);
    await rotate([w3, w2], [third, second]);
    await rotate([w3], [third]);
    const report = await restoring(machine, [place], emptyData(), { dataKey: await dataKey() });
    expect(report.logs[0]?.entries).toBeGreaterThanOrEqual(9);
  });

  it('are made within seconds of a new key, also where nothing else has changed', async () => {
    let spoilt = false;
    let looked = 0;
    const one = backupsOf(place, {
      dataKey: async () => {
        if (!spoilt) return machine.dataKey;
        looked += 1;
        return { current: 'no key', accepted: ['no key'] };
      },
    });
    one.start();
    const passUntil = async (condition: () => boolean): Promise<void> => {
      for (let went = 0; went < 20 && !condition(); went++) {
        await until(() => clock.sleeping() > 0);
        await clock.advance(500);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await until(condition);
    };
    await passUntil(() => place.held.state.size === 1);
    const next = newDataKey();
    await machine.rotate(next, machine.dataKey.current);
    await passUntil(() => keyIds('state').includes(keyIdOf(next)));
    // What is no key ends nothing: the next one counts again.
    spoilt = true;
    for (let looks = 0; looks < 3; looks++) await passUntil(() => looked > looks);
    spoilt = false;
    const third = newDataKey();
    await machine.rotate(third, next);
    await passUntil(() => keyIds('state').includes(keyIdOf(third)));
    const stopped = one.stop({ graceMs: 1_000 });
    await clock.advance(1_000);
    await stopped;
  });

  it('seal no stretch under a key before an archive there holds it', async () => {
    const one = backupsOf();
    await taken(one);
    await machine.rotate(newDataKey(), machine.dataKey.current);
    const stuck = backupsOf({
      ...place,
      write: async (o) => {
        if (o.kind === 'state') throw new SottoError('backup-unavailable', 'The place is full.');
        return place.write(o);
      },
    });
    expect(await taken(stuck)).toMatchObject({ ok: false, why: 'The place is full.', audit: null, archive: null });
    expect(place.held.audit.size).toBe(2);
    expect(await entriesOf([place])).toBe(4);
  });

  it('are opened by nobody who has an older data key and all that lay under it', async () => {
    const one = backupsOf();
    await taken(one);
    const before = machine.dataKey;
    const known = await machine.stretchKeys();
    await machine.rotate(newDataKey(), before.current);
    for (let times = 0; times < 3; times++) await taken(one);
    const [name = '', bytes = Buffer.alloc(0)] = sorted(place.held.audit).at(-1) ?? [];
    const accepted = [...before.accepted, ...known.accepted];
    await expect(openArchive({ name, bytes, dataKey: { accepted } })).rejects.toMatchObject({ code: 'backup-invalid' });
  });

  it('share a key, whoever begins at the same time, and have one for each data key', async () => {
    const twice = await Promise.all([openStretchKeys(machine.taking), openStretchKeys(machine.taking)]);
    expect(twice[0].current).toEqual(twice[1].current);
    const first = machine.dataKey.current;
    const second = newDataKey();
    await machine.rotate(second, first);
    expect((await openStretchKeys(machine.taking)).all).toHaveLength(2);
    await machine.rotate(first, second);
    expect((await openStretchKeys(machine.taking)).current).toEqual(twice[0].current);
  });
});

describe('a place that somebody deletes from', () => {
  it('gets anew what is gone, from whoever wrote it once', async () => {
    const one = backupsOf();
    await taken(one);
    await taken(one);
    place.held.state.clear();
    place.held.audit.clear();
    expect(await taken(one)).toMatchObject({ ok: true });
    expect(await entriesOf([place])).toBeGreaterThanOrEqual(4);
    const [first = ''] = [...place.held.audit.keys()].toSorted();
    await taken(one);
    place.held.audit.delete(first);
    await taken(one);
    expect(await entriesOf([place])).toBeGreaterThanOrEqual(6);
  });
});

describe('a place that takes one part', () => {
  it('has the archive of what stands although no stretch can be locked, asks for no more of the log than is there, and both are told', async () => {
    const one = backupsOf();
    await taken(one);
    const fault = new SottoError('backup-unavailable', 'The container cannot lock it.');
    const unlockable = backupsOf({
      ...place,
      write: async (o) => {
        if (o.kind === 'audit') throw fault;
        return place.write(o);
      },
    });
    const run = await taken(unlockable);
    expect(run).toMatchObject({ ok: false, code: null, archive: expect.any(String), auditBytes: 0 });
    expect(run.audit).toEqual({ code: 'backup-unavailable', why: 'The container cannot lock it.' });
    expect(unlockable.last().goodAt).toBeNull();
    const report = await restoring(machine, [place], emptyData());
    expect(report).toMatchObject({ archive: run.archive, logs: [{ entries: 2 }] });
  });

  it('has what HR publishes within seconds although its audit part fails', async () => {
    const unlistable: BackupPlace = {
      ...place,
      list: async (kind) => {
        if (kind === 'audit') throw new SottoError('backup-unavailable', 'It does not answer.');
        return place.list(kind);
      },
    };
    const run = await taken(backupsOf(unlistable));
    expect(run).toMatchObject({ archive: expect.any(String), audit: { why: 'It does not answer.' } });
    expect((await restoring(machine, [place], emptyData())).logs).toMatchObject([{ entries: 0, lost: 2 }]);
  });
});
