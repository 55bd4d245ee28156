/** What is written at once: entries, and the checkpoint that is signed over all that there is with them. */
import type { KeyObject } from 'node:crypto';
import { LENGTH_BYTES } from './bundle.ts';
import { signCheckpoint } from './checkpoint.ts';
import { type Frontier, growTree, leafHashIn } from './merkle.ts';
import { MOST_NOTE_BYTES } from './note.ts';

/** An entry in canonical JSON, and how long that is in UTF-8. */
export interface Spelt {
  readonly json: string;
  readonly bytes: number;
}

export const spelt = (json: string): Spelt => ({ json, bytes: Buffer.byteLength(json) });

const BEFORE = Buffer.from('{"entry":');
const sequence = (index: number): string => `,"seq":${index}}`;

/** What the wrapping of an entry takes at most: 15 digits. */
export const WRAPPING_BYTES = BEFORE.length + sequence(10 ** 15 - 1).length;

/** The leaf of an entry, from its own canonical JSON. Its index in the tree is its sequence number. */
export const entryText = (json: string, index: number): string => `{"entry":${json}${sequence(index)}`;

/** Whether the bytes `start` to `end` may be the leaf with this index: as far as its ends say. */
export const isLeafOf = (bytes: Buffer, start: number, end: number, index: number): boolean => {
  const last = sequence(index);
  return (
    end - start > BEFORE.length + last.length &&
    BEFORE.compare(bytes, start, start + BEFORE.length) === 0 &&
    bytes.toString('latin1', end - last.length, end) === last
  );
};

/** The canonical JSON of the entry in a leaf. */
export const entryJson = (bytes: Buffer, start: number, end: number, index: number): string =>
  bytes.toString('utf8', start + BEFORE.length, end - sequence(index).length);

export interface SignedBatch {
  /** As a journal holds it. */
  readonly bytes: Buffer;
  /** The tree with it. */
  readonly tree: Frontier;
  readonly note: string;
}

/**
 * Entries, at least one, behind a tree, as `encodeBatch` would put them. They are written straight into one buffer, and hashed where they stand: that costs
 * half of what strings cost that are put together, copied and hashed one by one.
 */
export const signBatch = (o: {
  readonly origin: string;
  readonly key: KeyObject;
  readonly from: Frontier;
  readonly entries: readonly Spelt[];
}): SignedBatch => {
  let room = 2 * LENGTH_BYTES + MOST_NOTE_BYTES;
  for (const { bytes } of o.entries) room += LENGTH_BYTES + WRAPPING_BYTES + bytes;
  const bytes = Buffer.allocUnsafe(room);
  const tree = growTree(o.from);
  let at = 0;
  for (const { json, bytes: length } of o.entries) {
    const start = at + LENGTH_BYTES;
    BEFORE.copy(bytes, start);
    let end = start + BEFORE.length;
    // What is ASCII has one byte a character, and is copied as it is.
    end += bytes.write(json, end, length === json.length ? 'latin1' : 'utf8');
    end += bytes.write(sequence(tree.size()), end, 'latin1');
    bytes.writeUInt16BE(end - start, at);
    tree.push(leafHashIn(bytes, start, end));
    at = end;
  }
  const note = signCheckpoint({ origin: o.origin, size: tree.size(), root: tree.root() }, o.key);
  at = bytes.writeUInt16BE(0, at);
  const noteAt = at + LENGTH_BYTES;
  const end = noteAt + bytes.write(note, noteAt);
  bytes.writeUInt16BE(end - noteAt, at);
  return { bytes: bytes.subarray(0, end), tree: tree.frontier(), note };
};
