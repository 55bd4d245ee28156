/**
 * Which archives a restore takes. Removals, sign-ins and references come from the one that is asked for, or the newest. What HR
 * restricts and operators ordered always comes from the newest that there is, whichever is asked for: it must never come back weaker.
 */
import { openArchive } from '../../adapters/archive/archive.ts';
import { invalid, type StateHeader } from '../../adapters/archive/header.ts';
import { readLines } from '../../adapters/archive/lines.ts';
import { restrictionsHash } from '../../core/backed-up.ts';
import type { BackupPlace } from '../../core/backup-ports.ts';
import { SottoError } from '../../core/errors.ts';
import type { Pin, RestrictionChange, Secret, Stands } from '../../core/ports.ts';
import { changeOfRow, type OpenHashKey, type Row, readRows, type StandsRow } from './contents.ts';
import { MOST_VERSION, newestFirst, readStateName, type StateName } from './names.ts';
import { MOST_READ } from './reading.ts';

/** An archive by its name, and where copies of it lie. */
export interface FoundState extends StateName {
  readonly places: readonly BackupPlace[];
}

export interface Listed {
  readonly states: readonly FoundState[];
  readonly away: readonly Away[];
}

/** A place that did not answer. */
export interface Away {
  readonly place: string;
  readonly why: string;
}

/** All archives of state in these places, the newest first. */
export const listStates = async (places: readonly BackupPlace[], now: number): Promise<Listed> => {
  const byName = new Map<string, FoundState>();
  const away: Away[] = [];
  for (const place of places) {
    try {
      for (const { name } of await place.list('state')) {
        const read = readStateName(name);
        if (read !== null) byName.set(name, { ...read, places: [...(byName.get(name)?.places ?? []), place] });
      }
    } catch (error) {
      if (!(error instanceof SottoError)) throw error;
      away.push({ place: place.name, why: error.message });
    }
  }
  return { states: [...byName.values()].toSorted(newestFirst(now)), away };
};

/** Opened whole, every row of it read once. */
export interface OpenState {
  readonly found: FoundState;
  readonly header: StateHeader;
  /** The details of its changes are open. */
  readonly stands: Stands;
  readonly settings: Readonly<Record<string, string>>;
  /** The keys of stretches among them. */
  readonly hashKeys: readonly OpenHashKey[];
  rows(): AsyncIterable<Row>;
}

/** Refuses with `backup-invalid` or `backup-unavailable`, with the reason of the last copy. */
export const openState = async (found: FoundState, dataKey: Secret): Promise<OpenState> => {
  let reason: unknown = invalid(`The archive ${found.name} is not there any more.`);
  for (const place of found.places) {
    try {
      const bytes = await place.read({ kind: 'state', name: found.name, mostBytes: MOST_READ });
      if (bytes !== null) return await openCopy(found, bytes, dataKey);
    } catch (error) {
      if (!(error instanceof SottoError)) throw error;
      reason = error;
    }
  }
  throw reason;
};

const openCopy = async (found: FoundState, bytes: Buffer, dataKey: Secret): Promise<OpenState> => {
  const { name } = found;
  const { header, body } = await openArchive({ name, bytes, dataKey });
  const rows = (): AsyncIterable<Row> => readRows(name, readLines(name, body()));
  let row: StandsRow | null = null;
  let pin: Pin | null = null;
  const changes: RestrictionChange[] = [];
  let settings: Readonly<Record<string, string>> = {};
  const hashKeys: OpenHashKey[] = [];
  for await (const one of rows()) {
    if (one.is === 'stands') row = one.stands;
    if (one.is === 'pin') pin = one.pin;
    if (one.is === 'change') changes.push(changeOfRow(one));
    if (one.is === 'settings') settings = one.settings;
    if (one.is === 'hash-key') hashKeys.push({ id: one.id, value: one.value });
  }
  if (
    header.kind !== 'state' ||
    header.lineage !== found.lineage ||
    header.madeAt !== found.madeAt ||
    header.restrictions.version !== found.version ||
    row?.version !== found.version ||
    restrictionsHash(row.restrictions) !== header.restrictions.hash
  )
    throw invalid(
      `The archive ${name} is not what its name says: it was renamed, or is another one. Nothing was changed. Take the one of its real name, or from the other place.`,
    );
  return { found, header, stands: { ...row, pin, changes }, settings, hashKeys, rows };
};

export interface Chosen {
  readonly body: OpenState;
  /** Restrictions and standing orders come from here. */
  readonly standing: OpenState;
  /** Of the restrictions, the highest that any archive names and that can be. */
  readonly highest: number;
  /** Why what stands may be weaker than what was in force. */
  readonly doubts: readonly string[];
  /** Of archives that could not be opened and are not needed. */
  readonly passedOver: readonly string[];
}

/** So many archives are tried before it is given up: whoever can write to a place may plant many. */
const MOST_TRIED = 1_000;

/** So many that do not open are told. */
const MOST_TOLD = 5;

const firstThatOpens = async (
  candidates: readonly FoundState[],
  dataKey: Secret,
): Promise<{ readonly open: OpenState; readonly passedOver: readonly string[] }> => {
  let first: unknown = null;
  const passedOver: string[] = [];
  for (const found of candidates.slice(0, MOST_TRIED)) {
    try {
      return { open: await openState(found, dataKey), passedOver };
    } catch (error) {
      if (!(error instanceof SottoError)) throw error;
      first ??= error;
      passedOver.push(error.message);
    }
  }
  throw first;
};

const told = (sentences: readonly string[]): readonly string[] =>
  sentences.length <= MOST_TOLD
    ? sentences
    : [...sentences.slice(0, MOST_TOLD), `There are ${sentences.length - MOST_TOLD} more that do not open.`];

/** Refuses with `backup-invalid` where nothing opens, with `usage` where it must be said which. */
export const chooseStates = async (o: {
  readonly states: readonly FoundState[];
  readonly dataKey: Secret;
  /** A name; null: the newest. */
  readonly at: string | null;
}): Promise<Chosen> => {
  const asked = o.at === null ? null : o.states.find(({ name }) => name === o.at);
  if (asked === undefined)
    throw new SottoError(
      'usage',
      `There is no archive ${o.at} in these places. "sotto backup list" tells which there are.`,
    );
  if (o.states.length === 0)
    throw new SottoError(
      'usage',
      'There is no archive in these places, so there is nothing to restore. Name the right ones with --from.',
    );
  const lines = Map.groupBy(o.states, ({ lineage }) => lineage);
  if (asked === null && lines.size > 1)
    throw new SottoError(
      'usage',
      `These places hold backups of ${lines.size} different stores, and which is meant only you know. Say it with --at NAME; the newest of each: ${[...lines.values()].map(([newest]) => newest?.name).join(', ')}.`,
    );
  const line = asked === null ? o.states : (lines.get(asked.lineage) ?? []);
  const versions = line.map(({ version }) => version);
  const highest = versions.reduce((most, version) => (version > MOST_VERSION ? most : Math.max(most, version)), 0);
  const newest = await firstThatOpens(line, o.dataKey);
  const standing = newest.open;
  const body = asked === null || asked.name === standing.found.name ? standing : await openState(asked, o.dataKey);
  const passedOver = told(newest.passedOver);
  const doubts = versions.some((version) => version > standing.found.version)
    ? passedOver.map((why) => `A newer archive cannot be opened, and restricts perhaps more. ${why}`)
    : [];
  return { body, standing, highest, doubts, passedOver };
};
