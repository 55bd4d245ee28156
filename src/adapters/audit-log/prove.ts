/** What one log can prove to somebody who has none of it: that an entry is in it, and that it goes on from what it was. */
import { LENGTH_BYTES } from './bundle.ts';
import { type Checkpoint, readCheckpoint } from './checkpoint.ts';
import { durableNote } from './durable.ts';
import { publishedNote } from './held.ts';
import { leafHash, leafHashIn, nodeHash } from './merkle.ts';
import { consistencyProof, type HashAt, inclusionProof, isConsistent, rootAt, rootByInclusion } from './proofs.ts';
import { tileReader } from './published.ts';
import { readEntries } from './reader.ts';
import { hashesOf } from './tiles.ts';

/**
 * The hashes of a log, up to its first `size` entries: of what is published out of its tiles, of the rest out of its journals. Rejects where
 * the folder cannot be read, and with a RangeError where it does not hold so much.
 */
export const hashesIn = async (o: { readonly folder: string; readonly size: number }): Promise<HashAt> => {
  const { folder, size } = o;
  const published = Math.min(readCheckpoint((await publishedNote(folder)) ?? '')?.size ?? 0, size);
  const leaves: Buffer[] = [];
  for await (const run of readEntries({ folder, from: published, to: size })) {
    if (run.first !== published + leaves.length) throw new RangeError('entries are missing');
    for (const { start, end } of run.spans) leaves.push(leafHashIn(run.bytes, start, end));
  }
  if (published + leaves.length < size) throw new RangeError('the log does not hold so many entries');
  const tiles = hashesOf(published, tileReader(folder));
  const at: HashAt = async (level, index) => {
    if ((index + 1) * 2 ** level <= published) return tiles(level, index);
    const leaf = leaves[index - published];
    if (level > 0) return nodeHash(await at(level - 1, 2 * index), await at(level - 1, 2 * index + 1));
    if (leaf === undefined) throw new RangeError('the log does not hold so many entries');
    return leaf;
  };
  return at;
};

export interface ProvedEntry {
  readonly index: number;
  /** Its canonical bytes, which are the leaf. */
  readonly entry: Buffer;
  /** Up to the root, the nearest first. */
  readonly proof: readonly Buffer[];
  /** The signed checkpoint with that root. Who signed it is for whoever reads it. */
  readonly note: string;
  readonly checkpoint: Checkpoint;
  /** Whether the proof leads from the entry to the root. */
  readonly holds: boolean;
}

/** Null: there is no such entry; `pruned`: its words are gone. Rejects where the log cannot be read. */
export const proveEntry = async (o: {
  /** The folder of one log. */
  readonly folder: string;
  readonly index: number;
}): Promise<ProvedEntry | 'pruned' | null> => {
  const { folder, index } = o;
  const published = await publishedNote(folder);
  const isPublished = (readCheckpoint(published ?? '')?.size ?? 0) > index;
  const note = isPublished ? published : ((await durableNote(folder))?.note ?? null);
  const checkpoint = note === null ? null : readCheckpoint(note);
  if (note === null || checkpoint === null || index >= checkpoint.size) return null;
  const entry = await entryAt(folder, index);
  if (entry === null) return 'pruned';
  const proof = await inclusionProof({
    index,
    size: checkpoint.size,
    at: await hashesIn({ folder, size: checkpoint.size }),
  });
  const root = rootByInclusion({ index, size: checkpoint.size, leaf: leafHash(entry), proof });
  return { index, entry, proof, note, checkpoint, holds: root?.equals(checkpoint.root) ?? false };
};

const entryAt = async (folder: string, index: number): Promise<Buffer | null> => {
  for await (const { bytes, spans } of readEntries({ folder, from: index, to: index + 1 }))
    for (const { start, end } of spans) if (start >= LENGTH_BYTES) return Buffer.from(bytes.subarray(start, end));
  return null;
};

/** An entry's proof as C2SP tlog-proof has it. Files of it end in `.tlog-proof`. */
export const tlogProof = ({ index, proof, note }: Pick<ProvedEntry, 'index' | 'proof' | 'note'>): string =>
  ['c2sp.org/tlog-proof@v1', `index ${index}`, ...proof.map((hash) => hash.toString('base64')), '', note].join('\n');

export interface ProvedConsistency {
  readonly from: Checkpoint;
  readonly to: Checkpoint;
  readonly proof: readonly Buffer[];
  /** Whether the later tree goes on from the former one. */
  readonly holds: boolean;
}

/**
 * That a log of `to` goes on from what it was: the roots are those that were signed, or, where one is not given, what the log has there now. Null: the
 * log does not hold as much. Rejects where it cannot be read.
 */
export const proveConsistency = async (o: {
  readonly folder: string;
  readonly origin: string;
  readonly from: { readonly size: number; readonly root: Buffer | null };
  readonly to: { readonly size: number; readonly root: Buffer };
}): Promise<ProvedConsistency | null> => {
  const { folder, origin, from, to } = o;
  try {
    const at = await hashesIn({ folder, size: to.size });
    const root = from.root ?? (await rootAt(from.size, at));
    const proof = await consistencyProof({ from: from.size, to: to.size, at });
    const former = { size: from.size, root };
    return {
      from: { origin, ...former },
      to: { origin, ...to },
      proof,
      holds: isConsistent({ from: former, to, proof }),
    };
  } catch (cause) {
    if (cause instanceof RangeError) return null;
    throw cause;
  }
};
