import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { headerOf } from '../../../src/adapters/archive/archive.ts';
import { SottoError } from '../../../src/core/errors.ts';
import { readStateName, stateName, stretchName } from '../../../src/main/backup/names.ts';
import { leavingOf, refOf } from '../../contracts/making.ts';
import type { MemoryPlace } from '../../support/memory-place.ts';
import { publishIn } from '../../support/restricting.ts';
import { eachAnew, refusalOf, restriction, restrictionsIn } from './scene.ts';
import { emptyData, lookInto, type Machine, newPlace, openMachine, restoring } from './support.ts';

let machine: Machine;
let place: MemoryPlace;
let empty: string;
eachAnew((scene) => {
  ({ machine, place, empty } = scene);
});

const refusal = (over?: Parameters<typeof restoring>[3], places?: readonly MemoryPlace[]) =>
  refusalOf({ machine, place, empty }, over, places);

describe('what HR restricts and operators ordered', () => {
  it('comes from the newest archive in any place, also where an older one is asked for', async () => {
    const second = newPlace('second');
    await machine.store.expiries.schedule(leavingOf(refOf('1'), 5));
    const old = await machine.backUp(place);
    await publishIn(machine.store.restrictions, { restriction: restriction('a') });
    await machine.store.expiries.schedule(leavingOf(refOf('2'), 5));
    const newest = await machine.backUp(second);
    const report = await restoring(machine, [place, second], empty, { at: old });
    expect(report).toMatchObject({ archive: old, removals: 1, restrictions: { count: 1, archive: newest } });
    expect(await restrictionsIn(empty)).toEqual(['a']);
  });

  it('is not brought back from an older one where a newer one cannot be opened, unless Sotto is paused by it', async () => {
    await machine.backUp(place);
    await publishIn(machine.store.restrictions, { restriction: restriction('a') });
    const newest = await machine.backUp(place);
    place.held.state.set(newest, Buffer.from('sotto-backup spoilt'));
    const error = await refusal();
    expect(error.message).toContain('A newer archive cannot be opened');
    expect(error.message).toContain('--paused');
    const report = await restoring(machine, [place], empty, { paused: true });
    expect(report).toMatchObject({ paused: true, restrictions: { count: 0 } });
    expect(report.notes).toHaveLength(1);
    await lookInto(empty, async ({ standing }) => {
      expect(await standing.current()).toMatchObject({ paused: { by: 'restore' } });
    });
  });

  it('is brought back from one as new, where the very newest is spoilt and nothing was ordered between them', async () => {
    const second = newPlace('second');
    await publishIn(machine.store.restrictions, { restriction: restriction('a') });
    const good = await machine.backUp(place);
    const spoilt = await machine.backUp(second);
    second.held.state.set(spoilt, Buffer.from('spoilt'));
    expect(await restoring(machine, [place, second], empty)).toMatchObject({
      archive: good,
      restrictions: { count: 1 },
      paused: false,
      notes: [expect.stringContaining(spoilt)],
    });
  });

  it.each([
    [
      'a restriction',
      {
        kind: 'restriction',
        restriction: 'a',
        change: 'published',
        version: 7,
        by: 'x',
        byName: null,
        approvedBy: null,
        approvedByName: null,
        policy: null,
      },
    ],
    [
      'a stricter pack',
      {
        kind: 'pack',
        how: 'stricter',
        pack: 'pack-2',
        policy: 'policy-2',
        restrictions: 'none',
        restrictionsVersion: 0,
        by: [],
        byNames: [],
      },
    ],
    [
      'an order',
      { kind: 'order', order: 'o', what: 'hold', change: 'done', by: null, byName: null, question: null, attempt: 1 },
    ],
  ] as const)('is not brought back without %s that the audit log tells of', async (_, entry) => {
    await machine.backUp(place);
    await machine.note({ ...entry, at: machine.clock.at + 1 });
    const kept = [...place.held.state];
    await machine.backUp(place);
    // The place lost the archive, and has the stretch.
    place.held.state.clear();
    for (const [name, bytes] of kept) place.held.state.set(name, bytes);
    expect((await refusal()).message).toContain('The audit log tells of an order');
    await restoring(machine, [place], empty, { paused: true });
    const version = await lookInto(empty, async ({ restrictions }) => (await restrictions.current()).version);
    expect(version).toBeGreaterThan(entry.kind === 'restriction' ? 7 : 0);
  });

  it('is told where somebody was forgotten after the archive: their chats are back, so it is to be ordered again', async () => {
    const order = { kind: 'order', order: 'o', by: null, byName: null, question: null, attempt: 1 } as const;
    await machine.note({ ...order, at: machine.clock.at - 1, what: 'forget', change: 'done' });
    const old = await machine.backUp(place);
    await machine.note({ ...order, at: machine.clock.at + 1, what: 'forget', change: 'done' });
    const newest = await machine.backUp(place);
    expect(await restoring(machine, [place], emptyData(), { at: newest })).toMatchObject({ notes: [] });
    const report = await restoring(machine, [place], empty, { at: old });
    expect(report.notes).toEqual([expect.stringContaining('"sotto forget" was ordered')]);
  });

  it('is never mixed with what another store had: which is meant must be said', async () => {
    await publishIn(machine.store.restrictions, { restriction: restriction('a') });
    const ours = await machine.backUp(place);
    const other = await openMachine({ dataKey: machine.dataKey });
    other.clock.at += 9_999_999;
    const theirs = await other.backUp(place);
    const error = await refusal();
    expect(error.code).toBe('usage');
    expect(error.message).toContain(ours);
    expect(error.message).toContain(theirs);
    await restoring(machine, [place], empty, { at: ours });
    expect(await restrictionsIn(empty)).toEqual(['a']);
  });

  it('is not taken for whole while a place does not answer, unless somebody says so', async () => {
    const second = newPlace('second');
    await publishIn(machine.store.restrictions, { restriction: restriction('a') });
    await machine.backUp(place, second);
    second.away(true);
    const error = await refusal({}, [place, second]);
    expect(error).toMatchObject({ code: 'backup-unavailable', message: expect.stringContaining('--without') });
    const spared = ['second'];
    const report = await restoring(machine, [place, second], empty, { spared });
    expect(report.notes).toEqual([expect.stringContaining('second is away')]);
    place.away(true);
    empty = emptyData();
    expect((await refusal({ spared: ['second', 'memory'] }, [place, second])).code).toBe('backup-unavailable');
  });
});

describe('what could be hidden from a restore', () => {
  const hold = {
    kind: 'order',
    order: 'o',
    what: 'hold',
    change: 'done',
    by: null,
    byName: null,
    question: null,
    attempt: 1,
  } as const;
  const header = (name: string) => {
    const read = headerOf({ name, bytes: place.held.state.get(name) ?? Buffer.alloc(0) });
    if (read.kind !== 'state') throw new Error('it is one of state');
    return read;
  };

  it('is a hold, which no hash of restrictions tells of: so a place that is away is not made up for by that hash', async () => {
    const second = newPlace('second');
    const first = await machine.backUp(place, second);
    await machine.store.standing.placeHold({ id: 'h', on: 'person', what: 'anna', placedAt: 1, by: 'boss' });
    await machine.backUp(second);
    second.away(true);
    const approved = header(first).restrictions.hash;
    expect(await refusal({ approved }, [place, second])).toMatchObject({ code: 'backup-unavailable' });
  });

  it('is what a place has that was named for the restore, where that one is away', async () => {
    const second = newPlace('second');
    await machine.backUp(place, second);
    second.away(true);
    expect(await refusal({ spared: ['memory'] }, [place, second])).toMatchObject({
      code: 'backup-unavailable',
      message: expect.stringContaining('second is away'),
    });
  });

  it('is an order in the logs of a place that lists archives and no logs', async () => {
    const second = newPlace('second');
    await machine.backUp(place, second);
    await machine.note({ ...hold, at: machine.clock.at + 1 });
    await machine.backUp(second);
    second.held.state.clear();
    const halves: MemoryPlace = {
      ...second,
      list: async (kind) => {
        if (kind === 'audit') throw new SottoError('backup-unavailable', 'The logs of second are away.');
        return second.list(kind);
      },
    };
    expect(await refusal({}, [place, halves])).toMatchObject({
      code: 'backup-unavailable',
      message: expect.stringContaining('The logs of second are away.'),
    });
    const { notes } = await restoring(machine, [place, halves], empty, { spared: ['second'] });
    expect(notes).toEqual(['The logs of second are away.']);
  });

  it('is an order by a clock that was set back: what stands behind the archive in a log came after it', async () => {
    await machine.backUp(place);
    await machine.note({ ...hold, at: machine.clock.at - 86_400_000 });
    const kept = [...place.held.state];
    await machine.backUp(place);
    place.held.state.clear();
    for (const [name, bytes] of kept) place.held.state.set(name, bytes);
    expect((await refusal()).message).toContain('tells of an order (hold)');
  });

  it('is whatever stands in a stretch that does not open; with --paused it is gone without, and it is said', async () => {
    await machine.backUp(place);
    const [name = ''] = place.held.audit.keys();
    const { lineage } = header([...place.held.state.keys()][0] ?? '');
    const end = Number(name.slice(-15));
    for (const [origin, from] of [
      ['slot-0', end],
      ['slot-0', 0],
      ['slot-7', 0],
    ] as const)
      place.held.audit.set(stretchName({ lineage, origin, from, to: end + 500 }), Buffer.from('planted'));
    const error = await refusal();
    expect(error.message).toMatch(/slot-0[\s\S]*slot-7/);
    expect(error.message).toContain('--paused');
    const report = await restoring(machine, [place], empty, { paused: true });
    expect(report).toMatchObject({ paused: true, logs: [{ origin: 'slot-0', entries: 1, lost: 0 }] });
    expect(report.notes.join()).toMatch(/slot-0[\s\S]*slot-7/);
    expect(readdirSync(join(empty, 'audit'))).toEqual(['slot-0']);
  });

  it('is told by a restore with --paused, so that it can be put right', async () => {
    await machine.backUp(place);
    await machine.note({ ...hold, at: machine.clock.at + 1 });
    const kept = [...place.held.state];
    await machine.backUp(place);
    place.held.state.clear();
    for (const [name, bytes] of kept) place.held.state.set(name, bytes);
    const report = await restoring(machine, [place], empty, { paused: true });
    expect(report.notes).toEqual([expect.stringContaining('an order (hold)')]);
  });

  it('is no good archive behind many that were made up, and not all of these are told', async () => {
    const good = await machine.backUp(place);
    const { lineage } = machine.taking;
    for (let n = 1; n <= 50; n++)
      place.held.state.set(stateName({ madeAt: 1, lineage, version: n }), Buffer.from('planted'));
    const error = await refusal();
    // Five, and how many more.
    expect(error.message.match(/A newer archive cannot be opened/g)).toHaveLength(6);
    expect(error.message).toContain('45 more');
    expect((await restoring(machine, [place], empty, { paused: true })).archive).toBe(good);
  });

  it('is nothing behind one by a clock that ran ahead, which was made before and says the same restrictions', async () => {
    machine.clock.at += 400 * 86_400_000;
    const ahead = await machine.backUp(place);
    machine.clock.at -= 400 * 86_400_000;
    await machine.store.expiries.schedule(leavingOf(refOf('1'), 5));
    const name = await machine.backUp(place);
    machine.clock.at += 60_000;
    const report = await restoring(machine, [place], empty);
    expect(report).toMatchObject({ archive: name, removals: 1 });
    expect((await restoring(machine, [place], emptyData(), { at: ahead })).archive).toBe(ahead);
  });

  it('is nothing behind a name that was made up: the version goes on above it, and the next archives are found', async () => {
    await machine.backUp(place);
    const { lineage } = machine.taking;
    for (const version of [9_000_000_000_000_000, 9_007_199_254_740_991])
      place.held.state.set(stateName({ madeAt: 1, lineage, version }), Buffer.from('planted'));
    await refusal();
    await restoring(machine, [place], empty, { paused: true });
    const again = await openMachine({ data: empty, dataKey: machine.dataKey });
    await publishIn(again.store.restrictions, { restriction: restriction('a') });
    expect(readStateName(await again.backUp(newPlace()))).not.toBeNull();
  });
});
