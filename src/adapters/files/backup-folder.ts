/** Backups in a folder: one file each, put in its place whole, never overwritten, and believed only where nobody else could have written it. */
import { randomBytes } from 'node:crypto';
import * as system from 'node:fs/promises';
import { join } from 'node:path';
import { type BackupKind, type BackupPlace, isBackupName, type StoredBackup } from '../../core/backup-ports.ts';
import { SottoError } from '../../core/errors.ts';
import { within } from '../bounded/waiting.ts';
import { badName, checkOurs, codeIn, folderFault, hanging, noLinks, READING, readAll } from './backup-files.ts';

/** One verb, ms; and so much more for each MiB that it may move: a slow disk takes half of that. */
const VERB_MS = 60_000;
const PER_MIB_MS = 500;

/** Files of one kind; hourly ones take eleven years to be so many. */
const MOST_FILES = 100_000;

/** What a crash left half written goes after this, ms. */
const LEFT_MS = 24 * 60 * 60_000;

/** Begins names that no backup has. */
const DRAFT = '.draft-';

/** What is asked of the disk; replaced where a test needs one that is full or hangs. */
export type BackupDisk = Pick<typeof system, 'link' | 'lstat' | 'mkdir' | 'open' | 'opendir' | 'unlink'>;

export interface FolderPlaceOptions {
  readonly folder: string;
  /** The machine's unless given. */
  readonly disk?: BackupDisk;
  /** How long a verb may take, ms; a minute unless given, and half a second more for each MiB that it may move. */
  readonly verbMs?: number;
}

/**
 * `FOLDER/state/NAME` (0600) and `FOLDER/audit/NAME` (0400), in sub-folders that are made (0700). The folder itself is not: a disk that
 * is not mounted must not pass for an empty one. Refuses with `backup-unavailable` also where the folder, a sub-folder or a file belongs
 * to somebody else, can be written to by others or is a symbolic link, and as long as an earlier verb hangs past its deadline: a mount
 * that hangs never takes more than one of the few threads that Node has for files.
 */
export const createFolderPlace = (o: FolderPlaceOptions): BackupPlace => {
  const disk = o.disk ?? system;
  const { folder } = o;
  const inTurn = createTurns(folder, o.verbMs ?? VERB_MS);
  const pathOf = (kind: BackupKind, name: string): string => {
    if (!isBackupName(name)) throw badName(name);
    return join(folder, kind, name);
  };

  /** False: there is no such sub-folder yet. */
  const check = async (kind: BackupKind): Promise<boolean> => {
    checkOurs(folder, await disk.lstat(folder), 'folder');
    const inner = join(folder, kind);
    const seen = await disk.lstat(inner).catch(absent);
    if (seen === null) return false;
    checkOurs(inner, seen, 'folder');
    return true;
  };

  const settle = async (path: string): Promise<void> => {
    if (process.platform === 'win32') return; // Folders cannot be opened there.
    const handle = await disk.open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  };

  const writeDraft = async (path: string, kind: BackupKind, bytes: Buffer): Promise<void> => {
    const handle = await disk.open(path, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      if (kind === 'audit') await handle.chmod(0o400);
      await handle.sync();
    } finally {
      await handle.close();
    }
  };

  const write = async (kind: BackupKind, path: string, bytes: Buffer): Promise<'written' | 'exists'> => {
    const inner = join(folder, kind);
    if (!(await check(kind))) {
      await disk.mkdir(inner, { mode: 0o700 }).catch(unless('EEXIST'));
      await settle(folder);
      await check(kind);
    }
    if ((await disk.lstat(path).catch(absent)) !== null) {
      // Whoever put it there may have been killed before its name was durable.
      await settle(inner);
      return 'exists';
    }
    await sweep(inner);
    const draft = join(inner, `${DRAFT}${randomBytes(8).toString('hex')}`);
    try {
      await writeDraft(draft, kind, bytes);
      return await place(draft, path);
    } finally {
      await disk.unlink(draft).catch(() => undefined);
      await settle(inner);
    }
  };

  const place = async (draft: string, path: string): Promise<'written' | 'exists'> => {
    try {
      await disk.link(draft, path);
      return 'written';
    } catch (error) {
      const code = codeIn(error);
      if (NO_LINKS.includes(code)) throw noLinks(folder, error);
      if (code !== 'EEXIST') throw error;
      // A network's file system may have done it although the first answer was lost.
      return (await disk.lstat(draft)).nlink > 1 ? 'written' : 'exists';
    }
  };

  /** Drafts that nobody writes any more. */
  const sweep = async (inner: string): Promise<void> => {
    for (const name of await namesIn(inner)) {
      if (!name.startsWith(DRAFT)) continue;
      const path = join(inner, name);
      const seen = await disk.lstat(path).catch(absent);
      if (seen !== null && Date.now() - seen.mtimeMs > LEFT_MS) await disk.unlink(path).catch(unless('ENOENT'));
    }
  };

  const namesIn = async (inner: string): Promise<readonly string[]> => {
    const names: string[] = [];
    for await (const { name } of await disk.opendir(inner)) {
      if (names.length >= MOST_FILES)
        throw new SottoError(
          'backup-unavailable',
          `${inner} holds more than ${MOST_FILES} files, more than there can be backups. Move old ones elsewhere.`,
        );
      names.push(name);
    }
    return names;
  };

  return {
    name: folder,

    list: (kind) =>
      inTurn(0, async () => {
        if (!(await check(kind))) return [];
        const inner = join(folder, kind);
        const found: StoredBackup[] = [];
        for (const name of (await namesIn(inner)).toSorted()) {
          const seen = isBackupName(name) ? await disk.lstat(join(inner, name)).catch(absent) : null;
          if (seen?.isFile() === true) found.push({ name, bytes: seen.size });
        }
        return found;
      }),

    read: ({ kind, name, mostBytes }) =>
      inTurn(mostBytes, async () => {
        const path = pathOf(kind, name);
        if (!(await check(kind))) return null;
        const handle = await disk.open(path, READING).catch(absent);
        if (handle === null) return null;
        try {
          const seen = await handle.stat();
          checkOurs(path, seen, 'file');
          return await readAll(handle, path, seen.size, mostBytes);
        } finally {
          await handle.close();
        }
      }),

    write: ({ kind, name, bytes }) => inTurn(bytes.length, () => write(kind, pathOf(kind, name), bytes)),

    remove: (name) =>
      inTurn(0, async () => {
        const path = pathOf('state', name);
        if (!(await check('state'))) return;
        await disk.unlink(path).catch(unless('ENOENT'));
        await settle(join(folder, 'state'));
      }),
  };
};

/** What file systems without hard links answer; `EPERM` on Linux. */
const NO_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

const absent = (error: unknown): null => {
  if (codeIn(error) === 'ENOENT') return null;
  throw error;
};

const unless = (code: string) => (error: unknown) => {
  if (codeIn(error) !== code) throw error;
};

/** One verb after the other, each with its deadline, and none behind one that hangs past its own. */
const createTurns = (folder: string, verbMs: number): (<T>(bytes: number, work: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve();
  let late = 0;
  return async (bytes, work) => {
    if (late > 0) throw hanging(folder);
    const ms = verbMs + Math.ceil((bytes * PER_MIB_MS) / 2 ** 20);
    try {
      return await within({ ms }, (signal) => {
        const doing = last.then(() => {
          signal.throwIfAborted(); // Nobody waits any more.
          return work();
        });
        const over = doing.then(
          () => undefined,
          () => undefined,
        );
        last = over;
        signal.addEventListener('abort', () => {
          late += 1;
          void over.then(() => {
            late -= 1;
          });
        });
        return doing;
      });
    } catch (error) {
      if (error instanceof SottoError && error.code !== 'deadline') throw error;
      throw folderFault(folder, error);
    }
  };
};
