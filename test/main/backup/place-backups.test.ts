import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sealArchive } from '../../../src/adapters/archive/archive.ts';
import type { BackupPlace } from '../../../src/core/backup-ports.ts';
import { SottoError } from '../../../src/core/errors.ts';
import { readStateName, stateName, stretchName } from '../../../src/main/backup/names.ts';
import {
  createPlaceBackups,
  type PlaceBackups,
  type PlaceBackupsOptions,
} from '../../../src/main/backup/place-backups.ts';
import { endsOfLogs } from '../../../src/main/backup/take.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import type { MemoryPlace } from '../../support/memory-place.ts';
import { PLAIN_RESTRICTION, publishIn } from '../../support/restricting.ts';
import { until } from '../../support/until.ts';
import { emptyData, type Machine, newPlace, openMachine, restoring } from './support.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

let machine: Machine;
let clock: FakeClock;
let place: MemoryPlace;
let version: number;
let said: (readonly [string, object | undefined])[];
let noted: object[];
let started: PlaceBackups[];
beforeEach(async () => {
  machine = await openMachine();
  clock = createFakeClock(machine.clock.at);
  place = newPlace();
  version = 0;
  said = [];
  noted = [];
  started = [];
  await machine.note();
});
afterEach(async () => {
  for (const one of started) {
    const stopped = one.stop({ graceMs: 1_000 });
    await clock.advance(1_000);
    await stopped;
  }
});

const counted: string[] = [];
const backupsOf = (of: BackupPlace = place, over: Partial<PlaceBackupsOptions> = {}): PlaceBackups => {
  const note = (event: string, fields?: object) => void said.push([event, fields]);
  const one = createPlaceBackups({
    place: of,
    taking: { ...machine.taking, clock },
    everyMs: HOUR,
    keepMs: 30 * DAY,
    clock,
    random: { fraction: () => 0 },
    log: { info: note, warn: note, error: note },
    metrics: { count: (_, labels) => void counted.push(labels?.['outcome'] ?? ''), observe: () => undefined },
    restrictionsVersion: () => version,
    note: async (entry) => void noted.push(entry),
    ...over,
  });
  started.push(one);
  return one;
};

const publish = async (id: string): Promise<void> => {
  version = await publishIn(machine.store.restrictions, {
    restriction: {
      ...PLAIN_RESTRICTION,
      id,
      title: id,
      forbids: ['salary'],
    },
  });
};

const names = (): readonly string[] => [...place.held.state.keys()].toSorted();

/** What is under way goes by real time, and then whoever waits goes by the clock. */
const passed = async (ms: number): Promise<void> => {
  await until(() => clock.sleeping() > 0);
  await clock.advance(ms);
};

/** Goes on until it is so; never further than `most` by the clock. */
const passedUntil = async (condition: () => boolean, most: number, step = 500): Promise<void> => {
  for (let went = 0; went < most && !condition(); went += step) {
    await passed(step);
    // What reads and writes goes by real time.
    if (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await until(condition);
};

describe('backups to a place', () => {
  it('are made at once, and then as often as they must be, each with what is new of the audit log', async () => {
    backupsOf().start();
    await passedUntil(() => names().length === 1, 5_000);
    expect(place.held.audit.size).toBe(1);
    await machine.note();
    await passed(HOUR / 2);
    await passed(1_000);
    expect(names()).toHaveLength(1);
    await passedUntil(() => names().length === 2, HOUR, 5_000);
    expect(place.held.audit.size).toBe(2);
    const [first, second] = names().map(readStateName);
    expect((second?.madeAt ?? 0) - (first?.madeAt ?? 0)).toBeLessThanOrEqual(HOUR);
    expect(noted).toMatchObject([{ archive: names()[0], version: 0 }, { archive: names()[1] }]);
  });

  it('are made within seconds of whatever HR publishes or operators order', async () => {
    backupsOf().start();
    await passedUntil(() => names().length === 1, 5_000);
    await publish('a');
    await passedUntil(() => names().length === 2, 5_000);
    expect(readStateName(names().at(-1) ?? '')?.version).toBe(version);
    await passed(10_000);
    await passed(500);
    expect(names()).toHaveLength(2);
  });

  it('are left to whoever was there first, of several processes, and taken over where that one is gone', async () => {
    const [one, two] = [backupsOf(), backupsOf()];
    one.start();
    await passedUntil(() => names().length === 1, 5_000);
    two.start();
    await passed(5_000);
    await until(() => two.last().run !== null);
    expect(two.last().run).toMatchObject({ ok: true, archive: null });
    expect(names()).toHaveLength(1);
    await one.stop({ graceMs: 1_000 });
    await passedUntil(() => names().length === 2, 2 * HOUR, 5_000);
    const [first, second] = names().map(readStateName);
    expect((second?.madeAt ?? 0) - (first?.madeAt ?? 0)).toBeLessThanOrEqual(HOUR);
  });

  it('are made elsewhere although one place is away, which is an alarm with its name and is tried again soon', async () => {
    const bad = newPlace('the other');
    bad.away(true);
    const [good, other] = [backupsOf(), backupsOf(bad)];
    good.start();
    other.start();
    await passedUntil(() => names().length === 1 && other.last().run !== null, 5_000);
    expect(other.last()).toMatchObject({ run: { ok: false, code: 'backup-unavailable' }, goodAt: null });
    expect(said).toContainEqual(['backup.failed', { name: 'the other', code: 'backup-unavailable', count: 1 }]);
    await publish('a');
    await passedUntil(() => names().length === 2, 5_000);
    bad.away(false);
    await passedUntil(() => bad.held.state.size === 1, 60_000);
    expect(other.last().goodAt).not.toBeNull();
    expect(bad.held.audit.size).toBe(1);
  });

  it('are made elsewhere although one place hangs, and never pile up before it', async () => {
    let hanging = 0;
    const hangs: BackupPlace = {
      ...newPlace('hangs'),
      list: () => {
        hanging += 1;
        return new Promise(() => undefined);
      },
    };
    const [good, other] = [backupsOf(), backupsOf(hangs)];
    good.start();
    other.start();
    await passedUntil(() => names().length === 1, 5_000);
    await publish('a');
    await passedUntil(() => names().length === 2, 5_000);
    await passed(3 * HOUR);
    expect(hanging).toBe(1);
    const stopped = other.stop({ graceMs: 2_000 });
    await passed(2_000);
    await stopped;
  });

  it('go when they are old, but for the newest; another store’s never do, nor audit logs', async () => {
    const { lineage } = machine.taking;
    const day = (n: number, line = lineage): string =>
      stateName({ madeAt: clock.now() - n * DAY, lineage: line, version: 0 });
    const old = [day(90), day(60), day(31), day(29), day(2)];
    const theirs = [day(90, 'ffffffffffff'), day(80, 'ffffffffffff'), day(70, 'ffffffffffff')];
    for (const name of [...old, ...theirs]) place.held.state.set(name, Buffer.from('old'));
    place.held.state.set('somebody-elses', Buffer.from('whatever'));
    const one = backupsOf();
    expect(await one.now()).toMatchObject({ ok: true });
    expect(
      names().filter((name) => !name.includes(noted.map((it) => (it as { archive: string }).archive).join())),
    ).toEqual([...old.slice(3), ...theirs, 'somebody-elses'].toSorted());
    // However old, the newest two stay.
    await clock.advance(400 * DAY);
    const before = names().filter((name) => name.includes(lineage));
    await one.now();
    expect(names()).toEqual(expect.arrayContaining(before.slice(-2)));
    for (let n = 0; n < 3; n++) {
      await clock.advance(1_000);
      await one.now();
    }
    const left = names()
      .flatMap((name) => readStateName(name) ?? [])
      .filter((it) => it.lineage === lineage);
    expect(left.length).toBeGreaterThanOrEqual(2);
    expect(left.every(({ madeAt }) => madeAt > clock.now() - DAY)).toBe(true);
    expect(place.held.audit.size).toBe(1);
  });

  it('say so where the place holds those of another store: this one may have come back empty', async () => {
    place.held.state.set(stateName({ madeAt: 5, lineage: 'ffffffffffff', version: 9 }), Buffer.from('theirs'));
    const one = backupsOf();
    await one.now();
    await one.now();
    expect(said.filter(([event]) => event === 'backup.other-line')).toHaveLength(1);
  });

  it('say so where a log is shorter than what was backed up of it, and are made all the same', async () => {
    await machine.note();
    const one = backupsOf();
    await one.now();
    const [name = ''] = place.held.audit.keys();
    const further = { lineage: machine.taking.lineage, origin: 'slot-0', from: 0, to: 9_999_999 };
    const what = { root: 'a'.repeat(64), holds: 'entries', noted: true, publicKeys: '' } as const;
    const header = { kind: 'audit', version: '0', madeAt: 1, ...what, ...further } as const;
    const bytes = await sealArchive({
      dataKey: await machine.stretchKeys(),
      body: [Buffer.from('more')],
      header: () => header,
    });
    place.held.audit.delete(name);
    place.held.audit.set(stretchName(further), bytes);
    await backupsOf().now();
    expect(said).toContainEqual(['backup.log-cut', { name: 'slot-0', code: 'audit-missing' }]);
    expect(names().length).toBeGreaterThan(0);
  });

  it('go on as often as they must be although the newest seems to come from the future, or a clock is set back', async () => {
    const { lineage } = machine.taking;
    const ahead = stateName({ madeAt: clock.now() + 400 * DAY, lineage, version: 0 });
    const beyond = stateName({ madeAt: clock.now(), lineage, version: 8_000_000_000_000_000 });
    for (const planted of [ahead, beyond]) place.held.state.set(planted, Buffer.from('planted'));
    let behindMs = 0;
    const one = backupsOf(place, {
      clock: { now: () => clock.now() - behindMs, sleep: (ms, signal) => clock.sleep(ms, signal) },
    });
    one.start();
    await passedUntil(() => names().length === 3, 5_000);
    await passedUntil(() => names().length === 4, HOUR, 5_000);
    await publish('a');
    await passedUntil(() => names().length === 5, 5_000);
    behindMs = 30 * DAY;
    await passedUntil(() => (one.last().run?.at ?? 0) < clock.now() - DAY, 5_000);
  });

  it('say why one failed, in a sentence for whoever asked', async () => {
    place.away(true);
    expect(await backupsOf().now()).toMatchObject({ ok: false, why: 'The place of backups memory is away.' });
  });

  it('are written although an old one cannot be deleted, which is said apart and keeps no other', async () => {
    const day = (n: number): string =>
      stateName({ madeAt: clock.now() - n * DAY, lineage: machine.taking.lineage, version: 0 });
    const old = [day(90), day(80), day(70), day(60), day(50)];
    for (const name of old) place.held.state.set(name, Buffer.from('old'));
    const stuck = old[1] ?? '';
    const one = backupsOf({
      ...place,
      remove: async (name) => {
        if (name === stuck) throw new SottoError('backup-unavailable', 'It is leased.');
        await place.remove(name);
      },
    });
    const run = await one.now();
    expect(run).toMatchObject({ ok: true, archive: expect.any(String), unremoved: 1, why: 'It is leased.' });
    expect(new Set(names().filter((name) => old.includes(name)))).toEqual(new Set([stuck, old[3], old[4]]));
    expect(said).toContainEqual(['backup.not-removed', { name: 'memory', code: 'backup-unavailable', count: 1 }]);
  });

  it('believe no stretch by its name alone: what does not open is said, and what it should hold is written by the next', async () => {
    const whole = async (): Promise<number> => (await endsOfLogs(machine.taking.auditFolder))[0]?.entries ?? 0;
    const { lineage } = machine.taking;
    const planted = (from: number, to: number): void =>
      void place.held.audit.set(stretchName({ lineage, origin: 'slot-0', from, to }), Buffer.from('planted'));
    const first = await whole();
    planted(0, first);
    const one = backupsOf();
    expect(await one.now()).toMatchObject({ ok: true, auditBytes: 0 });
    expect(said).toContainEqual(['backup.stretch-strange', { name: 'memory', id: 'slot-0' }]);
    await machine.note();
    expect((await one.now()).auditBytes).toBeGreaterThan(0);
    // Nor by another process, which knows names only.
    const ahead = await whole();
    planted(ahead, 9_999_999);
    await machine.note();
    await clock.advance(1_000);
    expect((await backupsOf().now()).auditBytes).toBeGreaterThan(0);
    place.held.audit.delete(stretchName({ lineage, origin: 'slot-0', from: ahead, to: 9_999_999 }));
    const report = await restoring(machine, [place], emptyData(), { dryRun: true });
    expect(report.logs).toMatchObject([{ entries: 3 }]);
  });

  it('are made when somebody asks, also while one is under way, one behind the other', async () => {
    let writing = 0;
    let most = 0;
    const slow: BackupPlace = {
      ...place,
      write: async (o) => {
        writing += 1;
        most = Math.max(most, writing);
        await new Promise((resolve) => setTimeout(resolve, 20));
        writing -= 1;
        return place.write(o);
      },
    };
    const one = backupsOf(slow);
    const runs = await Promise.all([one.now(), clock.advance(5).then(() => one.now()), one.now()]);
    expect(runs.every(({ ok }) => ok)).toBe(true);
    expect(most).toBe(1);
  });

  it('fail as a code and never as a rejection, whatever breaks', async () => {
    const breaks = async (): Promise<never> => {
      throw new SottoError('store-unavailable', 'away');
    };
    const one = backupsOf(place, { taking: { ...machine.taking, clock, dataKey: breaks } });
    expect(await one.now()).toMatchObject({ ok: false, code: 'store-unavailable', archive: null });
    expect(names()).toEqual([]);
  });
});
