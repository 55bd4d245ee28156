/** What a log costs that has a million entries: a proof of one of them, and an entry more. */
import { createPrivateKey } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AuditLog, createAuditLog } from '../../src/adapters/audit-log/audit-log.ts';
import { entryText } from '../../src/adapters/audit-log/batch.ts';
import { encodeEntries, spansOf } from '../../src/adapters/audit-log/bundle.ts';
import { canonicalJson } from '../../src/adapters/audit-log/canonical.ts';
import { readCheckpoint, signCheckpoint } from '../../src/adapters/audit-log/checkpoint.ts';
import { type LogDisk, logDisk } from '../../src/adapters/audit-log/file.ts';
import { EMPTY_TREE, growTree, leafHash } from '../../src/adapters/audit-log/merkle.ts';
import { inclusionProof, rootByInclusion } from '../../src/adapters/audit-log/proofs.ts';
import { type Run, readBundle, tileReader, writePublished } from '../../src/adapters/audit-log/published.ts';
import { hashesOf, TILE_WIDTH } from '../../src/adapters/audit-log/tiles.ts';
import { median } from '../figure.ts';
import { appending, decision, type newKey } from './entries.ts';

type Key = ReturnType<typeof newKey>;

/** Makes a log of so many entries without waiting for the disk: only what comes later is measured. */
const build = async (folder: string, origin: string, size: number, key: Key): Promise<void> => {
  const tree = growTree();
  const runs = function* (): Generator<Run> {
    for (let first = 0; first < size; first += TILE_WIDTH) {
      const count = Math.min(TILE_WIDTH, size - first);
      const texts = Array.from({ length: count }, (_, at) =>
        entryText(canonicalJson(decision(first + at)), first + at),
      );
      for (const text of texts) tree.push(leafHash(Buffer.from(text)));
      const bytes = encodeEntries(texts);
      yield { first, bytes, spans: spansOf(bytes) ?? [] };
    }
  };
  const signingKey = createPrivateKey(key.signingKey.current);
  const note = () => signCheckpoint({ origin, size, root: tree.root() }, signingKey);
  const disk: LogDisk = {
    ...logDisk,
    open: async (o) => ({ ...(await logDisk.open(o)), sync: async () => undefined }),
    syncFolder: async () => undefined,
  };
  const own = join(folder, origin);
  await mkdir(own, { recursive: true });
  await writeFile(join(own, 'public-key.pem'), key.publicPem);
  await writePublished({ folder: own, from: EMPTY_TREE, runs: runs(), note, disk });
};

/** ms for the proof of one entry, read from the disk and checked; each of another entry. */
const proving = async (folder: string, tries: number): Promise<readonly number[]> => {
  const checkpoint = readCheckpoint(await readFile(join(folder, 'checkpoint'), 'utf8'));
  if (checkpoint === null) throw new Error('there is no checkpoint');
  const { size, root } = checkpoint;
  const took: number[] = [];
  for (let n = 0; n < tries; n++) {
    const index = Math.floor((n * 0.618_034 * size) % size);
    const begin = performance.now();
    const proof = await inclusionProof({ index, size, at: hashesOf(size, tileReader(folder)) });
    const run = await readBundle({
      folder,
      index: Math.floor(index / TILE_WIDTH),
      width: Math.min(TILE_WIDTH, size - Math.floor(index / TILE_WIDTH) * TILE_WIDTH),
    });
    const span = run.spans[index % TILE_WIDTH];
    const leaf = leafHash(run.bytes.subarray(span?.start, span?.end));
    const found = rootByInclusion({ index, size, leaf, proof });
    took.push(performance.now() - begin);
    if (found?.equals(root) !== true) throw new Error('a proof does not lead to the root');
  }
  return took;
};

export interface Large {
  readonly proofMs: number;
  readonly slowestProofMs: number;
  /** Processor time of an entry behind a million over that of one behind ten thousand. */
  readonly ratio: number;
}

export const large = async (o: {
  readonly folder: string;
  readonly key: Key;
  readonly rounds: number;
  readonly ms: number;
}): Promise<Large> => {
  const { folder, key } = o;
  const opened = async (origin: string, size: number): Promise<AuditLog> => {
    await build(folder, origin, size, key);
    return createAuditLog({ folder, origin, signingKey: key.signingKey, clock: { now: () => Date.now() } });
  };
  const [small, big] = [await opened('small', 10_000), await opened('big', 1_000_000)];
  const ratios: number[] = [];
  for (let round = 0; round < o.rounds; round++) {
    const [few, many] = [await appending(small, 64, o.ms), await appending(big, 64, o.ms)];
    ratios.push(many.cpuMicros / few.cpuMicros);
  }
  await Promise.all([small.close(), big.close()]);
  const took = await proving(join(folder, 'big'), 50);
  return { proofMs: median(took), slowestProofMs: Math.max(...took), ratio: median(ratios) };
};
