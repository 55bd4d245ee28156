import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type AuditLogOptions, createAuditLog } from '../../../src/adapters/audit-log/audit-log.ts';
import { readCheckpoint } from '../../../src/adapters/audit-log/checkpoint.ts';
import { logDisk } from '../../../src/adapters/audit-log/file.ts';
import { journalPath } from '../../../src/adapters/audit-log/layout.ts';
import { pruneBundles } from '../../../src/adapters/audit-log/prune.ts';
import { until } from '../../support/until.ts';
import { clock, decision, entriesOf, newFolder, newKey, proved } from './support.ts';

const [key, next] = [newKey(), newKey()];
const { secret, publicPem } = key;
const opened = (folder: string, o: Partial<AuditLogOptions> = {}) =>
  createAuditLog({ folder, origin: 'one', signingKey: secret, clock, retryMs: 0, ...o });
const appendTo = async (log: Awaited<ReturnType<typeof opened>>, from: number, to: number): Promise<void> => {
  await Promise.all(Array.from({ length: to - from }, (_, at) => log.append(decision(from + at))));
};
const publishedSize = async (folder: string): Promise<number> =>
  readCheckpoint(await readFile(join(folder, 'one', 'checkpoint'), 'utf8').catch(() => ''))?.size ?? 0;
const namesIn = async (folder: string, path: string): Promise<readonly string[]> =>
  (await readdir(join(folder, 'one', path))).sort();
const refused = { code: 'audit-unavailable' };

describe('publishing', () => {
  it('writes out what there is when it is asked to, and leaves only the files of its checkpoint', async () => {
    const folder = await newFolder();
    const log = await opened(folder);
    await log.publish();
    expect(await publishedSize(folder)).toBe(0);
    for (const [from, to] of [
      [0, 5],
      [5, 300],
      [300, 301],
    ] as const) {
      await appendTo(log, from, to);
      await log.publish();
      expect(await publishedSize(folder)).toBe(to);
      expect(await namesIn(folder, 'journal')).toEqual([]);
      expect(await proved(join(folder, 'one'), publicPem)).toBe(to);
    }
    expect(await namesIn(folder, 'tile/0')).toEqual(['000', '001.p']);
    expect(await namesIn(folder, 'tile/entries')).toEqual(['000', '001.p']);
    expect(await namesIn(folder, 'tile/entries/001.p')).toEqual(['45']);
    expect(await namesIn(folder, 'tile/1/000.p')).toEqual(['1']);
    await log.publish();
    await log.close();
    expect(await publishedSize(folder)).toBe(301);
  });

  it('begins by itself once a journal holds 8,192 entries, and appends go on meanwhile', async () => {
    const folder = await newFolder();
    const log = await opened(folder);
    await appendTo(log, 0, 8_000);
    expect(await namesIn(folder, 'journal')).toEqual(['000000000000000']);
    await appendTo(log, 8_000, 8_200);
    expect(await log.append(decision(8_200))).toMatchObject({ index: 8_200 });
    await until(async () => (await namesIn(folder, 'journal')).join() === '000000000008200', 30_000);
    expect(await publishedSize(folder)).toBe(8_200);
    await log.close();
    expect(await proved(join(folder, 'one'), publicPem)).toBe(8_201);
  });

  it('begins by itself once a journal holds 8 MiB', async () => {
    const folder = await newFolder();
    const log = await opened(folder);
    const long = 'x'.repeat(60_000);
    await Promise.all(Array.from({ length: 150 }, (_, at) => log.append({ ...decision(at), policy: long })));
    await until(async () => (await publishedSize(folder)) === 150, 30_000);
    await log.close();
  });

  it('that fails harms no append, is told with a code, and is made good', async () => {
    const folder = await newFolder();
    let failing = true;
    const told: string[] = [];
    const full = () => Promise.reject(Object.assign(new Error('no room'), { code: 'ENOSPC' }));
    const disk = {
      ...logDisk,
      open: (o: Parameters<typeof logDisk.open>[0]) =>
        failing && o.path.includes('/tile/') ? full() : logDisk.open(o),
    };
    const log = await opened(folder, { disk, onTrouble: (code) => told.push(code) });
    await appendTo(log, 0, 300);
    await expect(log.publish()).rejects.toMatchObject(refused);
    expect(await log.append(decision(300))).toMatchObject({ index: 300 });
    await expect(log.publish()).rejects.toMatchObject(refused);
    expect(new Set(told)).toEqual(new Set(['ENOSPC']));
    expect(await publishedSize(folder)).toBe(0);
    expect(await proved(join(folder, 'one'), publicPem)).toBe(301);
    failing = false;
    expect(await log.append(decision(301))).toMatchObject({ index: 301 });
    await until(async () => (await publishedSize(folder)) === 301, 30_000);
    await log.close();
    expect(await publishedSize(folder)).toBe(302);
  });

  it('hangs for itself alone: entries are taken, and a close is not held up beyond the deadline', async () => {
    const folder = await newFolder();
    let release = (): void => undefined;
    const hanging = new Promise<void>((resolve) => {
      release = resolve;
    });
    const disk = {
      ...logDisk,
      rename: async (from: string, to: string) => {
        if (to.endsWith('/checkpoint')) await hanging;
        await logDisk.rename(from, to);
      },
    };
    const log = await opened(folder, { disk, deadlineMs: 1_000 });
    await appendTo(log, 0, 10);
    const publishing = log.publish();
    await appendTo(log, 10, 20);
    expect(log.size()).toBe(20);
    await log.close();
    // Whoever still writes there keeps the folder.
    await expect(opened(folder)).rejects.toMatchObject(refused);
    release();
    await publishing;
    await until(
      () =>
        opened(folder).then(
          async (again) => {
            await again.close();
            return true;
          },
          () => false,
        ),
      30_000,
    );
    expect(await proved(join(folder, 'one'), publicPem)).toBe(20);
  });

  it('does not publish a journal that was changed under it, and the log is not gone on with at the next start', async () => {
    const folder = await newFolder();
    const log = await opened(folder);
    await appendTo(log, 0, 10);
    const path = journalPath(join(folder, 'one'), 0);
    const bytes = await readFile(path);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(path, bytes);
    await expect(log.publish()).rejects.toMatchObject(refused);
    expect(await publishedSize(folder)).toBe(0);
    await log.close();
    await expect(opened(folder)).rejects.toMatchObject(refused);
  });

  it('by a process that stood still while another one took over its log changes nothing', async () => {
    const folder = await newFolder();
    const other = await newFolder();
    const log = await opened(folder);
    await appendTo(log, 0, 10);
    // The other one works on a copy, since a process lets nobody else in; then the folder is as it left it.
    await cp(folder, other, { recursive: true });
    const taker = await opened(other);
    await appendTo(taker, 10, 20);
    await taker.publish();
    await appendTo(taker, 20, 25);
    await taker.close();
    await rm(join(folder, 'one'), { recursive: true });
    await cp(join(other, 'one'), join(folder, 'one'), { recursive: true });
    await expect(log.publish()).rejects.toMatchObject(refused);
    expect(await publishedSize(folder)).toBe(25);
    log.abandon();
    await log.close();
    expect(await proved(join(folder, 'one'), publicPem)).toBe(25);
  });
});

describe('pruning', () => {
  it('takes whole bundles away behind an entry that says so, and what remains goes on', async () => {
    const folder = await newFolder();
    const log = await opened(folder);
    await appendTo(log, 0, 700);
    expect(await log.prune({ upTo: 600 })).toBe(0);
    await log.publish();
    expect(await log.prune({ upTo: 255 })).toBe(0);
    expect(log.size()).toBe(700);
    expect(await log.prune({ upTo: 600 })).toBe(2);
    expect(await namesIn(folder, 'tile/entries')).toEqual(['002.p']);
    expect(await namesIn(folder, 'tile/0')).toEqual(['000', '001', '002.p']);
    expect(await log.prune({ upTo: 600 })).toBe(0);
    await appendTo(log, 701, 800);
    await log.close();
    const kept = await entriesOf(join(folder, 'one'));
    expect(kept[0]?.seq).toBe(512);
    expect(kept.filter(({ entry }) => (entry.kind as string) === 'pruned')).toEqual([
      { entry: { kind: 'pruned', at: clock.now(), upTo: 512 }, seq: 700 },
    ]);
    const again = await opened(folder);
    expect(await again.append(decision(800))).toMatchObject({ index: 800 });
    await again.close();
  });

  it('does nothing where the entry cannot be recorded', async () => {
    const folder = await newFolder();
    let failing = false;
    const disk = {
      ...logDisk,
      open: async (o: Parameters<typeof logDisk.open>[0]) => {
        const file = await logDisk.open(o);
        return { ...file, sync: () => (failing ? Promise.reject(new Error('EIO')) : file.sync()) };
      },
    };
    const log = await opened(folder, { disk });
    await appendTo(log, 0, 300);
    await log.publish();
    failing = true;
    await expect(log.prune({ upTo: 256 })).rejects.toMatchObject(refused);
    expect(await namesIn(folder, 'tile/entries')).toEqual(['000', '001.p']);
    failing = false;
    expect(await log.prune({ upTo: 256 })).toBe(1);
    await log.close();
  });

  it('refuses a bundle that is not what it must be, which is evidence', async () => {
    const folder = await newFolder();
    const log = await opened(folder);
    await appendTo(log, 0, 300);
    await log.publish();
    const path = join(folder, 'one', 'tile/entries/000');
    await writeFile(path, (await readFile(path)).subarray(1));
    await expect(log.prune({ upTo: 256 })).rejects.toMatchObject(refused);
    expect(await namesIn(folder, 'tile/entries')).toEqual(['000', '001.p']);
    await log.close();
  });

  it('says anew how other logs end that only what is pruned said, if the tree proves that it did', async () => {
    const folder = await newFolder();
    const dead = await opened(folder, { origin: 'dead' });
    await dead.append(decision(0));
    await dead.close();
    const signingKey = { current: next.secret.current, accepted: [next.secret.current, secret.current] };
    const log = await opened(folder, { closed: async () => [{ origin: 'dead', size: 1 }] });
    await log.append(decision(0));
    await log.rotate(signingKey);
    // The old key is known to nobody any more.
    await log.rotate(next.secret);
    await appendTo(log, 2, 300);
    await log.publish();
    expect(await log.prune({ upTo: 256 })).toBe(1);
    await log.close();
    const said = (await entriesOf(join(folder, 'one'))).map(({ entry }) => entry).filter(({ kind }) => kind === 'key');
    expect(said).toMatchObject([{ kind: 'key', replaces: null, closed: [{ origin: 'dead', size: 1 }] }]);
  });

  it('says nothing anew that somebody wrote into a bundle', async () => {
    const folder = await newFolder();
    const log = await opened(folder);
    await appendTo(log, 0, 300);
    await log.publish();
    const path = join(folder, 'one', 'tile/entries/000');
    const whole = await readFile(path);
    const length = whole.readUInt16BE(0);
    const forged = JSON.stringify({
      entry: { kind: 'key', closed: [{ origin: 'evil', size: 1, root: '00' }], pad: '' },
      seq: 0,
    });
    const padded = forged.replace('"pad":""', `"pad":"${'x'.repeat(length - forged.length)}"`);
    whole.write(padded, 2);
    await writeFile(path, whole);
    expect(await log.prune({ upTo: 256 })).toBe(1);
    await log.close();
    const kinds = (await entriesOf(join(folder, 'one'))).map(({ entry }) => entry.kind);
    expect(kinds).not.toContain('key');
  });

  it('of a log that nobody writes takes away the same', async () => {
    const folder = await newFolder();
    const log = await opened(folder);
    await appendTo(log, 0, 600);
    await log.close();
    const own = join(folder, 'one');
    expect(await pruneBundles({ folder: own, upTo: 599 })).toBe(2);
    expect(await pruneBundles({ folder: own, upTo: 599 })).toBe(0);
    expect(await namesIn(folder, 'tile/entries')).toEqual(['002.p']);
  });
});
