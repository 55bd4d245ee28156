import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { headerOf, openArchive, sealArchive } from '../../../src/adapters/archive/archive.ts';
import { claimForServing } from '../../../src/adapters/files/data-folder.ts';
import { createSealer } from '../../../src/adapters/sealer/sealer.ts';
import { systemRandom } from '../../../src/adapters/system/system.ts';
import { SottoError } from '../../../src/core/errors.ts';
import { hashKeyContext, referenceContext } from '../../../src/core/sealing.ts';
import type { Restriction } from '../../../src/core/types.ts';
import { checkWhole } from '../../../src/main/after-restore.ts';
import { openAudit } from '../../../src/main/audit.ts';
import { readStateName, stateName, stretchName } from '../../../src/main/backup/names.ts';
import { isStretchKey } from '../../../src/main/backup/stretch-keys.ts';
import { leavingOf, refOf } from '../../contracts/making.ts';
import { fill, takeAll } from '../../contracts/snapshots.ts';
import type { MemoryPlace } from '../../support/memory-place.ts';
import {
  emptyData,
  isUntouched,
  lookInto,
  type Machine,
  newDataKey,
  newPlace,
  openMachine,
  restoring,
  SIGNING,
  secretOf,
  storeIn,
} from './support.ts';

const restriction = (id: string, o: Partial<Restriction> = {}): Restriction => ({
  id,
  title: id,
  forbids: ['salary'],
  exceptGroups: [],
  countries: [],
  until: null,
  words: {},
  ...o,
});

let machine: Machine;
let place: MemoryPlace;
let empty: string;
beforeEach(async () => {
  machine = await openMachine();
  place = newPlace();
  empty = emptyData();
  await machine.note();
});

const restrictionsIn = (data: string): Promise<readonly string[]> =>
  lookInto(data, async ({ restrictions }) => (await restrictions.current()).restrictions.map(({ id }) => id));

const refusal = async (over: Parameters<typeof restoring>[3] = {}, places: readonly MemoryPlace[] = [place]) => {
  const error: unknown = await restoring(machine, places, empty, over).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: 'SottoError' });
  expect(isUntouched(empty)).toBe(true);
  return error as Error & { readonly code: string };
};

/** Every byte of all archives, opened. */
const opened = async (...places: readonly MemoryPlace[]): Promise<string> => {
  let text = '';
  const keys = await machine.stretchKeys();
  for (const { held } of places)
    for (const [name, bytes] of [...held.state, ...held.audit]) {
      const accepted = [...machine.dataKey.accepted, ...keys.accepted];
      const archive = await openArchive({ name, bytes, dataKey: { accepted } });
      text += JSON.stringify(archive.header);
      for await (const piece of archive.body()) text += piece.toString();
    }
  return text;
};

describe('a restored machine', () => {
  it('has what stood, what must leave, where chats are reached, and its audit log, verified', async () => {
    await fill(machine.store);
    const sealer = createSealer({ dataKey: machine.dataKey });
    const context = referenceContext({ tenant: 'T1', key: 'chat' });
    const until = machine.clock.at + 1_000_000;
    await machine.store.references.keep({
      tenant: 'T1',
      key: 'chat',
      owner: '',
      value: sealer.seal(context, 'https://it'),
      until,
    });
    await machine.note();
    const name = await machine.backUp(place);
    const before = await takeAll(machine.store);
    await machine.stop();

    machine.clock.at += 60_000;
    const report = await restoring(machine, [place], empty);
    expect(report).toMatchObject({
      archive: name,
      lostMs: 60_000,
      restrictions: { count: 2 },
      holds: 2,
      recalls: 2,
      paused: true,
      removals: 60,
      references: 1,
      logs: [{ origin: 'slot-0', entries: 2, lost: 5 }],
      settings: { SOTTO_OPERATORS: 'operators' },
      notes: [],
    });
    await lookInto(empty, async (store) => {
      const after = await takeAll(store);
      expect({ ...after.stands, version: 0, origins: [] }).toEqual({ ...before.stands, version: 0, origins: [] });
      expect(after.stands.version).toBeGreaterThan(before.stands.version);
      expect(after.removals).toEqual(before.removals);
      const found = await store.references.find({ tenant: 'T1', key: 'chat', now: machine.clock.at });
      expect(sealer.open(context, found ?? '')).toBe('https://it');
      expect(await store.snapshots.restored()).toMatchObject({ archive: name, state: 'restored' });
    });
    const log = (data: string) => readFileSync(join(data, 'audit', 'slot-0', 'audit.log'));
    expect(log(empty).equals(log(machine.data))).toBe(true);
    expect(readdirSync(empty).toSorted()).toEqual(['audit', 'home', 'sotto.db', 'sotto.db.lock']);
    // It can be served, in a log of its own; a loss is noticed as before.
    claimForServing(empty, join(empty, 'sotto.db'));
    const again = await openMachine({ data: empty, dataKey: machine.dataKey });
    expect(await again.audit.append({ kind: 'stop', at: 1 })).toEqual({
      origin: expect.stringMatching(/^slot-[0-9a-f]{8}-0$/),
      index: 0,
    });
    expect(again.taking.lineage).toBe(machine.taking.lineage);
    await again.stop();
    writeFileSync(join(empty, 'audit', 'slot-0', 'audit.log'), '');
    await expect(
      openAudit({
        dataFolder: empty,
        store: storeIn(empty),
        signingKey: SIGNING,
        clock: machine.clock,
        random: systemRandom(),
        log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      }),
    ).rejects.toMatchObject({ code: 'audit-missing' });
  });

  it('has nothing of what people wrote or were told: whatever lies in the store, none of it is in an archive', async () => {
    await fill(machine.store);
    await machine.store.expiries.schedule(leavingOf(refOf('1'), 5, { again: 'CANARY-again' }));
    await machine.note();
    await machine.backUp(place);
    const text = await opened(place);
    expect(text).toContain('bonus');
    expect(text).toContain('"is":"removal"');
    expect(text).not.toContain('CANARY');
    // Nor a key that opens any of it.
    expect(text).not.toContain(machine.dataKey.current);
    expect([...place.held.state.values(), ...place.held.audit.values()].join('')).not.toContain('bonus');
  });

  it('seals anew what was sealed, so that no data key of before is needed', async () => {
    const [old, next] = [machine.dataKey.current, newDataKey()];
    const context = referenceContext({ tenant: 'T1', key: 'chat' });
    const value = createSealer({ dataKey: secretOf(old) }).seal(context, 'https://it');
    await machine.store.references.keep({
      tenant: 'T1',
      key: 'chat',
      owner: '',
      value,
      until: machine.clock.at + 1_000_000,
    });
    for (const [n, id] of ['k0', 'k1'].entries()) {
      const key = createSealer({ dataKey: secretOf(old) }).seal(hashKeyContext(id), `key ${n}`);
      await machine.store.hashKeys.add({ id, value: key, seen: ['k0', 'k1'].slice(0, n) });
    }
    await machine.backUp(place);
    await restoring({ dataKey: secretOf(next, old), clock: machine.clock }, [place], empty);
    // By them people are recognised in the audit log and in what must leave.
    const hashKeys = await lookInto(empty, (store) => store.hashKeys.all());
    const opens = createSealer({ dataKey: secretOf(next) });
    const people = hashKeys.filter((one) => !isStretchKey(one));
    expect(people.map(({ id, value: sealed }) => [id, opens.open(hashKeyContext(id), sealed)])).toEqual([
      ['k0', 'key 0'],
      ['k1', 'key 1'],
    ]);
    const found = await lookInto(empty, ({ references }) =>
      references.find({ tenant: 'T1', key: 'chat', now: machine.clock.at }),
    );
    expect(createSealer({ dataKey: secretOf(next) }).open(context, found ?? '')).toBe('https://it');
  });

  it('is none after a dry run', async () => {
    await machine.backUp(place);
    expect(await restoring(machine, [place], empty, { dryRun: true })).toMatchObject({ removals: 0 });
    expect(isUntouched(empty)).toBe(true);
  });
});

describe('a restore is refused, and nothing is touched,', () => {
  it('where the folder or the store is not empty', async () => {
    await machine.backUp(place);
    mkdirSync(empty, { recursive: true });
    writeFileSync(join(empty, 'other'), 'mine');
    await expect(restoring(machine, [place], empty)).rejects.toMatchObject({ code: 'usage' });
    expect(readdirSync(empty)).toEqual(['other']);

    const other = emptyData();
    const used = storeIn(emptyData());
    await used.restrictions.publish({ restriction: restriction('mine') });
    const before = await takeAll(used);
    const openStore = async () => ({ ...used, close: async () => undefined });
    await expect(restoring(machine, [place], other, { openStore })).rejects.toThrow(/SOTTO_STORE.*not empty/);
    expect(isUntouched(other)).toBe(true);
    expect(await takeAll(used)).toEqual(before);
    await used.close();
  });

  it('where there is no archive, or none of that name', async () => {
    expect((await refusal()).code).toBe('usage');
    await machine.backUp(place);
    expect((await refusal({ at: 'nothing' })).message).toContain('There is no archive nothing');
  });

  it('with another data key, saying so', async () => {
    await machine.backUp(place);
    const error = await refusal({ dataKey: secretOf(newDataKey(), newDataKey()) });
    expect(error).toMatchObject({ code: 'backup-invalid', message: expect.stringContaining('another data key') });
  });

  it('where the archive is altered, cut, of a newer version, or renamed', async () => {
    const name = await machine.backUp(place);
    const good = place.held.state.get(name) ?? Buffer.alloc(0);
    const altered = Buffer.from(good);
    altered[good.length - 20] = (altered[good.length - 20] ?? 0) ^ 1;
    const newer = Buffer.from(good);
    newer.writeUInt16BE(9, 'sotto-backup'.length);
    for (const [bytes, says] of [
      [altered, 'altered or cut'],
      [good.subarray(0, -1), 'altered or cut'],
      [good.subarray(0, 30), 'altered or cut'],
      [newer, 'is of format 9'],
    ] as const) {
      place.held.state.set(name, Buffer.from(bytes));
      expect(await refusal()).toMatchObject({ code: 'backup-invalid', message: expect.stringContaining(says) });
    }
    place.held.state.clear();
    place.held.state.set(name.replace(/\d{16}$/, '0000000000000009'), good);
    expect((await refusal()).message).toContain('not what its name says');
  });

  it('where a stretch of the audit log is missing, altered, or sealed over entries that nobody signed', async () => {
    await machine.backUp(place);
    await machine.note();
    await machine.backUp(place);
    await machine.note();
    await machine.backUp(place);
    const stretches = [...place.held.audit];
    expect(stretches).toHaveLength(3);
    const [, [second, bytes] = ['', Buffer.alloc(0)], [last] = ['']] = stretches;
    place.held.audit.delete(second);
    expect((await refusal()).message).toContain('leave out its bytes');
    place.held.audit.set(second, bytes.subarray(0, -3));
    expect((await refusal()).message).toContain('altered or cut');
    place.held.audit.set(second, bytes);
    const end = place.held.audit.get(last);
    place.held.audit.delete(last);
    expect((await refusal()).message).toContain('held 3 entries when the archive was made');
    place.held.audit.set(last, end ?? Buffer.alloc(0));

    const keys = await machine.stretchKeys();
    const { key: _, ...header } = headerOf({ name: second, bytes });
    const pieces: Buffer[] = [];
    for await (const piece of (await openArchive({ name: second, bytes, dataKey: keys })).body()) pieces.push(piece);
    const forged = Buffer.from(
      Buffer.concat(pieces).toString('latin1').replace('"kind":"stop"', '"kind":"stap"'),
      'latin1',
    );
    place.held.audit.set(second, await sealArchive({ dataKey: keys, body: [forged], header: () => header }));
    expect((await refusal()).message).toContain('does not come back as it was signed (entry 1:');
  });

  it('where no key of the vault, nor one that it replaced, signed the audit log: its own say-so is none', async () => {
    await machine.backUp(place);
    const signingKey = secretOf(
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    );
    expect((await refusal({ signingKey })).message).toContain('does not come back as it was signed');
    const accepted = [signingKey.current, SIGNING.current];
    expect(await restoring(machine, [place], empty, { signingKey: { ...signingKey, accepted } })).toMatchObject({
      logs: [{ entries: 1 }],
    });
  });

  it('where the restrictions are not the approved ones', async () => {
    await machine.store.restrictions.publish({ restriction: restriction('a') });
    const name = await machine.backUp(place);
    const header = headerOf({ name, bytes: place.held.state.get(name) ?? Buffer.alloc(0) });
    const hash = header.kind === 'state' ? header.restrictions.hash : '';
    expect((await refusal({ approved: '0'.repeat(64) })).message).toContain(hash);
    expect((await refusal({ approved: hash.slice(0, 15) })).code).toBe('usage');
    expect((await refusal({ approved: 'nonsense' })).code).toBe('usage');
    expect(await restoring(machine, [place], empty, { approved: hash.slice(0, 16) })).toMatchObject({
      restrictions: { hash },
    });
  });
});

describe('what HR restricts and operators ordered', () => {
  it('comes from the newest archive in any place, also where an older one is asked for', async () => {
    const second = newPlace('second');
    await machine.store.expiries.schedule(leavingOf(refOf('1'), 5));
    const old = await machine.backUp(place);
    await machine.store.restrictions.publish({ restriction: restriction('a') });
    await machine.store.expiries.schedule(leavingOf(refOf('2'), 5));
    const newest = await machine.backUp(second);
    const report = await restoring(machine, [place, second], empty, { at: old });
    expect(report).toMatchObject({ archive: old, removals: 1, restrictions: { count: 1, archive: newest } });
    expect(await restrictionsIn(empty)).toEqual(['a']);
  });

  it('is not brought back from an older one where a newer one cannot be opened, unless Sotto is paused by it', async () => {
    await machine.backUp(place);
    await machine.store.restrictions.publish({ restriction: restriction('a') });
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
    await machine.store.restrictions.publish({ restriction: restriction('a') });
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
    ['a restriction', { kind: 'restriction', restriction: 'a', change: 'published', version: 7, by: 'x' }],
    ['an order', { kind: 'order', order: 'o', what: 'hold', change: 'done', by: null, question: null, attempt: 1 }],
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
    const order = { kind: 'order', order: 'o', by: null, question: null, attempt: 1 } as const;
    await machine.note({ ...order, at: machine.clock.at - 1, what: 'forget', change: 'done' });
    const old = await machine.backUp(place);
    await machine.note({ ...order, at: machine.clock.at + 1, what: 'forget', change: 'done' });
    const newest = await machine.backUp(place);
    expect(await restoring(machine, [place], emptyData(), { at: newest })).toMatchObject({ notes: [] });
    const report = await restoring(machine, [place], empty, { at: old });
    expect(report.notes).toEqual([expect.stringContaining('"sotto forget" was ordered')]);
  });

  it('is never mixed with what another store had: which is meant must be said', async () => {
    await machine.store.restrictions.publish({ restriction: restriction('a') });
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
    await machine.store.restrictions.publish({ restriction: restriction('a') });
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
    await again.store.restrictions.publish({ restriction: restriction('a') });
    expect(readStateName(await again.backUp(newPlace()))).not.toBeNull();
  });
});

describe('what one place lacks', () => {
  it('is taken from the other: archives and stretches alike', async () => {
    const second = newPlace('second');
    const first = await machine.backUp(place, second);
    await machine.note();
    await machine.backUp(place, second);
    const [stretchOne = '', stretchTwo = ''] = [...place.held.audit.keys()];
    place.held.audit.delete(stretchOne);
    second.held.audit.set(stretchTwo, Buffer.from('spoilt'));
    place.held.state.set(first, Buffer.from('spoilt'));
    expect(await restoring(machine, [place, second], empty, { at: first })).toMatchObject({
      archive: first,
      logs: [{ entries: 2, lost: 0 }],
    });
  });

  it('is put together also where stretches overlap, and of another line nothing is taken', async () => {
    await machine.backUp(place);
    await machine.note();
    const second = newPlace('second');
    await machine.backUp(second);
    const header = { lineage: 'ffffffffffff', origin: 'slot-0', from: 0, to: 5 };
    place.held.audit.set(stretchName(header), Buffer.from('another store’s'));
    expect(await restoring(machine, [place, second], empty)).toMatchObject({
      logs: [{ origin: 'slot-0', entries: 2 }],
    });
  });
});

describe('a restore that is cut short', () => {
  /** Dies at the n-th verb of the store, then is run again. */
  it('at any step goes on when it is run again, and until then nobody serves it', async () => {
    await fill(machine.store);
    for (let n = 0; n < 600; n++) await machine.store.expiries.schedule(leavingOf(refOf(`more-${n}`), n));
    const name = await machine.backUp(place);
    const before = await takeAll(machine.store, 100);
    await machine.stop();
    let cuts = 0;
    for (let dies = 1; ; dies++) {
      const data = emptyData();
      let verbs = 0;
      const openStore = async () => {
        const store = storeIn(data);
        const step = async (): Promise<void> => {
          verbs += 1;
          if (verbs === dies) throw new Error('the power went');
        };
        const { snapshots } = store;
        return {
          ...store,
          snapshots: {
            ...snapshots,
            begin: async (o: Parameters<typeof snapshots.begin>[0]) => {
              await step();
              const begun = await snapshots.begin(o);
              await step();
              return begun;
            },
            put: async (o: Parameters<typeof snapshots.put>[0]) => {
              await snapshots.put(o);
              await step();
            },
            finish: async () => {
              await step();
              await snapshots.finish();
              await step();
            },
          },
        };
      };
      const cut = await restoring(machine, [place], data, { openStore }).then(
        () => false,
        () => true,
      );
      if (!cut) break;
      cuts += 1;
      expect(existsSync(join(data, 'restoring'))).toBe(true);
      expect(() => claimForServing(data, null)).toThrow(/half restored/);
      await expect(restoring(machine, [place], data, { at: 'another' })).rejects.toMatchObject({ code: 'usage' });
      await restoring(machine, [place], data);
      expect(existsSync(join(data, 'restoring'))).toBe(false);
      await lookInto(data, async (store) => {
        const after = await takeAll(store, 100);
        expect(after.removals).toEqual(before.removals);
        expect({ ...after.stands, version: 0 }).toMatchObject({ restrictions: before.stands.restrictions });
        expect(await store.snapshots.restored()).toMatchObject({ archive: name, state: 'restored' });
      });
    }
    expect(cuts).toBeGreaterThan(5);
  });

  it('takes no other restrictions and no pause from a second attempt: that begins anew', async () => {
    const second = newPlace('second');
    const name = await machine.backUp(place);
    await machine.store.restrictions.publish({ restriction: restriction('later') });
    await machine.backUp(second);
    const openStore = async () => {
      const store = storeIn(empty);
      const put = async (): Promise<never> => {
        throw new Error('the power went');
      };
      return { ...store, snapshots: { ...store.snapshots, put } };
    };
    await expect(restoring(machine, [place], empty, { openStore })).rejects.toThrow('the power went');
    const other = { code: 'usage', message: expect.stringContaining('with an empty folder and store') };
    await expect(restoring(machine, [place, second], empty, { at: name })).rejects.toMatchObject(other);
    await expect(restoring(machine, [place], empty, { paused: true })).rejects.toMatchObject(other);
    expect(() => claimForServing(empty, null)).toThrow(/half restored/);
    expect((await restoring(machine, [place], empty)).paused).toBe(false);
    // Nor where nothing but the last step was missing.
    mkdirSync(join(empty, 'restoring'));
    const home = readFileSync(join(empty, 'home'), 'utf8').trim();
    writeFileSync(join(empty, 'restoring', 'plan.json'), JSON.stringify({ archive: name, home }));
    await expect(restoring(machine, [place], empty, { paused: true })).rejects.toMatchObject(other);
    await restoring(machine, [place], empty);
    expect(existsSync(join(empty, 'restoring'))).toBe(false);
    expect(readdirSync(join(empty, 'audit'))).toEqual(['slot-0']);
  });

  it('keeps others that share its store from serving as well', () => {
    expect(() => checkWhole({ archive: 'a', madeAt: 1, home: 'h', state: 'restoring' })).toThrow(/half restored/);
    expect(() => checkWhole({ archive: 'a', madeAt: 1, home: 'h', state: 'restored' })).not.toThrow();
    expect(() => checkWhole(null)).not.toThrow();
  });
});
