/**
 * What the recogniser learns, learnt once for all tests of this machine: it takes seconds, and every file that opens a stage would
 * learn the same. Kept in the folder for temporary files by all that it is made from, the learning itself included.
 */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createModelCache } from '../../src/adapters/files/model-cache.ts';
import type { ModelCache } from '../../src/core/ports.ts';
import { openRecogniser } from '../../src/core/recognise/kept-model.ts';
import type { OwnRecogniser } from '../../src/core/recognise/recogniser.ts';
import type { Catalogue } from '../../src/core/types.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Of everything that learns. Whoever changes a line of it is not answered by what the old one learnt. */
const learners = (): string => {
  const hash = createHash('sha256');
  for (const path of globSync('src/core/{recognise/**/*.ts,languages.ts}', { cwd: ROOT }).toSorted())
    hash.update(`${path}\n`).update(readFileSync(join(ROOT, path)));
  return hash.digest('hex');
};

/** Believed as it is; see `unsafeModelCache`. */
export const sharedModels = (): ModelCache => {
  const by = learners();
  const keyed = (key: string): string => createHash('sha256').update(`${by} ${key}`).digest('hex');
  const cache = createModelCache({ folder: join(tmpdir(), `sotto-models-${userInfo().username}`), most: 12 });
  return {
    read: (key) => cache.read(keyed(key)),
    write: (key, bytes) => cache.write(keyed(key), bytes),
  };
};

export const sharedRecogniser = (catalogue: Catalogue): Promise<OwnRecogniser> =>
  openRecogniser({
    catalogue,
    cache: sharedModels(),
    clock: { now: () => 0 },
    log: { info: () => undefined, warn: () => undefined },
    breathe: async () => undefined,
  });
