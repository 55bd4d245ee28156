/** The published part of a log, bundle by bundle: every leaf is hashed anew, every tile made anew and held against the one that lies there. */
import { join } from 'node:path';
import { isLeafOf } from './batch.ts';
import { LENGTH_BYTES, type Span } from './bundle.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Edge, Tile } from './edge.ts';
import { MOST_BUNDLE_BYTES, readAtMost, readSettled } from './held.ts';
import { CHECKPOINT_FILE } from './layout.ts';
import { type Learnt, learn } from './learnt.ts';
import { HASH_BYTES, leafHashIn, rootOf } from './merkle.ts';
import { bundlePath, subtreeOf, TILE_WIDTH, tilePath, tilesAt } from './tiles.ts';

/** The first thing that is not as it was signed. */
export interface Bad {
  /** Of the first entry that it may concern, counted from 0. */
  readonly index: number;
  /** Under the log's folder. */
  readonly file: string;
  readonly why: string;
}

interface Walk {
  /** The folder of one log. */
  readonly folder: string;
  /** The tree so far. It grows. */
  readonly edge: Edge;
  /** The checkpoint that was published. */
  readonly to: Checkpoint;
  /** Whether another one was published meanwhile: then what this one still calls its own may have given way to more. */
  readonly moved: () => Promise<boolean>;
  readonly learnt: Learnt;
  /** Bundles that are not there, in order. They grow. */
  readonly missing: number[];
}

/** From the end of the tree up to the checkpoint. Null: all of it is as it was signed, but for missing bundles. */
export const examineTiles = async (o: Walk): Promise<Bad | null> => {
  let next = read(o, o.edge.size());
  while (o.edge.size() < o.to.size) {
    const at = o.edge.size();
    const found = await next;
    // What comes next is read meanwhile.
    next = read(o, endOf(at));
    const bad = take(o, at, found) ?? (await takeMade(o, found));
    if (bad !== null) {
      await next;
      return bad.file === bundlePath(found.index, found.width) && found.tile !== null
        ? blamed(o, bad, found.index, found.tile)
        : bad;
    }
  }
  await next;
  for (const tile of o.edge.rest()) {
    const bad = await hold(o, tile);
    if (bad !== null) return bad;
  }
  if (rootOf(o.edge.frontier()).equals(o.to.root)) return null;
  return {
    index: 0,
    file: CHECKPOINT_FILE,
    why: 'the checkpoint signs another tree than that of the entries and tiles',
  };
};

const endOf = (at: number): number => (Math.floor(at / TILE_WIDTH) + 1) * TILE_WIDTH;

/** One bundle and its tile, as they lie there. */
interface Found {
  readonly index: number;
  readonly width: number;
  readonly tile: Buffer | null;
  readonly bundle: Buffer | null;
  /** Of the tile that became whole with this bundle, all of them; the lowest first. Filled as the tree grows. */
  readonly made: Tile[];
}

/** Never rejects where nothing is there. */
const read = async (o: Walk, at: number): Promise<Found> => {
  const index = Math.floor(at / TILE_WIDTH);
  const width = Math.max(0, Math.min(TILE_WIDTH, o.to.size - index * TILE_WIDTH));
  if (width === 0) return { index, width, tile: null, bundle: null, made: [] };
  const [tile, exact] = await Promise.all([
    tileOf(o, 0, index, width),
    readAtMost(join(o.folder, bundlePath(index, width)), MOST_BUNDLE_BYTES),
  ]);
  return { index, width, tile, bundle: exact ?? (await widerBundle(o, index, width)), made: [] };
};

/** The hashes of a tile: those that must be there, or, where a later checkpoint has more of them, the first of those. Null: neither. */
const tileOf = async (o: Walk, level: number, index: number, width: number): Promise<Buffer | null> => {
  const most = TILE_WIDTH * HASH_BYTES;
  const exact = await readSettled(join(o.folder, tilePath(level, index, width)), width * HASH_BYTES, most);
  if (exact !== null || width === TILE_WIDTH || !(await o.moved())) return exact;
  const wider = await widerOf(o, width, most, (wide) => tilePath(level, index, wide));
  return wider?.subarray(0, width * HASH_BYTES) ?? null;
};

/** A later checkpoint has more in this bundle: its first entries. */
const widerBundle = async (o: Walk, index: number, width: number): Promise<Buffer | null> => {
  if (width === TILE_WIDTH || !(await o.moved())) return null;
  const bytes = await widerOf(o, width, MOST_BUNDLE_BYTES, (wide) => bundlePath(index, wide));
  return bytes?.subarray(0, spansUpTo(bytes, width).at(-1)?.end ?? 0) ?? null;
};

/** While one looks for it the next checkpoint may be published. */
const LOOKS = 5;

/** What holds more by now: the least of it, since yet more may just be written. */
const widerOf = async (
  o: Walk,
  width: number,
  most: number,
  pathOf: (width: number) => string,
): Promise<Buffer | null> => {
  for (let looks = 0; looks < LOOKS; looks++)
    for (let wider = width + 1; wider <= TILE_WIDTH; wider++) {
      const bytes = await readAtMost(join(o.folder, pathOf(wider)), most);
      if (bytes !== null) return bytes;
    }
  return null;
};

/** Where the entries stand, as far as their lengths lead, and no more than one beyond so many. */
const spansUpTo = (bytes: Buffer, most: number): readonly Span[] => {
  const spans: Span[] = [];
  for (let at = 0; at + LENGTH_BYTES <= bytes.length && spans.length < most; ) {
    const start = at + LENGTH_BYTES;
    const end = start + bytes.readUInt16BE(at);
    if (end === start || end > bytes.length) break;
    spans.push({ start, end });
    at = end;
  }
  return spans;
};

/** Lets the tree grow by one bundle, and takes note of what its entries say. */
const take = (o: Walk, at: number, { index, width, tile, bundle, made }: Found): Bad | null => {
  const file = bundlePath(index, width);
  if (tile === null) return { index: at, file: tilePath(0, index, width), why: 'the tile is missing' };
  if (bundle === null && width < TILE_WIDTH) return { index: at, file, why: 'the bundle is missing' };
  if (bundle === null) o.missing.push(index);
  const grow = (hash: Buffer): void => {
    for (const one of o.edge.push(hash)) made.push(one);
  };
  const found = examineBundle({ at, index, width, tile, bundle, grow });
  if ('why' in found) return found;
  if (bundle !== null) learn(o.learnt, index * TILE_WIDTH, bundle, found);
  return null;
};

/**
 * Holds the entries of a bundle, from the entry `at` on, against their hashes in the tile, and gives where they stand. A bundle that is not there (null)
 * is as its tile says.
 */
export const examineBundle = (o: {
  readonly at: number;
  readonly index: number;
  readonly width: number;
  readonly tile: Buffer;
  readonly bundle: Buffer | null;
  /** Called with the hash of each entry that is right. */
  readonly grow: (hash: Buffer) => void;
}): readonly Span[] | Bad => {
  const { at, index, width, tile, bundle, grow } = o;
  const first = index * TILE_WIDTH;
  const file = bundlePath(index, width);
  if (tile.length !== width * HASH_BYTES)
    return { index: at, file: tilePath(0, index, width), why: 'the tile is longer or shorter than it must be' };
  const spans = bundle === null ? [] : spansUpTo(bundle, width);
  for (let entry = at; entry < first + width; entry++) {
    const from = (entry - first) * HASH_BYTES;
    const hash = tile.subarray(from, from + HASH_BYTES);
    const span = spans[entry - first];
    if (bundle !== null && span === undefined)
      return { index: entry, file, why: 'the bundle ends before this entry, or the lengths in it were changed' };
    if (bundle !== null && span !== undefined) {
      const found = leafHashIn(bundle, span.start, span.end);
      if (!found.equals(hash))
        return {
          index: entry,
          file,
          why: 'the entry was changed, dropped, moved or repeated: its hash is not that of the tile',
        };
      if (!isLeafOf(bundle, span.start, span.end, entry))
        return { index: entry, file, why: 'the entry bears another number than its place has' };
    }
    grow(hash);
  }
  if (bundle !== null && spans.at(-1)?.end !== bundle.length)
    return { index: first + width - 1, file, why: 'the bundle goes on behind its last entry' };
  return spans;
};

/** Holds the tiles that became whole against those that lie there. */
const takeMade = async (o: Walk, { made, tile }: Found): Promise<Bad | null> => {
  for (const one of made) {
    const bad = one.level === 0 && tile?.equals(one.bytes) ? null : await hold(o, one);
    if (bad !== null) return bad;
  }
  return null;
};

const hold = async (o: Walk, { level, index, width, bytes }: Tile): Promise<Bad | null> => {
  const held = await tileOf(o, level, index, width);
  if (held?.equals(bytes)) return null;
  const file = tilePath(level, index, width);
  const under = TILE_WIDTH ** level;
  const first = index * TILE_WIDTH * under;
  if (held === null) return { index: first, file, why: 'the tile is missing' };
  if (held.length !== bytes.length) return { index: first, file, why: 'the tile is longer or shorter than it must be' };
  let differs = 0;
  while (held.compare(bytes, differs, differs + HASH_BYTES, differs, differs + HASH_BYTES) === 0) differs += HASH_BYTES;
  return {
    index: first + (differs / HASH_BYTES) * under,
    file,
    why: 'a hash of the tile is not that of what lies below it',
  };
};

/** Where an entry and its hash differ, the tile above tells which of them was changed. */
const blamed = async (o: Walk, bad: Bad, index: number, tile: Buffer): Promise<Bad> => {
  if (tile.length < TILE_WIDTH * HASH_BYTES) return bad;
  const { whole, rest } = tilesAt(1, o.to.size);
  const above = Math.floor(index / TILE_WIDTH);
  const upper = await tileOf(o, 1, above, above < whole ? TILE_WIDTH : rest);
  const from = (index % TILE_WIDTH) * HASH_BYTES;
  if (upper === null || upper.subarray(from, from + HASH_BYTES).equals(subtreeOf(tile))) return bad;
  return { ...bad, file: tilePath(0, index), why: `${bad.why}, and the tile is not what lies above it` };
};
