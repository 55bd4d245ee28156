import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isOrigin, LOG_FILE, parseCheckpoint } from './format.ts';
import { readTail } from './tail.ts';

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
    const found = await sizeOf(join(o.folder, origin, LOG_FILE)).catch((cause: NodeJS.ErrnoException) => ({
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
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name, LOG_FILE)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return names.filter((_, at) => (sizes[at] ?? 0) > 0);
};

const sizeOf = async (path: string): Promise<number> => {
  const handle = await open(path, 'r');
  try {
    const read = async (into: Buffer, position: number) =>
      (await handle.read(into, 0, into.length, position)).bytesRead;
    const tail = await readTail(read, (await handle.stat()).size);
    return parseCheckpoint(tail?.last ?? '')?.checkpoint.size ?? 0;
  } finally {
    await handle.close();
  }
};
