/** The journals of a log, batch by batch: each has its own signed checkpoint. */
import type { KeyObject } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { isLeafOf } from './batch.ts';
import { type Checkpoint, openCheckpoint, readCheckpoint } from './checkpoint.ts';
import type { Bad } from './examine-tiles.ts';
import { MOST_JOURNAL_BYTES, readAtMost } from './held.ts';
import { type Batch, batchAt } from './journal.ts';
import { journalPath } from './layout.ts';
import { type Learnt, learn } from './learnt.ts';
import { type GrowingTree, leafHashIn } from './merkle.ts';

/** A checkpoint that was looked at, and whose key signed it. */
export interface Signed extends Checkpoint {
  readonly signer: KeyObject;
}

/** Opens checkpoints of one log; whoever signed last is tried first, however many keys there were. */
export const openingBy = (origin: string, keys: Iterable<KeyObject>): ((note: string) => Signed | string) => {
  let last: KeyObject | null = null;
  const likely = function* () {
    if (last !== null) yield last;
    yield* keys;
  };
  return (note) => {
    const found = openCheckpoint(note, likely());
    if (found === null) return 'the checkpoint is malformed, or signed by none of the keys';
    if (found.origin !== origin) return `the checkpoint belongs to the log ${found.origin}`;
    last = found.signer;
    return found;
  };
};

/** A journal as it is read. */
export interface Read {
  readonly bytes: Buffer;
  readonly batches: readonly Batch[];
  /** What lies behind the last whole batch was cut, or changed. */
  readonly torn: boolean;
}

/** Its whole batches. */
export const batchesOf = (bytes: Buffer): Read => {
  const batches: Batch[] = [];
  for (let at = 0; ; ) {
    const batch = batchAt(bytes, at);
    if (typeof batch === 'string') return { bytes, batches, torn: batch !== 'none' };
    batches.push(batch);
    at = batch.to;
  }
};

/** A journal, as it lies there; null: it does not. */
export const readBatches = async (folder: string, first: number): Promise<Read | null> => {
  const bytes = await readAtMost(journalPath(folder, first), MOST_JOURNAL_BYTES);
  return bytes === null ? null : batchesOf(bytes);
};

/** How often one looks again at a batch that is not whole, and ms between. */
const LOOKS = 20;
const PAUSE_MS = 100;

const endOf = ({ batches }: Read): number => batches.at(-1)?.to ?? 0;

/**
 * Whether what lies behind the last whole batch was just being written: it becomes whole, or the journal goes, within two seconds. What follows it
 * is not waited for.
 */
export const isBeingWritten = async (folder: string, first: number, read: Read): Promise<boolean> => {
  for (let looks = 0; looks < LOOKS; looks++) {
    await wait(PAUSE_MS);
    const again = await readBatches(folder, first);
    if (again === null || endOf(again) > endOf(read)) return true;
  }
  return false;
};

/** The path of a journal under the log's folder. */
export const journalName = (first: number): string => journalPath('', first);

/** Lets the tree, which is as the journal found it, grow by its batches. Null: every one is as it was signed. */
export const examineBatches = (o: {
  readonly first: number;
  readonly read: Read;
  /** It grows. */
  readonly tree: GrowingTree;
  readonly open: (note: string) => Signed | string;
  readonly learnt: Learnt;
  /** Called behind each entry, with how many there are. What it says of them, if anything, is bad. */
  readonly behind: (size: number) => Bad | null;
  /** Called with the checkpoint behind each batch. */
  readonly signed: (checkpoint: Signed) => void;
}): Bad | null => {
  const { tree } = o;
  const { bytes, batches } = o.read;
  const file = journalName(o.first);
  for (const { spans, note } of batches) {
    const first = tree.size();
    for (const { start, end } of spans) {
      const index = tree.size();
      if (!isLeafOf(bytes, start, end, index))
        return {
          index,
          file,
          why: 'an entry was dropped, moved or repeated: it bears another number than its place has',
        };
      tree.push(leafHashIn(bytes, start, end));
      const bad = o.behind(index + 1);
      if (bad !== null) return bad;
    }
    const found = unlike(readCheckpoint(note), tree) ?? o.open(note);
    if (typeof found === 'string')
      return { index: first, file, why: `the batch of the entries ${first} to ${tree.size() - 1}: ${found}` };
    o.signed(found);
    learn(o.learnt, first, bytes, spans);
  }
  if (bytes.length <= MOST_JOURNAL_BYTES) return null;
  return { index: tree.size(), file, why: 'the journal is longer than any can be' };
};

/** What lies behind the last whole batch of a journal, `size` entries in all, and nobody is writing. */
export const tornBehind = (first: number, size: number): Bad => ({
  index: size,
  file: journalName(first),
  why: 'behind the last whole batch lies what is none: it was cut or changed, or its writer died or failed there and was not started since',
});

/** Looked at before the signature, which takes longer. */
const unlike = (checkpoint: Checkpoint | null, tree: GrowingTree): string | null => {
  if (checkpoint === null) return 'the checkpoint is malformed';
  if (checkpoint.size !== tree.size()) return `the checkpoint covers ${checkpoint.size} entries, not ${tree.size()}`;
  return checkpoint.root.equals(tree.root())
    ? null
    : 'an entry was changed, dropped, moved or repeated: the checkpoint signs another tree';
};
