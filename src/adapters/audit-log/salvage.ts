/** What can be believed of a log that was put together from its backups and is not sound as a whole. */
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LOG_FILE } from './format.ts';
import { scanLines } from './scan.ts';
import { verifyAuditLog } from './verify.ts';

/**
 * Cuts the log behind the last checkpoint that a trusted key signed before its first bad line, and gives how many entries are left.
 * 0: nothing can be believed, and the folder was removed. For copies only: a log that is written must never be cut.
 */
export const salvageLog = async (o: {
  /** The folder of one log, named after its origin. */
  readonly folder: string;
  /** Those that are trusted, as PEM. */
  readonly publicKey: string;
}): Promise<number> => {
  // Each round cuts off the first bad line at least.
  for (;;) {
    const { ok, entries, firstBad } = await verifyAuditLog(o);
    if (ok && entries > 0) return entries;
    if (ok || (await cutBefore(o.folder, firstBad?.line ?? 1)) === 0) {
      await rm(o.folder, { recursive: true });
      return 0;
    }
  }
};

const MARK = 'checkpoint ';

/** Behind the last checkpoint before this line, counted from 1. Bytes that are left. */
const cutBefore = async (folder: string, bad: number): Promise<number> => {
  const handle = await open(join(folder, LOG_FILE), 'r+');
  let lines = 0;
  let end = 0;
  try {
    await scanLines({
      read: async (into, position) => (await handle.read(into, 0, into.length, position)).bytesRead,
      from: 0,
      line: (bytes, start, _, next) => {
        lines += 1;
        if (lines >= bad) return false;
        if (bytes.toString('latin1', start, start + MARK.length) === MARK) end = next;
        return true;
      },
    });
    await handle.truncate(end);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return end;
};
