/** The tree of a log as it was after so many entries, out of its tiles and journals. */
import { setImmediate as breathe, setTimeout } from 'node:timers/promises';
import { SottoError } from '../../core/errors.ts';
import type { Span } from './bundle.ts';
import { durableNote } from './durable.ts';
import { isAbsent } from './file.ts';
import { publishedSize } from './held.ts';
import { type Frontier, type GrowingTree, growTree, leafHashIn, rootOf } from './merkle.ts';
import { readFrontier } from './published.ts';
import { readEntries } from './reader.ts';

/** Looks at a folder that is published meanwhile. */
const MOST_LOOKS = 20;
const LOOK_AGAIN_MS = 20;

/** How far a log goes, or went: so many entries, and the root over them, hex. */
export interface LogEnd {
  readonly entries: number;
  readonly root: string;
}

/** Other work gets its turn after so many leaves, some milliseconds. */
export const LEAVES_AT_ONCE = 1_024;

/** Adds these leaves. */
export const grow = async (
  tree: GrowingTree,
  { bytes, spans }: { readonly bytes: Buffer; readonly spans: readonly Span[] },
): Promise<void> => {
  for (const [at, { start, end }] of spans.entries()) {
    if (at % LEAVES_AT_ONCE === 0) await breathe();
    tree.push(leafHashIn(bytes, start, end));
  }
};

/** The tree after so many entries, which the log has. */
export const frontierAt = async (folder: string, size: number): Promise<Frontier> => {
  const published = await publishedSize(folder);
  const begun = Math.min(size, published);
  const tree = growTree(await readFrontier({ folder, size: begun }));
  for await (const run of readEntries({ folder, from: begun, to: size })) {
    if (run.first !== tree.size()) break;
    await grow(tree, run);
  }
  if (tree.size() !== size) throw gone();
  return tree.frontier();
};

const gone = (): Error => Object.assign(new Error('a part of the audit log is not there'), { code: 'ENOENT' });

/** Tiles and journals that went while they were read are there under other names, or will be once they are written. */
export const steadily = async <T>(folder: string, look: () => Promise<T>): Promise<T> => {
  for (let looks = 0; ; looks++) {
    try {
      return await look();
    } catch (error) {
      if (!(isAbsent(error) || error instanceof RangeError)) throw error;
      if (looks === MOST_LOOKS) throw unlike(folder);
      await setTimeout(LOOK_AGAIN_MS);
    }
  }
};

/** The end of what is on stable storage; null: it holds no signed checkpoint. Rejects where it cannot be read. */
export const endOfLog = async (folder: string): Promise<LogEnd | null> => {
  const found = await durableNote(folder);
  return found === null ? null : { entries: found.size, root: found.root.toString('hex') };
};

/** The root of a log after so many entries, hex; null: it has fewer. Rejects where it cannot be read, `audit-missing` where a part is gone. */
export const rootAfter = async (o: { readonly folder: string; readonly entries: number }): Promise<string | null> => {
  const found = await durableNote(o.folder);
  if (found === null || found.size < o.entries) return null;
  return steadily(o.folder, async () => rootOf(await frontierAt(o.folder, o.entries)).toString('hex'));
};

/** A log that is not what it must be. */
export const refused = (folder: string, what: string): SottoError =>
  new SottoError('audit-missing', `The audit log in ${folder} ${what}`);

export const unlike = (folder: string): SottoError =>
  refused(folder, 'is not what its signed checkpoint says, so it cannot be backed up. Run "sotto audit verify".');
