/** Stretches of a log, as backups take them: whole batches, from one checkpoint to a later one, and only what is on stable storage. */
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SottoError } from '../../core/errors.ts';
import { KEY_FILE, LOG_FILE, parseCheckpoint } from './format.ts';
import { readTail } from './tail.ts';

/** Of one stretch, about: a log of any length is taken in pieces that fit into memory. */
const STRETCH_BYTES = 16 << 20;

/** More than a batch can take. */
const FURTHEST = 96 << 20;

const MARK = Buffer.from('\ncheckpoint ');

/** How far a log goes, up to its last checkpoint. */
export interface LogEnd {
  readonly bytes: number;
  readonly entries: number;
  /** Over all of its entries, hex. */
  readonly chain: string;
}

export interface Stretch {
  /** Bytes of the file. */
  readonly from: number;
  readonly to: number;
  readonly bytes: Buffer;
  /** Entries of the log up to `to`. */
  readonly entries: number;
}

const reading = (handle: FileHandle) => async (into: Buffer, position: number) =>
  (await handle.read(into, 0, into.length, position)).bytesRead;

const opened = async <T>(folder: string, use: (handle: FileHandle, size: number) => Promise<T>): Promise<T> => {
  const handle = await open(join(folder, LOG_FILE), 'r');
  try {
    const { size } = await handle.stat();
    // What the system holds in memory only could be lost and written anew otherwise.
    await handle.datasync();
    return await use(handle, size);
  } finally {
    await handle.close();
  }
};

/** Null: it holds no checkpoint. Rejects where it cannot be read. */
export const endOfLog = (o: {
  /** The folder of one log. */
  readonly folder: string;
  /** Look no further than these bytes; default: the whole file. */
  readonly within?: number;
}): Promise<LogEnd | null> =>
  opened(o.folder, async (handle, size) => {
    const end = Math.min(size, o.within ?? size);
    const tail = await readTail(reading(handle), end);
    const found = parseCheckpoint(tail?.last ?? '')?.checkpoint;
    if (tail === null || found === undefined) return null;
    const bytes = tail.from + (await lengthOfBatch(handle, tail.from, end));
    return { bytes, entries: found.size, chain: found.chain };
  });

/** From the beginning of the last batch to behind its checkpoint. */
const lengthOfBatch = async (handle: FileHandle, from: number, end: number): Promise<number> => {
  const bytes = await readAll(handle, from, end);
  return wholeBatches(bytes);
};

/** How many of these bytes are whole batches; 0: not one. */
const wholeBatches = (bytes: Buffer): number => {
  for (let at = bytes.lastIndexOf(MARK); at !== -1; at = at === 0 ? -1 : bytes.lastIndexOf(MARK, at - 1)) {
    const end = bytes.indexOf(0x0a, at + 1);
    if (end !== -1) return end + 1;
  }
  return 0;
};

const readAll = async (handle: FileHandle, from: number, to: number): Promise<Buffer> => {
  const bytes = Buffer.alloc(Math.max(0, to - from));
  for (let filled = 0; filled < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, from + filled);
    if (bytesRead === 0) return bytes.subarray(0, filled);
    filled += bytesRead;
  }
  return bytes;
};

/**
 * The next stretch behind `from`; null: nothing new. Refuses with `audit-missing` where the log is shorter than that: then it was cut,
 * or is another one. Rejects where it cannot be read.
 */
export const readStretch = (o: {
  readonly folder: string;
  readonly from: number;
  readonly aboutBytes?: number;
}): Promise<Stretch | null> =>
  opened(o.folder, async (handle, size) => {
    if (size < o.from)
      throw new SottoError(
        'audit-missing',
        `The audit log in ${o.folder} is shorter than what was backed up of it, so it was cut or replaced. Keep it as evidence, and restore it from its backup.`,
      );
    for (let about = o.aboutBytes ?? STRETCH_BYTES; ; about *= 2) {
      const end = Math.min(size, o.from + about);
      const bytes = await readAll(handle, o.from, end);
      const whole = wholeBatches(bytes);
      if (whole > 0) {
        const stretch = bytes.subarray(0, whole);
        const last = stretch.toString('latin1', stretch.lastIndexOf(MARK) + 1, whole - 1);
        const entries = parseCheckpoint(last)?.checkpoint.size;
        if (entries === undefined) throw unreadable(o.folder);
        return { from: o.from, to: o.from + whole, bytes: stretch, entries };
      }
      if (end === size) return null;
      if (about > FURTHEST) throw unreadable(o.folder);
    }
  });

const unreadable = (folder: string): SottoError =>
  new SottoError(
    'audit-missing',
    `The audit log in ${folder} holds no checkpoint where one must be, so it cannot be backed up. Run "sotto audit verify".`,
  );

/** Of every key that signed in it; empty: none is kept beside it. */
export const publicKeysOf = (folder: string): Promise<string> =>
  readFile(join(folder, KEY_FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
