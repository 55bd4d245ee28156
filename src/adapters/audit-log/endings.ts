/**
 * Where other logs end that nobody writes any more. A log cannot be signed anew once its writer has gone, and a key that was replaced
 * may leak years later: so what vouches for such a log is not its key, but its length and its root, named by a log that lives.
 */
import { join } from 'node:path';
import { isOrigin, openCheckpoint } from './checkpoint.ts';
import { durableNote } from './durable.ts';
import { fingerprintOf, type Keys, MOST_KEYS } from './keys.ts';
import { newestNote } from './reader.ts';

/** A log beside this one. */
export interface OtherLog {
  readonly origin: string;
  /** Entries that it has at least. */
  readonly size: number;
}

/** The end of a log: it has so many entries under this root (hex), and no more will follow. */
export interface Ending extends OtherLog {
  readonly root: string;
}

/** In one entry; some 200 bytes each. */
const MOST_TOLD = 200;

/**
 * Of those logs that end under a key that is accepted and is not the one in use: while it is accepted, its signature still proves
 * something. One that is shorter than it must be is left out. Rejects where one cannot be read.
 */
export const endingsOf = async (o: {
  /** The folder of all logs. */
  readonly folder: string;
  readonly logs: readonly OtherLog[];
  readonly keys: Keys;
}): Promise<readonly Ending[]> => {
  const endings: Ending[] = [];
  for (const { origin, size } of o.logs) {
    if (!isOrigin(origin)) continue;
    const folder = join(o.folder, origin);
    // Its last batch may be of a process that died just now: what a power cut could take away must not be on record.
    const note = (await durableNote(folder))?.note ?? (await newestNote(folder));
    const found = openCheckpoint(note ?? '', o.keys.verify);
    if (found?.origin !== origin || found.size < size) continue;
    if (fingerprintOf(found.signer) === o.keys.name) continue;
    endings.push({ origin, size: found.size, root: found.root.toString('hex') });
  }
  return endings;
};

/** As entries of a log name them: one entry at least, none longer than an entry may be. */
export const chunksOf = (endings: readonly Ending[]): readonly (readonly Ending[])[] =>
  Array.from({ length: Math.max(1, Math.ceil(endings.length / MOST_TOLD)) }, (_, at) =>
    endings.slice(at * MOST_TOLD, (at + 1) * MOST_TOLD),
  );

/** A string inside an entry cannot hold this: its quotes would be escaped. */
const KEY_ENTRY = Buffer.from('"kind":"key"');

/** What the leaf of an entry names; none in most. */
export const endingsIn = (bytes: Buffer, start: number, end: number): readonly Ending[] => {
  if (!bytes.subarray(start, end).includes(KEY_ENTRY)) return [];
  const { entry } = JSON.parse(bytes.toString('utf8', start, end)) as {
    readonly entry?: { readonly kind?: unknown; readonly closed?: unknown };
  };
  return entry?.kind === 'key' && Array.isArray(entry.closed) ? entry.closed.filter(isEnding) : [];
};

const isEnding = (value: unknown): value is Ending => {
  if (typeof value !== 'object' || value === null) return false;
  const { origin, size, root } = value as Partial<Record<keyof Ending, unknown>>;
  return typeof origin === 'string' && Number.isSafeInteger(size) && typeof root === 'string';
};

/** By origin, of each the longest: what comes later says more. Bounded like the keys of a log. */
export const noteEndings = (into: Map<string, Ending>, endings: Iterable<Ending>): void => {
  for (const ending of endings) {
    const known = into.get(ending.origin);
    if (known === undefined ? into.size < MOST_KEYS : known.size < ending.size) into.set(ending.origin, ending);
  }
};
