/** What lies in the folder of one log at this moment: its checkpoint, bundles of entries, journals. Nothing of it is proved. */
import { constants } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SottoError } from '../../core/errors.ts';
import { type Span, spansOf } from './bundle.ts';
import { readCheckpoint } from './checkpoint.ts';
import { batchAt } from './journal.ts';
import { CHECKPOINT_FILE, JOURNAL_FOLDER, journalFirst, journalPath } from './layout.ts';
import { MOST_NOTE_BYTES } from './note.ts';
import { bundlePath, TILE_WIDTH } from './tiles.ts';

/** A journal is begun anew at 8 MiB; the batch that leads beyond it holds no more than may queue. */
export const MOST_JOURNAL_BYTES = 64 << 20;

/** Of 256 entries, each as long as its length can say. */
export const MOST_BUNDLE_BYTES = TILE_WIDTH * (2 + 65_535);

/** Null: it is not there, or no file. Reads no more than so many bytes and one, which tells that there are too many. */
export const readAtMost = async (path: string, most: number): Promise<Buffer | null> => {
  // What is no file must not be waited for.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(orNull);
  if (handle === null) return null;
  try {
    const found = await handle.stat();
    if (!found.isFile()) return null;
    const { size } = found;
    const bytes = Buffer.allocUnsafe(Math.min(size, most + 1));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await handle.close();
  }
};

/** Looks at a file that is shorter than it must be, and ms between them. */
const SHORT_LOOKS = 5;
const SHORT_MS = 20;

/** As `readAtMost`; a file that is shorter than so many bytes may just be written, and is looked at again. */
export const readSettled = async (path: string, whole: number, most: number): Promise<Buffer | null> => {
  for (let looks = 0; ; looks++) {
    const bytes = await readAtMost(path, most);
    if (bytes === null || bytes.length >= whole || looks === SHORT_LOOKS) return bytes;
    await wait(SHORT_MS);
  }
};

const orNull = (cause: NodeJS.ErrnoException): null => {
  if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return null;
  throw cause;
};

/** The published checkpoint, a signed note; null: nothing was published yet. */
export const publishedNote = async (folder: string): Promise<string | null> => {
  const bytes = await readAtMost(join(folder, CHECKPOINT_FILE), MOST_NOTE_BYTES);
  return bytes === null ? null : bytes.toString('utf8');
};

/** Entries that were published. Refuses with code `audit-unavailable` where the checkpoint is none. */
export const publishedSize = async (folder: string): Promise<number> => {
  const note = await publishedNote(folder);
  const found = note === null ? { size: 0 } : readCheckpoint(note);
  if (found === null) throw spoilt(folder, CHECKPOINT_FILE);
  return found.size;
};

/** Indices of the first entries of its journals, in order; null: it has no folder for them. */
export const journalsOf = async (folder: string): Promise<readonly number[] | null> => {
  const names = await readdir(join(folder, JOURNAL_FOLDER)).catch(orNull);
  return (
    names
      ?.map(journalFirst)
      .filter((first) => first !== null)
      .sort((a, b) => a - b) ?? null
  );
};

export interface Journal {
  readonly first: number;
  readonly bytes: Buffer;
  /** Of its whole batches. */
  readonly spans: readonly Span[];
  /** Of the last whole batch; null: there is none. */
  readonly note: string | null;
}

/** One journal as far as its batches are whole; null: it is not there any more. Refuses with code `audit-unavailable` one that is too long. */
export const readJournal = async (folder: string, first: number): Promise<Journal | null> => {
  const path = journalPath(folder, first);
  const bytes = await readAtMost(path, MOST_JOURNAL_BYTES);
  if (bytes === null) return null;
  if (bytes.length > MOST_JOURNAL_BYTES) throw spoilt(folder, path);
  const spans: Span[] = [];
  let note: string | null = null;
  for (let batch = batchAt(bytes, 0); typeof batch !== 'string'; batch = batchAt(bytes, batch.to)) {
    // Not spread into a call: a batch may have more entries than a call has room for.
    for (const span of batch.spans) spans.push(span);
    ({ note } = batch);
  }
  return { first, bytes, spans, note };
};

/** The entries of one bundle, so many at least; null: it is not there. Refuses with code `audit-unavailable` where it is none of that width. */
export const readBundle = async (
  folder: string,
  index: number,
  width: number,
): Promise<{ readonly bytes: Buffer; readonly spans: readonly Span[] } | null> => {
  const widths = width === TILE_WIDTH ? [TILE_WIDTH] : [width, TILE_WIDTH];
  for (const one of widths) {
    const path = bundlePath(index, one);
    const bytes = await readAtMost(join(folder, path), MOST_BUNDLE_BYTES);
    if (bytes === null) continue;
    const spans = bytes.length > MOST_BUNDLE_BYTES ? null : spansOf(bytes);
    if (spans?.length !== one) throw spoilt(folder, path);
    return { bytes, spans: spans.slice(0, width) };
  }
  return null;
};

const spoilt = (folder: string, path: string): SottoError =>
  new SottoError(
    'audit-unavailable',
    `${path} of the audit log in ${folder} is not what it must be, so the log cannot be read. "sotto audit verify" says what is wrong with it.`,
  );

/** Whether anything of a log lies there. Rejects with code `ENOENT` where nothing does. */
export const mustBeThere = async (folder: string): Promise<void> => {
  if ((await journalsOf(folder)) === null) await readFile(join(folder, CHECKPOINT_FILE));
};
