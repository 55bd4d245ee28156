import { createPublicKey } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openArchive } from '../../../src/adapters/archive/archive.ts';
import { claimForServing } from '../../../src/adapters/files/data-folder.ts';
import { createSealer } from '../../../src/adapters/sealer/sealer.ts';
import { systemRandom } from '../../../src/adapters/system/system.ts';
import { changeContext, hashKeyContext, referenceContext } from '../../../src/core/sealing.ts';
import { checkWhole } from '../../../src/main/after-restore.ts';
import { openAudit } from '../../../src/main/audit.ts';
import { stretchName } from '../../../src/main/backup/names.ts';
import { isStretchKey } from '../../../src/main/backup/stretch-keys.ts';
import { leavingOf, refOf } from '../../contracts/making.ts';
import { fill, takeAll } from '../../contracts/snapshots.ts';
import { runVerifier } from '../../docs/verifier.ts';
import type { MemoryPlace } from '../../support/memory-place.ts';
import { publishedIn } from '../../support/published.ts';
import { PLAIN_RESTRICTION, publishIn } from '../../support/restricting.ts';
import { stopAt } from '../../support/stop-entry.ts';
import { FORMAT_1 } from './format-1.ts';
import { eachAnew, restriction } from './scene.ts';
import {
  emptyData,
  isUntouched,
  lookInto,
  type Machine,
  newDataKey,
  newFolder,
  newPlace,
  openMachine,
  restoring,
  SIGNING,
  secretOf,
  storeIn,
} from './support.ts';

let machine: Machine;
let place: MemoryPlace;
let empty: string;
eachAnew((scene) => {
  ({ machine, place, empty } = scene);
});

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
      // Details that were never sealed could not be opened; that something happened is kept all the same.
      const changes = before.stands.changes.map((change) => ({ ...change, detail: '' }));
      expect({ ...after.stands, version: 0, origins: [] }).toEqual({
        ...before.stands,
        version: 0,
        origins: [],
        changes,
      });
      expect(after.stands.version).toBeGreaterThan(before.stands.version);
      expect(after.removals).toEqual(before.removals);
      const found = await store.references.find({ tenant: 'T1', key: 'chat', now: machine.clock.at });
      expect(sealer.open(context, found ?? '')).toBe('https://it');
      expect(await store.snapshots.restored()).toMatchObject({ archive: name, state: 'restored' });
    });
    const log = (data: string) => publishedIn(join(data, 'audit', 'slot-0'));
    expect(log(empty)).toEqual(log(machine.data));
    // So the auditors' verifier finds it whole too, which shares no code with what put it together.
    const key = join(newFolder(), 'key.pem');
    writeFileSync(key, createPublicKey(SIGNING.current).export({ type: 'spki', format: 'pem' }));
    expect(runVerifier([join(empty, 'audit'), key])).toMatchObject({ status: 0, err: '' });
    expect(readdirSync(empty).toSorted()).toEqual(['audit', 'home', 'sotto.db', 'sotto.db.lock']);
    // It can be served, in a log of its own; a loss is noticed as before.
    claimForServing(empty, join(empty, 'sotto.db'));
    const again = await openMachine({ data: empty, dataKey: machine.dataKey });
    expect(await again.audit.append(stopAt(1))).toEqual({
      origin: expect.stringMatching(/^slot-[0-9a-f]{8}-0$/),
      index: 0,
    });
    expect(again.taking.lineage).toBe(machine.taking.lineage);
    await again.stop();
    rmSync(join(empty, 'audit', 'slot-0', 'checkpoint'));
    const store = storeIn(empty);
    const missing = await openAudit({
      dataFolder: empty,
      store,
      signingKey: SIGNING,
      clock: machine.clock,
      random: systemRandom(),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    expect(missing.losses.open()).toMatchObject([{ origin: 'slot-0', size: 2 }]);
    await missing.close();
    await store.close();
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

  it('has what became of the restrictions, by whom and why, and which pack was approved', async () => {
    const [old, next] = [machine.dataKey.current, newDataKey()];
    const record = { at: machine.clock.at, id: 'salary', change: 'published' } as const;
    const detail = createSealer({ dataKey: secretOf(old) }).seal(changeContext(record), 'by hana, since');
    const put = [restriction('salary', { appliesTo: ['pilot'], suspendedUntil: '2030-01-01T00:00:00.000Z' })];
    const change = { expected: null, put, remove: [], hash: 'hash-1', settles: null };
    await machine.store.restrictions.change({ ...change, record: { ...record, detail } });
    const pin = { pack: 'pack-1', at: 1, by: ['a', 'b'], body: '{"rules":1}'.repeat(50_000) };
    await machine.store.pins.put({ pin, expected: null });
    await machine.backUp(place);
    await restoring({ dataKey: secretOf(next, old), clock: machine.clock }, [place], empty);
    await lookInto(empty, async ({ restrictions, pins, proposals, decisions }) => {
      expect(await restrictions.current()).toMatchObject({ restrictions: put, hash: 'hash-1' });
      expect(await pins.current()).toEqual(pin);
      const [kept, ...more] = await restrictions.changes({ before: null, limit: 10 });
      expect(more).toEqual([]);
      expect(kept).toMatchObject(record);
      const opens = createSealer({ dataKey: secretOf(next) });
      expect(opens.open(changeContext(record), kept?.detail ?? '')).toBe('by hana, since');
      // What waited for a second person, and what was asked, is in no backup.
      expect(await proposals.all({ now: 0 })).toEqual([]);
      expect(await decisions.scan({ since: 0, cursor: null, limit: 10 })).toEqual({ decisions: [], cursor: null });
    });
  });

  it('comes out of an archive of format 1 as well, whose restrictions say less and have the same hash', async () => {
    const { name, dataKey, bytes } = FORMAT_1;
    place.held.state.set(name, Buffer.from(bytes, 'base64'));
    const report = await restoring({ dataKey: secretOf(dataKey), clock: machine.clock }, [place], empty);
    expect(report).toMatchObject({
      archive: name,
      restrictions: { count: 2, hash: FORMAT_1.hash },
      holds: 1,
    });
    await lookInto(empty, async (store) => {
      const { hash, restrictions } = await store.restrictions.current();
      expect(hash).toBeNull();
      expect(restrictions).toEqual(FORMAT_1.restrictions.map((one) => ({ ...PLAIN_RESTRICTION, ...one })));
      expect(await store.restrictions.changes({ before: null, limit: 10 })).toEqual([]);
      expect(await store.pins.current()).toBeNull();
      // The archive has a sign-in, which may have been ended since.
      expect((await store.grants.scan({ now: 0, cursor: null, limit: 10 })).grants).toEqual([]);
    });
  });

  it('is none after a dry run', async () => {
    await machine.backUp(place);
    expect(await restoring(machine, [place], empty, { dryRun: true })).toMatchObject({ removals: 0 });
    expect(isUntouched(empty)).toBe(true);
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
    await publishIn(machine.store.restrictions, { restriction: restriction('later') });
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

  it('takes no other pack for the approved one from a second attempt', async () => {
    const second = newPlace('second');
    const pin = { pack: 'pack-1', at: 1, by: [], body: '{}' };
    await machine.store.pins.put({ pin, expected: null });
    await machine.backUp(place);
    await machine.store.pins.put({ pin: { ...pin, pack: 'pack-2' }, expected: 'pack-1' });
    await machine.backUp(second);
    const openStore = async () => {
      const store = storeIn(empty);
      const finish = async (): Promise<never> => {
        throw new Error('the power went');
      };
      return { ...store, snapshots: { ...store.snapshots, finish } };
    };
    await expect(restoring(machine, [place], empty, { openStore })).rejects.toThrow('the power went');
    const archive = [...place.held.state.keys()][0] ?? '';
    await expect(restoring(machine, [place, second], empty, { at: archive })).rejects.toMatchObject({ code: 'usage' });
    await restoring(machine, [place], empty);
    expect(await lookInto(empty, ({ pins }) => pins.current())).toEqual(pin);
  });

  it('keeps others that share its store from serving as well', () => {
    expect(() => checkWhole({ archive: 'a', madeAt: 1, home: 'h', state: 'restoring' })).toThrow(/half restored/);
    expect(() => checkWhole({ archive: 'a', madeAt: 1, home: 'h', state: 'restored' })).not.toThrow();
    expect(() => checkWhole(null)).not.toThrow();
  });
});
