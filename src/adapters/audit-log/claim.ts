/** Which logs this process writes, and what it says where one cannot be written. */
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { SottoError } from '../../core/errors.ts';

/** The folders that this process writes to. Between processes the lease of its slot keeps a second writer away. */
const inUse = new Set<string>();

/** The folder of one log, which nobody else in this process writes from now on. Refuses with code `audit-unavailable`. */
export const claimFolder = async (folder: string, origin: string): Promise<string> => {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const lock = join(await realpath(folder), origin);
    if (inUse.has(lock)) throw new Error('this process writes to it already');
    inUse.add(lock);
    return lock;
  } catch (cause) {
    throw unavailable(origin, cause);
  }
};

export const letGo = (lock: string): void => {
  inUse.delete(lock);
};

/** Of what the disk said only the code is told: the rest may hold paths. */
export const unavailable = (origin: string, cause: unknown): SottoError => {
  const code = typeof cause === 'string' ? cause : ((cause as NodeJS.ErrnoException | undefined)?.code ?? 'failed');
  return new SottoError(
    'audit-unavailable',
    `The audit log ${origin} cannot take entries (${code}), so nothing is answered until it can. See that its disk is there, writable and has room; it is tried again with the next entry.`,
    { cause },
  );
};
