/** What a log says of somebody: found by the keyed hashes that stand in its entries. Read only; whether it was altered, `verify` says. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { LOG_FILE } from './format.ts';
import { scanLines } from './scan.ts';

/** Beyond it they are only counted. */
const MOST_ENTRIES = 10_000;

export interface SaidOf {
  readonly entries: readonly unknown[];
  /** How many more there are. */
  readonly leftOut: number;
}

const parsed = (line: string): Readonly<Record<string, unknown>> | null => {
  try {
    const { entry } = JSON.parse(line) as { readonly entry?: unknown };
    return typeof entry === 'object' && entry !== null ? (entry as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null; // A checkpoint, or a line that is just being written.
  }
};

/**
 * Entries whose `person` or `subject` is one of these, and those about the same questions (what was shown, what failed). Rejects
 * where the log cannot be read.
 */
export const entriesAbout = async (o: {
  /** The folder of one log. */
  readonly folder: string;
  readonly fingerprints: readonly string[];
}): Promise<SaidOf> => {
  const wanted = new Set<unknown>(o.fingerprints);
  const questions = new Set<unknown>();
  const entries: unknown[] = [];
  let leftOut = 0;
  const handle = await open(join(o.folder, LOG_FILE), 'r');
  try {
    await scanLines({
      read: async (into, position) => (await handle.read(into, 0, into.length, position)).bytesRead,
      from: 0,
      line: (bytes, start, end) => {
        const at = bytes.indexOf('{', start);
        const entry = at < start || at >= end ? null : parsed(bytes.toString('utf8', at, end));
        if (entry === null) return true;
        const { person, subject, question } = entry;
        const theirs = wanted.has(person) || wanted.has(subject);
        if (theirs && question !== undefined) questions.add(question);
        if (!theirs && !questions.has(question)) return true;
        if (entries.length < MOST_ENTRIES) entries.push(entry);
        else leftOut += 1;
        return true;
      },
    });
  } finally {
    await handle.close();
  }
  return { entries, leftOut };
};
