import { constants } from 'node:fs';
import { chmod, open, stat } from 'node:fs/promises';

/** What the log needs of a file. The seam where tests put in disks that fail, hang or take half. */
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

/** Makes the names in a folder durable. */
export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
