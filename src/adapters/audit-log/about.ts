/** What a log says of somebody: found by the keyed hashes that stand in its entries. Read only; whether it was altered, `verify` says. */
import { entriesIn, readEntries } from './reader.ts';

/** Beyond it they are only counted. */
const MOST_ENTRIES = 10_000;

export interface SaidOf {
  readonly entries: readonly unknown[];
  /** How many more there are. */
  readonly leftOut: number;
}

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
  for await (const run of readEntries({ folder: o.folder }))
    for (const { entry } of entriesIn(run)) {
      const { person, subject, question } = entry;
      const theirs = wanted.has(person) || wanted.has(subject);
      if (theirs && question !== undefined) questions.add(question);
      if (!theirs && !questions.has(question)) continue;
      if (entries.length < MOST_ENTRIES) entries.push(entry);
      else leftOut += 1;
    }
  return { entries, leftOut };
};
