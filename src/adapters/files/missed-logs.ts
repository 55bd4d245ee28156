/**
 * Which audit logs a new data folder was missed at its first start, until each is found or on record as lost. A new folder asks for all that nobody
 * looks after; from its second start on it is new no more, and would forget them.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SottoError } from '../../core/errors.ts';

const FILE = 'missed-logs';
const MOST_BYTES = 1 << 20;

export interface MissedLog {
  readonly origin: string;
  /** It is missed only if it was leased no further than this, ms since the epoch: whoever renewed the lease, or gave it back, lived. Null: it is missed. */
  readonly leasedUntil: number | null;
}

const LINE = /^([a-z0-9][a-z0-9.-]{0,62})(?: (\d{1,15}))?$/;

/** None where there is no such file. Refuses with code `settings` where it holds something else. */
export const readMissedLogs = (folder: string): readonly MissedLog[] => {
  const path = join(folder, FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const lines = text.split('\n').filter((line) => line !== '');
  const missed = lines.flatMap((line) => {
    const [, origin, until] = LINE.exec(line) ?? [];
    return origin === undefined ? [] : [{ origin, leasedUntil: until === undefined ? null : Number(until) }];
  });
  if (text.length <= MOST_BYTES && missed.length === lines.length) return missed;
  throw new SottoError(
    'settings',
    `${path} does not hold names of audit logs any more, so nobody can tell which are missed. Restore the file from a copy.`,
  );
};

/** None: the file goes. */
export const keepMissedLogs = (folder: string, missed: readonly MissedLog[]): void => {
  const path = join(folder, FILE);
  if (missed.length === 0) {
    rmSync(path, { force: true });
    return;
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lines = missed.map(({ origin, leasedUntil }) => (leasedUntil === null ? origin : `${origin} ${leasedUntil}`));
  writeFileSync(`${path}.new`, `${lines.sort().join('\n')}\n`, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
};
