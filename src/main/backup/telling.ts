/** Which archives there are, as they say themselves: nothing is opened, so nothing of it is proved. */
import { headerOf } from '../../adapters/archive/archive.ts';
import type { StateHeader } from '../../adapters/archive/header.ts';
import type { BackupPlace } from '../../core/backup-ports.ts';
import { SottoError } from '../../core/errors.ts';
import { type FoundState, listStates } from './choose.ts';
import { MOST_READ } from './reading.ts';

/** Of so many the header is read as well: a place gives archives whole only. */
const MOST_HEADERS = 10;

export interface ToldState {
  readonly name: string;
  /** ISO. */
  readonly madeAt: string;
  readonly lineage: string;
  readonly version: number;
  /** Null: not read, or not readable. */
  readonly restrictions: StateHeader['restrictions'] | null;
  readonly places: readonly string[];
}

export const tellStates = async (
  places: readonly BackupPlace[],
  now: number,
): Promise<{ readonly archives: readonly ToldState[]; readonly away: readonly string[] }> => {
  const { states, away } = await listStates(places, now);
  const archives: ToldState[] = [];
  for (const [at, found] of states.entries()) {
    const { name, lineage, version, madeAt } = found;
    archives.push({
      name,
      madeAt: new Date(madeAt).toISOString(),
      lineage,
      version,
      restrictions: at < MOST_HEADERS ? await restrictionsOf(found) : null,
      places: found.places.map((place) => place.name),
    });
  }
  return { archives, away: away.map(({ why }) => why) };
};

const restrictionsOf = async ({ name, places }: FoundState): Promise<StateHeader['restrictions'] | null> => {
  for (const place of places) {
    try {
      const bytes = await place.read({ kind: 'state', name, mostBytes: MOST_READ });
      const header = bytes === null ? null : headerOf({ name, bytes });
      if (header?.kind === 'state') return header.restrictions;
    } catch (error) {
      if (!(error instanceof SottoError)) throw error;
    }
  }
  return null;
};
