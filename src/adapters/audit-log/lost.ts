/** What logs say of others that are lost. Nothing is proved here: ask those alone that verify. */
import { join } from 'node:path';
import type { LostEntry } from '../../core/audit.ts';
import { entriesIn, readEntries } from './reader.ts';

/** A string inside an entry cannot hold this: its quotes would be escaped. */
const LOST_ENTRY = Buffer.from('"kind":"lost"');

/** By the name of the log that is lost, the newest of each. Rejects where a log cannot be read. */
export const lostIn = async (o: {
  /** The folder of all logs, `SOTTO_DATA/audit`. */
  readonly folder: string;
  /** Those that are asked. */
  readonly origins: readonly string[];
}): Promise<ReadonlyMap<string, LostEntry>> => {
  const found = new Map<string, LostEntry>();
  for (const origin of o.origins) {
    for await (const run of readEntries({ folder: join(o.folder, origin) })) {
      if (!run.bytes.includes(LOST_ENTRY)) continue;
      for (const { entry } of entriesIn(run)) {
        if (!isLostEntry(entry)) continue;
        const known = found.get(entry.origin);
        if (known === undefined || known.at < entry.at) found.set(entry.origin, entry);
      }
    }
  }
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
