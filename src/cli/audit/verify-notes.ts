/** What is worth knowing of logs beside whether they are sound: which are on record as lost, and where a clock went back. */
import { type LostLogs, lostIn, noteLost } from '../../adapters/audit-log/lost.ts';
import type { VerifiedLog } from '../../adapters/audit-log/verify.ts';
import type { LostEntry } from '../../core/audit.ts';

export interface LogNotes {
  /** By the name of the log that is lost: what a log that is sound says of it. */
  readonly lost: ReadonlyMap<string, LostEntry>;
  /** Sentences; none is a finding. */
  readonly says: readonly string[];
}

/** Only logs that are sound are believed. */
export const notesOn = async (o: {
  /** The folder of all logs, `SOTTO_DATA/audit`. */
  readonly folder: string;
  /** Of all logs of the folder, as they were verified. */
  readonly results: readonly Pick<VerifiedLog, 'origin' | 'ok' | 'noted'>[];
  /** Logs that were verified from a checkpoint on: what they said before it still stands, so it is looked for. */
  readonly partly: readonly string[];
  /** Logs that the store asks for. None of them is lost, whatever was put on record: it was taken up again before the store knew of that. */
  readonly registered: readonly { readonly origin: string }[];
}): Promise<LogNotes> => {
  const sound = o.results.filter(({ ok }) => ok);
  const asked = new Set(o.registered.map(({ origin }) => origin));
  const lost: LostLogs = new Map();
  for (const { origin, noted } of sound) {
    const said = o.partly.includes(origin) ? await lostIn({ folder: o.folder, origin }) : noted.lost;
    for (const entry of said.values()) if (!asked.has(entry.origin)) noteLost(lost, entry);
  }
  const says = [...lost].map(([origin, entry]) => lostLine(origin, entry));
  for (const { origin, noted } of sound)
    if (noted.backwards !== null)
      says.push(
        `${origin}: note: at entry ${noted.backwards.index} the clock went back by ${Math.round(noted.backwards.byMs / 1_000)} s. The order of entries is that of their places, whatever the clock said.`,
      );
  return { lost, says };
};

const lostLine = (origin: string, { at, size, found, entries, by, order }: LostEntry): string =>
  `${origin}: on record as lost since ${new Date(at).toISOString()}, on the order ${order} that ${by} confirmed: it had at least ${size} entries and was ${FOUND[found]}${
    entries === null || entries === 0 ? '' : ` (${entries} left)`
  }. What is there of it is evidence.`;

const FOUND = {
  gone: 'gone',
  cut: 'cut off',
  unreadable: 'unreadable',
  elsewhere: 'in another data folder',
} as const;
