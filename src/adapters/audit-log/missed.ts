/** Logs that must be there: which are gone, or shorter than they were. Whether what they hold is signed is for `verifyAuditLog`. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isOrigin } from './checkpoint.ts';
import { CHECKPOINT_FILE, JOURNAL_FOLDER } from './layout.ts';
import { newestSize } from './reader.ts';

/** How a log was found that is not as long as it was. `entries`: so many are there; null: nobody can tell. */
export interface Missed {
  readonly found: 'gone' | 'cut' | 'unreadable';
  readonly entries: number | null;
}

/** Of before logs were trees; no version that was released wrote one. */
const OLD_FILE = 'audit.log';

/** What is inside a folder; null: there is none. Rejects where it cannot be read. */
const inside = (folder: string): Promise<readonly string[] | null> =>
  readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw cause;
  });

/** Null: the log holds at least so many entries, by its last checkpoint. Never rejects. */
export const missedOf = async (o: {
  /** The folder of all logs, `SOTTO_DATA/audit`. */
  readonly folder: string;
  readonly origin: string;
  /** Entries that it must have at least. */
  readonly size: number;
}): Promise<Missed | null> => {
  const folder = join(o.folder, o.origin);
  try {
    const names = isOrigin(o.origin) ? await inside(folder) : null;
    if (names === null) return { found: 'gone', entries: 0 };
    const entries = await newestSize(folder);
    if (entries >= o.size) return null;
    return { found: entries === 0 && names.length === 0 ? 'gone' : 'cut', entries };
  } catch {
    return { found: 'unreadable', entries: null };
  }
};

/** The names of logs of the old format, which nothing reads any more. */
export const oldLogs = async (folder: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const name of (await inside(folder)) ?? []) {
    const names: readonly string[] = await readdir(join(folder, name)).catch(() => []);
    if (names.includes(OLD_FILE) && !names.includes(CHECKPOINT_FILE) && !names.includes(JOURNAL_FOLDER))
      found.push(name);
  }
  return found.sort();
};
