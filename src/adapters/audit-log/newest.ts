/** The newest entry of a log that somebody looks for, read from its end: what was written since the last start, not what was written in years. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { LOG_FILE, MAX_LINE_BYTES } from './format.ts';

const CHUNK = 1 << 20;

/**
 * The last entry of one of these kinds that `take` makes something of; null: there is none. Whether it was altered, `verify` says. Rejects
 * where the log cannot be read.
 */
export const newestOf = async <T>(o: {
  /** The folder of one log. */
  readonly folder: string;
  readonly kinds: readonly string[];
  readonly take: (entry: unknown) => T | null;
}): Promise<T | null> => {
  const handle = await open(join(o.folder, LOG_FILE), 'r');
  try {
    let end = (await handle.stat()).size;
    /** The beginning of a line whose rest was looked at already; it goes before what is read next. */
    let head: Buffer = Buffer.alloc(0);
    const buffer = Buffer.alloc(CHUNK);
    while (end > 0) {
      const start = Math.max(0, end - CHUNK);
      await fill(handle, buffer.subarray(0, end - start), start);
      const bytes = Buffer.concat([buffer.subarray(0, end - start), head]);
      const first = start === 0 ? 0 : bytes.indexOf(0x0a) + 1;
      // No line is so long: this is none of ours, and nothing is looked for in it.
      if (start > 0 && first === 0) return null;
      const found = newestIn(bytes.subarray(first), o);
      if (found !== null) return found;
      head = Buffer.from(bytes.subarray(0, first));
      if (head.length > MAX_LINE_BYTES + CHUNK) return null;
      end = start;
    }
    return null;
  } finally {
    await handle.close();
  }
};

const fill = async (handle: Awaited<ReturnType<typeof open>>, into: Buffer, position: number): Promise<void> => {
  for (let filled = 0; filled < into.length; ) {
    const { bytesRead } = await handle.read(into, filled, into.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
};

/** Whole lines, looked at from the last. */
const newestIn = <T>(
  bytes: Buffer,
  o: { readonly kinds: readonly string[]; readonly take: (entry: unknown) => T | null },
): T | null => {
  const marks = o.kinds.map((kind) => Buffer.from(`"kind":"${kind}"`));
  let end = bytes.length;
  while (end > 0) {
    const at = Math.max(...marks.map((mark) => bytes.lastIndexOf(mark, end - 1)));
    if (at < 0) return null;
    const start = bytes.lastIndexOf(0x0a, at) + 1;
    const stop = bytes.indexOf(0x0a, at);
    // A line without its end was never acknowledged.
    const entry = stop === -1 ? null : entryOf(bytes.toString('utf8', start, stop));
    const taken = entry === null ? null : o.take(entry);
    if (taken !== null) return taken;
    end = start;
  }
  return null;
};

const entryOf = (line: string): unknown => {
  try {
    const { entry } = JSON.parse(line.slice(line.indexOf('{'))) as { readonly entry?: unknown };
    return entry ?? null;
  } catch {
    return null;
  }
};
