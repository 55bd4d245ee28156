import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isOrigin, readCheckpoint } from './checkpoint.ts';
import { newestNote } from './reader.ts';

/**
 * Compares the logs on disk with those on record and returns one sentence for each that is missing or shorter than it was.
 * Reads their last checkpoints only; whether what they say is signed is for `verifyAuditLog`.
 */
export const checkOrigins = async (o: {
  /** The folder of all logs, `SOTTO_DATA/audit`. */
  readonly folder: string;
  readonly registered: readonly { readonly origin: string; readonly size: number }[];
}): Promise<readonly string[]> => {
  const findings: string[] = [];
  for (const { origin, size } of o.registered) {
    if (!isOrigin(origin)) {
      findings.push('An audit log is on record under a name that none can have: the store was altered.');
      continue;
    }
    const found = await sizeOf(join(o.folder, origin)).catch((cause: NodeJS.ErrnoException) => ({
      code: cause.code ?? 'failed',
    }));
    if (typeof found !== 'number')
      findings.push(
        `The audit log ${origin} is on record with at least ${size} entries and cannot be read (${found.code}): restore its folder from a copy.`,
      );
    else if (found < size)
      findings.push(
        `The audit log ${origin} holds ${found} entries, but at least ${size} are on record: its end was cut off. Restore it from a copy and keep this one as evidence.`,
      );
  }
  return findings;
};

/** The names of the logs that were begun in a folder; none where there is no such folder. */
export const begunLogs = async (folder: string): Promise<readonly string[]> => {
  const inside = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw cause;
  });
  const names = inside.filter((entry) => entry.isDirectory() && isOrigin(entry.name)).map(({ name }) => name);
  const sizes = await Promise.all(names.map((name) => sizeOf(join(folder, name)).catch(() => 1)));
  return names.filter((_, at) => (sizes[at] ?? 0) > 0);
};

/** Entries by its last checkpoint; 0: there is none yet. Rejects where there is no log, or it cannot be read. */
const sizeOf = async (folder: string): Promise<number> => {
  const note = await newestNote(folder);
  if (note === null) await readdir(folder);
  return readCheckpoint(note ?? '')?.size ?? 0;
};
