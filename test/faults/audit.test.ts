import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from '@jest/globals';
import { type AuditLogOptions, createAuditLog } from '../../src/adapters/audit-log/audit-log.ts';
import { journalPath } from '../../src/adapters/audit-log/layout.ts';
import { verifyAuditLog } from '../../src/adapters/audit-log/verify.ts';
import { clock, decision, entriesOf, newFolder, newKey, proved } from '../adapters/audit-log/support.ts';
import { until } from '../support/until.ts';
import { createDisk, type Fault, watchedDisk } from './disk.ts';

const { secret, publicPem } = newKey();
const opened = (o: Partial<AuditLogOptions> & { readonly folder: string }) =>
  createAuditLog({ origin: 'one', signingKey: secret, clock, retryMs: 0, ...o });
const refused = { code: 'audit-unavailable' };

/** Numbers that look random and are the same in every run. */
const chance = (seed: number) => () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};

describe('a disk that goes wrong', () => {
  it('never makes an append resolve that is not durable, over a thousand faults', async () => {
    const folder = await newFolder();
    const path = join(folder, 'one');
    const random = chance(7);
    const kinds: readonly Fault[] = ['fail', 'short', 'fail-after'];
    let armed = false;
    const disk = createDisk((call) => {
      if (!armed || call === 'close' || random() > 0.18) return 'none';
      return random() < 0.02 ? 'hang' : (kinds[Math.floor(random() * kinds.length)] ?? 'fail');
    });
    const log = await opened({ folder, disk: disk.disk, deadlineMs: 4_000 });
    armed = true;
    const acknowledged = new Map<number, string>();
    const publishing: Promise<unknown>[] = [];
    let unpublished = 0;
    let refusals = 0;
    let asked = 0;
    while (disk.faults() < 1_000) {
      const batch = Array.from({ length: 1 + Math.floor(random() * 4) }, () => asked++);
      await new Promise(setImmediate);
      const durableBefore = disk.durable();
      if (random() < 0.05) publishing.push(log.publish().catch(() => void unpublished++));
      const results = await Promise.allSettled(batch.map((i) => log.append(decision(i))));
      for (const [i, result] of results.entries()) {
        if (result.status === 'rejected') {
          expect(result.reason).toMatchObject(refused);
          refusals++;
          continue;
        }
        expect(disk.durable()).toBeGreaterThan(durableBefore);
        acknowledged.set(result.value.index ?? -1, `slack:Ev${batch[i]}`);
      }
    }
    armed = false;
    // A call that still hangs keeps the log shut; it comes back soon.
    const last = async (): Promise<boolean> =>
      log.append(decision(asked)).then(
        () => true,
        () => false,
      );
    await until(last, 60_000);
    await Promise.all(publishing);
    await log.publish();
    expect({ published: publishing.length > unpublished, failed: unpublished > 5 }).toEqual({
      published: true,
      failed: true,
    });
    await log.close();
    expect(await proved(path, publicPem)).toBe(log.size());
    const kept = await entriesOf(path);
    for (const [index, question] of acknowledged)
      expect(kept[index]).toMatchObject({ entry: { question }, seq: index });
    expect({ some: acknowledged.size > 500, refused: refusals > 500 }).toEqual({ some: true, refused: true });
    const verified = await verifyAuditLog({ folder: join(folder, 'one'), publicKey: publicPem });
    expect(verified).toMatchObject({ ok: true, entries: kept.length });
  }, 120_000);

  it('refuses at the deadline while a sync hangs, and stays shut until the call has come back', async () => {
    const folder = await newFolder();
    let release = (): void => undefined;
    let hang = false;
    const log = await opened({
      folder,
      deadlineMs: 4_000,
      disk: watchedDisk(async (call, _path, work) => {
        if (hang && call === 'sync') await new Promise<void>((resolve) => (release = resolve));
        return work();
      }),
    });
    hang = true;
    const begun = performance.now();
    await expect(log.append(decision(0))).rejects.toMatchObject(refused);
    expect(performance.now() - begun).toBeLessThan(15_000);
    await expect(log.append(decision(1))).rejects.toMatchObject(refused);
    hang = false;
    await expect(log.append(decision(2))).rejects.toMatchObject(refused);
    release();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { index } = await log.append(decision(3));
    await log.close();
    const kept = await entriesOf(join(folder, 'one'));
    // The first had reached the file after all. It was refused, and stays: a signed checkpoint is never taken back.
    expect(kept.map(({ entry }) => entry.kind)).toEqual(['decision', 'recovered', 'decision']);
    expect(index).toBe(2);
  });

  it('refuses everything that waits when a batch fails, and asks the disk again only after a pause', async () => {
    let faulty = false;
    let calls = 0;
    const folder = await newFolder();
    const disk = createDisk(() => {
      calls++;
      return faulty ? 'fail' : 'none';
    });
    const log = await opened({ folder, disk: disk.disk, retryMs: 60_000 });
    faulty = true;
    const results = await Promise.allSettled(Array.from({ length: 50 }, (_, i) => log.append(decision(i))));
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    faulty = false;
    const before = calls;
    await expect(log.append(decision(50))).rejects.toMatchObject(refused);
    expect(calls).toBe(before);
    expect(log.size()).toBe(0);
    await log.close();
  });

  it('opens anew once the disk is well, and says in the log that it was away', async () => {
    let faulty = false;
    const folder = await newFolder();
    const disk = createDisk((call) => (faulty && call === 'write' ? 'short' : 'none'));
    const log = await opened({ folder, disk: disk.disk });
    await log.append(decision(0));
    faulty = true;
    await expect(log.append(decision(1))).rejects.toMatchObject(refused);
    await expect(log.append(decision(2))).rejects.toMatchObject(refused);
    faulty = false;
    expect(await log.append(decision(3))).toEqual({ origin: 'one', index: 2 });
    await log.close();
    const kinds = (await entriesOf(join(folder, 'one'))).map(({ entry }) => entry.kind);
    expect(kinds).toEqual(['decision', 'recovered', 'decision']);
  });

  it.each([
    ['deleted', (path: string) => rm(path)],
    ['moved away', (path: string) => rename(path, `${path}.away`)],
    ['cut', (path: string) => truncate(path, 40)],
    ['emptied', (path: string) => truncate(path, 0)],
    [
      'replaced',
      async (path: string) => {
        await rm(path);
        await writeFile(path, '');
      },
    ],
  ])('takes no entry into a file that was %s under it, then or later', async (_, harm) => {
    const folder = await newFolder();
    const log = await opened({ folder });
    await log.append(decision(0));
    await harm(journalPath(join(folder, 'one'), 0));
    for (const i of [1, 2, 3]) await expect(log.append(decision(i))).rejects.toMatchObject(refused);
    await log.close();
  });

  it('refuses a batch behind what somebody else wrote there, and goes on once that was moved aside', async () => {
    const folder = await newFolder();
    const log = await opened({ folder });
    await log.append(decision(0));
    await appendFile(journalPath(join(folder, 'one'), 0), 'more');
    await expect(log.append(decision(1))).rejects.toMatchObject(refused);
    expect(await log.append(decision(2))).toEqual({ origin: 'one', index: 2 });
    await log.close();
    const kept = (await entriesOf(join(folder, 'one'))).map(({ entry }) => entry);
    expect(kept).toMatchObject([{ kind: 'decision' }, { kind: 'recovered', droppedBytes: 4 }, { kind: 'decision' }]);
  });

  it('does not open where the folder takes no files', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'one'), 'a file is in the way');
    await expect(opened({ folder })).rejects.toMatchObject(refused);
  });
});

describe('a process that is killed while it writes', () => {
  it('loses no entry that it was told was kept, time after time', async () => {
    const folder = await newFolder();
    const path = join(folder, 'one');
    const acknowledged = new Map<number, string>();
    for (let round = 0; round < 4; round++) {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'audit-writer.js'), folder, `r${round}-`], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      child.stdin.end(secret.current);
      const exited = once(child, 'exit');
      let told = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        // A line that the kill cut in half tells nothing.
        const [index, question] = /^(\d+) (\S+) ok$/.exec(line)?.slice(1) ?? [];
        if (index === undefined || question === undefined) continue;
        acknowledged.set(Number(index), question);
        if (++told === 400 + round * 150) child.kill('SIGKILL');
      }
      expect(await exited).toEqual([null, 'SIGKILL']);
      const kept = await entriesOf(path).catch(() => []);
      for (const [at, asked] of acknowledged) expect(kept[at]).toMatchObject({ entry: { question: asked }, seq: at });
    }
    const log = await opened({ folder });
    await log.append(decision(0));
    await log.close();
    expect(await proved(path, publicPem)).toBe(log.size());
    expect(acknowledged.size).toBeGreaterThan(2_000);
    expect(await verifyAuditLog({ folder: join(folder, 'one'), publicKey: publicPem })).toMatchObject({ ok: true });
  }, 60_000);
});
