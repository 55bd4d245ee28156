import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { beginAssembly } from '../../../src/adapters/audit-log/assemble.ts';
import { type AuditLog, createAuditLog } from '../../../src/adapters/audit-log/audit-log.ts';
import { readCheckpoint } from '../../../src/adapters/audit-log/checkpoint.ts';
import type { LogDisk } from '../../../src/adapters/audit-log/file.ts';
import { readStretchBody } from '../../../src/adapters/audit-log/stretch-body.ts';
import { readStretch, type Stretch } from '../../../src/adapters/audit-log/stretches.ts';
import { createDisk } from '../../faults/disk.ts';
import { publishedIn } from '../../support/published.ts';
import { clock, decision, newFolder, newKey } from './support.ts';

const APPENDERS = 64;

const { secret } = newKey();

const opened = async (
  disk?: LogDisk,
  folder?: string,
): Promise<{ readonly log: AuditLog; readonly all: string; readonly folder: string }> => {
  const all = folder ?? (await newFolder());
  const log = await createAuditLog({
    folder: all,
    origin: 'one',
    signingKey: secret,
    clock,
    retryMs: 0,
    ...(disk === undefined ? {} : { disk }),
  });
  return { log, all, folder: join(all, 'one') };
};

/** All appenders write until there are so many entries; resolves once the last of them is done. `refused`: appends that were. */
const load = async (log: AuditLog, entries: number): Promise<{ readonly refused: number }> => {
  let next = 0;
  let refused = 0;
  const appender = async (): Promise<void> => {
    while (next < entries) {
      next += 1;
      await log.append(decision(next)).catch(() => {
        refused += 1;
      });
      if (refused > 0 && next % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  await Promise.all(Array.from({ length: APPENDERS }, appender));
  return { refused };
};

/** Takes what is new again and again while `work` is under way, and once behind it. */
const takenMeanwhile = async (
  { log, folder }: { readonly log: AuditLog; readonly folder: string },
  work: Promise<unknown>,
): Promise<readonly Stretch[]> => {
  let running = true;
  const done = work.finally(() => {
    running = false;
  });
  const all: Stretch[] = [];
  for (let last = false; !last; ) {
    last = !running;
    const [before, end] = [log.size(), all.at(-1)];
    const had = end === undefined ? {} : { had: end.root };
    const next = await readStretch({ folder, from: end?.to ?? 0, within: before, ...had });
    if (next !== null) {
      expect(next.to).toBeLessThanOrEqual(log.size());
      expect(next).toMatchObject({ noted: true, holds: 'entries' });
      const body = readStretchBody(Buffer.concat([...next.body]), { holds: 'entries', leaves: next.to - next.from });
      const note = readCheckpoint(body?.note ?? '');
      expect([note?.size, note?.root.toString('hex')]).toEqual([next.to, next.root]);
      all.push(next);
    }
    // Whoever takes them has a pause between two; no longer than that.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await done;
  return all;
};

const assembled = async (stretches: readonly Stretch[]): Promise<string> => {
  const folder = join(await newFolder(), 'one');
  const assembly = await beginAssembly(folder);
  for (const stretch of stretches) {
    const body = async function* () {
      yield* stretch.body;
    };
    expect(await assembly.add({ ...stretch, name: 'it', body })).toBeNull();
  }
  await assembly.finish('');
  return folder;
};

describe('a backup that is taken while 64 write', () => {
  it('holds whole batches that are durable alone, and races no publication', async () => {
    const one = await opened();
    const checkpoints = new Set<string>();
    const watch = setInterval(() => {
      try {
        checkpoints.add(readFileSync(join(one.folder, 'checkpoint'), 'utf8'));
      } catch {
        // None yet.
      }
    }, 1);
    const begun = performance.now();
    const all = await takenMeanwhile(one, load(one.log, 30_000));
    const ms = performance.now() - begun;
    clearInterval(watch);
    await one.log.close();
    expect(all.at(-1)?.to).toBe(30_000);
    expect(all.length).toBeGreaterThan(3);
    expect(checkpoints.size).toBeGreaterThan(1);
    expect(publishedIn(await assembled(all))).toEqual(publishedIn(one.folder));
    console.log(
      `30000 entries by ${APPENDERS} in ${Math.round(ms)} ms, backed up meanwhile in ${all.length} stretches over ${checkpoints.size} publications.`,
    );
  }, 120_000);

  it('holds nothing that the disk failed to take, and that the log wrote otherwise', async () => {
    let call = 0;
    const { disk, faults } = createDisk((what, path) => {
      if (what !== 'sync' || !path.includes('/journal/')) return 'none';
      call += 1;
      return call % 7 === 3 ? 'fail' : 'none';
    });
    const one = await opened(disk);
    const all = await takenMeanwhile(one, load(one.log, 4_000));
    await one.log.close();
    expect(faults()).toBeGreaterThan(5);
    // Whatever state the last failure left it in.
    await (await opened(undefined, one.all)).log.close();
    const rest: Stretch[] = [];
    for (let end = all.at(-1); ; end = rest.at(-1)) {
      const next = await readStretch({ folder: one.folder, from: end?.to ?? 0, ...(end && { had: end.root }) });
      if (next === null) break;
      rest.push(next);
    }
    expect(publishedIn(await assembled([...all, ...rest]))).toEqual(publishedIn(one.folder));
  }, 120_000);
});
