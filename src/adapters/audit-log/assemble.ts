/**
 * Puts a log together from its stretches, in a folder where nobody looks for it yet: the tree is built anew, and each stretch must lead to the
 * root that it names, and to the one that was signed. Who signed, `verifyAuditLog` says.
 */
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readCheckpoint } from './checkpoint.ts';
import { logDisk, putFile } from './file.ts';
import { KEY_FILE } from './layout.ts';
import { EMPTY_TREE, growTree, HASH_BYTES, leafHashIn } from './merkle.ts';
import { prunedIn, type SaidPruned } from './pruned.ts';
import { writePublished } from './published.ts';
import { openSpool } from './spool.ts';
import { type Holds, MOST_BODY_BYTES, readStretchBody, type StretchBody } from './stretch-body.ts';
import { TILE_WIDTH } from './tiles.ts';

export interface StretchToPlace {
  /** What it is called, for whoever reads why it was refused. */
  readonly name: string;
  /** Entries. */
  readonly from: number;
  readonly to: number;
  /** Of the tree up to `to`, hex. */
  readonly root: string;
  readonly holds: Holds;
  body(): AsyncIterable<Buffer>;
}

/** A size for which the tree is as it was signed. */
export interface Step {
  readonly size: number;
  readonly note: string;
}

export interface Assembly {
  /** Entries that are placed. */
  end(): number;
  /**
   * Places what of a stretch is new; it must not begin behind the end. Null: it is placed, and what it says of entries that were there is the
   * same. Otherwise why nothing of it was, in a sentence.
   */
  add(stretch: StretchToPlace): Promise<string | null>;
  /** Writes the log as far as it was signed, all of it durable. `publicKeys`: PEM; empty: none are known. */
  finish(publicKeys: string): Promise<Assembled>;
}

export interface Assembled {
  /** The sizes to which it can be cut back; the last is its own. None: nothing of it was signed, and no log is there. */
  readonly steps: readonly Step[];
  /** What it says was pruned, here or in a log beside it. */
  readonly pruned: readonly SaidPruned[];
}

/** `folder`: of one log, named after its origin, which must not be there. Made with 0700. */
export const beginAssembly = async (folder: string): Promise<Assembly> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const origin = basename(folder);
  const spool = await openSpool(join(folder, 'spool'));
  let tree = growTree();
  const steps: Step[] = [];
  const pruned: SaidPruned[] = [];

  /** Where the stretch begins to say something else than what is there; null: nowhere. */
  const differsAt = async (from: number, overlap: Buffer): Promise<number | null> => {
    const there = await spool.hashes(from, from + overlap.length / HASH_BYTES);
    if (there.equals(overlap)) return null;
    let at = 0;
    while (there.subarray(at, at + HASH_BYTES).equals(overlap.subarray(at, at + HASH_BYTES))) at += HASH_BYTES;
    return from + at / HASH_BYTES;
  };

  const bad = (index: number, why: string): string =>
    `The audit log ${origin} does not come back as it was signed (entry ${index}: ${why}).`;

  return {
    end: () => tree.size(),
    add: async ({ name, from, to, root, holds, body: read }) => {
      const end = tree.size();
      const bytes = await gathered(read());
      const body = bytes === null ? null : readStretchBody(bytes, { holds, leaves: to - from });
      if (body === null || from > end)
        return `The archive ${name} does not hold the entries ${from} to ${to} of the audit log ${origin}.`;
      const leaves = leavesOf(body);
      const known = (Math.min(end, to) - from) * HASH_BYTES;
      const fork = await differsAt(from, leaves.subarray(0, known));
      if (fork !== null)
        return bad(fork, `${name} tells it otherwise than another stretch, so there are two histories of it`);
      if (to <= end) return null;
      const added = leaves.subarray(known);
      const before = tree.frontier();
      for (let at = 0; at < added.length; at += HASH_BYTES) tree.push(Buffer.from(added.subarray(at, at + HASH_BYTES)));
      const note = body.note === null ? null : readCheckpoint(body.note);
      const now = tree.root();
      const isSigned = note?.origin === origin && note.size === to && note.root.equals(now);
      if (now.toString('hex') !== root || (body.note !== null && !isSigned)) {
        tree = growTree(before);
        return bad(end, `from here on ${name} is not what it says that was signed`);
      }
      const spans = body.spans.slice(end - from);
      await spool.add({ hashes: added, entries: body.hashes === null ? { bytes: body.bytes, spans } : null });
      pruned.push(...prunedIn({ first: end, bytes: body.bytes, spans }));
      if (body.note !== null) steps.push({ size: to, note: body.note });
      return null;
    },
    finish: async (publicKeys) => {
      const last = steps.at(-1);
      if (last !== undefined) {
        spool.back(last.size);
        // Part of a bundle is no bundle.
        const gone = Math.ceil(spool.pruned() / TILE_WIDTH) * TILE_WIDTH;
        const runs = spool.runs(Math.min(last.size, gone));
        if (publicKeys !== '') await putFile(logDisk, join(folder, KEY_FILE), Buffer.from(publicKeys));
        await writePublished({ folder, from: EMPTY_TREE, runs, note: last.note });
      }
      await spool.remove();
      return { steps, pruned };
    },
  };
};

/** Null: it is longer than any stretch. */
const gathered = async (body: AsyncIterable<Buffer>): Promise<Buffer | null> => {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > MOST_BODY_BYTES) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
};

/** The hashes of its leaves, one behind the other. */
const leavesOf = ({ bytes, spans, hashes }: StretchBody): Buffer =>
  hashes ?? Buffer.concat(spans.map(({ start, end }) => leafHashIn(bytes, start, end)));
