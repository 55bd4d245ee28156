/**
 * Stretches of a log, as backups take them: entries of whole batches, up to a size that was signed, and only what is on stable storage. Whoever
 * writes the log may publish it meanwhile: what went from a journal is found in its tiles.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import type { SottoError } from '../../core/errors.ts';
import { LENGTH_BYTES, type Span } from './bundle.ts';
import { durableNote } from './durable.ts';
import { publishedSize } from './held.ts';
import { noteFrame } from './journal.ts';
import { KEY_FILE } from './layout.ts';
import { growTree, HASH_BYTES, rootOf } from './merkle.ts';
import { frontierAt, grow, LEAVES_AT_ONCE, refused, steadily, unlike } from './past.ts';
import { isSaidPruned } from './pruned.ts';
import { tileReader } from './published.ts';
import { readEntries } from './reader.ts';
import type { Holds } from './stretch-body.ts';
import { TILE_WIDTH, tilesAt } from './tiles.ts';

/** Of one stretch, about: a log of any length is taken in pieces that fit into memory. */
const STRETCH_BYTES = 16 << 20;

export interface Stretch {
  /** Entries. */
  readonly from: number;
  readonly to: number;
  /** Of the tree up to `to`, hex. */
  readonly root: string;
  readonly holds: Holds;
  /** Its signed checkpoint is for `to`; otherwise more follows before one is. */
  readonly noted: boolean;
  /** One behind the other: see `stretch-body.ts`. */
  readonly body: readonly Buffer[];
}

/**
 * The next stretch behind `from`; null: nothing new. Refuses with `audit-missing` where the log is shorter than that, where it is another one
 * (`had`: the root after `from` as it was backed up, hex), or where it is not what was signed. Rejects where it cannot be read.
 */
export const readStretch = async (o: {
  /** The folder of one log. */
  readonly folder: string;
  readonly from: number;
  readonly had?: string;
  /** Of a log that is written meanwhile: entries that its writer knows to be on stable storage. What it could not sync may yet be written otherwise. */
  readonly within?: number;
  /** Ends here at the latest, signed or not: what follows was backed up before. */
  readonly upTo?: number;
  readonly aboutBytes?: number;
}): Promise<Stretch | null> => {
  const { folder, from } = o;
  const end = await durableNote(folder, o.within);
  // What was taken while nobody wrote it may lie beyond what its writer knows yet.
  const last = (end?.size ?? 0) < from && o.within !== undefined ? await durableNote(folder) : end;
  if ((last?.size ?? 0) < from) throw cut(folder);
  const begun = await steadily(folder, () => frontierAt(folder, from));
  if (o.had !== undefined && rootOf(begun).toString('hex') !== o.had) throw another(folder);
  if (end === null || end.size <= from) return null;
  const tree = growTree(begun);
  const about = o.aboutBytes ?? STRETCH_BYTES;
  const most = Math.min(end.size, o.upTo ?? end.size);
  const found = await entriesFrom({ folder, from, to: most, about });
  const hashes = found.pieces.length > 0 ? null : await hashesFrom({ folder, from, to: found.next ?? most, about });
  for (const piece of found.pieces) await grow(tree, piece);
  for (let at = 0; at < (hashes?.length ?? 0); at += HASH_BYTES) {
    if (at % (LEAVES_AT_ONCE * HASH_BYTES) === 0) await breathe();
    tree.push(Buffer.from(hashes?.subarray(at, at + HASH_BYTES) ?? []));
  }
  const to = tree.size();
  const noted = to === end.size;
  if (noted && !tree.root().equals(end.root)) throw unlike(folder);
  const leaves = hashes === null ? found.pieces.flatMap(bytesOf) : [hashes];
  return {
    from,
    to,
    root: tree.root().toString('hex'),
    holds: hashes === null ? 'entries' : 'hashes',
    noted,
    body: noted ? [...leaves, noteFrame(end.note)] : leaves,
  };
};

interface Piece {
  readonly bytes: Buffer;
  readonly spans: readonly Span[];
}

/** With their lengths; in a journal there are checkpoints between them. */
const bytesOf = ({ bytes, spans }: Piece): readonly Buffer[] => {
  const pieces: Buffer[] = [];
  let begun = (spans[0]?.start ?? 0) - LENGTH_BYTES;
  for (const [at, { end }] of spans.entries()) {
    const next = spans[at + 1]?.start;
    if (next === end + LENGTH_BYTES) continue;
    pieces.push(bytes.subarray(begun, end));
    begun = (next ?? 0) - LENGTH_BYTES;
  }
  return pieces;
};

/** Entries that follow each other from `from`, about so many bytes; `next`: where the first one that is there stands, null: none is. */
const entriesFrom = async (o: {
  readonly folder: string;
  readonly from: number;
  readonly to: number;
  readonly about: number;
}): Promise<{ readonly pieces: readonly Piece[]; readonly next: number | null }> => {
  const pieces: Piece[] = [];
  let at = o.from;
  let taken = 0;
  for await (const { first, bytes, spans } of readEntries(o)) {
    if (first !== at) return { pieces, next: first };
    let count = 0;
    while (count < spans.length && taken < o.about) {
      const span = spans[count];
      taken += span === undefined ? 0 : span.end - span.start + LENGTH_BYTES;
      count += 1;
    }
    pieces.push({ bytes, spans: spans.slice(0, count) });
    at += count;
    if (taken >= o.about) break;
  }
  return { pieces, next: pieces.length === 0 ? null : o.from };
};

/** Of leaves whose entries were pruned; refuses with `audit-missing` where nothing on record says that they were. */
const hashesFrom = async (o: {
  readonly folder: string;
  readonly from: number;
  readonly to: number;
  readonly about: number;
}): Promise<Buffer> => {
  const { folder, from } = o;
  const to = Math.min(o.to, from + Math.max(1, Math.floor(o.about / HASH_BYTES)));
  if (!(await isSaidPruned({ folder, upTo: to }))) throw lost(folder, from);
  return steadily(folder, async () => {
    const read = tileReader(folder);
    const published = await publishedSize(folder);
    const { whole, rest } = tilesAt(0, published);
    const pieces: Buffer[] = [];
    for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < to; index++) {
      const first = index * TILE_WIDTH;
      const tile = await read(0, index, index < whole ? TILE_WIDTH : rest);
      pieces.push(tile.subarray(Math.max(0, from - first) * HASH_BYTES, (to - first) * HASH_BYTES));
    }
    return Buffer.concat(pieces);
  });
};

const cut = (folder: string): SottoError =>
  refused(
    folder,
    'is shorter than what was backed up of it, so it was cut or replaced. Keep it as evidence, and restore it from its backup.',
  );

const another = (folder: string): SottoError =>
  refused(
    folder,
    'goes otherwise than what was backed up of it, so it was replaced, or somebody wrote a second history under its name. Keep both as evidence, and restore it from its backup.',
  );

const lost = (folder: string, at: number): SottoError =>
  refused(
    folder,
    `holds no entry ${at}, and does not say that it was pruned. Run "sotto audit verify", and restore it from its backup.`,
  );

/** Of every key that signed in it; empty: none is kept beside it. */
export const publicKeysOf = (folder: string): Promise<string> =>
  readFile(join(folder, KEY_FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
