/** A second copy of one audit log, held against the checkpoints in it: the tree is computed from its lines alone. */
import type { KeyObject } from 'node:crypto';
import { onlyInCopy, readCopyLine } from '../../core/audit-copy-lines.ts';
import { entryText } from './batch.ts';
import { openCheckpoint } from './checkpoint.ts';
import { growTree, leafHash } from './merkle.ts';

/** So far back an entry that comes a second time is compared with the first: a write that was repeated repeats less. */
const REMEMBERED = 65_536;

/** Lines of entries that no log took so far, and what follows them, that are kept for counting. */
const MOST_WAITING = 100_000;

export interface VerifiedCopy {
  readonly ok: boolean;
  readonly entries: number;
  /** Of these so many are covered by a checkpoint that the log signed. */
  readonly proved: number;
  /** Entries that no log ever took; see `recovered`. */
  readonly onlyHere: number;
  /** `line` counts from 1, over all files. */
  readonly firstBad: { readonly line: number; readonly why: string } | null;
}

/**
 * Reads the lines in the order of the files' names. Sound: every entry follows the one before or repeats an earlier one to the letter,
 * and every checkpoint is signed by one of the keys, in this log's name, and has the root of what came before it.
 */
export const verifyCopy = async (o: {
  readonly origin: string;
  readonly lines: AsyncIterable<string> | Iterable<string>;
  /** That are trusted. */
  readonly keys: readonly KeyObject[];
  /** That signed earlier: what they signed must be so as well, and proves nothing by itself. */
  readonly earlier?: readonly KeyObject[];
}): Promise<VerifiedCopy> => {
  const tree = growTree();
  const hashes: Buffer[] = [];
  let waiting: string[] = [];
  let [line, size, checked, proved] = [0, 0, 0, 0];

  const entryFault = (index: number, json: string): string | null => {
    const hash = leafHash(Buffer.from(entryText(json, index)));
    if (index > size) return `Entry ${index} follows entry ${size - 1}: what was between them is missing.`;
    if (index === size) {
      tree.push(hash);
      hashes[index % REMEMBERED] = hash;
      size += 1;
      return null;
    }
    const known = index < size - REMEMBERED ? undefined : hashes[index % REMEMBERED];
    return known?.equals(hash) === true ? null : `Entry ${index} comes a second time and is another.`;
  };
  const noteFault = (note: string): string | null => {
    const checkpoint = openCheckpoint(note, [...o.keys, ...(o.earlier ?? [])]);
    if (checkpoint === null || checkpoint.origin !== o.origin)
      return 'The checkpoint is not signed by this log, or by no key that is trusted.';
    // One that is repeated was held against its tree before.
    if (checkpoint.size < size && checkpoint.size <= checked) return null;
    if (checkpoint.size !== size)
      return `The checkpoint is for ${checkpoint.size} entries, and ${size} came before it.`;
    if (!checkpoint.root.equals(tree.root())) return 'The checkpoint has another root than what came before it.';
    checked = size;
    if (o.keys.some((key) => key.equals(checkpoint.signer))) proved = size;
    return null;
  };
  const result = (firstBad: VerifiedCopy['firstBad']): VerifiedCopy => ({
    ok: firstBad === null,
    entries: size,
    proved,
    onlyHere: onlyInCopy(waiting.join('\n')),
    firstBad,
  });

  for await (const text of o.lines) {
    line += 1;
    const read = readCopyLine(text);
    if (read === null) return result({ line, why: 'It is no line of a copy.' });
    if (read.kind === 'entry' && (read.entry.index === null || waiting.length > 0)) {
      waiting.push(text);
      if (waiting.length > MOST_WAITING) waiting = waiting.slice(-MOST_WAITING / 2);
    }
    const { kind } = read;
    const why =
      kind === 'note'
        ? noteFault(read.note)
        : read.entry.index === null
          ? null
          : entryFault(read.entry.index, read.entry.json);
    if (why !== null) return result({ line, why });
  }
  return result(null);
};
