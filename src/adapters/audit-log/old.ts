/** How much of a log lies before a time. */
import { entriesIn, readEntries } from './reader.ts';
import { TILE_WIDTH } from './tiles.ts';

/** Entries that one look reads at most; what is left is found by the next one. */
const MOST_READ = 1_000_000;

/** Entries by which a log that nobody writes any more is believed, or others are; only a log that is written can say them again. */
const STANDS = new Set<unknown>(['lost', 'pruned', 'key']);

/**
 * A multiple of 256 below which every entry that is there was made before that time, each and all: where a clock was set back, what was made before
 * waits for what lies behind it. 0: there is none. Rejects where the log cannot be read.
 */
export const oldUpTo = async (o: {
  /** The folder of one log. */
  readonly folder: string;
  /** ms since the epoch. */
  readonly before: number;
  /** True: not beyond an entry that says what must go on being said. */
  readonly untilStands: boolean;
}): Promise<number> => {
  let next = 0;
  let read = 0;
  const whole = (): number => Math.floor(next / TILE_WIDTH) * TILE_WIDTH;
  for await (const run of readEntries({ folder: o.folder })) {
    // What does not parse is left out, and is not known to be old.
    let expected = run.first;
    for (const { index, entry } of entriesIn(run)) {
      const { at, kind } = entry;
      const stands = o.untilStands && STANDS.has(kind);
      if (index !== expected || stands || !(typeof at === 'number' && at < o.before)) return whole();
      expected = index + 1;
      next = expected;
    }
    if (expected !== run.first + run.spans.length) return whole();
    read += run.spans.length;
    if (read >= MOST_READ) break;
  }
  return whole();
};
