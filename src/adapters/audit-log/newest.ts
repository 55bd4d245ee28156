/** The newest entry of a log that somebody looks for, read from its end: what was written since the last start, not what was written in years. */
import { entryIn, readBackwards } from './reader.ts';

/**
 * The last entry of one of these kinds that `take` makes something of; null: there is none, or it was pruned. Whether it was altered, `verify`
 * says. Rejects where the log cannot be read.
 */
export const newestOf = async <T>(o: {
  /** The folder of one log. */
  readonly folder: string;
  readonly kinds: readonly string[];
  readonly take: (entry: unknown) => T | null;
}): Promise<T | null> => {
  // A string inside an entry cannot hold this: its quotes would be escaped.
  const marks = o.kinds.map((kind) => Buffer.from(`"kind":"${kind}"`));
  for await (const { bytes, spans } of readBackwards({ folder: o.folder }))
    for (const { start, end } of spans.toReversed()) {
      const text = bytes.subarray(start, end);
      // Only what may be one is taken apart.
      const entry = marks.some((mark) => text.includes(mark)) ? entryIn(text.toString()) : null;
      const taken = entry === null || !o.kinds.includes(String(entry['kind'])) ? null : o.take(entry);
      if (taken !== null) return taken;
    }
  return null;
};
