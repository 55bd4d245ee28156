/**
 * Stretches of a log, as backups take them: entries of whole batches, up to a size that was signed, and only what is on stable storage. Whoever
 * writes the log may publish it meanwhile: what went from a journal is found in its tiles.
 */
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { SottoError } from '../../core/errors.ts';
import { LENGTH_BYTES, type Span } from './bundle.ts';
import { type Checkpoint, readCheckpoint } from './checkpoint.ts';
import { isAbsent } from './file.ts';
import { journalsOf, publishedNote, publishedSize } from './held.ts';
import { batchAt } from './journal.ts';
import { journalPath, KEY_FILE } from './layout.ts';
import { type Frontier, growTree, HASH_BYTES, leafHashIn, rootOf } from './merkle.ts';
import { isSaidPruned } from './pruned.ts';
import { readFrontier, tileReader } from './published.ts';
import { readEntries } from './reader.ts';
import { type Holds, noteFrame } from './stretch-body.ts';
import { TILE_WIDTH, tilesAt } from './tiles.ts';

/** Of one stretch, about: a log of any length is taken in pieces that fit into memory. */
const STRETCH_BYTES = 16 << 20;

/** Looks at a folder that is published meanwhile. */
const MOST_LOOKS = 20;
const LOOK_AGAIN_MS = 20;

/** How far a log goes, or went: so many entries, and the root over them, hex. */
export interface LogEnd {
  readonly entries: number;
  readonly root: string;
}

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

type Noted = Checkpoint & { readonly note: string };

const orNull = (cause: unknown): null => {
  if (isAbsent(cause)) return null;
  throw cause;
};

/** What of a journal is on stable storage now; null: it is not there any more. */
const durableJournal = async (path: string): Promise<Buffer | null> => {
  const handle = await open(path, 'r').catch(orNull);
  if (handle === null) return null;
  try {
    const { size } = await handle.stat();
    // What the system holds in memory only could be lost and written otherwise.
    await handle.datasync();
    const bytes = Buffer.allocUnsafe(size);
    for (let filled = 0; filled < size; ) {
      const { bytesRead } = await handle.read(bytes, filled, size - filled, filled);
      if (bytesRead === 0) return bytes.subarray(0, filled);
      filled += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
};

const notedOf = (note: string | null): Noted | null => {
  const found = note === null ? null : readCheckpoint(note);
  return note === null || found === null ? null : { ...found, note };
};

/**
 * The last signed checkpoint that is on stable storage with all that it covers; null: there is none. Whether it is right is not asked. Of journals
 * only batches up to the entry `within` count.
 */
const durableNote = async (folder: string, within = Number.POSITIVE_INFINITY): Promise<Noted | null> => {
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    let last: string | null = null;
    let went = false;
    for (const first of [...((await journalsOf(folder)) ?? [])].reverse()) {
      const bytes = await durableJournal(journalPath(folder, first));
      went = bytes === null;
      if (bytes === null) break;
      let size = first;
      for (let batch = batchAt(bytes, 0); typeof batch !== 'string'; batch = batchAt(bytes, batch.to)) {
        size += batch.spans.length;
        if (size > within) break;
        last = batch.note;
      }
      if (last !== null) break;
    }
    if (went) continue;
    // Later than the journals: what was published meanwhile is not missed.
    const [published, journalled] = [notedOf(await publishedNote(folder)), notedOf(last)];
    return (journalled?.size ?? 0) > (published?.size ?? 0) ? journalled : published;
  }
  throw busy(folder);
};

/** The tree after so many entries, which the log has. */
const frontierAt = async (folder: string, size: number): Promise<Frontier> => {
  const published = await publishedSize(folder);
  const begun = Math.min(size, published);
  const tree = growTree(await readFrontier({ folder, size: begun }));
  for await (const run of readEntries({ folder, from: begun, to: size })) {
    if (run.first !== tree.size()) break;
    for (const { start, end } of run.spans) tree.push(leafHashIn(run.bytes, start, end));
  }
  if (tree.size() !== size) throw gone();
  return tree.frontier();
};

const gone = (): Error => Object.assign(new Error('a part of the audit log is not there'), { code: 'ENOENT' });

/** Tiles and journals that went while they were read are there under other names, or will be once they are written. */
const steadily = async <T>(folder: string, look: () => Promise<T>): Promise<T> => {
  for (let looks = 0; ; looks++) {
    try {
      return await look();
    } catch (error) {
      if (!(isAbsent(error) || error instanceof RangeError)) throw error;
      if (looks === MOST_LOOKS) throw unlike(folder);
      await setTimeout(LOOK_AGAIN_MS);
    }
  }
};

/** The end of what is on stable storage; null: it holds no signed checkpoint. Rejects where it cannot be read. */
export const endOfLog = async (folder: string): Promise<LogEnd | null> => {
  const found = await durableNote(folder);
  return found === null ? null : { entries: found.size, root: found.root.toString('hex') };
};

/** The root of a log after so many entries, hex; null: it has fewer. Rejects where it cannot be read, `audit-missing` where a part is gone. */
export const rootAfter = async (o: { readonly folder: string; readonly entries: number }): Promise<string | null> => {
  const found = await durableNote(o.folder);
  if (found === null || found.size < o.entries) return null;
  return steadily(o.folder, async () => rootOf(await frontierAt(o.folder, o.entries)).toString('hex'));
};

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
  const last = await durableNote(folder);
  if ((last?.size ?? 0) < from) throw cut(folder);
  const begun = await steadily(folder, () => frontierAt(folder, from));
  if (o.had !== undefined && rootOf(begun).toString('hex') !== o.had) throw another(folder);
  const end = o.within === undefined ? last : await durableNote(folder, o.within);
  if (end === null || end.size <= from) return null;
  const tree = growTree(begun);
  const about = o.aboutBytes ?? STRETCH_BYTES;
  const most = Math.min(end.size, o.upTo ?? end.size);
  const found = await entriesFrom({ folder, from, to: most, about });
  const hashes = found.pieces.length > 0 ? null : await hashesFrom({ folder, from, to: found.next ?? most, about });
  if (hashes === null)
    for (const { bytes, spans } of found.pieces)
      for (const { start, end: to } of spans) tree.push(leafHashIn(bytes, start, to));
  else for (let at = 0; at < hashes.length; at += HASH_BYTES) tree.push(hashes.subarray(at, at + HASH_BYTES));
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

const refused = (folder: string, what: string): SottoError =>
  new SottoError('audit-missing', `The audit log in ${folder} ${what}`);

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

const unlike = (folder: string): SottoError =>
  refused(folder, 'is not what its signed checkpoint says, so it cannot be backed up. Run "sotto audit verify".');

const busy = (folder: string): SottoError =>
  new SottoError(
    'audit-unavailable',
    `The audit log in ${folder} is published too fast to be backed up. It is tried again.`,
  );

/** Of every key that signed in it; empty: none is kept beside it. */
export const publicKeysOf = (folder: string): Promise<string> =>
  readFile(join(folder, KEY_FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
