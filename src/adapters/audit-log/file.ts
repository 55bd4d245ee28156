/** What a log needs of the disk: the seam where tests put in disks that fail, hang or take half. */
import { constants } from 'node:fs';
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';

export interface LogFile {
  readonly size: () => Promise<number>;
  /** Bytes read into the buffer; 0 at the end. */
  readonly read: (into: Buffer, position: number) => Promise<number>;
  /** Bytes taken; fewer than given is not a success. */
  readonly write: (bytes: Buffer, position: number) => Promise<number>;
  readonly truncate: (size: number) => Promise<void>;
  /** Resolves once everything written is on stable storage, and still under the file's own name. */
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens a file for reading and writing; `create` false: one that is not there is an error. */
export type OpenFile = (o: { readonly path: string; readonly create: boolean }) => Promise<LogFile>;

export interface LogDisk {
  readonly open: OpenFile;
  /** All bytes of a file. */
  readonly read: (path: string) => Promise<Buffer>;
  /** Names in a folder; none where there is no such folder. */
  readonly list: (folder: string) => Promise<readonly string[]>;
  /** Makes a folder and those above it, for their owner only; the highest that was not there before, or undefined. */
  readonly makeFolder: (path: string) => Promise<string | undefined>;
  readonly rename: (from: string, to: string) => Promise<void>;
  /** A file, or a folder with what is in it; nothing where there is none. */
  readonly remove: (path: string) => Promise<void>;
  /** Makes the names in a folder durable. */
  readonly syncFolder: (folder: string) => Promise<void>;
}

/** Readable for its owner only; never through a symbolic link. */
export const openFile: OpenFile = async ({ path, create }) => {
  const flags = constants.O_RDWR | (create ? constants.O_CREAT : 0) | (constants.O_NOFOLLOW ?? 0);
  const handle = await open(path, flags, 0o600);
  const own = await handle.stat();
  if ((own.mode & 0o077) !== 0) await chmod(path, 0o600);
  return {
    size: async () => (await handle.stat()).size,
    read: async (into, position) => (await handle.read(into, 0, into.length, position)).bytesRead,
    write: async (bytes, position) => (await handle.write(bytes, 0, bytes.length, position)).bytesWritten,
    truncate: (size) => handle.truncate(size),
    sync: async () => {
      // A file that was deleted or replaced can be synced for ever and keeps nothing; looking costs no time beside the sync.
      const [, named] = await Promise.all([handle.datasync(), stat(path)]);
      if (named.ino !== own.ino || named.dev !== own.dev) throw new Error('the file was replaced under its name');
    },
    close: () => handle.close(),
  };
};

export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** The error that says that there is no such file. */
export const isAbsent = (cause: unknown): boolean => {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
};

export const logDisk: LogDisk = {
  open: openFile,
  read: (path) => readFile(path),
  list: (folder) =>
    readdir(folder).catch((cause: unknown) => {
      if (isAbsent(cause)) return [];
      throw cause;
    }),
  makeFolder: (path) => mkdir(path, { recursive: true, mode: 0o700 }),
  rename,
  remove: (path) => rm(path, { force: true, recursive: true }),
  syncFolder,
};

/**
 * Puts a whole file there, on stable storage; its name is durable once its folder is synced. What stands there is written over and not emptied before: where
 * it is the same already, as after an attempt that failed late, it is so at every moment.
 */
export const putFile = async (disk: LogDisk, path: string, bytes: Buffer): Promise<void> => {
  const file = await disk.open({ path, create: true });
  try {
    if ((await file.write(bytes, 0)) !== bytes.length) throw new Error('the disk took only a part of a file');
    if ((await file.size()) > bytes.length) await file.truncate(bytes.length);
    await file.sync();
  } finally {
    await file.close();
  }
};
