/** What can be believed of a log that was put together from its backups and is not sound as a whole. */
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Step } from './assemble.ts';
import { openCheckpoint } from './checkpoint.ts';
import { readPublicKeys } from './keys.ts';
import { KEY_FILE } from './layout.ts';
import { EMPTY_TREE, HASH_BYTES } from './merkle.ts';
import { type PrunedRun, tileReader, writePublished } from './published.ts';
import { type Run, readEntries } from './reader.ts';
import { TILE_WIDTH, tilesAt } from './tiles.ts';
import { verifyAuditLog } from './verify.ts';

/**
 * Cuts the log back to the last size for which a key that is trusted signed and all before it is right, and gives how many entries are left.
 * 0: nothing can be believed, and the folder was removed. For copies only: a log that is written must never be cut.
 */
export const salvageLog = async (o: {
  /** The folder of one log, named after its origin. */
  readonly folder: string;
  /** Those that are trusted, as PEM. */
  readonly publicKey: string;
  /** Sizes it can be cut back to, as an assembly gave them; the last is its own. */
  readonly steps: readonly Step[];
}): Promise<number> => {
  const trusted = readPublicKeys(o.publicKey);
  let size = o.steps.at(-1)?.size ?? 0;
  let bad = size;
  for (const step of o.steps.toReversed()) {
    if (step.size > bad || openCheckpoint(step.note, trusted) === null) continue;
    if (step.size < size) await cutTo({ folder: o.folder, had: size, step });
    ({ size } = step);
    const { ok, firstBad } = await verifyAuditLog(o);
    if (ok) return size;
    // A larger one would hold what is bad again.
    bad = firstBad?.index ?? size;
  }
  await rm(o.folder, { recursive: true });
  return 0;
};

/** Writes so much of it into another folder, which then takes its place. */
const cutTo = async (o: { readonly folder: string; readonly had: number; readonly step: Step }): Promise<void> => {
  const { folder, step } = o;
  const fresh = `${folder}.cut`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  await copyFile(join(folder, KEY_FILE), join(fresh, KEY_FILE)).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
  });
  await writePublished({ folder: fresh, from: EMPTY_TREE, runs: leavesOf(o), note: step.note });
  await rm(folder, { recursive: true });
  await rename(fresh, folder);
};

/** Its leaves up to there; where there is no bundle, their hashes. */
const leavesOf = async function* (o: {
  readonly folder: string;
  readonly had: number;
  readonly step: Step;
}): AsyncGenerator<Run | PrunedRun> {
  let at = 0;
  for await (const run of readEntries({ folder: o.folder, to: o.step.size })) {
    yield* hashesOf({ ...o, from: at, to: run.first });
    yield run;
    at = run.first + run.spans.length;
  }
  yield* hashesOf({ ...o, from: at, to: o.step.size });
};

/** `from` begins a bundle. */
const hashesOf = async function* (o: {
  readonly folder: string;
  readonly had: number;
  readonly from: number;
  readonly to: number;
}): AsyncGenerator<PrunedRun> {
  const { whole, rest } = tilesAt(0, o.had);
  const read = tileReader(o.folder);
  for (let first = o.from; first < o.to; first += TILE_WIDTH) {
    const index = first / TILE_WIDTH;
    const tile = await read(0, index, index < whole ? TILE_WIDTH : rest);
    yield { first, hashes: tile.subarray(0, Math.min(TILE_WIDTH, o.to - first) * HASH_BYTES) };
  }
};
