/**
 * The entries of one log, whoever writes it meanwhile. Published bundles come first and journals behind them; a journal that is published
 * while one reads is found again among the bundles. Nothing is proved here: whether anything was altered, `verify` says.
 */
import { readdir } from 'node:fs/promises';
import { readCheckpoint } from './checkpoint.ts';
import {
  type Journal,
  journalsOf,
  mustBeThere,
  publishedNote,
  publishedSize,
  readBundle,
  readJournal,
} from './held.ts';
import type { Run } from './published.ts';
import { TILE_WIDTH } from './tiles.ts';

export type { Run };

/** Looks at a folder that changes under one's hands: each in vain means that a whole journal was published meanwhile. */
const MOST_LOOKS = 100;

/** Takes what is there until it stands still for one look. */
const steadily = async <T>(look: () => Promise<T | null>): Promise<T> => {
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const found = await look();
    if (found !== null) return found;
  }
  throw new Error('the journals of the audit log come and go too fast to be read');
};

/** The last journal that holds a whole batch; `none`: no journal does; null: one went while it was looked for. */
const lastJournal = async (folder: string): Promise<Journal | 'none' | null> => {
  for (const first of [...((await journalsOf(folder)) ?? [])].reverse()) {
    const journal = await readJournal(folder, first);
    if (journal === null) return null;
    if (journal.spans.length > 0) return journal;
  }
  return 'none';
};

const endOf = (journal: Run): number => journal.first + journal.spans.length;

/**
 * The last signed checkpoint of a log, published or in a journal; nothing of it is proved. Null: there is none. Rejects where the folder
 * is not there (`ENOENT`) or cannot be read.
 */
export const newestNote = async (folder: string): Promise<string | null> => {
  const last = await steadily(() => lastJournal(folder));
  // Later than the journals: what was published meanwhile is not missed.
  const published = await publishedNote(folder);
  if (last === 'none') {
    if (published === null) await readdir(folder);
    return published;
  }
  const size = published === null ? 0 : (readCheckpoint(published)?.size ?? 0);
  return size > endOf(last) ? published : last.note;
};

/** Entries by that checkpoint; 0: there is none. Rejects as `newestNote` does. */
export const newestSize = async (folder: string): Promise<number> =>
  readCheckpoint((await newestNote(folder)) ?? '')?.size ?? 0;

/** How many entries there are, and of them in bundles. */
const extentOf = async (folder: string): Promise<{ readonly end: number; readonly published: number }> => {
  const last = await steadily(() => lastJournal(folder));
  const published = await publishedSize(folder);
  return { end: last === 'none' ? published : Math.max(published, endOf(last)), published };
};

/** Those of them that lie at `from` to before `to`; null: none. */
const cut = ({ first, bytes, spans }: Run, from: number, to: number): Run | null => {
  const kept = spans.slice(Math.max(0, from - first), Math.max(0, to - first));
  return kept.length === 0 ? null : { first: Math.max(first, from), bytes, spans: kept };
};

const endOfBundle = (at: number): number => (Math.floor(at / TILE_WIDTH) + 1) * TILE_WIDTH;

/** The bundle with the entry `at`, in a log of which so many are published; null: it is not there. */
const bundleAt = async (folder: string, at: number, published: number): Promise<Run | null> => {
  const index = Math.floor(at / TILE_WIDTH);
  const first = index * TILE_WIDTH;
  const found = await readBundle(folder, index, Math.min(TILE_WIDTH, published - first));
  return found === null ? null : { first, ...found };
};

/** The journal with the entry `at`, or the next one behind it where none has it; `none`: there is neither. Null: it went meanwhile. */
const journalAt = async (folder: string, at: number): Promise<Journal | 'none' | null> => {
  const all = (await journalsOf(folder)) ?? [];
  const before = all.findLast((first) => first <= at);
  if (before !== undefined) {
    const journal = await readJournal(folder, before);
    if (journal === null || endOf(journal) > at) return journal;
  }
  const behind = all.find((first) => first > at);
  return behind === undefined ? 'none' : readJournal(folder, behind);
};

/**
 * The entries `from` to before `to` (default: all that were there at the beginning), in order, one bundle or one journal at a time. Only whole
 * batches; what was pruned is left out, so `first` may jump. Rejects where there is no log (`ENOENT`) or it cannot be read.
 */
export const readEntries = async function* (o: {
  /** The folder of one log. */
  readonly folder: string;
  readonly from?: number;
  readonly to?: number;
}): AsyncGenerator<Run> {
  const { folder } = o;
  await mustBeThere(folder);
  let { end: to, published } = await extentOf(folder);
  to = Math.min(to, o.to ?? to);
  let at = o.from ?? 0;
  while (at < to) {
    const found = at < published ? await bundleAt(folder, at, published) : await journalAt(folder, at);
    if (found === null || found === 'none' || found.first > at) {
      const before = published;
      published = await publishedSize(folder);
      // Published meanwhile; or a part of a bundle gave way to more of it, or a journal to the next one.
      if (published > before || (at >= before && found === null)) continue;
      if (found === 'none') return;
    }
    const run = found === null ? null : cut(found, at, to);
    // What is missing was pruned, or lost.
    at = Math.max(at + 1, found === null ? endOfBundle(at) : endOf(found));
    if (run !== null) yield run;
  }
};

/** As `readEntries`, but all of a log, and the newest run first; within a run the entries stand in their order. */
export const readBackwards = async function* (o: { readonly folder: string }): AsyncGenerator<Run> {
  const { folder } = o;
  await mustBeThere(folder);
  let { end, published } = await extentOf(folder);
  while (end > published) {
    const found = await journalAt(folder, end - 1);
    published = await publishedSize(folder);
    if (found === null) continue;
    const run = found === 'none' ? null : cut(found, 0, end);
    if (run !== null) {
      end = run.first;
      yield run;
    } else if (end > published) {
      end = await lastBefore(folder, end, published);
    }
  }
  while (end > 0) {
    const found = await bundleAt(folder, end - 1, published);
    const before = published;
    published = found === null ? await publishedSize(folder) : published;
    if (found === null && published > before) continue;
    const run = found === null ? null : cut(found, 0, end);
    end = endOfBundle(end - 1) - TILE_WIDTH;
    if (run !== null) yield run;
  }
};

/** Where entries are missing between two journals: where what lies before them ends. */
const lastBefore = async (folder: string, end: number, published: number): Promise<number> => {
  for (const first of [...((await journalsOf(folder)) ?? [])].reverse()) {
    if (first >= end) continue;
    const journal = await readJournal(folder, first);
    if (journal !== null && journal.spans.length > 0) return Math.min(end - 1, Math.max(published, endOf(journal)));
  }
  return published;
};

/** What the entries of a run say, each with its index. What is no entry is left out. */
export const entriesIn = function* (
  run: Run,
): Generator<{ readonly index: number; readonly entry: Readonly<Record<string, unknown>> }> {
  for (const [at, { start, end }] of run.spans.entries()) {
    const entry = entryIn(run.bytes.toString('utf8', start, end));
    if (entry !== null) yield { index: run.first + at, entry };
  }
};

/** What the text of an entry says; null: it is none. */
export const entryIn = (json: string): Readonly<Record<string, unknown>> | null => {
  try {
    const { entry } = JSON.parse(json) as { readonly entry?: unknown };
    return typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? (entry as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
};
