import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type AuditLog, type AuditLogOptions, createAuditLog } from '../../src/adapters/audit-log/audit-log.ts';
import { type LogDisk, logDisk } from '../../src/adapters/audit-log/file.ts';
import { clock, decision, entriesOf, newFolder, newKey, proved } from '../adapters/audit-log/support.ts';
import { type Call, createDisk, type Fault, watchedDisk } from './disk.ts';

const { secret, publicPem } = newKey();
const opened = (o: Partial<AuditLogOptions> & { readonly folder: string }) =>
  createAuditLog({ origin: 'one', signingKey: secret, clock, retryMs: 0, ...o });

const keptIn = async (folder: string): Promise<readonly string[]> =>
  (await entriesOf(join(folder, 'one'))).flatMap(({ entry }) => (entry.kind === 'decision' ? [entry.question] : []));

/** Everything that a log does to its folder. `acknowledged` gets what was said to be kept. */
const lifeOf = async (
  o: Partial<AuditLogOptions> & { readonly folder: string; readonly disk: LogDisk },
  acknowledged: string[],
): Promise<void> => {
  let asked = 0;
  const put = async (log: AuditLog, count: number): Promise<void> => {
    const all = Array.from({ length: count }, async () => {
      const entry = decision(asked++);
      await log.append(entry);
      acknowledged.push(entry.question);
    });
    await Promise.allSettled(all);
  };
  const log = await opened(o);
  await put(log, 3);
  await log.publish().catch(() => undefined);
  await put(log, 300);
  await put(log, 1);
  const publishing = log.publish().catch(() => undefined);
  await put(log, 2);
  await publishing;
  await log.prune({ upTo: 256 }).catch(() => undefined);
  await put(log, 1);
  await log.close();
  const again = await opened(o);
  await put(again, 250);
  await again.close();
};

describe('a process that dies at any call to the disk', () => {
  it('leaves a log that opens, verifies, has all that was acknowledged and nothing twice', async () => {
    const [folder, copies] = [await newFolder(), await newFolder()];
    const acknowledged: string[] = [];
    const marks: { readonly call: string; readonly acknowledged: number; readonly pruned: boolean }[] = [];
    const harmless: readonly Call[] = ['size', 'read', 'list', 'close'];
    const keep = async (call: string): Promise<void> => {
      await cp(folder, join(copies, String(marks.length)), { recursive: true });
      const pruned = (await logDisk.list(join(folder, 'one', 'tile', 'entries'))).every((name) => name !== '000');
      marks.push({ call, acknowledged: acknowledged.length, pruned });
    };
    // One call after the other, so that each copy is of one moment.
    let last: Promise<unknown> = Promise.resolve();
    const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
      const mine = last.then(work);
      last = mine.catch(() => undefined);
      return mine;
    };
    const disk = watchedDisk(
      (call, path, work) =>
        call === 'write'
          ? work()
          : inOrder(async () => {
              const result = await work();
              if (!harmless.includes(call)) await keep(`${call} ${path.slice(folder.length)}`);
              return result;
            }),
      // A write can get through in part.
      (file, bytes, position, path) =>
        inOrder(async () => {
          const half = bytes.length >> 1;
          await file.write(bytes.subarray(0, half), position);
          await keep(`half of write ${path.slice(folder.length)}`);
          const rest = await file.write(bytes.subarray(half), position + half);
          await keep(`write ${path.slice(folder.length)}`);
          return half + rest;
        }),
    );
    await lifeOf({ folder, disk }, acknowledged);
    expect(acknowledged.length).toBe(557);
    expect(await readdir(join(folder, 'one', 'journal'))).toEqual([]);

    expect(marks.length).toBeGreaterThan(100);
    const whole = acknowledged.slice(0, 256);
    for (const [at, mark] of marks.entries()) {
      const copy = join(copies, String(at));
      const log = await opened({ folder: copy });
      const before = log.size();
      await log.append(decision(9_999));
      await log.close();
      const kept = await keptIn(copy);
      const here = mark.pruned && mark.acknowledged > 256 ? 256 : 0;
      const missing = acknowledged.slice(here, mark.acknowledged).filter((question) => !kept.includes(question));
      expect({ ...mark, missing, twice: kept.length - new Set(kept).size }).toEqual({ ...mark, missing: [], twice: 0 });
      expect({ ...mark, kept: kept.at(-1) }).toEqual({ ...mark, kept: decision(9_999).question });
      if (here === 0) expect(await proved(join(copy, 'one'), publicPem)).toBe(log.size());
      expect(log.size()).toBe(before + 1);
      await rm(copy, { recursive: true });
    }
    expect(whole.length).toBe(256);
  }, 120_000);
});

describe('a disk that fails at one call', () => {
  /** How many calls a life takes. */
  const callsOf = async (): Promise<number> => {
    let calls = 0;
    const disk = createDisk(() => {
      calls++;
      return 'none';
    });
    await lifeOf({ folder: await newFolder(), disk: disk.disk }, []);
    return calls;
  };

  it.each(['fail', 'fail-after', 'short'] as const)(
    'loses nothing that was acknowledged, whichever call it is (%s)',
    async (kind) => {
      const calls = await callsOf();
      expect(calls).toBeGreaterThan(100);
      let seen = 0;
      for (let at = 0; at < calls; at++) {
        const folder = await newFolder();
        const acknowledged: string[] = [];
        let call = 0;
        const next = (name: Call): Fault => (call++ === at && (kind !== 'short' || name === 'write') ? kind : 'none');
        const disk = createDisk(next);
        // Where it fails before anything is open, nothing was acknowledged.
        await lifeOf({ folder, disk: disk.disk }, acknowledged).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'audit-unavailable' });
        });
        seen += disk.faults();
        const log = await opened({ folder });
        await log.append(decision(9_999));
        await log.close();
        const kept = await keptIn(folder);
        const pruned = !(await logDisk.list(join(folder, 'one', 'tile', 'entries'))).includes('000');
        const missing = acknowledged.slice(pruned ? 256 : 0).filter((question) => !kept.includes(question));
        expect({ at, missing, twice: kept.length - new Set(kept).size }).toEqual({ at, missing: [], twice: 0 });
        if (!pruned) expect(await proved(join(folder, 'one'), publicPem)).toBe(log.size());
      }
      expect(seen).toBeGreaterThan(kind === 'short' ? 20 : 100);
    },
    120_000,
  );
});
