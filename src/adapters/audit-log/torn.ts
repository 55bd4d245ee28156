/** What was found behind the last whole batch is kept, for whoever must find out what happened; the log itself then says how much it was. */
import { dirname, join } from 'node:path';
import { type LogDisk, type LogFile, putFile } from './file.ts';
import { TORN_FOLDER } from './layout.ts';

/**
 * Brings a journal to the end of its last whole batch, durably: moves what follows aside, and writes once more what is not known to be on
 * stable storage, since after a failed sync the system may take for kept what is not.
 */
export const mendJournal = async (o: {
  readonly disk: LogDisk;
  /** The folder of the log. */
  readonly folder: string;
  readonly path: string;
  readonly file: LogFile;
  /** What stands in the file from the byte `at` on. */
  readonly bytes: Buffer;
  readonly at: number;
  /** Of these bytes, so many are on stable storage. */
  readonly durable: number;
  /** Where in them the last whole batch ends. */
  readonly end: number;
  /** Index of the entry that would have come next, and ms since the epoch: they name what is moved. */
  readonly next: number;
  readonly now: number;
}): Promise<void> => {
  const { disk, file, bytes, at, durable, end } = o;
  const again = bytes.subarray(durable, end);
  if (again.length > 0 && (await file.write(again, at + durable)) !== again.length)
    throw new Error('the disk took only a part');
  if (bytes.length > end) {
    const torn = join(o.folder, TORN_FOLDER);
    await disk.makeFolder(torn);
    await putFile(disk, join(torn, `${o.next}-${o.now}`), bytes.subarray(end));
    await disk.syncFolder(torn);
    await disk.syncFolder(o.folder);
    await file.truncate(at + end);
  }
  await file.sync();
  await disk.syncFolder(dirname(o.path));
};
