/** What logs say of entries that were pruned: an entry `pruned` names the first one that must still be there, of its own log or of one beside it. */
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isOrigin } from './checkpoint.ts';
import { entriesIn, type Run, readBackwards } from './reader.ts';
import { bundlePath, TILE_WIDTH } from './tiles.ts';

export interface SaidPruned {
  /** Of the entry that says so. */
  readonly index: number;
  /** The log it speaks of; null: its own. */
  readonly origin: string | null;
  /** A multiple of 256. */
  readonly upTo: number;
}

/** What an entry looks like that says so; a string inside an entry cannot hold this, for its quotes would be escaped. */
const PRUNED = Buffer.from('"kind":"pruned"');

/** In the order of the entries; none in most runs. */
export const prunedIn = (run: Run): readonly SaidPruned[] => {
  if (!run.bytes.includes(PRUNED)) return [];
  return [...entriesIn(run)].flatMap(({ index, entry: { kind, upTo, origin } }) => {
    if (kind !== 'pruned' || typeof upTo !== 'number' || !(upTo >= 0) || upTo % TILE_WIDTH !== 0) return [];
    return [{ index, upTo, origin: typeof origin === 'string' ? origin : null }];
  });
};

/** Whether a log, or another one of its folder, says that its entries before `upTo` were pruned. Nothing of it is proved. */
export const isSaidPruned = async (o: {
  /** The folder of one log. */
  readonly folder: string;
  readonly upTo: number;
}): Promise<boolean> => {
  const [all, origin] = [dirname(o.folder), basename(o.folder)];
  const others = (await readdir(all)).filter((name) => isOrigin(name) && name !== origin);
  for (const name of [origin, ...others]) {
    const says = (said: SaidPruned): boolean => (said.origin ?? name) === origin && said.upTo >= o.upTo;
    try {
      for await (const run of readBackwards({ folder: join(all, name) })) if (prunedIn(run).some(says)) return true;
    } catch (error) {
      // What else lies there is no log, or says nothing.
      if (name === origin) throw error;
    }
  }
  return false;
};

/** Takes away the bundles of entries before `upTo`, in a log that was put together: its tiles stay. */
export const dropPruned = async (o: { readonly folder: string; readonly upTo: number }): Promise<void> => {
  for (let index = 0; (index + 1) * TILE_WIDTH <= o.upTo; index++)
    await rm(join(o.folder, bundlePath(index)), { force: true });
};
