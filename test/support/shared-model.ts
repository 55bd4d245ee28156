/**
 * What the recogniser learns, learnt once for all tests of this machine: it takes seconds, and every file that opens a stage would
 * learn the same. Kept in the folder for temporary files by all that it is made from, the learning itself included.
 */
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createModelCache } from '../../src/adapters/files/model-cache.ts';
import type { ModelCache } from '../../src/core/ports.ts';
import { openRecogniser } from '../../src/core/recognise/kept-model.ts';
import type { OwnRecogniser } from '../../src/core/recognise/recogniser.ts';
import type { Catalogue } from '../../src/core/types.ts';

const FOLDER = join(tmpdir(), `sotto-models-${userInfo().username}`);
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
  const cache = createModelCache({ folder: FOLDER, most: 12 });
  return {
    read: (key) => cache.read(keyed(key)),
    write: (key, bytes) => cache.write(keyed(key), bytes),
  };
};

/** Of one question about a pack, by its name: what was found, kept as the models are. Whoever can neither read nor keep it finds it anew. */
export const sharedFindings = <T>(name: string): { read(): T | null; write(found: T): void } => {
  const path = join(FOLDER, `${createHash('sha256').update(`${learners()} ${name}`).digest('hex')}.json`);
  return {
    read: () => {
      try {
        return JSON.parse(readFileSync(path, 'utf8')) as T;
      } catch {
        return null;
      }
    },
    write: (found) => {
      const draft = `${path}.${process.pid}`;
      mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
      writeFileSync(draft, JSON.stringify(found), { mode: 0o600 });
      renameSync(draft, path);
    },
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
