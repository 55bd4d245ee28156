/** Promise 5 with a second copy: whatever the disk and the copy do, what was recorded stands in one of them, and in the end in the log, once. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type AuditLog, createAuditLog } from '../../src/adapters/audit-log/audit-log.ts';
import type { LogDisk } from '../../src/adapters/audit-log/file.ts';
import type { AuditEntry, RecoveredEntry } from '../../src/core/audit.ts';
import type { AuditCopy } from '../../src/core/audit-copy-ports.ts';
import { SottoError } from '../../src/core/errors.ts';
import { type Copying, createCopying } from '../../src/main/audit-copy.ts';
import { decision, entriesOf, newFolder, newKey, proved } from '../adapters/audit-log/support.ts';
import { until } from '../support/until.ts';
import { createDisk, type Fault } from './disk.ts';

const { secret, publicPem } = newKey();
const clock = { now: () => Date.now(), sleep: async () => undefined };
const silent = () => undefined;

const chance = (seed: number) => () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};

type CopyFault = 'none' | 'fail' | 'unclear' | 'hang';

/** A copy in memory. `unclear`: it has it, and says that it failed. `hang`: it comes back after a while, and has it. */
const createCopy = (next: () => CopyFault, confirms = true) => {
  const there: string[] = [];
  let faults = 0;
  const copy: AuditCopy = {
    name: 'memory',
    confirms,
    write: async ({ entries }) => {
      const fault = next();
      if (fault !== 'none') faults += 1;
      if (fault === 'hang') await new Promise((resolve) => setTimeout(resolve, 120));
      if (fault !== 'fail') there.push(...entries.map(({ json }) => json));
      if (fault === 'fail' || fault === 'unclear') throw new SottoError('audit-copy-unavailable', 'away');
    },
    breaks: () => 0,
    onlyThere: async () => 0,
    keeps: async () => true,
    close: async () => true,
  };
  return { copy, there, faults: () => faults };
};

interface Stage {
  readonly log: AuditLog;
  readonly copying: Copying;
  readonly path: string;
  append(i: number): Promise<number | null>;
}
const open: Stage[] = [];
afterEach(async () => {
  for (const { log } of open.splice(0)) await log.close();
});
const stage = async (o: {
  readonly copy: AuditCopy;
  readonly disk?: LogDisk;
  readonly elsewhereMs?: number;
}): Promise<Stage> => {
  const folder = await newFolder();
  const copying = createCopying({
    dataFolder: folder,
    origin: 'one',
    sinks: { copy: o.copy, stream: null },
    closed: async () => [],
    clock,
    log: { info: silent, warn: silent, error: silent },
    elsewhereMs: o.elsewhereMs ?? 4_000,
  });
  const log = await createAuditLog({
    folder: join(folder, 'audit'),
    origin: 'one',
    signingKey: secret,
    clock,
    retryMs: 0,
    deadlineMs: 4_000,
    ...(o.disk === undefined ? {} : { disk: o.disk }),
    ...(copying.elsewhere === undefined ? {} : { elsewhere: copying.elsewhere }),
  });
  const made: Stage = {
    log,
    copying,
    path: join(folder, 'audit', 'one'),
    append: async (i) => (await copying.append(log, decision(i))).index,
  };
  open.push(made);
  return made;
};

/** Tries until nothing is only in the copy any more. */
const home = ({ copying, log }: Stage): Promise<void> =>
  until(async () => {
    await copying.bringHome(log);
    return copying.elsewhere?.count() === 0;
  }, 60_000);

const questionOf = (entry: AuditEntry): string | null => (entry.kind === 'decision' ? entry.question : null);

it('over a thousand faults of both nothing resolves that neither has, and the log ends with each once, in order', async () => {
  const random = chance(11);
  const kinds: readonly Fault[] = ['fail', 'short', 'fail-after'];
  let armed = false;
  const disk = createDisk((call) => {
    if (!armed || call === 'close' || random() > 0.2) return 'none';
    return random() < 0.02 ? 'hang' : (kinds[Math.floor(random() * kinds.length)] ?? 'fail');
  });
  const { copy, there, faults } = createCopy(() => {
    if (!armed || random() > 0.35) return 'none';
    return random() < 0.05 ? 'hang' : random() < 0.5 ? 'fail' : 'unclear';
  });
  const made = await stage({ copy, disk: disk.disk });
  const { log, path } = made;
  armed = true;
  /** Questions that were recorded, batch by batch. */
  const recorded: string[][] = [];
  let [asked, elsewhere, refusals] = [0, 0, 0];
  while (disk.faults() + faults() < 1_500 || asked < 1_000) {
    const batch = Array.from({ length: 1 + Math.floor(random() * 4) }, () => asked++);
    await new Promise(setImmediate);
    const durableBefore = disk.durable();
    const results = await Promise.allSettled(batch.map(made.append));
    const some = results.flatMap((result, at) => {
      const question = `slack:Ev${batch[at]}`;
      if (result.status === 'rejected') {
        expect(result.reason).toMatchObject({ code: 'audit-unavailable' });
        refusals += 1;
        return [];
      }
      if (result.value === null) {
        elsewhere += 1;
        // Or the log had taken it by then, when it was opened anew.
        expect(there.some((json) => json.includes(`"${question}"`)) || disk.durable() > durableBefore).toBe(true);
      } else expect(disk.durable()).toBeGreaterThan(durableBefore);
      return [question];
    });
    recorded.push(some);
  }
  armed = false;
  await home(made);
  const kept = (await entriesOf(path)).map(({ entry }) => entry);
  expect(await proved(path, publicPem)).toBe(log.size());
  const places = new Map<string, number[]>();
  for (const [at, entry] of kept.entries()) {
    const question = questionOf(entry);
    if (question !== null) places.set(question, [...(places.get(question) ?? []), at]);
  }
  // Refused ones may be there, as a batch that was refused may: never twice.
  expect([...places].filter(([, all]) => all.length > 1)).toEqual([]);
  expect(recorded.flat().filter((question) => !places.has(question))).toEqual([]);
  let before = -1;
  for (const batch of recorded) {
    const at = batch.map((question) => places.get(question)?.[0] ?? -1);
    if (at.length === 0) continue;
    expect(Math.min(...at)).toBeGreaterThan(before);
    before = Math.max(before, ...at);
  }
  const said = kept.filter((entry): entry is RecoveredEntry => entry.kind === 'recovered');
  expect(said.reduce((sum, entry) => sum + (entry.elsewhere ?? 0), 0)).toBeGreaterThan(50);
  expect({ elsewhere: elsewhere > 100, refusals: refusals > 50 }).toEqual({ elsewhere: true, refusals: true });
}, 240_000);

describe('where the log is gone', () => {
  let broken = false;
  const brokenDisk = () => {
    broken = false;
    return createDisk(() => (broken ? 'fail' : 'none')).disk;
  };

  it('the copy takes the entries, and the log has them first thing when it is back, behind how many they are', async () => {
    const { copy, there } = createCopy(() => 'none');
    const made = await stage({ copy, disk: brokenDisk() });
    expect(await made.append(0)).toBe(0);
    broken = true;
    expect([await made.append(1), await made.append(2)]).toEqual([null, null]);
    expect(there).toHaveLength(2);
    expect(made.copying.elsewhere?.count()).toBe(2);
    broken = false;
    expect(await made.append(3)).toBe(4);
    expect(made.copying.elsewhere?.count()).toBe(0);
    const kept = (await entriesOf(made.path)).map(({ entry }) => entry);
    expect(kept.map((entry) => (entry.kind === 'recovered' ? entry.elsewhere : questionOf(entry)))).toEqual([
      'slack:Ev0',
      2,
      'slack:Ev1',
      'slack:Ev2',
      'slack:Ev3',
    ]);
  });

  it('nobody has to ask for the log to be back', async () => {
    const { copy } = createCopy(() => 'none');
    const made = await stage({ copy, disk: brokenDisk() });
    broken = true;
    await made.append(0);
    await made.copying.bringHome(made.log);
    expect(made.copying.elsewhere?.count()).toBe(1);
    broken = false;
    await home(made);
    expect((await entriesOf(made.path)).map(({ entry }) => entry.kind)).toEqual(['recovered', 'decision']);
  });

  it('and the copy as well, nothing is recorded', async () => {
    const { copy } = createCopy(() => 'fail');
    const made = await stage({ copy, disk: brokenDisk() });
    broken = true;
    await expect(made.append(0)).rejects.toMatchObject({ code: 'audit-unavailable' });
    await expect(made.append(0)).rejects.toThrow(/Neither the audit log one nor its second copy/);
    expect(made.copying.elsewhere?.count()).toBe(0);
  });

  it('a copy that hangs is a copy that failed, at the deadline; what it has after all belongs into the log', async () => {
    let release = (): void => undefined;
    const { copy, there } = createCopy(() => 'none');
    const hanging: AuditCopy = {
      ...copy,
      write: async (given) => {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        return copy.write(given);
      },
    };
    const made = await stage({ copy: hanging, disk: brokenDisk(), elsewhereMs: 200 });
    broken = true;
    const [sent, behind] = await Promise.allSettled([
      made.append(0),
      new Promise((resolve) => setTimeout(resolve, 50)).then(() => made.append(1)),
    ]);
    expect([sent.status, behind.status]).toEqual(['rejected', 'rejected']);
    release();
    await until(() => there.length === 1);
    broken = false;
    await home(made);
    const kept = (await entriesOf(made.path)).map(({ entry }) => questionOf(entry));
    expect(kept.filter((question) => question !== null)).toEqual(['slack:Ev0']);
  });

  it('a copy that never confirms stands in for nothing', async () => {
    const { copy, there } = createCopy(() => 'none', false);
    const made = await stage({ copy, disk: brokenDisk() });
    broken = true;
    await expect(made.append(0)).rejects.toMatchObject({ code: 'audit-unavailable' });
    expect(there).toEqual([]);
  });

  it('as many may wait for it as for the log itself, and no more', async () => {
    const { copy } = createCopy(() => 'none');
    const made = await stage({ copy, disk: brokenDisk() });
    broken = true;
    const results = await Promise.allSettled(
      Array.from({ length: 10_001 }, (_, i) => Promise.resolve(made.copying.elsewhere?.record(`{"n":${i}}`))),
    );
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  });
});

it('what a log would never take the copy does not take either', async () => {
  const { copy, there } = createCopy(() => 'none');
  const made = await stage({ copy });
  const long = { ...decision(0), topics: ['x'.repeat(70_000)] };
  await expect(made.copying.append(made.log, long)).rejects.toMatchObject({ code: 'audit-unavailable' });
  await made.log.close();
  await expect(made.append(0)).rejects.toMatchObject({ code: 'audit-unavailable' });
  expect(there).toEqual([]);
});
