/** Archives of state as they lie in a place: which is the newest of ours, and which are old enough to go. */
import type { BackupPlace } from '../../core/backup-ports.ts';
import { SottoError } from '../../core/errors.ts';
import { newestFirst, readStateName, type StateName } from './names.ts';

/** So many archives of a line are never deleted, however old. */
const ALWAYS_KEPT = 2;

/** After so many that a place did not delete it is left alone until the next time. */
const MOST_STUCK = 3;

export interface Kept {
  /** Of this line, and no older than it seems; null: there is none. */
  readonly newest: StateName | null;
  /** Archives of other lines, where there is none of ours. */
  readonly others: number;
  /** Of this line alone: how long another store keeps its own is not known here. */
  readonly old: readonly string[];
}

export const lookAt = async (o: {
  readonly place: BackupPlace;
  readonly lineage: string;
  readonly now: number;
  readonly keepMs: number;
  /** Of the restrictions, as it is known here. A name that is ahead of it, or of the clock, keeps no archive from being made. */
  readonly version: number;
}): Promise<Kept> => {
  const all = (await o.place.list('state')).flatMap(({ name }) => readStateName(name) ?? []);
  const ours = all.filter(({ lineage }) => lineage === o.lineage).toSorted(newestFirst(o.now));
  return {
    newest: ours.find(({ version, madeAt }) => version <= o.version && madeAt <= o.now) ?? null,
    others: ours.length === 0 ? all.length : 0,
    old: ours
      .slice(ALWAYS_KEPT)
      .filter(({ madeAt }) => madeAt < o.now - o.keepMs)
      .map(({ name }) => name),
  };
};

/** Those that stayed, and why the first did. */
export const removeOld = async (
  place: BackupPlace,
  old: readonly string[],
): Promise<{ readonly unremoved: number; readonly why: SottoError | null }> => {
  let why: SottoError | null = null;
  let unremoved = 0;
  for (const name of old) {
    if (unremoved === MOST_STUCK) break;
    try {
      await place.remove(name);
    } catch (error) {
      if (!(error instanceof SottoError)) throw error;
      why ??= error;
      unremoved += 1;
    }
  }
  return { unremoved, why };
};
