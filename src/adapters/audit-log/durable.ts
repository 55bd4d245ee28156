/** How far a log is on stable storage, whoever writes or publishes it meanwhile. */
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SottoError } from '../../core/errors.ts';
import { type Checkpoint, readCheckpoint } from './checkpoint.ts';
import { isAbsent, syncFolder } from './file.ts';
import { journalsOf, publishedNote } from './held.ts';
import { batchAt } from './journal.ts';
import { journalPath } from './layout.ts';

/** Looks at a folder that is published meanwhile. */
const MOST_LOOKS = 20;

export interface Noted extends Checkpoint {
  /** Signed, by whomever. */
  readonly note: string;
}

const orNull = (cause: unknown): null => {
  if (isAbsent(cause)) return null;
  throw cause;
};

/** A file system that is only read, as that of a copy, may know no such call, and has nothing that could be lost. */
const unlessReadOnly = (cause: unknown): void => {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  if (code !== 'EINVAL' && code !== 'EROFS') throw cause;
};

/** What of a journal is on stable storage now, under its name; null: it is not there any more. */
const durableJournal = async (path: string): Promise<Buffer | null> => {
  const handle = await open(path, 'r').catch(orNull);
  if (handle === null) return null;
  try {
    const { size } = await handle.stat();
    // What the system holds in memory only could be lost and written otherwise.
    await handle.datasync().catch(unlessReadOnly);
    await syncFolder(dirname(path)).catch(unlessReadOnly);
    const bytes = Buffer.allocUnsafe(size);
    for (let filled = 0; filled < size; ) {
      const { bytesRead } = await handle.read(bytes, filled, size - filled, filled);
      if (bytesRead === 0) return bytes.subarray(0, filled);
      filled += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
};

const notedOf = (note: string | null): Noted | null => {
  const found = note === null ? null : readCheckpoint(note);
  return note === null || found === null ? null : { ...found, note };
};

/**
 * The last signed checkpoint that is on stable storage with all that it covers; null: there is none. Whether it is right is not asked. Only such a
 * one may be given out: after a power cut another batch of that size could be signed in the place of one that had only been written. Of journals
 * only batches up to the entry `within` count.
 */
export const durableNote = async (folder: string, within = Number.POSITIVE_INFINITY): Promise<Noted | null> => {
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    let last: string | null = null;
    let went = false;
    for (const first of [...((await journalsOf(folder)) ?? [])].reverse()) {
      const bytes = await durableJournal(journalPath(folder, first));
      went = bytes === null;
      if (bytes === null) break;
      let size = first;
      for (let batch = batchAt(bytes, 0); typeof batch !== 'string'; batch = batchAt(bytes, batch.to)) {
        size += batch.spans.length;
        if (size > within) break;
        last = batch.note;
      }
      if (last !== null) break;
    }
    if (went) continue;
    // Later than the journals: what was published meanwhile is not missed.
    const [published, journalled] = [notedOf(await publishedNote(folder)), notedOf(last)];
    return (journalled?.size ?? 0) > (published?.size ?? 0) ? journalled : published;
  }
  throw busy(folder);
};

const busy = (folder: string): SottoError =>
  new SottoError(
    'audit-unavailable',
    `The audit log in ${folder} is published too fast to be backed up. It is tried again.`,
  );
