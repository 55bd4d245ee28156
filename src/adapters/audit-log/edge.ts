/** The right edge of a tree in tiles: the hashes of each level's last tile, which is not whole, and the entries of the last bundle. */
import type { Span } from './bundle.ts';
import { LENGTH_BYTES } from './bundle.ts';
import { type Frontier, HASH_BYTES } from './merkle.ts';
import { levelsOf, type ReadTile, subtreeOf, TILE_WIDTH, tilesAt } from './tiles.ts';

/** A tile that is not whole. */
interface Open {
  /** Room for a whole one. */
  readonly hashes: Buffer;
  width: number;
}

/** A tile as it must be written: its hashes one behind the other. */
export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly width: number;
  readonly bytes: Buffer;
}

export interface Edge {
  /** Leaves so far. */
  size(): number;
  /** Adds a leaf by its hash; gives the tiles that became whole by it, the lowest first. Most leaves make none whole. */
  push(leaf: Buffer): readonly Tile[];
  /** The tiles that are not whole; none of them is empty. */
  rest(): readonly Tile[];
  frontier(): Frontier;
}

const NONE: readonly Tile[] = [];

/** The edge of the tree of this size, out of its tiles. */
export const edgeOf = async (from: number, read: ReadTile): Promise<Edge> => {
  let size = from;
  const levels: Open[] = [];
  const level = (at: number): Open => {
    const known = levels[at];
    if (known !== undefined) return known;
    const fresh = { hashes: Buffer.allocUnsafe(TILE_WIDTH * HASH_BYTES), width: 0 };
    levels[at] = fresh;
    return fresh;
  };
  for (let at = 0; at < levelsOf(from); at++) {
    const { whole, rest } = tilesAt(at, from);
    const open = level(at);
    if (rest > 0) (await read(at, whole, rest)).copy(open.hashes);
    open.width = rest;
  }

  const tileAt = (at: number, { hashes, width }: Open): Tile => {
    const { whole } = tilesAt(at, size);
    // A tile that has just become whole is the last whole one.
    const index = width === TILE_WIDTH ? whole - 1 : whole;
    return { level: at, index, width, bytes: Buffer.from(hashes.subarray(0, width * HASH_BYTES)) };
  };

  return {
    size: () => size,
    push: (leaf) => {
      size += 1;
      let hash = leaf;
      let made: Tile[] | null = null;
      for (let at = 0; ; at++) {
        const open = level(at);
        hash.copy(open.hashes, open.width * HASH_BYTES);
        open.width += 1;
        if (open.width < TILE_WIDTH) return made ?? NONE;
        made ??= [];
        made.push(tileAt(at, open));
        hash = subtreeOf(open.hashes);
        open.width = 0;
      }
    },
    rest: () => levels.flatMap((open, at) => (open.width === 0 ? [] : [tileAt(at, open)])),
    frontier: () => ({ size, peaks: [...levels].reverse().flatMap(peaksOf) }),
  };
};

/** The roots of the whole subtrees over the hashes of a tile that is not whole, the largest first. */
const peaksOf = ({ hashes, width }: Open): readonly Buffer[] => {
  const peaks: Buffer[] = [];
  for (let at = 0, half = TILE_WIDTH / 2; half >= 1; half /= 2) {
    if (width - at < half) continue;
    peaks.push(Buffer.from(subtreeOf(hashes.subarray(at * HASH_BYTES, (at + half) * HASH_BYTES))));
    at += half;
  }
  return peaks;
};

export interface BundleParts {
  add(bytes: Buffer, span: Span): void;
  /** Entries so far. */
  count(): number;
  /** Everything since the last bundle that was whole. */
  bytes(): Buffer;
  clear(): void;
}

/** Gathers the entries of one bundle out of the bytes in which they stand. Those bytes must not change before `bytes` was called. */
export const gatherBundle = (begun: Buffer, entries: number): BundleParts => {
  let parts: Buffer[] = begun.length === 0 ? [] : [begun];
  let count = entries;
  let open: { readonly of: Buffer; readonly from: number; to: number } | null = null;
  const flush = (): void => {
    if (open !== null) parts.push(open.of.subarray(open.from, open.to));
    open = null;
  };
  return {
    add: (bytes, { start, end }) => {
      const from = start - LENGTH_BYTES;
      // Entries that follow each other in a batch or a bundle are copied as one piece.
      if (open !== null && open.of === bytes && open.to === from) open.to = end;
      else {
        flush();
        open = { of: bytes, from, to: end };
      }
      count += 1;
    },
    count: () => count,
    bytes: () => {
      flush();
      return Buffer.concat(parts);
    },
    clear: () => {
      parts = [];
      open = null;
      count = 0;
    },
  };
};
