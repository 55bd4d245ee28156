/**
 * Which audit logs a new data folder was missed at its first start, until each is found or on record as lost. A new folder asks for all that nobody
 * looks after; from its second start on it is new no more, and would forget them.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SottoError } from '../../core/errors.ts';

const FILE = 'missed-logs';
const MOST_BYTES = 1 << 20;

/** By name; none where there is no such file. Refuses with code `settings` where it holds something else. */
export const readMissedLogs = (folder: string): readonly string[] => {
  const path = join(folder, FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const names = text.split('\n').filter((line) => line !== '');
  if (text.length <= MOST_BYTES && names.every((name) => /^[a-z0-9][a-z0-9.-]{0,62}$/.test(name))) return names;
  throw new SottoError(
    'settings',
    `${path} does not hold names of audit logs any more, so nobody can tell which are missed. Restore the file from a copy.`,
  );
};

/** None: the file goes. */
export const keepMissedLogs = (folder: string, names: readonly string[]): void => {
  const path = join(folder, FILE);
  if (names.length === 0) {
    rmSync(path, { force: true });
    return;
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.new`, `${[...names].sort().join('\n')}\n`, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
};
