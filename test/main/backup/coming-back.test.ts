import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { MemoryPlace } from '../../support/memory-place.ts';
import { PLAIN_RESTRICTION, publishIn } from '../../support/restricting.ts';
import { emptyData, lookInto, type Machine, newPlace, openMachine, restoring } from './support.ts';

const restriction = (id: string) => ({
  ...PLAIN_RESTRICTION,
  id,
  title: id,
  forbids: ['salary'],
});

let machine: Machine;
let near: MemoryPlace;
let far: MemoryPlace;
beforeEach(async () => {
  machine = await openMachine();
  near = newPlace('near');
  far = newPlace('far');
  await machine.note();
});

/** A machine on what was put back, an hour later. */
const servedFrom = async (data: string): Promise<Machine> => {
  const again = await openMachine({ data, dataKey: machine.dataKey });
  machine.clock.at += 3_600_000;
  again.clock.at = machine.clock.at;
  return again;
};

const restrictionsIn = (data: string): Promise<readonly string[]> =>
  lookInto(data, async ({ restrictions }) => (await restrictions.current()).restrictions.map(({ id }) => id));

describe('a place that was left out of a restore and comes back', () => {
  it('has nothing that counts as newer than what was restricted since', async () => {
    await machine.backUp(near);
    for (let n = 0; n < 40; n++) await publishIn(machine.store.restrictions, { restriction: restriction('old') });
    await machine.backUp(far);
    await machine.stop();

    far.away(true);
    const first = emptyData();
    await restoring(machine, [near, far], first, { spared: ['far'] });
    const again = await servedFrom(first);
    await publishIn(again.store.restrictions, { restriction: restriction('later') });
    far.away(false);
    const newest = await again.backUp(near, far);
    await again.stop();

    const second = emptyData();
    expect((await restoring(machine, [near, far], second)).restrictions.archive).toBe(newest);
    expect(await restrictionsIn(second)).toEqual(['later']);
  });

  it('holds no audit log under a name that was given again, also where nothing else tells of that log', async () => {
    await machine.backUp(near);
    await machine.stop();
    // Served from another folder, which writes a log that only the far place knows.
    const first = emptyData();
    await restoring(machine, [near], first);
    const lost = await servedFrom(first);
    await lost.note();
    await lost.backUp(far);
    await lost.stop();

    far.away(true);
    const second = emptyData();
    await restoring(machine, [near, far], second, { spared: ['far'] });
    const again = await servedFrom(second);
    await again.note();
    await again.note();
    far.away(false);
    await again.backUp(near, far);
    await again.stop();

    const third = emptyData();
    const { logs, notes } = await restoring(machine, [near, far], third);
    expect(notes).toEqual([]);
    expect(logs.map(({ entries }) => entries).toSorted((a, b) => a - b)).toEqual([1, 1, 2]);
    expect(new Set(readdirSync(join(third, 'audit'))).size).toBe(3);
    expect(existsSync(join(third, 'restoring'))).toBe(false);
  });
});
