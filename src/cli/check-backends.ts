/** What `sotto check` finds in the descriptions of backends: whether they serve the pack, and what they give when they are tried out. */
import type { Descriptions } from '../adapters/backend/described.ts';
import { createRestBackend } from '../adapters/backend/rest.ts';
import { createScreen } from '../adapters/screen/screen.ts';
import type { Environment } from '../config.ts';
import type { Directory } from '../core/ports.ts';
import type { Catalogue } from '../core/types.ts';
import { readCatalogue } from '../policies/catalogue.ts';
import { DEFAULT_PACK } from '../policies/pack.ts';
import { liveFindings } from './check-live.ts';
import { unconnected, unconnectedNotes, unserved } from './check-served.ts';
import { type TriedFindings, tryRecorded } from './check-tried.ts';

/** `catalogue`: null where the pack is not sound. `directory`: of a file, or null. `person`: of whom the systems themselves are asked; null: they are not. */
export const backendFindings = async (o: {
  readonly env: Environment;
  readonly folder: string;
  readonly descriptions: Descriptions;
  readonly catalogue: Catalogue | null;
  readonly directory: Pick<Directory, 'identifier' | 'members'> | null;
  readonly person: string | null;
}): Promise<TriedFindings> => {
  const { env, folder, descriptions, catalogue, person } = o;
  const backend = createRestBackend({ folder, descriptions });
  const shipped = readCatalogue({ folders: [DEFAULT_PACK] }).catalogue;
  const open = catalogue === null || shipped === null ? new Set<string>() : unconnected(catalogue, shipped, backend);
  const trying = { ...o, screen: createScreen() };
  const recorded = tryRecorded(trying);
  const live = person === null ? null : await liveFindings({ ...trying, person });
  // Nothing is recorded of the sample that ships: a stand-in answers there.
  const own = env['SOTTO_BACKENDS'] !== undefined;
  return {
    findings: [
      ...(catalogue === null ? [] : unserved(catalogue, backend, open)),
      ...recorded.findings,
      ...(live?.findings ?? []),
    ],
    notes: [
      ...unconnectedNotes(open),
      ...(own ? recorded.notes : []),
      ...(live?.notes ?? []),
      ...(own
        ? [
            `The descriptions of your systems are ${descriptions.hash}; the record of a start names those that it ran with.`,
          ]
        : []),
    ],
    tried: [...recorded.tried, ...(live?.tried ?? [])],
  };
};
