/** What lies beside the entries of a log and must not, or is not what it must be: strange files under `tile/` and `journal/`, spoilt keys. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { spansOf } from './bundle.ts';
import type { Bad } from './examine-tiles.ts';
import { isAbsent } from './file.ts';
import { MOST_BUNDLE_BYTES, readAtMost, readSettled } from './held.ts';
import { fingerprintOf, publicPem, readPublicKeys } from './keys.ts';
import { JOURNAL_FOLDER, journalFirst, KEY_FILE } from './layout.ts';
import { HASH_BYTES, leafHashIn } from './merkle.ts';
import { MOST_KEY_BYTES } from './public-keys.ts';
import { bundlePath, TILE_WIDTH, tilePath, tilesAt } from './tiles.ts';

/** What a path under the log's folder says that it is. */
interface Named {
  /** `entries`: a bundle. */
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

const PATH = /^tile\/(\d|[1-5]\d|entries)\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** Null: no tile and no bundle bears that name. One thing has one name. */
const named = (path: string): Named | null => {
  const [, level = '', digits, width = String(TILE_WIDTH)] = PATH.exec(path) ?? [];
  if (digits === undefined) return null;
  const found: Named = {
    level: level === 'entries' ? level : Number(level),
    index: Number(digits.replace(/[x/]/g, '')),
    width: Number(width),
  };
  return pathOf(found) === path ? found : null;
};

const pathOf = ({ level, index, width }: Named): string =>
  level === 'entries' ? bundlePath(index, width) : tilePath(level, index, width);

/** All files below a folder, by their paths under the log's, folder by folder in the order of their names. */
const filesBelow = async function* (folder: string, below: string): AsyncGenerator<string> {
  const inside = await readdir(join(folder, below), { withFileTypes: true }).catch((cause: unknown) => {
    if (isAbsent(cause)) return [];
    throw cause;
  });
  for (const one of inside.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${below}/${one.name}`;
    if (one.isDirectory() && path.split('/').length < MOST_DEPTH) yield* filesBelow(folder, path);
    else yield path;
  }
};

/** tile, a level, five folders of thousands, and one of parts. */
const MOST_DEPTH = 9;

/**
 * Files that no tile and no bundle is, or that hold more than there is; and parts of what is published that say otherwise than the whole. Parts of an
 * earlier checkpoint may lie there where a writer died, and whatever is published next has no checkpoint yet: neither is bad.
 */
export const examineStrays = async (o: {
  /** The folder of one log. */
  readonly folder: string;
  /** Entries that are published, and looked at. */
  readonly published: number;
  /** Entries that are right, journals and all. */
  readonly entries: number;
  /** Entries that there are by now; asked once for each file that seems to hold more. */
  readonly newest: () => Promise<number>;
}): Promise<Bad | null> => {
  let newest = await o.newest();
  for await (const path of filesBelow(o.folder, 'tile')) {
    const found = named(path);
    if (found === null)
      return { index: o.entries, file: path, why: 'no tile and no bundle of entries bears that name' };
    const under = found.level === 'entries' ? 1 : TILE_WIDTH ** found.level;
    const end = found.index * TILE_WIDTH + found.width;
    if (end > Math.floor(newest / under)) newest = await o.newest();
    if (end > Math.floor(newest / under))
      return { index: newest, file: path, why: `it holds more than the ${newest} entries that there are` };
    if (end > Math.floor(o.published / under) || found.width === TILE_WIDTH) continue;
    if (!(await agrees(o.folder, found, o.published)))
      return {
        index: found.index * TILE_WIDTH * under,
        file: path,
        why: 'it says otherwise than the tile of the whole',
      };
  }
  const journals = await readdir(join(o.folder, JOURNAL_FOLDER)).catch((cause: unknown) => {
    if (isAbsent(cause)) return [];
    throw cause;
  });
  const strange = journals.find((name) => journalFirst(name) === null);
  if (strange === undefined) return null;
  return { index: o.entries, file: `${JOURNAL_FOLDER}/${strange}`, why: 'no journal bears that name' };
};

/** Whether a part is the beginning of what is published, and was looked at. One that went meanwhile is. */
const agrees = async (folder: string, part: Named, published: number): Promise<boolean> => {
  const { level, index, width } = part;
  const tileLevel = level === 'entries' ? 0 : level;
  const { whole, rest } = tilesAt(tileLevel, published);
  const tile = await readAtMost(
    join(folder, tilePath(tileLevel, index, index < whole ? TILE_WIDTH : rest)),
    TILE_WIDTH * HASH_BYTES,
  );
  // A bundle is as long as its entries, and the least of them take a few bytes.
  const bytes = await readSettled(join(folder, pathOf(part)), width * HASH_BYTES, MOST_BUNDLE_BYTES);
  // Either is gone: a later checkpoint took its place.
  if (tile === null || bytes === null) return true;
  const hashes = tile.subarray(0, width * HASH_BYTES);
  if (level !== 'entries') return bytes.equals(hashes);
  const spans = spansOf(bytes);
  if (spans?.length !== width) return false;
  return spans.every(({ start, end }, at) =>
    leafHashIn(bytes, start, end).equals(hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)),
  );
};

/**
 * Whether the keys beside the log are spelt as they are written, and those that signed are among them. Where there are none, as in a copy, nothing is
 * bad: those that are trusted must be given anyhow.
 */
export const examineKeys = async (o: {
  readonly folder: string;
  /** Fingerprints of keys that must be among them. */
  readonly signed: readonly string[];
}): Promise<Omit<Bad, 'index'> | null> => {
  const bytes = await readAtMost(join(o.folder, KEY_FILE), MOST_KEY_BYTES);
  if (bytes === null) return null;
  const bad = (why: string) => ({ file: KEY_FILE, why });
  const kept = bytes.toString('latin1');
  const keys = readKeysOf(kept);
  if (keys === null || keys.map(publicPem).join('') !== kept) return bad('the keys beside the log are malformed');
  const fingerprints = new Set(keys.map(fingerprintOf));
  const lacks = o.signed.find((key) => !fingerprints.has(key));
  return lacks === undefined ? null : bad(`the key ${lacks} signed in the log and is not among the keys beside it`);
};

const readKeysOf = (pem: string): ReturnType<typeof readPublicKeys> | null => {
  try {
    return readPublicKeys(pem);
  } catch {
    return null;
  }
};
