/** Where a log's clock went back. Each entry has its place in the log whatever the clock said, so it is no finding, and worth a look. */
import { entriesIn, readEntries } from './reader.ts';

export interface Backwards {
  readonly index: number;
  /** ms that it is before the latest entry so far. */
  readonly byMs: number;
}

/** The first entry that was made more than `mostMs` before one that lies before it; null: none was. Rejects where the log cannot be read. */
export const firstBackwards = async (o: {
  /** The folder of one log. */
  readonly folder: string;
  readonly mostMs: number;
}): Promise<Backwards | null> => {
  let latest = Number.NEGATIVE_INFINITY;
  for await (const run of readEntries({ folder: o.folder })) {
    for (const { index, entry } of entriesIn(run)) {
      const { at } = entry;
      if (typeof at !== 'number') continue;
      if (at < latest - o.mostMs) return { index, byMs: latest - at };
      latest = Math.max(latest, at);
    }
  }
  return null;
};
