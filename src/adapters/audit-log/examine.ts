/** Reads one log from start to end, or from a checkpoint on: what is right in it, who signed it how far, and what it says of others. */
import type { KeyObject } from 'node:crypto';
import type { Checkpoint } from './checkpoint.ts';
import { type Edge, edgeOf } from './edge.ts';
import type { Ending } from './endings.ts';
import { examineKeys, examineStrays } from './examine-files.ts';
import {
  examineBatches,
  isBeingWritten,
  journalName,
  openingBy,
  readBatches,
  type Signed,
  tornBehind,
} from './examine-journals.ts';
import { type Bad, examineTiles } from './examine-tiles.ts';
import { journalsOf, publishedNote } from './held.ts';
import { fingerprintOf } from './keys.ts';
import { CHECKPOINT_FILE } from './layout.ts';
import { type Learnt, type Noted, nothingLearnt } from './learnt.ts';
import { EMPTY_TREE, type GrowingTree, growTree, rootOf } from './merkle.ts';
import { readFrontier, tileReader } from './published.ts';
import { newestSize } from './reader.ts';

/** How far the log had come where this key signed last, as far as one can still see. */
export interface Covered {
  /** Fingerprint. */
  readonly by: string;
  readonly entries: number;
}

export interface Examined {
  readonly bad: Bad | null;
  /** Entries that are right. */
  readonly entries: number;
  /** The last one; null: there is none, or none was reached. */
  readonly checkpoint: Checkpoint | null;
  /** One for each key that signed what is still there, in no order. */
  readonly covered: readonly Covered[];
  /** Bundles that are not there, in order. */
  readonly missing: readonly number[];
  /** Where it says that other logs end, by origin. */
  readonly endings: ReadonlyMap<string, Ending>;
  /** Below which entry bundles may be gone, by origin; its own under the empty string. */
  readonly pruned: ReadonlyMap<string, number>;
  /** Of what was read. */
  readonly noted: Noted;
}

interface Options {
  /** The folder of one log. */
  readonly folder: string;
  readonly origin: string;
  /** All that a checkpoint may be signed with. */
  readonly keys: readonly KeyObject[];
  /** Only what came behind this checkpoint of the same log is read, and it must be the log's. */
  readonly since?: Checkpoint;
}

/** What one look gathers. */
interface Look extends Options {
  readonly open: (note: string) => Signed | string;
  readonly learnt: Learnt;
  readonly missing: number[];
  readonly covered: Map<KeyObject, number>;
  signed: Signed | null;
  /** Entries that are right. */
  entries: number;
}

/**
 * A log that is written meanwhile is looked at as it was at the beginning, or as it became where what was there gave way to more. `null`: there is
 * no log. Rejects where the disk does.
 */
export const examineLog = async (o: Options): Promise<Examined | null> => {
  // Before the checkpoint: what is published in between is then covered twice, not left out.
  const journals = await journalsOf(o.folder);
  const note = await publishedNote(o.folder);
  if (journals === null && note === null) return null;
  const look: Look = {
    ...o,
    open: openingBy(o.origin, o.keys),
    learnt: nothingLearnt(),
    missing: [],
    covered: new Map(),
    signed: null,
    entries: 0,
  };
  const bad = await examine(look, note, journals ?? []);
  const { entries, learnt } = look;
  return {
    bad,
    entries: bad === null ? entries : Math.min(entries, bad.index),
    checkpoint: look.signed === null ? null : checkpointOf(look.signed),
    covered: [...look.covered].map(([key, size]) => ({ by: fingerprintOf(key), entries: size })),
    missing: look.missing,
    endings: learnt.endings,
    pruned: learnt.pruned,
    noted: { lost: learnt.lost, backwards: learnt.times.backwards() },
  };
};

const checkpointOf = ({ origin, size, root }: Checkpoint): Checkpoint => ({ origin, size, root });

const examine = async (o: Look, first: string | null, journals: readonly number[]): Promise<Bad | null> => {
  let note = first;
  let edge: Edge | null = null;
  let published: Checkpoint | null = null;
  // Each round more was published meanwhile, or is the last.
  for (let rounds = 0; ; rounds++) {
    if (note !== null) {
      const signed = o.open(note);
      if (typeof signed === 'string') return { index: o.entries, file: CHECKPOINT_FILE, why: signed };
      const begun: Edge | Bad = edge ?? (await edgeBehind(o, signed));
      if ('why' in begun) return begun;
      edge = begun;
      const bad = await examinePublished(o, note, edge, signed);
      if (bad !== null) return bad;
      published = signed;
    }
    const tree = growTree(edge?.frontier() ?? EMPTY_TREE);
    const bad = await examineJournals(o, { journals, published, tree, moved: movedFrom(o, note) });
    if (bad !== 'moved') return bad ?? theRest(o, published?.size ?? 0);
    note = await publishedNote(o.folder);
    if (rounds > journals.length)
      return { index: o.entries, file: CHECKPOINT_FILE, why: 'it changes faster than it can be looked at' };
  }
};

const movedFrom = (o: Look, note: string | null) => async (): Promise<boolean> =>
  (await publishedNote(o.folder)) !== note;

const examinePublished = async (o: Look, note: string, edge: Edge, signed: Signed): Promise<Bad | null> => {
  if (signed.size < edge.size())
    return { index: signed.size, file: CHECKPOINT_FILE, why: 'it is older than the one that lay there before' };
  const { folder, learnt, missing } = o;
  const bad = await examineTiles({ folder, learnt, missing, edge, to: signed, moved: movedFrom(o, note) });
  o.entries = edge.size();
  if (bad === null) sign(o, signed);
  return bad;
};

/** The edge of the tree from which on entries are read. */
const edgeBehind = async (o: Look, signed: Signed): Promise<Edge | Bad> => {
  const from = Math.min(o.since?.size ?? 0, signed.size);
  const edge = await edgeOf(from, tileReader(o.folder)).catch(() => null);
  if (edge === null)
    return {
      index: 0,
      file: 'tile',
      why: `a tile at the right edge of the first ${from} entries is missing or too short`,
    };
  o.entries = from;
  const bad = from === o.since?.size ? unlikeSince(o.since, rootOf(edge.frontier()), CHECKPOINT_FILE) : null;
  return bad ?? edge;
};

/** `root`: of the first entries of the log, as many as that checkpoint covers. */
const unlikeSince = (since: Checkpoint, root: Buffer, file: string): Bad | null =>
  since.root.equals(root)
    ? null
    : {
        index: 0,
        file,
        why: `it does not go on from the checkpoint given: its first ${since.size} entries were others then, or a tile was changed`,
      };

const sign = (o: Look, signed: Signed): void => {
  o.covered.set(signed.signer, Math.max(signed.size, o.covered.get(signed.signer) ?? 0));
  if (signed.size >= (o.signed?.size ?? 0)) o.signed = signed;
};

/** `tree`: of what is published. `moved`: more was published while they were read. */
const examineJournals = async (
  o: Look,
  at: {
    readonly journals: readonly number[];
    readonly published: Checkpoint | null;
    readonly tree: GrowingTree;
    readonly moved: () => Promise<boolean>;
  },
): Promise<Bad | 'moved' | null> => {
  const published = at.published?.size ?? 0;
  let { tree } = at;
  for (const first of at.journals) {
    const file = journalName(first);
    const read = await readBatches(o.folder, first);
    if (read === null || first > tree.size()) {
      if (await at.moved()) return 'moved';
      if (read === null && first < published) continue;
      const why = read === null ? 'the journal went while it was read' : 'entries before this journal are missing';
      return { index: tree.size(), file, why };
    }
    if (first < tree.size() && tree.size() > published)
      return { index: first, file, why: 'the journal repeats what the one before it holds' };
    // What a crash left beside what was published of it is held against that.
    const own = first < tree.size() ? growTree(await readFrontier({ folder: o.folder, size: first })) : tree;
    const bad = examineBatches({
      first,
      read,
      tree: own,
      open: o.open,
      learnt: o.learnt,
      behind: (size) => {
        if (size === at.published?.size && !at.published.root.equals(own.root())) return contradicts(first, file);
        return size === o.since?.size ? unlikeSince(o.since, own.root(), file) : null;
      },
      signed: (checkpoint) => sign(o, checkpoint),
    });
    o.entries = Math.max(o.entries, own.size());
    if (bad !== null) return bad;
    const isLast = first === at.journals.at(-1);
    if (read.torn && !(isLast && (await isBeingWritten(o.folder, first, read)))) return tornBehind(first, own.size());
    if (own.size() > tree.size()) tree = own;
    else if (own !== tree && own.size() < published) {
      const { size } = own.frontier();
      const there = rootOf(await readFrontier({ folder: o.folder, size }));
      if (!there.equals(own.root())) return contradicts(first, file);
    }
  }
  return null;
};

const contradicts = (index: number, file: string): Bad => ({
  index,
  file,
  why: 'the journal says otherwise than what was published of it',
});

/** What lies beside the entries, once they are as they were signed. */
const theRest = async (o: Look, published: number): Promise<Bad | null> => {
  const { folder, entries, since } = o;
  if (since !== undefined && since.size > entries)
    return {
      index: entries,
      file: CHECKPOINT_FILE,
      why: `the log ends here, but the checkpoint given covers ${since.size} entries: its end was cut off`,
    };
  const signed = [...o.learnt.keys, ...(o.signed === null ? [] : [fingerprintOf(o.signed.signer)])];
  const keys = await examineKeys({ folder, signed });
  if (keys !== null) return { index: entries, ...keys };
  return examineStrays({ folder, published, entries, newest: () => newestSize(folder) });
};
