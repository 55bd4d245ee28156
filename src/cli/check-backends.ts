/** What `sotto check` finds in the descriptions of backends: whether they serve the pack, and what they give when they are tried out. */

import type { Descriptions } from '../adapters/backend/described.ts';
import { readDescriptions } from '../adapters/backend/description.ts';
import { createRestBackend } from '../adapters/backend/rest.ts';
import { createFileDirectory } from '../adapters/files/directory.ts';
import { createScreen } from '../adapters/screen/screen.ts';
import type { Status } from '../cli.ts';
import type { Environment } from '../config.ts';
import { SottoError } from '../core/errors.ts';
import type { Directory } from '../core/ports.ts';
import type { Catalogue } from '../core/types.ts';
import { readCatalogue } from '../policies/catalogue.ts';
import { DEFAULT_PACK, packFolders, SAMPLE_BACKENDS, SAMPLE_PEOPLE } from '../policies/pack.ts';
import { calledFindings } from './check-called.ts';
import { liveFindings } from './check-live.ts';
import { unconnected, unconnectedNotes, unserved } from './check-served.ts';
import { type TriedFindings, triedLines, tryRecorded } from './check-tried.ts';

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

/** `sotto check --backends`. Refuses with code `settings` where a description or the people file is wrong, and prints as `check` does. */
export const checkBackends = async (o: {
  readonly env: Environment;
  readonly person: string | null;
  readonly json: boolean;
}): Promise<Status> => {
  const { env, person, json } = o;
  const folder = env['SOTTO_BACKENDS'] ?? SAMPLE_BACKENDS;
  const from = env['SOTTO_DIRECTORY'] ?? `file:${SAMPLE_PEOPLE}`;
  const descriptions = described(folder);
  const directory = from.startsWith('file:') ? createFileDirectory({ path: from.slice('file:'.length) }) : null;
  const { catalogue, findings: ofPack } = readCatalogue({ folders: packFolders(env['SOTTO_POLICIES'] ?? null) });
  const called =
    'findings' in descriptions
      ? null
      : calledFindings({
          operations: descriptions.operations.values(),
          kind: directory !== null ? 'file' : from === 'slack-groups' ? 'slack-groups' : 'entra',
          identifiable: directory?.identifiable ?? null,
        });
  const tried =
    'findings' in descriptions
      ? { findings: descriptions.findings, notes: [], tried: [] }
      : await backendFindings({ env, folder, descriptions, catalogue, directory, person });
  const findings = [...(called?.findings ?? []), ...tried.findings];
  const notes = [
    ...(called?.notes ?? []),
    ...(catalogue === null
      ? [
          `What the intents would say is not told, for the pack has ${ofPack.length} finding(s): "sotto check" without --backends lists them.`,
        ]
      : []),
    ...tried.notes,
  ];
  if (json) console.log(JSON.stringify({ ok: findings.length === 0, findings, notes, tried: tried.tried }));
  else {
    for (const line of triedLines(tried.tried)) console.log(line);
    for (const finding of findings) console.log(finding);
    for (const note of notes) console.log(`Note: ${note}`);
    console.log(findings.length === 0 ? 'Nothing found.' : `${findings.length} finding(s).`);
  }
  return findings.length === 0 ? 0 : 1;
};

const described = (folder: string): Descriptions | { readonly findings: readonly string[] } => {
  try {
    return readDescriptions(folder);
  } catch (error) {
    if (!(error instanceof SottoError)) throw error;
    return { findings: error.message.split('\n') };
  }
};
