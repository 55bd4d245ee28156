/** What `explain` needs to judge questions as the product would: pack, recogniser, policies and people, and nothing that keeps a trace. */
import { createRestBackend } from '../adapters/backend/rest.ts';
import { createFileDirectory } from '../adapters/files/directory.ts';
import { systemClock } from '../adapters/system/system.ts';
import type { Environment } from '../config.ts';
import { SottoError } from '../core/errors.ts';
import type { JudgePorts } from '../core/judge.ts';
import type { Person } from '../core/types.ts';
import { createPolicy } from '../policies/authorise.ts';
import { loadCatalogue } from '../policies/catalogue.ts';
import { packFolders, SAMPLE_BACKENDS, SAMPLE_PEOPLE } from '../policies/pack.ts';
import { learntRecogniser } from './learnt.ts';

export interface Judging {
  readonly ports: Omit<JudgePorts, 'grants'>;
  /** By directory id. Refuses with code `usage` where nobody is called so. */
  personCalled(id: string): Promise<Person>;
}

/** `onLearning` is told how far learning the pack is, 0 to 1. */
export const judging = async (env: Environment, onLearning?: (share: number) => void): Promise<Judging> => {
  const folders = packFolders(env['SOTTO_POLICIES'] ?? null);
  const catalogue = loadCatalogue({ folders });
  const from = env['SOTTO_DIRECTORY'] ?? `file:${SAMPLE_PEOPLE}`;
  if (!from.startsWith('file:')) {
    throw new SottoError(
      'usage',
      `SOTTO_DIRECTORY is "${from}". People to explain with come from a file: set it to "file:PATH", or unset it to take the sample's.`,
    );
  }
  const path = from.slice('file:'.length);
  const directory = createFileDirectory({ path });
  const policy = await createPolicy({ catalogue, folders, restrictions: [], restrictionsVersion: 0 });
  const backend = createRestBackend({ folder: env['SOTTO_BACKENDS'] ?? SAMPLE_BACKENDS });
  return {
    ports: {
      catalogue,
      recogniser: await learntRecogniser({ env, catalogue, onLearning }),
      directory,
      policy,
      backend,
      clock: systemClock(),
    },
    personCalled: async (id) => {
      const person = await directory.person(id);
      if (person === null)
        throw new SottoError('usage', `Nobody in the directory has the id "${id}". Use an id of ${path}.`);
      return person;
    },
  };
};
