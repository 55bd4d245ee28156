import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isOrigin } from './checkpoint.ts';
import { newestSize } from './reader.ts';

/** The names of the logs that were begun in a folder; none where there is no such folder. */
export const begunLogs = async (folder: string): Promise<readonly string[]> => {
  const inside = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw cause;
  });
  const names = inside.filter((entry) => entry.isDirectory() && isOrigin(entry.name)).map(({ name }) => name);
  // One that cannot be read was begun.
  const sizes = await Promise.all(names.map((name) => newestSize(join(folder, name)).catch(() => 1)));
  return names.filter((_, at) => (sizes[at] ?? 0) > 0);
};
