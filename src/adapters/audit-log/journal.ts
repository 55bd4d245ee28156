/**
 * A journal, record by record: entries as in a bundle, each behind its length, and behind each batch its signed checkpoint. No entry is
 * empty, so a length of 0 says that a checkpoint follows, behind a length of its own.
 */
import { encodeEntries, LENGTH_BYTES, type Span } from './bundle.ts';
import { MOST_NOTE_BYTES } from './note.ts';

/** A signed checkpoint as it stands behind entries. */
export const noteFrame = (note: string): Buffer => {
  const signed = Buffer.from(note);
  const head = Buffer.alloc(2 * LENGTH_BYTES);
  head.writeUInt16BE(signed.length, LENGTH_BYTES);
  return Buffer.concat([head, signed]);
};

/** The bytes of one batch. `texts`: at least one entry; `note`: the signed checkpoint behind them. */
export const encodeBatch = (texts: readonly string[], note: string): Buffer =>
  Buffer.concat([encodeEntries(texts), noteFrame(note)]);

/** A whole batch; nothing of it is proved yet. */
export interface Batch {
  /** Where its entries stand in the bytes that were given. */
  readonly spans: readonly Span[];
  readonly note: string;
  /** Where it begins and ends. */
  readonly from: number;
  readonly to: number;
}

/**
 * The batch that begins at the byte `at`. `part`: the bytes end before it does. `none`: they end there. `bad`: no batch looks like that, as where
 * a power cut left a block of zeros.
 */
export const batchAt = (bytes: Buffer, at: number): Batch | 'part' | 'none' | 'bad' => {
  if (at === bytes.length) return 'none';
  const spans: Span[] = [];
  for (let next = at; ; ) {
    if (next + LENGTH_BYTES > bytes.length) return 'part';
    const length = bytes.readUInt16BE(next);
    const start = next + LENGTH_BYTES;
    if (length === 0) return spans.length === 0 ? 'bad' : closed(bytes, at, start, spans);
    if (start + length > bytes.length) return 'part';
    spans.push({ start, end: start + length });
    next = start + length;
  }
};

const closed = (bytes: Buffer, from: number, at: number, spans: readonly Span[]): Batch | 'part' | 'bad' => {
  if (at + LENGTH_BYTES > bytes.length) return 'part';
  const length = bytes.readUInt16BE(at);
  if (length === 0 || length > MOST_NOTE_BYTES) return 'bad';
  const start = at + LENGTH_BYTES;
  const to = start + length;
  if (to > bytes.length) return 'part';
  return { spans, note: bytes.toString('utf8', start, to), from, to };
};
