/** The part of a log that is published: its tiles, its bundles of entries, and the checkpoint over them (C2SP tlog-tiles). */
import { dirname, join, relative, sep } from 'node:path';
import { LENGTH_BYTES, type Span, spansOf } from './bundle.ts';
import { readCheckpoint } from './checkpoint.ts';
import { type BundleParts, edgeOf, gatherBundle, type Tile } from './edge.ts';
import { isAbsent, type LogDisk, logDisk, putFile } from './file.ts';
import { CHECKPOINT_FILE } from './layout.ts';
import { type Frontier, HASH_BYTES, leafHashIn, rootOf } from './merkle.ts';
import { bundlePath, hashesOf, levelsOf, type ReadTile, TILE_WIDTH, tilePath, tilesAt } from './tiles.ts';

/**
 * Entries that follow each other: `first` is the index of the first one. Each stands in `bytes` behind its length, as in a bundle or a journal.
 */
export interface Run {
  readonly first: number;
  readonly bytes: Buffer;
  readonly spans: readonly Span[];
}

/** Entries that were pruned, by their leaf hashes, one behind the other. */
export interface PrunedRun {
  readonly first: number;
  readonly hashes: Buffer;
}

/**
 * A file of `width` things, or one that holds more of them by now: the whole one, or a wider partial one. A log that is being written replaces the
 * one by the other. Rejects with ENOENT where there is none.
 */
const readWide = async (o: {
  readonly disk: LogDisk;
  readonly folder: string;
  readonly width: number;
  readonly pathOf: (width: number) => string;
}): Promise<Buffer> => {
  const at = (width: number): Promise<Buffer> => o.disk.read(join(o.folder, o.pathOf(width)));
  const orWhole = async (cause: unknown): Promise<Buffer> => {
    if (!isAbsent(cause) || o.width === TILE_WIDTH) throw cause;
    return at(TILE_WIDTH).catch(orWider);
  };
  const orWider = async (cause: unknown): Promise<Buffer> => {
    if (!isAbsent(cause)) throw cause;
    const names = await o.disk.list(dirname(join(o.folder, o.pathOf(1))));
    const wider = names.map(Number).find((width) => width > o.width && width < TILE_WIDTH);
    // None any more: then it has become whole meanwhile, or is gone.
    return at(wider ?? TILE_WIDTH);
  };
  return at(o.width).catch(orWhole);
};

/** Reads tiles of a log's folder. Rejects where there is none, and with a RangeError where it is shorter than it must be. */
export const tileReader =
  (folder: string, disk: LogDisk = logDisk): ReadTile =>
  async (level, index, width) => {
    const bytes = await readWide({ disk, folder, width, pathOf: (wide) => tilePath(level, index, wide) });
    if (bytes.length < width * HASH_BYTES) throw new RangeError('the tile is too short');
    return bytes.subarray(0, width * HASH_BYTES);
  };

/**
 * The first `width` entries of a bundle of a log's folder, 1 to 256. Rejects where there is none (ENOENT: it was pruned, or is gone), and with a
 * RangeError where it is no bundle or has fewer.
 */
export const readBundle = async (o: {
  readonly folder: string;
  readonly index: number;
  readonly width: number;
  readonly disk?: LogDisk;
}): Promise<Run> => {
  const { folder, width, disk = logDisk } = o;
  const bytes = await readWide({ disk, folder, width, pathOf: (wide) => bundlePath(o.index, wide) });
  const spans = spansOf(bytes);
  if (spans === null || spans.length < width) throw new RangeError('the bundle is not whole');
  return { first: o.index * TILE_WIDTH, bytes, spans: spans.slice(0, width) };
};

/** What a tree of this size must know to grow, out of its tiles. Nothing of it is proved: hold `rootOf` it against a checkpoint. */
export const readFrontier = async (o: {
  readonly folder: string;
  readonly size: number;
  readonly disk?: LogDisk;
}): Promise<Frontier> => {
  const at = hashesOf(o.size, tileReader(o.folder, o.disk));
  const peaks: Buffer[] = [];
  for (let level = 53, from = 0; level >= 0; level--) {
    const leaves = 2 ** level;
    if (o.size - from < leaves) continue;
    peaks.push(await at(level, from / leaves));
    from += leaves;
  }
  return { size: o.size, peaks };
};

/** The files of a tree of this size that hold less than a whole tile or bundle, by their paths. */
export const partialsOf = (size: number): readonly string[] => {
  const { whole, rest } = tilesAt(0, size);
  const paths = rest === 0 ? [] : [bundlePath(whole, rest)];
  for (let level = 0; level < levelsOf(size); level++) {
    const tiles = tilesAt(level, size);
    if (tiles.rest > 0) paths.push(tilePath(level, tiles.whole, tiles.rest));
  }
  return paths;
};

/**
 * Publishes what came behind `from`, a tree that is published already (or empty): whole tiles and bundles, the partial ones of the new size, their
 * folders, and then `checkpoint`, each on stable storage before the next. Until the last step the log is as it was; a crash or a failure at
 * any call leaves files of which no checkpoint speaks, and which the next time are written anew. Nothing that was published before is written to.
 *
 * `runs` lead up to the size that `note` signs; it is asked for once they are through. What was pruned has tiles and no bundles, and must fill whole
 * ones. Rejects with a RangeError where they do not lead to the root that is signed: then `checkpoint` is as it was. Two file calls at once at most.
 */
export const writePublished = async (o: {
  readonly folder: string;
  readonly from: Frontier;
  readonly runs: AsyncIterable<Run | PrunedRun> | Iterable<Run | PrunedRun>;
  readonly note: string | (() => string);
  readonly disk?: LogDisk;
}): Promise<Frontier> => {
  const { folder, from, disk = logDisk } = o;
  const edge = await edgeOf(from.size, tileReader(folder, disk));
  if (!rootOf(edge.frontier()).equals(rootOf(from))) throw new RangeError('the tiles are not those of the tree');
  const { whole, rest } = tilesAt(0, from.size);
  const begun = rest === 0 ? null : await readBundle({ folder, index: whole, width: rest, disk });
  const bundle = gatherBundle(begun?.bytes.subarray(0, begun.spans.at(-1)?.end) ?? Buffer.alloc(0), rest);
  const write = writer(folder, disk);

  for await (const run of o.runs) {
    if (run.first > edge.size()) throw new RangeError('entries are missing between two runs');
    // What is there already is passed over.
    const skipped = edge.size() - run.first;
    if ('hashes' in run) {
      if (bundle.count() > 0) throw new RangeError('what was pruned begins within a bundle');
      for (let at = skipped * HASH_BYTES; at < run.hashes.length; at += HASH_BYTES)
        await write.tiles(edge.push(run.hashes.subarray(at, at + HASH_BYTES)));
      continue;
    }
    for (const span of run.spans.slice(skipped)) {
      checkLength(run.bytes, span);
      const made = edge.push(leafHashIn(run.bytes, span.start, span.end));
      bundle.add(run.bytes, span);
      if (made.length === 0) continue;
      if (bundle.count() !== TILE_WIDTH) throw new RangeError('what was pruned does not fill whole bundles');
      await write.bundle(edge.size(), bundle, made);
    }
  }
  const note = typeof o.note === 'string' ? o.note : o.note();
  const checkpoint = readCheckpoint(note);
  const frontier = edge.frontier();
  if (checkpoint?.size !== frontier.size || !rootOf(frontier).equals(checkpoint.root))
    throw new RangeError('the entries do not lead to the root that is signed');
  if (bundle.count() !== tilesAt(0, frontier.size).rest && bundle.count() > 0)
    throw new RangeError('what was pruned does not fill whole bundles');
  // What is of the tree before is there, and a crash must not find it half written.
  if (frontier.size > from.size) await write.bundle(edge.size(), bundle, []);
  const kept = new Set(partialsOf(from.size));
  await write.tiles(edge.rest().filter(({ level, index, width }) => !kept.has(tilePath(level, index, width))));
  await write.folders();
  await mustFollow({ folder, from: from.size, to: frontier.size, disk });
  await putCheckpoint(folder, note, disk);
  return frontier;
};

const checkLength = (bytes: Buffer, { start, end }: Span): void => {
  if (start < LENGTH_BYTES || bytes.readUInt16BE(start - LENGTH_BYTES) !== end - start)
    throw new RangeError('an entry does not stand behind its length');
};

/** A process that stood still while another one took over its log must not put an older checkpoint back. */
const mustFollow = async (o: {
  readonly folder: string;
  readonly from: number;
  readonly to: number;
  readonly disk: LogDisk;
}): Promise<void> => {
  const note = await o.disk.read(join(o.folder, CHECKPOINT_FILE)).catch((cause: unknown) => {
    if (isAbsent(cause)) return null;
    throw cause;
  });
  const size = note === null ? 0 : readCheckpoint(note.toString('utf8'))?.size;
  if (size !== o.from && size !== o.to) throw new Error('somebody else has published the log meanwhile');
};

/** Replaces `checkpoint` by a new one, durably. */
const putCheckpoint = async (folder: string, note: string, disk: LogDisk): Promise<void> => {
  const path = join(folder, CHECKPOINT_FILE);
  await putFile(disk, `${path}.new`, Buffer.from(note));
  await disk.rename(`${path}.new`, path);
  await disk.syncFolder(folder);
};

/** Writes files under the log's folder and keeps in mind which folders have new names in them. */
const writer = (folder: string, disk: LogDisk) => {
  const made = new Set<string>();
  const named = new Set<string>();
  const put = async (path: string, bytes: Buffer): Promise<void> => {
    const full = join(folder, path);
    const parent = dirname(full);
    if (!made.has(parent)) await makeFolder(parent);
    named.add(parent);
    await putFile(disk, full, bytes);
  };
  /** All above it may be new, also where an earlier attempt made it and never got to sync it. */
  const makeFolder = async (parent: string): Promise<void> => {
    await disk.makeFolder(parent);
    made.add(parent);
    const steps = relative(folder, parent).split(sep).length;
    for (let above = dirname(parent), left = steps; left > 0; above = dirname(above), left--) named.add(above);
  };
  const putTile = ({ level, index, width, bytes }: Tile): Promise<void> => put(tilePath(level, index, width), bytes);
  const tiles = async (all: readonly Tile[]): Promise<void> => {
    for (const tile of all) await putTile(tile);
  };
  return {
    tiles,
    /** `size`: of the tree behind the bundle's last entry. `above`: the tiles that became whole with it. */
    bundle: async (size: number, parts: BundleParts, above: readonly Tile[]): Promise<void> => {
      const width = parts.count();
      if (width === 0) return;
      const index = Math.ceil(size / TILE_WIDTH) - 1;
      const bytes = parts.bytes();
      parts.clear();
      await settled([put(bundlePath(index, width), bytes), tiles(above)]);
    },
    folders: async (): Promise<void> => {
      for (const one of named) await disk.syncFolder(one);
    },
  };
};

/** Waits for all, also where one fails: nothing may still be writing when its failure is told. */
const settled = async (all: readonly Promise<void>[]): Promise<void> => {
  for (const one of await Promise.allSettled(all)) if (one.status === 'rejected') throw one.reason;
};
