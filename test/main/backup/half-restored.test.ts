import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { takeState } from '../../../src/main/backup/take.ts';
import type { MemoryPlace } from '../../support/memory-place.ts';
import { emptyData, isUntouched, type Machine, newPlace, openMachine, restoring, storeIn } from './support.ts';

let machine: Machine;
let place: MemoryPlace;
let name: string;
beforeEach(async () => {
  machine = await openMachine();
  place = newPlace();
  await machine.note();
  name = await machine.backUp(place);
});

/** Dies before the rows are put back. */
const cutShort = async (data: string, at: string): Promise<void> => {
  const openStore = async () => {
    const store = storeIn(join(data, '..', 'store'));
    const put = async (): Promise<never> => {
      throw new Error('the power went');
    };
    const finish = put;
    return { ...store, snapshots: { ...store.snapshots, put, finish } };
  };
  await expect(restoring(machine, [place], data, { openStore, at })).rejects.toThrow('the power went');
};

describe('a store that is half restored', () => {
  it('is never backed up: its archive would be the newest', async () => {
    const data = emptyData();
    mkdirSync(join(data, '..', 'store'));
    await cutShort(data, name);
    const store = storeIn(join(data, '..', 'store'));
    const taking = { ...machine.taking, store };
    await expect(takeState({ ...taking, logs: [] })).rejects.toThrow(/half restored/);
    await store.snapshots.finish();
    expect((await takeState({ ...taking, logs: [] })).name).toContain(machine.taking.lineage);
    await store.close();
  });

  it('from one archive takes no other, and a folder where that was tried is as it was found', async () => {
    const data = emptyData();
    mkdirSync(join(data, '..', 'store'));
    await cutShort(data, name);
    machine.clock.at += 60_000;
    const other = await machine.backUp(place);
    const anew = emptyData();
    const openStore = async () => storeIn(join(data, '..', 'store'));
    await expect(restoring(machine, [place], anew, { at: other, openStore })).rejects.toThrow(/SOTTO_STORE.*not empty/);
    expect(isUntouched(anew)).toBe(true);
    // The first goes on, there too.
    await restoring(machine, [place], anew, { at: name, openStore });
    expect(existsSync(join(anew, 'restoring'))).toBe(false);
  });
});

describe('a marker without a plan', () => {
  it('makes nobody’s audit logs room for those of a backup, and goes', async () => {
    const data = emptyData();
    mkdirSync(join(data, 'restoring', 'audit'), { recursive: true });
    mkdirSync(join(data, 'audit'));
    writeFileSync(join(data, 'audit', 'mine'), 'evidence');
    await expect(restoring(machine, [place], data)).rejects.toMatchObject({ code: 'usage' });
    expect(readFileSync(join(data, 'audit', 'mine'), 'utf8')).toBe('evidence');
    expect(readdirSync(data)).toEqual(['audit']);
  });

  it('that an attempt left which died before its plan does not keep the next from restoring', async () => {
    const data = emptyData();
    mkdirSync(join(data, 'restoring', 'audit', 'slot-0'), { recursive: true });
    await storeIn(data).close();
    expect(await restoring(machine, [place], data)).toMatchObject({ archive: name });
    expect(readdirSync(data).toSorted()).toEqual(['audit', 'home', 'sotto.db', 'sotto.db.lock']);
  });
});
