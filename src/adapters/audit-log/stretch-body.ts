/**
 * What a stretch of a log holds, as its backup carries it: entries as in a bundle, or the hashes of leaves whose entries were pruned; and behind
 * them, where the log was signed for exactly that size, the signed checkpoint, framed as in a journal (two zero bytes, its length, it).
 */
import { firstSpans, LENGTH_BYTES, type Span } from './bundle.ts';
import { HASH_BYTES } from './merkle.ts';
import { MOST_NOTE_BYTES } from './note.ts';

/** What stands for the leaves: `hashes` where their entries were pruned. */
export type Holds = 'entries' | 'hashes';

/** More than the longest that is ever taken. */
export const MOST_BODY_BYTES = 96 << 20;

export interface StretchBody {
  readonly bytes: Buffer;
  /** Where each entry stands; empty where hashes do. */
  readonly spans: readonly Span[];
  /** Of the leaves, one behind the other; null: it holds entries. */
  readonly hashes: Buffer | null;
  /** For the size where it ends; null: it ends where nothing was signed. */
  readonly note: string | null;
}

/** Null: it does not hold so many leaves, or something else behind them. */
export const readStretchBody = (
  bytes: Buffer,
  o: { readonly holds: Holds; readonly leaves: number },
): StretchBody | null => {
  if (o.holds === 'hashes') {
    const end = o.leaves * HASH_BYTES;
    const note = end > bytes.length ? undefined : noteAt(bytes, end);
    return note === undefined ? null : { bytes, spans: [], hashes: bytes.subarray(0, end), note };
  }
  const spans = firstSpans(bytes, o.leaves);
  if (spans === null) return null;
  const note = noteAt(bytes, spans.at(-1)?.end ?? 0);
  return note === undefined ? null : { bytes, spans, hashes: null, note };
};

/** Null: nothing follows. Undefined: something that is no note. */
const noteAt = (bytes: Buffer, at: number): string | null | undefined => {
  if (at === bytes.length) return null;
  const start = at + 2 * LENGTH_BYTES;
  if (start > bytes.length || bytes.readUInt16BE(at) !== 0) return undefined;
  const length = bytes.readUInt16BE(at + LENGTH_BYTES);
  if (length === 0 || length > MOST_NOTE_BYTES || start + length !== bytes.length) return undefined;
  return bytes.toString('utf8', start);
};
