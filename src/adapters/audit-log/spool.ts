/** Leaves of a log that is put together, on the disk until it is known how far it was signed: parts that follow each other, and the hash of each leaf. */
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LENGTH_BYTES, type Span, spansOf } from './bundle.ts';
import { HASH_BYTES } from './merkle.ts';
import type { PrunedRun } from './published.ts';
import type { Run } from './reader.ts';

/** Hashes that are read at once. */
const MOST_HASHES = 32_768;

/** One stretch of entries, or of hashes alone. */
interface Part {
  readonly first: number;
  readonly to: number;
  /** Bytes of the file; null: there are hashes only. */
  readonly bytes: { readonly from: number; readonly to: number } | null;
}

export interface Spool {
  /** Leaves so far. */
  size(): number;
  /** Adds leaves at the end, by their hashes, and the entries that they are of; null: these were pruned. */
  add(o: {
    readonly hashes: Buffer;
    readonly entries: { readonly bytes: Buffer; readonly spans: readonly Span[] } | null;
  }): Promise<void>;
  /** Lets go of the last parts, down to this size, where one ended. */
  back(size: number): void;
  /** The hashes of the leaves `from` to before `to`, which it has. */
  hashes(from: number, to: number): Promise<Buffer>;
  /** All leaves; those before `pruned` by their hashes alone. */
  runs(pruned: number): AsyncGenerator<Run | PrunedRun>;
  /** The end of the last part that has hashes only; 0: all have entries. */
  pruned(): number;
  /** Takes it off the disk. */
  remove(): Promise<void>;
}

/** `folder` must not be there; made for its owner only. */
export const openSpool = async (folder: string): Promise<Spool> => {
  await mkdir(folder, { mode: 0o700 });
  const [leaves, texts] = [
    await open(join(folder, 'hashes'), 'wx+', 0o600),
    await open(join(folder, 'entries'), 'wx+', 0o600),
  ];
  let parts: Part[] = [];
  const size = (): number => parts.at(-1)?.to ?? 0;
  const end = (): number => parts.findLast(({ bytes }) => bytes !== null)?.bytes?.to ?? 0;
  const hashes = (from: number, to: number): Promise<Buffer> => readAll(leaves, from * HASH_BYTES, to * HASH_BYTES);

  return {
    size,
    add: async ({ hashes: added, entries }) => {
      const first = size();
      await writeAll(leaves, added, first * HASH_BYTES);
      const from = end();
      const text = entries === null ? null : textOf(entries);
      if (text !== null) await writeAll(texts, text, from);
      const bytes = text === null ? null : { from, to: from + text.length };
      parts.push({ first, to: first + added.length / HASH_BYTES, bytes });
    },
    back: (to) => {
      parts = parts.filter((part) => part.to <= to);
    },
    hashes,
    runs: async function* (pruned) {
      for (let first = 0; first < Math.min(pruned, size()); first += MOST_HASHES)
        yield { first, hashes: await hashes(first, Math.min(first + MOST_HASHES, pruned, size())) };
      for (const { first, to, bytes: at } of parts) {
        if (at === null || to <= pruned) continue;
        const bytes = await readAll(texts, at.from, at.to);
        const spans = spansOf(bytes) ?? [];
        const skipped = Math.max(0, pruned - first);
        yield { first: first + skipped, bytes, spans: spans.slice(skipped) };
      }
    },
    pruned: () => parts.findLast(({ bytes }) => bytes === null)?.to ?? 0,
    remove: async () => {
      await Promise.all([leaves.close(), texts.close()]);
      await rm(folder, { recursive: true });
    },
  };
};

/** Entries that follow each other in these bytes, each with its length. */
const textOf = ({ bytes, spans }: { readonly bytes: Buffer; readonly spans: readonly Span[] }): Buffer =>
  bytes.subarray((spans[0]?.start ?? LENGTH_BYTES) - LENGTH_BYTES, spans.at(-1)?.end ?? 0);

const writeAll = async (file: FileHandle, bytes: Buffer, at: number): Promise<void> => {
  for (let written = 0; written < bytes.length; )
    written += (await file.write(bytes, written, bytes.length - written, at + written)).bytesWritten;
};

const readAll = async (file: FileHandle, from: number, to: number): Promise<Buffer> => {
  const bytes = Buffer.allocUnsafe(to - from);
  for (let filled = 0; filled < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, from + filled);
    if (bytesRead === 0) throw new Error('what was just written is not there');
    filled += bytesRead;
  }
  return bytes;
};
