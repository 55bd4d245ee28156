/** What of a journal counts: its batches as far as they are whole, each with its root and its signature checked. */
import type { KeyObject } from 'node:crypto';
import { entryJson, isLeafOf } from './batch.ts';
import { LENGTH_BYTES } from './bundle.ts';
import { openCheckpoint } from './checkpoint.ts';
import { type Batch, batchAt } from './journal.ts';
import { type Frontier, growTree, leafHashIn, rootOf } from './merkle.ts';

export interface Walked {
  /** Behind the last whole batch. */
  readonly tree: Frontier;
  readonly offset: number;
  /** Where the last whole batch begins. */
  readonly last: number;
  /** Of the last whole batch, and who signed it; null: there is none. */
  readonly signed: { readonly note: string; readonly signer: KeyObject } | null;
  /** Whether the batches of `must` were among them; true where nothing must be. */
  readonly held: boolean;
  /** Canonical JSON of the entries behind `must`. */
  readonly found: readonly string[];
}

/** Four zero bytes in a row: no entry and no checkpoint holds any, and between them stand three at most. */
const ZEROS = Buffer.alloc(4);

/**
 * Walks through a journal whose first entry comes behind the tree `from`. `must`: the tree of a batch that it has to hold. A string says why
 * it is not as it was signed. What follows the last whole batch and was cut off in the middle, or that a power cut left full of zeros, is
 * no reason: it had never been acknowledged.
 */
export const walkJournal = (o: {
  readonly bytes: Buffer;
  readonly from: Frontier;
  readonly origin: string;
  /** All that may have signed. */
  readonly keys: readonly KeyObject[];
  readonly must: Frontier | null;
}): Walked | string => {
  const { bytes, must } = o;
  const tree = growTree(o.from);
  let good = { tree: o.from, offset: 0, last: 0 };
  let signed: Walked['signed'] = null;
  let held = must === null || isSame(must, o.from);
  const found: string[] = [];
  let why: string | null = null;
  for (let batch = batchAt(bytes, 0); batch !== 'none'; batch = batchAt(bytes, good.offset)) {
    if (typeof batch === 'string') {
      why = batch === 'part' && isCut(bytes, good.offset, good.tree.size) ? null : 'a batch is not whole';
      break;
    }
    for (const { start, end } of batch.spans) tree.push(leafHashIn(bytes, start, end));
    const by = signerOf(batch, { ...o, tree: tree.frontier(), likely: signed?.signer ?? null });
    if (typeof by === 'string') {
      why = by;
      break;
    }
    if (held && must !== null)
      for (const [at, { start, end }] of batch.spans.entries())
        found.push(entryJson(bytes, start, end, good.tree.size + at));
    good = { tree: tree.frontier(), offset: batch.to, last: batch.from };
    signed = { note: batch.note, signer: by };
    held ||= must !== null && isSame(must, good.tree);
  }
  if (why !== null && bytes.indexOf(ZEROS, good.offset) === -1) return why;
  return { ...good, signed, held, found };
};

const isSame = (one: Frontier, other: Frontier): boolean =>
  one.size === other.size && rootOf(one).equals(rootOf(other));

/** Whose batch it is, or why it is not as it was signed. */
const signerOf = (
  batch: Batch,
  o: {
    readonly origin: string;
    readonly keys: readonly KeyObject[];
    readonly tree: Frontier;
    readonly likely: KeyObject | null;
  },
): KeyObject | string => {
  // Whoever signed last signs most likely: it is tried first, however many keys there were.
  const keys = o.likely === null ? o.keys : [o.likely, ...o.keys];
  const found = openCheckpoint(batch.note, keys);
  if (found === null) return 'a checkpoint is not signed by the key in use, or one before it';
  if (found.origin !== o.origin) return `a checkpoint belongs to the log ${found.origin}`;
  if (found.size !== o.tree.size) return `a checkpoint covers ${found.size} entries, not ${o.tree.size}`;
  if (!found.root.equals(rootOf(o.tree))) return 'an entry was changed, or a checkpoint signs another tree';
  return found.signer;
};

/**
 * Whether a batch that begins at `from` and is not whole was cut off. It was not where an entry, or the checkpoint, is all there and its length says
 * otherwise: then somebody changed it.
 */
const isCut = (bytes: Buffer, from: number, size: number): boolean => {
  for (let at = from, index = size; ; index++) {
    if (at + LENGTH_BYTES > bytes.length) return true;
    const length = bytes.readUInt16BE(at);
    const start = at + LENGTH_BYTES;
    if (length === 0) return index > size && !SIGNED.test(bytes.toString('utf8', start + LENGTH_BYTES));
    if (start + length > bytes.length) return !bytes.subarray(start).includes(`,"seq":${index}}`);
    if (!isLeafOf(bytes, start, start + length, index)) return false;
    at = start + length;
  }
};

/** The end of a checkpoint that is all there. */
const SIGNED = /\n\u2014 [^\n]{1,512}\n/u;
