import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  type Stats,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import * as system from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type BackupDisk, createFolderPlace } from '../../../src/adapters/files/backup-folder.ts';

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-backups-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const one = { kind: 'state', name: 'one', bytes: Buffer.from('first') } as const;

const unavailable = (words: string | RegExp) => ({
  code: 'backup-unavailable',
  message: typeof words === 'string' ? expect.stringContaining(words) : expect.stringMatching(words),
});

/** A disk that fails with `code` where `call` is made, of those of a folder's or of an open file's. */
const failing = (call: string, code: string): BackupDisk => {
  const fail = async (): Promise<never> => {
    throw Object.assign(new Error(`${code}: injected`), { code });
  };
  return {
    ...system,
    ...(call === 'link' ? { link: fail } : {}),
    ...(call === 'mkdir' ? { mkdir: fail } : {}),
    ...(call === 'opendir' ? { opendir: fail } : {}),
    open: async (...o) => {
      if (call === 'open') return fail();
      const handle = await system.open(...o);
      if (call === 'writeFile') handle.writeFile = fail;
      if (call === 'sync') handle.sync = fail;
      return handle;
    },
  };
};

/** What the disk says of a path, as if `victim` belonged to the next user. */
const seenAs = async (path: string, victim: string): Promise<Stats> => {
  const seen = await system.lstat(path);
  if (path === victim) seen.uid += 1;
  return seen;
};

describe('a folder of backups', () => {
  it('holds them in files that are ours alone, and audit stretches in files that nobody writes', async () => {
    const folder = newFolder();
    const place = createFolderPlace({ folder });
    await place.write(one);
    await place.write({ ...one, kind: 'audit' });
    const modes = ['state', 'state/one', 'audit', 'audit/one'].map((path) =>
      (lstatSync(join(folder, path)).mode & 0o777).toString(8),
    );
    expect(modes).toEqual(['700', '600', '700', '400']);
    expect(readdirSync(join(folder, 'state'))).toEqual(['one']);
    expect(readdirSync(join(folder, 'audit'))).toEqual(['one']);
  });

  it('is not made where it is not there: a disk that is not mounted is not an empty one', async () => {
    const folder = join(newFolder(), 'never-mounted');
    const place = createFolderPlace({ folder });
    for (const verb of [() => place.list('state'), () => place.write(one), () => place.remove('one')])
      await expect(verb()).rejects.toMatchObject(unavailable(`mkdir -m 700 ${folder}`));
    expect(existsSync(folder)).toBe(false);
  });

  it('is refused where others may write to it, or to what is in it', async () => {
    const folder = newFolder();
    const place = createFolderPlace({ folder });
    await place.write(one);
    chmodSync(join(folder, 'state', 'one'), 0o620);
    await expect(place.read({ ...one, mostBytes: 100 })).rejects.toMatchObject(unavailable('chmod go-w'));
    chmodSync(join(folder, 'state'), 0o777);
    await expect(place.list('state')).rejects.toMatchObject(unavailable(/Others may write to .*state/));
    expect(await place.list('audit')).toEqual([]);
    chmodSync(folder, 0o770);
    await expect(place.write({ ...one, kind: 'audit' })).rejects.toMatchObject(unavailable('Others may write to'));
    expect(existsSync(join(folder, 'audit'))).toBe(false);
  });

  it.each(['', 'state', 'state/one'])('is refused where somebody else owns it, or what is in it: %s', async (path) => {
    const folder = newFolder();
    await createFolderPlace({ folder }).write(one);
    const victim = join(folder, path);
    const foreign: BackupDisk = {
      ...system,
      lstat: ((asked: string) => seenAs(asked, victim)) as BackupDisk['lstat'],
      open: async (asked, ...o) => {
        const handle = await system.open(asked, ...o);
        handle.stat = (() => seenAs(String(asked), victim)) as typeof handle.stat;
        return handle;
      },
    };
    await expect(createFolderPlace({ folder, disk: foreign }).read({ ...one, mostBytes: 100 })).rejects.toMatchObject(
      unavailable('belongs to another user'),
    );
  });

  it('follows no link, wherever one lies', async () => {
    const folder = newFolder();
    const elsewhere = newFolder();
    writeFileSync(join(elsewhere, 'one'), 'planted', { mode: 0o600 });
    const place = createFolderPlace({ folder });
    await place.write({ ...one, name: 'real' });
    symlinkSync(join(elsewhere, 'one'), join(folder, 'state', 'one'));
    expect((await place.list('state')).map(({ name }) => name)).toEqual(['real']);
    await expect(place.read({ ...one, mostBytes: 100 })).rejects.toMatchObject(unavailable('symbolic link'));
    expect(await place.write(one)).toBe('exists');
    await place.remove('one');
    expect(existsSync(join(elsewhere, 'one'))).toBe(true);
    symlinkSync(elsewhere, join(folder, 'audit'));
    await expect(place.list('audit')).rejects.toMatchObject(unavailable('is not a folder but a link'));
    await expect(place.write({ ...one, kind: 'audit' })).rejects.toMatchObject(unavailable('is not a folder'));
    const link = join(newFolder(), 'link');
    symlinkSync(folder, link);
    await expect(createFolderPlace({ folder: link }).list('state')).rejects.toMatchObject(unavailable('but a link'));
  });

  it('waits for no pipe that lies where a backup should', async () => {
    const folder = newFolder();
    const place = createFolderPlace({ folder, verbMs: 5_000 });
    await place.write({ ...one, name: 'real' });
    const made = spawn('mkfifo', ['-m', '600', join(folder, 'state', 'one')]);
    await once(made, 'close');
    await expect(place.read({ ...one, mostBytes: 100 })).rejects.toMatchObject(unavailable('is not a file'));
  });

  it.each([
    ['writeFile', 'ENOSPC', 'is full (ENOSPC)'],
    ['writeFile', 'EDQUOT', 'is full (EDQUOT)'],
    ['sync', 'EIO', 'cannot be used (EIO)'],
    ['open', 'EACCES', "may not be used by Sotto's user (EACCES)"],
    ['mkdir', 'EROFS', "may not be used by Sotto's user (EROFS)"],
    ['opendir', 'EIO', 'cannot be used (EIO)'],
    ['link', 'EPERM', 'without hard links (EPERM)'],
    ['link', 'ENOSPC', 'is full (ENOSPC)'],
  ])('whose %s fails with %s says so, and holds nothing of what was to be written', async (call, code, words) => {
    const folder = newFolder();
    await expect(createFolderPlace({ folder, disk: failing(call, code) }).write(one)).rejects.toMatchObject(
      unavailable(words),
    );
    expect(await createFolderPlace({ folder }).list('state')).toEqual([]);
    const left = existsSync(join(folder, 'state')) ? readdirSync(join(folder, 'state')) : [];
    expect(left).toEqual([]);
  });

  it('takes a link whose first answer was lost for what it is', async () => {
    const folder = newFolder();
    const twice: BackupDisk = {
      ...system,
      link: async (from, to) => {
        linkSync(String(from), String(to));
        return system.link(from, to);
      },
    };
    expect(await createFolderPlace({ folder, disk: twice }).write(one)).toBe('written');
    expect(readdirSync(join(folder, 'state'))).toEqual(['one']);
  });

  it('that hangs is given up, takes no further call, and serves again once it has come back', async () => {
    const folder = newFolder();
    let release = (): void => undefined;
    const hanging: BackupDisk = {
      ...system,
      opendir: async (...o) => {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        return system.opendir(...o);
      },
    };
    await createFolderPlace({ folder }).write(one);
    const place = createFolderPlace({ folder, disk: hanging, verbMs: 50 });
    const queued = [place.list('state'), place.write({ ...one, name: 'two' })].map((verb) =>
      expect(verb).rejects.toMatchObject(unavailable('did not answer in time')),
    );
    await Promise.all(queued);
    await expect(place.list('state')).rejects.toMatchObject(unavailable('still has not answered an earlier call'));
    release();
    await new Promise((resolve) => setImmediate(resolve));
    // What nobody waited for any more was not begun.
    expect((await createFolderPlace({ folder }).list('state')).map(({ name }) => name)).toEqual(['one']);
    let again = await place.remove('nothing').catch((error: unknown) => error);
    for (let tries = 0; again !== undefined && tries < 200; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      again = await place.remove('nothing').catch((error: unknown) => error);
    }
    expect(again).toBeUndefined();
  });

  it('is swept of what a crash left half written, a day later, and of nothing else', async () => {
    const folder = newFolder();
    const place = createFolderPlace({ folder });
    await place.write(one);
    const old = join(folder, 'state', '.draft-0123456789abcdef');
    const fresh = join(folder, 'state', '.draft-fedcba9876543210');
    const foreign = join(folder, 'state', 'README');
    for (const path of [old, fresh, foreign]) writeFileSync(path, 'half');
    const aWhileAgo = Date.now() / 1_000 - 25 * 60 * 60;
    for (const path of [old, foreign, join(folder, 'state', 'one')]) utimesSync(path, aWhileAgo, aWhileAgo);
    expect((await place.list('state')).map(({ name }) => name)).toEqual(['one']);
    await place.write({ ...one, name: 'two' });
    expect([old, fresh, foreign].map(existsSync)).toEqual([false, true, true]);
    expect((await place.list('state')).map(({ name }) => name)).toEqual(['one', 'two']);
  });

  it('holds only whole backups, whenever the process that writes them is killed', async () => {
    const folder = newFolder();
    const source = pathToFileURL(join(import.meta.dirname, '../../../src/adapters/files/backup-folder.ts')).href;
    const program = `
      const { createFolderPlace } = await import(${JSON.stringify(source)});
      const place = createFolderPlace({ folder: process.argv[1] });
      for (let n = 0; ; n += 1) {
        await place.write({ kind: n % 2 ? 'audit' : 'state', name: process.argv[2] + '-' + n, bytes: Buffer.alloc(1_000_000, n) });
        process.stdout.write('.');
      }`;
    for (let run = 0; run < 5; run += 1) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder, `run-${run}`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, run * 7));
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    }
    const place = createFolderPlace({ folder });
    for (const kind of ['state', 'audit'] as const) {
      for (const { name, bytes } of await place.list(kind)) {
        expect([name, bytes]).toEqual([name, 1_000_000]);
        const read = await place.read({ kind, name, mostBytes: 1_000_000 });
        expect(read?.equals(Buffer.alloc(1_000_000, Number(name.split('-')[2])))).toBe(true);
      }
    }
    expect((await place.list('state')).length).toBeGreaterThanOrEqual(5);
  });
});
