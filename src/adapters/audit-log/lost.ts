/** What logs say of others that are lost. Nothing is proved here: ask those alone that verify. */
import { join } from 'node:path';
import type { LostEntry } from '../../core/audit.ts';
import { entriesIn, readEntries } from './reader.ts';

/** A string inside an entry cannot hold this: its quotes would be escaped. */
export const LOST = Buffer.from('"kind":"lost"');

/** By the name of the log that is lost. */
export type LostLogs = Map<string, LostEntry>;

/** Far more than are ever lost. */
const MOST_LOST = 10_000;

/** The newest of each counts. */
export const noteLost = (into: LostLogs, entry: Readonly<Record<string, unknown>> | LostEntry): void => {
  if (!isLostEntry(entry)) return;
  const known = into.get(entry.origin);
  if (known === undefined ? into.size < MOST_LOST : known.at < entry.at) into.set(entry.origin, entry);
};

/** What one log says. Rejects where it cannot be read. */
export const lostIn = async (o: {
  /** The folder of all logs, `SOTTO_DATA/audit`. */
  readonly folder: string;
  readonly origin: string;
}): Promise<LostLogs> => {
  const found: LostLogs = new Map();
  for await (const run of readEntries({ folder: join(o.folder, o.origin) }))
    if (run.bytes.includes(LOST)) for (const { entry } of entriesIn(run)) noteLost(found, entry);
  return found;
};

const isLostEntry = (entry: unknown): entry is LostEntry => {
  const { kind, origin, size, at, by } = entry as Partial<Record<keyof LostEntry, unknown>>;
  return (
    kind === 'lost' &&
    typeof origin === 'string' &&
    typeof size === 'number' &&
    typeof at === 'number' &&
    typeof by === 'string'
  );
};
