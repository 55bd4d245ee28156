/** One batch onto the disk. */

import type { KeyObject } from 'node:crypto';
import { dirname } from 'node:path';
import { type Spelt, signBatch } from './batch.ts';
import type { LogDisk } from './file.ts';
import { journalPath } from './layout.ts';
import { beginJournal, type Journal, type OpenLog } from './open.ts';

/** With one of both a journal is full: recovery reads it as a whole, and so long is published at once. */
const MOST_ENTRIES = 8_192;
const MOST_BYTES = 8 << 20;

export const isFull = ({ tree, journal }: OpenLog): boolean =>
  journal !== null && (tree.size - journal.from.size >= MOST_ENTRIES || journal.offset >= MOST_BYTES);

/**
 * Writes entries, at least one, and the checkpoint over them. Resolves once they are on stable storage. Rejects where anything is not as it was
 * left; a journal that it began itself is closed by then.
 */
export const writeBatch = async (o: {
  readonly disk: LogDisk;
  readonly folder: string;
  readonly origin: string;
  readonly key: KeyObject;
  /** Fingerprint of the key. */
  readonly signer: string;
  readonly to: OpenLog;
  readonly entries: readonly Spelt[];
}): Promise<OpenLog> => {
  const { disk, folder, to } = o;
  const { bytes, tree, note } = signBatch({ origin: o.origin, key: o.key, from: to.tree, entries: o.entries });
  const journal = to.journal ?? (await beginJournal(disk, folder, to.tree));
  try {
    await put(o, journal, bytes);
  } catch (cause) {
    if (to.journal === null) await journal.file.close().catch(() => undefined);
    throw cause;
  }
  return { tree, note, signer: o.signer, journal: { ...journal, offset: journal.offset + bytes.length } };
};

const put = async (
  { disk, folder }: { readonly disk: LogDisk; readonly folder: string },
  { file, from, offset }: Journal,
  bytes: Buffer,
): Promise<void> => {
  // Shorter or longer: somebody else was here.
  if ((await file.size()) !== offset) throw new Error('the file is not as it was left');
  if ((await file.write(bytes, offset)) !== bytes.length) throw new Error('the disk took only a part of the batch');
  const name = offset === 0 ? disk.syncFolder(dirname(journalPath(folder, from.size))) : undefined;
  // Both come back before either is told: nothing may still be under way when the next one begins.
  for (const one of await Promise.allSettled([file.sync(), name])) if (one.status === 'rejected') throw one.reason;
};
