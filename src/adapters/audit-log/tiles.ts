/** Which hashes lie in which tile (C2SP tlog-tiles), and where tiles and bundles of entries are found under a log's folder. */
import { HASH_BYTES, nodeHash } from './merkle.ts';
import type { HashAt } from './proofs.ts';

/** Hashes of a whole tile, and entries of a whole bundle. */
export const TILE_WIDTH = 256;

const TILE_LEVELS = 8;

/** `x001/x234/067`: three digits a folder, all but the last with an x. */
const numbered = (index: number): string => {
  const digits = String(index);
  const parts = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  return parts.map((part, at) => (at < parts.length - 1 ? `x${part}` : part)).join('/');
};

const widthOf = (width: number): string => (width === TILE_WIDTH ? '' : `.p/${width}`);

/** The path of a tile under the log's folder; `width` hashes of it, 1 to 256. */
export const tilePath = (level: number, index: number, width: number = TILE_WIDTH): string =>
  `tile/${level}/${numbered(index)}${widthOf(width)}`;

/** The path of a bundle of entries; `width` entries of it, 1 to 256. */
export const bundlePath = (index: number, width: number = TILE_WIDTH): string =>
  `tile/entries/${numbered(index)}${widthOf(width)}`;

/** The tiles of a level in a tree of this size: so many whole ones, then one with `rest` hashes, which is left out where that is 0. */
export const tilesAt = (level: number, size: number): { readonly whole: number; readonly rest: number } => {
  const hashes = Math.floor(size / TILE_WIDTH ** level);
  return { whole: Math.floor(hashes / TILE_WIDTH), rest: hashes % TILE_WIDTH };
};

/** Levels that have at least one hash in a tree of this size. */
export const levelsOf = (size: number): number => {
  let levels = 0;
  while (Math.floor(size / TILE_WIDTH ** levels) > 0) levels += 1;
  return levels;
};

/** Gives the bytes of one tile: `width` hashes, one behind the other. Rejects where it cannot. */
export type ReadTile = (level: number, index: number, width: number) => Promise<Buffer>;

/** Tiles that one look keeps; a proof needs a dozen. */
const MOST_KEPT = 64;

/** The hashes of a tree of this size, out of its tiles. Each tile is read once, as far as a proof goes. */
export const hashesOf = (size: number, read: ReadTile): HashAt => {
  const kept = new Map<string, Promise<Buffer>>();
  const tile = (level: number, index: number): Promise<Buffer> => {
    const key = `${level}/${index}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const { whole, rest } = tilesAt(level, size);
    const reading = read(level, index, index < whole ? TILE_WIDTH : rest);
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, reading);
    return reading;
  };
  return async (level, index) => {
    const tileLevel = Math.floor(level / TILE_LEVELS);
    // So many hashes of the tile lie under the one that is asked for.
    const width = 2 ** (level % TILE_LEVELS);
    const first = index * width;
    const bytes = await tile(tileLevel, Math.floor(first / TILE_WIDTH));
    const from = (first % TILE_WIDTH) * HASH_BYTES;
    const own = bytes.subarray(from, from + width * HASH_BYTES);
    if (own.length !== width * HASH_BYTES) throw new RangeError('the tile is too short');
    return subtreeOf(own);
  };
};

/** The root over these hashes, one behind the other; a power of two of them. */
export const subtreeOf = (hashes: Buffer): Buffer => {
  if (hashes.length === HASH_BYTES) return hashes;
  const middle = hashes.length / 2;
  return nodeHash(subtreeOf(hashes.subarray(0, middle)), subtreeOf(hashes.subarray(middle)));
};
