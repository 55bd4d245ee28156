/** `sotto check --live`: asks the systems themselves, reads only, and says of what came no value. */
import { randomUUID } from 'node:crypto';
import type { Described, Descriptions } from '../adapters/backend/described.ts';
import { secretsOf } from '../adapters/backend/describing/read.ts';
import { readPlaces } from '../adapters/backend/description.ts';
import { createRestBackend } from '../adapters/backend/rest.ts';
import type { Environment } from '../config.ts';
import { SottoError } from '../core/errors.ts';
import type { CallFault, Calling, Directory, Screen, Secrets } from '../core/ports.ts';
import type { Catalogue } from '../core/types.ts';
import { missingSecrets } from '../main/secrets.ts';
import { placesOf, type TriedFindings, type TriedOperation, tryLive } from './check-tried.ts';
import { vaultOf } from './vault.ts';

/** Completes "OPERATION …"; of what is no fault of anybody, null. */
const MENDS: { readonly [F in CallFault]: string | null } = {
  unreachable:
    'could not be reached. Look at baseUrl, hosts, network and timeoutMs of its description, and at the way there from this machine.',
  busy: 'was not asked: its limits were reached. Try again in a minute, or raise them.',
  refused:
    'refuses Sotto. Look at signIn of its description, at its secrets in the vault, and at what that account may read.',
  'sign-in': null,
  'not-found': null,
  malformed: 'did not answer with JSON within its limits (bytes, depth).',
};

/** Somebody as the system calls them; undefined: by directory id. Null: the directory does not know. */
const calledOf = async (
  { goesBy }: Described,
  person: string,
  directory: Pick<Directory, 'identifier'> | null,
): Promise<string | null | undefined> =>
  goesBy === undefined ? undefined : ((await directory?.identifier?.({ person, by: goesBy })) ?? null);

/** Why it is not tried, as a sentence; null: it is. */
const whyNot = ({ name, slots = [], asPerson, write }: Described): string | null => {
  if (write !== null) return `${name} changes something, so it was not tried.`;
  if (asPerson === true)
    return `${name} is asked as the person themselves, with a token of theirs, so it was not tried.`;
  const needed = slots.filter((slot) => slot.needed);
  return needed.length === 0
    ? null
    : `${name} cannot be asked without ${needed.map((slot) => `{slot.${slot.name}}`).join(', ')}, so it was not tried.`;
};

/** By backend, what of its way of signing in the vault does not give; nothing is sent without all of it. Each completes "OPERATION was not asked". */
const unsigned = async (folder: string, vault: Secrets | null): Promise<ReadonlyMap<string, string>> => {
  const lacks = new Map<string, string>();
  for (const { data } of readPlaces(folder)) {
    const names = secretsOf({ ...data, hooks: {} });
    const [first] = names;
    if (first === undefined) continue;
    if (vault === null) {
      lacks.set(
        data.backend,
        `, for its description needs the secret "${first}", and SOTTO_VAULT names no vault. Set it: files:DIR.`,
      );
      continue;
    }
    const missing = await missingSecrets(vault, names);
    if (missing.length > 0) lacks.set(data.backend, `: ${missing.join(' ')}`);
  }
  return lacks;
};

/**
 * `person`: directory id of whose data is asked for, as whom. `directory`: of a file; null: it is another, and what it calls people cannot be
 * looked up here. Refuses with code `usage` where the person is nobody.
 */
export const liveFindings = async (o: {
  readonly env: Environment;
  readonly folder: string;
  readonly descriptions: Descriptions;
  readonly catalogue: Catalogue | null;
  readonly directory: Pick<Directory, 'identifier' | 'members'> | null;
  readonly screen: Screen;
  readonly person: string;
}): Promise<TriedFindings> => {
  const { env, folder, descriptions, directory, person } = o;
  const member = (await directory?.members())?.find(({ id }) => id === person);
  if (directory !== null && member === undefined)
    throw new SottoError(
      'usage',
      `--as is "${person.slice(0, 80)}", and nobody in the directory who may use Sotto has that id.`,
    );
  const vault = await vaultOf(env);
  const lacks = await unsigned(folder, vault?.it ?? null);
  const places = placesOf(folder);
  const bodies = new Map<string, unknown[]>();
  const backend = createRestBackend({
    folder,
    descriptions,
    ...(vault === null ? {} : { secrets: vault.it }),
    seen: ({ operation, body }) => void bodies.set(operation, [...(bodies.get(operation) ?? []), body]),
  });
  const tried: TriedOperation[] = [];
  const findings: string[] = [];
  const notes: string[] = [];
  try {
    for (const described of descriptions.operations.values()) {
      const why = whyNot(described);
      const called = why === null ? await calledOf(described, person, directory) : undefined;
      if (why !== null || called === null) {
        notes.push(why ?? `${described.name} goes by ${described.goesBy}, and the directory knows none of ${person}.`);
        continue;
      }
      const lacking = lacks.get(described.backend.name);
      if (lacking !== undefined) {
        findings.push(`${described.name} was not asked${lacking}`);
        continue;
      }
      const calling: Calling = {
        operation: described.name,
        subject: person,
        asker: person,
        ...(called === undefined ? {} : { called: { subject: called, asker: called } }),
        of: { country: member?.country ?? '', locale: 'en' },
        id: randomUUID(),
      };
      const fetched = await backend.fetch(calling);
      const came = fetched.ok || (fetched.code === 'malformed' && bodies.has(described.name));
      if (came) {
        const live = tryLive({ ...o, described, bodies: bodies.get(described.name) ?? [], places });
        tried.push(live.operation);
        findings.push(...live.findings);
      } else {
        const mend = MENDS[fetched.code];
        if (mend === null) notes.push(`${described.name} has nothing of ${person}.`);
        else findings.push(`${described.name} ${mend}`);
      }
    }
  } finally {
    await vault?.close();
  }
  return { findings, notes, tried };
};
