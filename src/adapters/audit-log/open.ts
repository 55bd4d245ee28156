/** Opens a log: what is published, and the journals behind it. */

import type { KeyObject } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openCheckpoint } from './checkpoint.ts';
import { isAbsent, type LogDisk, type LogFile } from './file.ts';
import { fingerprintOf, type Keys } from './keys.ts';
import { CHECKPOINT_FILE, JOURNAL_FOLDER, journalFirst, journalPath, KEY_FILE } from './layout.ts';
import { EMPTY_TREE, type Frontier, rootOf } from './merkle.ts';
import { keepPublicKeys, keysBeside } from './public-keys.ts';
import { readFrontier } from './published.ts';
import { type ClosedJournal, removeJournals } from './publisher.ts';
import { type Walked, walkJournal } from './recover.ts';
import { broken, cut, gone, older } from './refusals.ts';
import { mendJournal } from './torn.ts';

/** The journal that takes the next batch. */
export interface Journal {
  /** The tree before its first entry; the size of that names it. */
  readonly from: Frontier;
  readonly file: LogFile;
  /** Where the next batch begins. */
  readonly offset: number;
}

/** A log that is ready for its next batch. */
export interface OpenLog {
  /** All that is on stable storage. */
  readonly tree: Frontier;
  /** Null: one begins with the next batch. */
  readonly journal: Journal | null;
  /** The last checkpoint; null: there is none. */
  readonly note: string | null;
  /** Fingerprint of the key that signed it; null: there is none. */
  readonly signer: string | null;
}

/** What this process knows of a log that failed. */
export interface Mark extends Omit<OpenLog, 'journal'> {
  readonly journal: Pick<Journal, 'from' | 'offset'> | null;
}

interface Place {
  readonly disk: LogDisk;
  /** The folder of the log. */
  readonly folder: string;
  readonly origin: string;
  readonly keys: Keys;
  readonly now: number;
}

/**
 * Opens a log for the first time in a process, and begins it where there is none. Refuses with code `audit-missing` where there was one and it is gone,
 * or a part of it; `audit-unavailable` where it is not as it was signed, or not of this format.
 */
export const openLog = async (
  o: Place,
): Promise<{
  readonly log: OpenLog;
  readonly droppedBytes: number;
  readonly published: Frontier;
  readonly closed: readonly ClosedJournal[];
}> => {
  const { disk, folder, origin, keys } = o;
  await disk.makeFolder(folder);
  await chmod(folder, 0o700);
  await disk.syncFolder(dirname(folder));
  const inside = await disk.list(folder);
  const firsts = await journalsIn(disk, folder);
  const begun = [CHECKPOINT_FILE, KEY_FILE, 'tile'].some((name) => inside.includes(name)) || firsts.length > 0;
  if (inside.includes('audit.log') && !inside.includes(CHECKPOINT_FILE) && firsts.length === 0) throw older(origin);
  if (begun && !inside.includes(CHECKPOINT_FILE) && firsts.length === 0) throw gone(origin);
  // A log that was restored has none.
  await disk.makeFolder(join(folder, JOURNAL_FOLDER));
  if (!begun) await beginLog(disk, folder);
  const known = [...keys.verify, ...(await keysBeside(folder))];

  const published = await readPublished(o, known);
  const { walked, leftovers } = await walkAll(o, { firsts: begun ? firsts : [0], published: published.tree, known });
  const last = walked.at(-1);
  const signed = [...walked].reverse().find((one) => one.signed !== null)?.signed ?? published.signed;
  const signer = signed === null ? null : fingerprintOf(signed.signer);
  // Whoever signed last vouches for all that came before. Nothing that is found beside the log does.
  if (signer !== null && !keys.verify.some((key) => fingerprintOf(key) === signer))
    throw broken(origin, 'its last checkpoint is not signed by the key in use, or by one that is accepted');
  await disk.syncFolder(folder);
  await removeJournals(disk, folder, leftovers);
  const journal = last === undefined ? null : await endedOf(await mended(o, last));
  await keepPublicKeys(folder, keys.verify, disk).catch(async (cause: unknown) => {
    await journal?.file.close().catch(() => undefined);
    throw cause;
  });
  return {
    log: { tree: last?.tree ?? published.tree, journal, note: signed?.note ?? null, signer },
    droppedBytes: last === undefined ? 0 : last.bytes.length - last.offset,
    published: published.tree,
    closed: walked.flatMap(({ from, tree, signed: by }) =>
      by === null ? [] : [{ first: from.size, note: by.note, size: tree.size }],
    ),
  };
};

/**
 * Opens a log anew that failed in this process: only what may have come behind what it knows. Refuses with code `audit-missing` where what it knows is not
 * there, `audit-unavailable` where what follows is not as it was signed. `found`: the canonical JSON of entries that had been refused and are there all the same.
 */
export const reopenLog = async (
  o: Place & { readonly known: Mark; readonly published: number },
): Promise<{ readonly log: OpenLog; readonly droppedBytes: number; readonly found: readonly string[] }> => {
  const { disk, folder, origin, keys, known } = o;
  const { from, offset } = known.journal ?? { from: known.tree, offset: 0 };
  const path = journalPath(folder, from.size);
  const there = (await journalsIn(disk, folder)).includes(from.size);
  if (!there && offset > 0) throw gone(origin);
  await checkPublished(o);
  if (!there) return { log: { ...known, journal: null }, droppedBytes: 0, found: [] };
  const file = await disk.open({ path, create: false });
  try {
    // The last checkpoint covers what comes before it.
    const note = Buffer.from(offset === 0 ? '' : (known.note ?? ''));
    const tail = await readFrom(file, offset - note.length);
    if (!tail.subarray(0, note.length).equals(note)) throw cut(origin);
    const bytes = tail.subarray(note.length);
    const all = [...keys.verify, ...(await keysBeside(folder))];
    const found = walkJournal({ bytes, from: known.tree, origin, keys: all, must: known.tree });
    if (typeof found === 'string') throw broken(origin, found);
    const next = found.tree.size;
    await mendJournal({ disk, folder, path, file, bytes, at: offset, durable: 0, end: found.offset, next, now: o.now });
    const signed = found.signed === null ? known : { ...found.signed, signer: fingerprintOf(found.signed.signer) };
    return {
      log: {
        tree: found.tree,
        journal: { from, file, offset: offset + found.offset },
        note: signed.note,
        signer: signed.signer,
      },
      droppedBytes: bytes.length - found.offset,
      found: found.found,
    };
  } catch (cause) {
    await file.close().catch(() => undefined);
    throw cause;
  }
};

/** What stands in a file from there on. */
const readFrom = async (file: LogFile, from: number): Promise<Buffer> => {
  const bytes = Buffer.alloc(Math.max(0, (await file.size()) - from));
  let filled = 0;
  while (filled < bytes.length) {
    const got = await file.read(bytes.subarray(filled), from + filled);
    if (got === 0) break;
    filled += got;
  }
  return bytes.subarray(0, filled);
};

/** A journal of which no batch is there yet; its name is made durable with its first batch. */
export const beginJournal = async (disk: LogDisk, folder: string, from: Frontier): Promise<Journal> => {
  const file = await disk.open({ path: journalPath(folder, from.size), create: true });
  return { from, file, offset: 0 };
};

/** The first journal comes before the keys: keys without a log mean that there was one. */
const beginLog = async (disk: LogDisk, folder: string): Promise<void> => {
  const { file } = await beginJournal(disk, folder, EMPTY_TREE);
  await file.close();
  await disk.syncFolder(join(folder, JOURNAL_FOLDER));
  await disk.syncFolder(folder);
};

const journalsIn = async (disk: LogDisk, folder: string): Promise<readonly number[]> =>
  (await disk.list(join(folder, JOURNAL_FOLDER)))
    .map(journalFirst)
    .filter((first) => first !== null)
    .sort((one, other) => one - other);

type Signed = Walked['signed'];

const readPublished = async (
  { disk, folder, origin }: Place,
  keys: readonly KeyObject[],
): Promise<{ readonly tree: Frontier; readonly signed: Signed }> => {
  const bytes = await disk.read(join(folder, CHECKPOINT_FILE)).catch((cause: unknown) => {
    if (isAbsent(cause)) return null;
    throw cause;
  });
  if (bytes === null) return { tree: EMPTY_TREE, signed: null };
  const note = bytes.toString('utf8');
  const found = openCheckpoint(note, keys);
  if (found === null) throw broken(origin, 'its checkpoint is not signed by the key in use, or one before it');
  if (found.origin !== origin) throw broken(origin, `its checkpoint belongs to the log ${found.origin}`);
  const tree = await readFrontier({ folder, size: found.size, disk }).catch((cause: unknown) => {
    if (isAbsent(cause) || cause instanceof RangeError) throw broken(origin, 'a tile is missing or too short');
    throw cause;
  });
  if (!rootOf(tree).equals(found.root)) throw broken(origin, 'its tiles are not those that its checkpoint signs');
  return { tree, signed: { note, signer: found.signer } };
};

/** In a process that runs: somebody who put an older one there, or none, has cut the log. */
const checkPublished = async ({
  disk,
  folder,
  origin,
  published,
}: Place & { readonly published: number }): Promise<void> => {
  if (published === 0) return;
  const note = await disk.read(join(folder, CHECKPOINT_FILE)).catch((cause: unknown) => {
    if (isAbsent(cause)) throw gone(origin);
    throw cause;
  });
  const size = Number(note.toString('utf8').split('\n')[1]);
  if (!(size >= published)) throw cut(origin);
};

interface WalkedJournal extends Walked {
  readonly from: Frontier;
  readonly bytes: Buffer;
  /** Bytes that are on stable storage for certain. */
  readonly durable: number;
}

/** Every journal in order, and those of which all is published and which were left behind by a crash. The last one of them may end anywhere. */
const walkAll = async (
  { disk, folder, origin }: Place,
  o: { readonly firsts: readonly number[]; readonly published: Frontier; readonly known: readonly KeyObject[] },
): Promise<{ readonly walked: readonly WalkedJournal[]; readonly leftovers: readonly number[] }> => {
  const walked: WalkedJournal[] = [];
  const leftovers: number[] = [];
  let tree = o.published;
  for (const first of o.firsts) {
    const bytes = await disk.read(journalPath(folder, first));
    const before = walked.at(-1);
    if (bytes.length === 0 && first !== tree.size) {
      leftovers.push(first);
      continue;
    }
    if (before !== undefined && before.offset < before.bytes.length)
      throw broken(origin, 'a journal ends within a batch, and another one follows');
    if (first > tree.size)
      throw broken(origin, `the entries from ${tree.size} to ${first - 1} are in no journal and are not published`);
    const isOld = first < o.published.size;
    if (!isOld && first < tree.size) throw broken(origin, 'two journals hold the same entries');
    const from = isOld ? await readFrontier({ folder, size: first, disk }) : tree;
    const found = walkJournal({ bytes, from, origin, keys: o.known, must: isOld ? o.published : null });
    if (typeof found === 'string') throw broken(origin, found);
    if (isOld && found.tree.size <= o.published.size) {
      leftovers.push(first);
      continue;
    }
    if (!found.held) throw broken(origin, 'its checkpoint and its journals are not of one log');
    walked.push({ ...found, from, bytes, durable: found.last });
    ({ tree } = found);
  }
  return { walked, leftovers };
};

/**
 * Only a journal without a batch is gone on with. Whoever wrote to another one before may only be standing still, and publish and remove
 * it when it goes on: then nothing of this process may be in it.
 */
const endedOf = async (journal: Journal): Promise<Journal | null> => {
  if (journal.offset === 0) return journal;
  await journal.file.close();
  return null;
};

/** The journal, at the end of its last whole batch. */
const mended = async (
  { disk, folder, now }: Place,
  { from, bytes, durable, offset, tree }: Pick<WalkedJournal, 'from' | 'bytes' | 'durable' | 'offset' | 'tree'>,
): Promise<Journal> => {
  const path = journalPath(folder, from.size);
  const file = await disk.open({ path, create: false });
  try {
    if ((await file.size()) !== bytes.length) throw new Error('somebody else writes to the journal');
    await mendJournal({ disk, folder, path, file, bytes, at: 0, durable, end: offset, next: tree.size, now });
    return { from, file, offset };
  } catch (cause) {
    await file.close().catch(() => undefined);
    throw cause;
  }
};
