/** Folders of logs, laid out by hand: nothing of what writes them has a part in it. */
import { createPrivateKey } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeEntries } from '../../../src/adapters/audit-log/bundle.ts';
import { canonicalJson } from '../../../src/adapters/audit-log/canonical.ts';
import { signCheckpoint } from '../../../src/adapters/audit-log/checkpoint.ts';
import { encodeBatch } from '../../../src/adapters/audit-log/journal.ts';
import { JOURNAL_FOLDER, journalPath } from '../../../src/adapters/audit-log/layout.ts';
import { growTree, leafHash } from '../../../src/adapters/audit-log/merkle.ts';
import {
  bundlePath,
  levelsOf,
  subtreeOf,
  TILE_WIDTH,
  tilePath,
  tilesAt,
} from '../../../src/adapters/audit-log/tiles.ts';

/** At once: whoever reads meanwhile sees what was there before, or all of it. */
export const put = (path: string, bytes: Buffer | string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, bytes);
  renameSync(`${path}.new`, path);
};

export interface HandMade {
  readonly texts: readonly string[];
  /** The note for its first so many entries. */
  readonly note: (size: number) => string;
  /** The hashes of one tile. */
  readonly tile: (level: number, index: number, width: number) => Buffer;
}

/** The leaves of these entries. */
export const textsOf = (entries: readonly unknown[]): readonly string[] =>
  entries.map((entry, seq) => canonicalJson({ entry, seq }));

export const handMade = (o: {
  readonly origin: string;
  /** PKCS#8, PEM. */
  readonly key: string;
  readonly texts: readonly string[];
}): HandMade => {
  const key = createPrivateKey(o.key);
  const hashes: Buffer[][] = [o.texts.map((text) => leafHash(Buffer.from(text)))];
  for (let level = 0; level < levelsOf(o.texts.length) - 1; level++) {
    const below = hashes[level] ?? [];
    const wholes = Math.floor(below.length / TILE_WIDTH);
    hashes.push(
      Array.from({ length: wholes }, (_, at) =>
        subtreeOf(Buffer.concat(below.slice(at * TILE_WIDTH, (at + 1) * TILE_WIDTH))),
      ),
    );
  }
  const rootOf = (size: number): Buffer => {
    const tree = growTree();
    for (const leaf of (hashes[0] ?? []).slice(0, size)) tree.push(leaf);
    return tree.root();
  };
  const notes = new Map<number, string>();
  return {
    texts: o.texts,
    note: (size) => {
      const note = notes.get(size) ?? signCheckpoint({ origin: o.origin, size, root: rootOf(size) }, key);
      notes.set(size, note);
      return note;
    },
    tile: (level, index, width) =>
      Buffer.concat((hashes[level] ?? []).slice(index * TILE_WIDTH, index * TILE_WIDTH + width)),
  };
};

/** Puts what a published log of this size has there: every tile, bundle and the checkpoint. */
export const putPublished = (folder: string, log: HandMade, size: number): void => {
  for (let level = 0; level < levelsOf(size); level++) {
    const { whole, rest } = tilesAt(level, size);
    for (let index = 0; index < whole; index++) put(join(folder, tilePath(level, index)), log.tile(level, index, 256));
    if (rest > 0) put(join(folder, tilePath(level, whole, rest)), log.tile(level, whole, rest));
  }
  const { whole, rest } = tilesAt(0, size);
  const bundle = (from: number, to: number) => encodeEntries(log.texts.slice(from, to));
  for (let index = 0; index < whole; index++)
    put(join(folder, bundlePath(index)), bundle(index * TILE_WIDTH, (index + 1) * TILE_WIDTH));
  if (rest > 0) put(join(folder, bundlePath(whole, rest)), bundle(whole * TILE_WIDTH, size));
  put(join(folder, 'checkpoint'), log.note(size));
};

/** The partial tiles and bundles of that size, which a later checkpoint no longer has. */
export const dropPartial = (folder: string, size: number): void => {
  const { whole, rest } = tilesAt(0, size);
  for (const path of [tilePath(0, whole, rest), bundlePath(whole, rest)]) rmSync(join(folder, path), { force: true });
};

/** A journal of the entries `first` to before `to`, in batches of so many. */
export const putJournal = (folder: string, log: HandMade, first: number, to: number, batch = 7): Buffer => {
  const batches: Buffer[] = [];
  for (let from = first; from < to; from += batch) {
    const end = Math.min(to, from + batch);
    batches.push(encodeBatch(log.texts.slice(from, end), log.note(end)));
  }
  const bytes = Buffer.concat(batches);
  mkdirSync(join(folder, JOURNAL_FOLDER), { recursive: true });
  put(journalPath(folder, first), bytes);
  return bytes;
};
