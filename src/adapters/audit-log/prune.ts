/** Bundles of entries whose time is over. Their hashes stay in the tiles, so that all that remains still verifies. */
import { join } from 'node:path';
import { readCheckpoint } from './checkpoint.ts';
import { type Ending, endingsIn, noteEndings } from './endings.ts';
import { type LogDisk, logDisk } from './file.ts';
import { CHECKPOINT_FILE } from './layout.ts';
import { type Frontier, leafHashIn, rootOf } from './merkle.ts';
import { inclusionProof, rootByInclusion } from './proofs.ts';
import { readBundle, tileReader } from './published.ts';
import { bundlePath, hashesOf, TILE_WIDTH } from './tiles.ts';

export interface OldBundles {
  /** Indices of whole bundles that are there, below the one that was asked for. */
  readonly indices: readonly number[];
  /** What their entries say of logs beside this one; proved by the tree. */
  readonly endings: readonly Ending[];
  /** Entries that must go on being said: which other logs are lost, and what was pruned of others. Proved likewise. */
  readonly again: readonly Readonly<Record<string, unknown>>[];
}

/** Finds what would go: whole published bundles with entries below `upTo` alone. */
export const findOld = async (o: {
  readonly disk: LogDisk;
  readonly folder: string;
  readonly published: Frontier;
  readonly upTo: number;
}): Promise<OldBundles> => {
  const { disk, folder, published } = o;
  const before = Math.floor(Math.min(o.upTo, published.size) / TILE_WIDTH);
  const indices = await indicesBelow(disk, folder, before);
  const endings = new Map<string, Ending>();
  const again: Readonly<Record<string, unknown>>[] = [];
  for (const index of indices) {
    const run = await readBundle({ folder, index, width: TILE_WIDTH, disk });
    for (const [at, { start, end }] of run.spans.entries()) {
      const named = endingsIn(run.bytes, start, end);
      const said = saidOfOthers(run.bytes, start, end);
      if (named.length === 0 && said === null) continue;
      // What is said again is signed again, so it must be what was signed then.
      const leaf = { index: run.first + at, leaf: leafHashIn(run.bytes, start, end) };
      if (!(await isIn(leaf, { disk, folder, published }))) continue;
      noteEndings(endings, named);
      if (said !== null && again.length < MOST_AGAIN) again.push(said);
    }
  }
  return { indices, endings: [...endings.values()], again };
};

/** Logs are lost and closed by hand: there are never so many. */
const MOST_AGAIN = 1_000;

/** A string inside an entry cannot hold these: its quotes would be escaped. */
const LOST = Buffer.from('"kind":"lost"');
const PRUNED = Buffer.from('"kind":"pruned"');

/** An entry that says that another log is lost, or that another one was pruned; null: it does not. */
const saidOfOthers = (bytes: Buffer, start: number, end: number): Readonly<Record<string, unknown>> | null => {
  const leaf = bytes.subarray(start, end);
  if (!leaf.includes(LOST) && !leaf.includes(PRUNED)) return null;
  const { entry } = JSON.parse(leaf.toString('utf8')) as { readonly entry?: Readonly<Record<string, unknown>> };
  if (entry?.['kind'] === 'lost') return entry;
  return entry?.['kind'] === 'pruned' && entry['origin'] !== undefined ? entry : null;
};

const isIn = async (
  { index, leaf }: { readonly index: number; readonly leaf: Buffer },
  o: { readonly disk: LogDisk; readonly folder: string; readonly published: Frontier },
): Promise<boolean> => {
  const { size } = o.published;
  const proof = await inclusionProof({ index, size, at: hashesOf(size, tileReader(o.folder, o.disk)) });
  return rootByInclusion({ index, size, leaf, proof })?.equals(rootOf(o.published)) === true;
};

/** Deletes them, the oldest first: what is missing is always a beginning. */
export const removeOld = async (disk: LogDisk, folder: string, indices: readonly number[]): Promise<number> => {
  for (const index of indices) await disk.remove(join(folder, bundlePath(index)));
  return indices.length;
};

const indicesBelow = async (disk: LogDisk, folder: string, before: number): Promise<readonly number[]> =>
  (await indicesIn(disk, join(folder, 'tile', 'entries'), '')).filter((index) => index < before);

/** The indices of whole bundles under a folder, in order; `digits` is what its name stands for. */
const indicesIn = async (disk: LogDisk, folder: string, digits: string): Promise<readonly number[]> => {
  const indices: number[] = [];
  for (const name of await disk.list(folder)) {
    if (/^x\d{3}$/.test(name)) indices.push(...(await indicesIn(disk, join(folder, name), digits + name.slice(1))));
    else if (/^\d{3}$/.test(name)) indices.push(Number(digits + name));
  }
  return indices.sort((one, other) => one - other);
};

/** Up to where `pruneBundles` would take bundles away; 0: there are none to take. Rejects where the log was never published. */
export const prunable = async (o: {
  /** The folder of one log. */
  readonly folder: string;
  readonly upTo: number;
  readonly disk?: LogDisk;
}): Promise<number> => {
  const { folder, disk = logDisk } = o;
  const last = (await indicesBelow(disk, folder, await wholeBelow(disk, folder, o.upTo))).at(-1);
  return last === undefined ? 0 : (last + 1) * TILE_WIDTH;
};

/** Whole published bundles below `upTo`. */
const wholeBelow = async (disk: LogDisk, folder: string, upTo: number): Promise<number> => {
  const note = await disk.read(join(folder, CHECKPOINT_FILE));
  const size = readCheckpoint(note.toString('utf8'))?.size ?? 0;
  return Math.floor(Math.min(upTo, size) / TILE_WIDTH);
};

/**
 * Deletes the whole published bundles of a log that nobody writes, below `upTo`, and gives how many went. An entry `pruned` of a log that lives must
 * be on stable storage before, and so must what the entries say of how other logs end.
 */
export const pruneBundles = async (o: {
  /** The folder of one log. */
  readonly folder: string;
  readonly upTo: number;
  readonly disk?: LogDisk;
}): Promise<number> => {
  const { folder, disk = logDisk } = o;
  return removeOld(disk, folder, await indicesBelow(disk, folder, await wholeBelow(disk, folder, o.upTo)));
};
