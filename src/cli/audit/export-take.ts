/** Goes through the logs of a folder and hands over what is meant, in the order of each log. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { entriesIn, readEntries } from '../../adapters/audit-log/reader.ts';
import type { Selection } from '../../core/audit-selection.ts';

/** A log, and how many of its entries are on stable storage at least. */
export interface OnRecord {
  readonly origin: string;
  readonly size: number;
}

type Entry = Readonly<Record<string, unknown>>;

export interface Out {
  /** Resolves once it was taken; rejects where nobody takes it. */
  give(o: { readonly entry: Entry; readonly origin: string; readonly index: number }): Promise<void>;
  /** All that was given is written out now, and lies before `next` in each log. */
  passed(next: ReadonlyMap<string, number>): Promise<void>;
}

export interface Taken {
  readonly entries: number;
  /** By log: the first entry that was looked at, and the next one. */
  readonly ranges: ReadonlyMap<string, { readonly from: number; readonly to: number }>;
  /** Entries that are not there any more, for their time was over, or that nobody can read. */
  readonly missing: number;
  /** Logs in the folder that are on no record, and logs that are shorter than they were. */
  readonly leftOut: readonly string[];
}

/** Between two times that it is noted how far it came: entries looked at. */
const NOTED_EVERY = 4_096;

const EMPTY: Taken = { entries: 0, ranges: new Map(), missing: 0, leftOut: [] };

/**
 * One round over what is there. `onRecord`: no further than that is read, for what is not on stable storage may give way to something else. `signal`: ends
 * it between two entries. Rejects where a log cannot be read.
 */
export const takeOnce = async (o: {
  readonly folder: string;
  readonly onRecord: readonly OnRecord[];
  /** One log alone; null: all. */
  readonly origin: string | null;
  readonly next: ReadonlyMap<string, number>;
  readonly selection: Selection;
  readonly out: Out;
  readonly signal: AbortSignal;
  /** What was taken in earlier rounds. */
  readonly before?: Taken;
}): Promise<Taken> => {
  const { folder, selection, out, signal, before = EMPTY } = o;
  const there = (await readdir(folder)).toSorted();
  const meant = there.filter((origin) => o.origin === null || origin === o.origin);
  const sizes = new Map(o.onRecord.map(({ origin, size }) => [origin, size]));
  const next = new Map(o.next);
  const ranges = new Map(before.ranges);
  let { entries, missing } = before;
  let passed = 0;
  const leftOut = meant.filter((origin) => (sizes.get(origin) ?? -1) < (next.get(origin) ?? 0));
  for (const origin of meant.filter((one) => !leftOut.includes(one))) {
    const to = sizes.get(origin) ?? 0;
    const from = next.get(origin) ?? 0;
    let at = from;
    const seen = (upTo: number): void => {
      passed += upTo - at;
      at = upTo;
      next.set(origin, at);
      ranges.set(origin, { from: ranges.get(origin)?.from ?? from, to: at });
    };
    for await (const run of readEntries({ folder: join(folder, origin), from, to })) {
      for (const { index, entry } of entriesIn(run)) {
        if (signal.aborted) break;
        missing += index - at;
        if (selection.takes(entry)) {
          await out.give({ entry, origin, index });
          entries += 1;
        }
        seen(index + 1);
        if (passed < NOTED_EVERY) continue;
        await out.passed(next);
        passed = 0;
      }
      if (signal.aborted) break;
    }
    if (signal.aborted) break;
    // Behind the last one that was found: pruned, or unreadable.
    if (at < to) {
      missing += to - at;
      seen(to);
    }
  }
  if (passed > 0) await out.passed(next);
  return { entries, ranges, missing, leftOut };
};

/** Twice over all logs, so that what follows from a question is known whichever process wrote it, and when. */
export const learnFrom = async (o: {
  readonly folder: string;
  readonly onRecord: readonly OnRecord[];
  readonly selection: Selection;
}): Promise<void> => {
  if (!o.selection.learns) return;
  const there = await readdir(o.folder);
  for (let round = 0; round < 2; round++)
    for (const { origin, size } of o.onRecord.filter((one) => there.includes(one.origin)))
      for await (const run of readEntries({ folder: join(o.folder, origin), to: size }))
        for (const { entry } of entriesIn(run)) o.selection.learn(entry);
};

/** How far each log was looked at. */
export const nextOf = ({ ranges }: Pick<Taken, 'ranges'>, before: ReadonlyMap<string, number>) =>
  new Map([...before, ...[...ranges].map(([origin, { to }]) => [origin, to] as const)]);
