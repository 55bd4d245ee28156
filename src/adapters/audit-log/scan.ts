import type { KeyObject } from 'node:crypto';
import { chainOver, MAX_LINE_BYTES, type Position, parseCheckpoint, signerOf } from './format.ts';

const CHUNK = 1 << 18;
const LF = 0x0a;
const SPACE = 0x20;

/** What `scanLines` found behind the last complete line: nothing, a part of a line, or a line longer than any can be. */
export type Rest = 'none' | 'part' | 'too-long';

/**
 * Reads lines from `from` to the end, in pieces of 256 KiB, so that memory does not grow with the log. `line` gets the bytes
 * `start` to `end` (without the line feed) and the position behind them; it answers false to stop.
 */
export const scanLines = async (o: {
  readonly read: (into: Buffer, position: number) => Promise<number>;
  readonly from: number;
  readonly line: (bytes: Buffer, start: number, end: number, next: number) => boolean;
}): Promise<Rest> => {
  const buffer = Buffer.allocUnsafe(CHUNK);
  let at = o.from;
  let held = 0;
  for (;;) {
    const got = await o.read(buffer.subarray(held), at + held);
    const filled = held + got;
    let start = 0;
    // Behind what was read is whatever the memory held before: it is not looked at.
    const read = buffer.subarray(0, filled);
    for (let end = read.indexOf(LF, held); end !== -1; end = read.indexOf(LF, start)) {
      if (end - start > MAX_LINE_BYTES) return 'too-long';
      if (!o.line(buffer, start, end, at + end + 1)) return 'none';
      start = end + 1;
    }
    buffer.copyWithin(0, start, filled);
    at += start;
    held = filled - start;
    if (held > MAX_LINE_BYTES) return 'too-long';
    if (got === 0) return held === 0 ? 'none' : 'part';
  }
};

export interface Checker {
  /** Null: the line is right. Otherwise why not. The bytes are left as they were. */
  line(bytes: Buffer, start: number, end: number): string | null;
  /** The position after the last right line. */
  position(): Position;
  /** How many of the entries a checkpoint covers. */
  covered(): number;
  /** Whose key signed the last checkpoint; null: there was none yet. */
  signer(): KeyObject | null;
}

/** Checks line after line against the chain, the sequence and the signatures, from a position that is known to be right. */
export const createChecker = (o: {
  readonly origin: string;
  readonly keys: readonly KeyObject[];
  readonly from: Position;
}): Checker => {
  let { size, number, chain } = o.from;
  let covered = size;
  let signer: KeyObject | null = null;
  /** The one that signed last signs most likely: it is tried first, however many keys there were. */
  const likely = function* (): Iterable<KeyObject> {
    const last = signer;
    if (last !== null) yield last;
    for (const key of o.keys) if (key !== last) yield key;
  };

  const entry = (bytes: Buffer, start: number, end: number): string | null => {
    const space = start + 64;
    if (end - space < 2 || bytes[space] !== SPACE) return 'it is neither an entry nor a checkpoint';
    const suffix = `,"seq":${size}}`;
    if (bytes.toString('latin1', Math.max(space, end - suffix.length), end) !== suffix)
      return outOfSequence(bytes, start, end);
    const next = chainOver(chain, bytes, space, end);
    if (bytes.toString('latin1', start, space) !== next) return 'the entry or its chain hash was changed';
    chain = next;
    size++;
    return null;
  };

  const outOfSequence = (bytes: Buffer, start: number, end: number): string => {
    const found = /,"seq":(\d{1,15})\}$/.exec(bytes.toString('latin1', Math.max(start, end - 32), end))?.[1];
    return found === undefined
      ? 'the entry was changed: it has no sequence number'
      : `the entry was changed, dropped, moved or repeated: number ${found} stands where ${size} belongs`;
  };

  const checkpoint = (line: string): string | null => {
    const parsed = parseCheckpoint(line);
    if (parsed === null) return 'the checkpoint is malformed';
    const { checkpoint: found, signature } = parsed;
    if (found.origin !== o.origin) return `the checkpoint belongs to the log ${found.origin}`;
    const by = signerOf(found, signature, likely());
    if (by === null) return 'the checkpoint is not signed by the key given';
    if (found.number !== number) return `checkpoint ${found.number} stands where ${number} belongs`;
    if (found.size !== size || found.size === covered)
      return `the checkpoint covers ${found.size} entries, not ${size}`;
    if (found.chain !== chain) return 'the checkpoint signs another chain';
    number++;
    covered = size;
    signer = by;
    return null;
  };

  return {
    line: (bytes, start, end) =>
      bytes.toString('latin1', start, Math.min(end, start + 11)) === 'checkpoint '
        ? checkpoint(bytes.toString('latin1', start, end))
        : entry(bytes, start, end),
    position: () => ({ size, number, chain }),
    covered: () => covered,
    signer: () => signer,
  };
};
