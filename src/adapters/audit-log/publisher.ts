/** Writes journals out as tiles and bundles, one after the other, beside whoever appends. */
import { dirname, join } from 'node:path';
import { SottoError } from '../../core/errors.ts';
import { createDeadline } from './deadline.ts';
import type { LogDisk } from './file.ts';
import { batchAt } from './journal.ts';
import { JOURNAL_FOLDER, journalPath } from './layout.ts';
import type { Frontier } from './merkle.ts';
import { partialsOf, type Run, writePublished } from './published.ts';
import { bundlePath, levelsOf, tilePath, tilesAt } from './tiles.ts';

/** A journal that takes no more batches; all of it is on stable storage. */
export interface ClosedJournal {
  /** Index of its first entry. */
  readonly first: number;
  /** Of its last batch. */
  readonly note: string;
  /** Entries of the log up to its end. */
  readonly size: number;
}

export interface Publisher {
  add(journal: ClosedJournal): void;
  /** Begins to publish, where something waits, nothing is under way and the pause after a failure is over. */
  poke(): void;
  /** Publishes what waits now; rejects where that fails. */
  flush(): Promise<void>;
  /** Another process writes the log by now: nothing is begun any more. */
  stop(): void;
  /** As it is published. */
  tree(): Frontier;
  /** Whether nothing is written; and resolves once it is so. */
  isIdle(): boolean;
  idle(): Promise<void>;
}

/** For one journal to be published; real time. */
const DEADLINE_MS = 60_000;

/**
 * A failure leaves the journal where it is, and the log as it was: it is told with its code, and tried again. While a call to the disk
 * hangs nothing else is begun: it could come back and write over what followed.
 */
export const createPublisher = (o: {
  readonly folder: string;
  readonly disk: LogDisk;
  readonly tree: Frontier;
  readonly closed: readonly ClosedJournal[];
  /** Between a failure and the next attempt, ms. */
  readonly pauseMs: number;
  readonly onTrouble: (code: string) => void;
}): Publisher => {
  const { folder, disk } = o;
  const waiting = [...o.closed];
  const deadline = createDeadline(DEADLINE_MS);
  let { tree } = o;
  let busy: Promise<void> | null = null;
  let last: Promise<void> | null = null;
  let again = 0;
  let stopped = false;

  const next = async (journal: ClosedJournal): Promise<void> => {
    const before = tree;
    if (journal.size > tree.size) {
      const bytes = await disk.read(journalPath(folder, journal.first));
      tree = await writePublished({ folder, from: tree, runs: runsOf(journal.first, bytes), note: journal.note, disk });
    }
    await disk.remove(journalPath(folder, journal.first));
    await removePartials({ folder, disk, sizes: [before.size, tree.size] });
  };

  const all = async (): Promise<void> => {
    for (let journal = waiting[0]; journal !== undefined && !stopped; journal = waiting[0]) {
      last = next(journal);
      await deadline.within(last);
      waiting.shift();
    }
  };

  const begin = (): Promise<void> => {
    if (busy !== null) return busy;
    // It could come back and write over what followed.
    if (deadline.hanging() > 0) return Promise.reject(new SottoError('deadline', 'The disk has not answered yet.'));
    busy = all()
      .catch((cause: unknown) => {
        again = performance.now() + o.pauseMs;
        o.onTrouble(troubleOf(cause));
        throw cause;
      })
      .finally(() => {
        busy = null;
      });
    busy.catch(() => undefined);
    return busy;
  };

  return {
    add: (journal) => {
      waiting.push(journal);
    },
    poke: () => {
      if (waiting.length > 0 && busy === null && deadline.hanging() === 0 && performance.now() >= again) void begin();
    },
    flush: async () => {
      // What is under way goes on to what was added last, unless it fails: then that is tried once more.
      await busy?.catch(() => undefined);
      if (waiting.length > 0) await begin();
    },
    stop: () => {
      stopped = true;
    },
    tree: () => tree,
    idle: async () => {
      while (busy !== null || deadline.hanging() > 0) await Promise.allSettled([busy, last]);
    },
    isIdle: () => busy === null && deadline.hanging() === 0,
  };
};

/** Of what the disk said only the code is told: the rest may hold paths. */
const troubleOf = (cause: unknown): string =>
  (cause instanceof SottoError ? cause.code : (cause as NodeJS.ErrnoException | null)?.code) ?? 'failed';

const runsOf = function* (first: number, bytes: Buffer): Generator<Run> {
  let index = first;
  for (let batch = batchAt(bytes, 0); typeof batch !== 'string'; batch = batchAt(bytes, batch.to)) {
    yield { first: index, bytes, spans: batch.spans };
    index += batch.spans.length;
  }
};

/** Removes partial tiles and bundles that are not of the last of these sizes, and lie where a tree of one of them ends. */
const removePartials = async (o: {
  readonly folder: string;
  readonly disk: LogDisk;
  readonly sizes: readonly number[];
}): Promise<void> => {
  const { folder, disk } = o;
  const kept = new Set(partialsOf(o.sizes.at(-1) ?? 0).map((path) => join(folder, path)));
  const keptIn = new Set([...kept].map(dirname));
  for (const parent of new Set(o.sizes.flatMap(endsOf).map((path) => join(folder, path))))
    for (const name of await disk.list(parent)) {
      const own = join(parent, name);
      if (!name.endsWith('.p')) continue;
      if (!keptIn.has(own)) await disk.remove(own);
      else
        for (const width of await disk.list(own)) if (!kept.has(join(own, width))) await disk.remove(join(own, width));
    }
};

/** The folders in which the last tiles and the last bundle of a tree of this size lie. */
const endsOf = (size: number): readonly string[] => {
  const paths = [bundlePath(tilesAt(0, size).whole)];
  for (let level = 0; level < levelsOf(size); level++) paths.push(tilePath(level, tilesAt(level, size).whole));
  return paths.map((path) => dirname(path));
};

/** Removes journals whose entries are all published, and durably so. */
export const removeJournals = async (disk: LogDisk, folder: string, firsts: readonly number[]): Promise<void> => {
  if (firsts.length === 0) return;
  for (const first of firsts) await disk.remove(journalPath(folder, first));
  await disk.syncFolder(join(folder, JOURNAL_FOLDER));
};
