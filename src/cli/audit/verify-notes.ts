/** What is worth knowing of logs beside whether they are sound: which are on record as lost, and where a clock went back. */
import { join } from 'node:path';
import { firstBackwards } from '../../adapters/audit-log/backwards.ts';
import { lostIn } from '../../adapters/audit-log/lost.ts';
import type { LostEntry } from '../../core/audit.ts';

/** Entries that wait for each other are put in order within this, and clocks are trimmed by as much, ms. */
const TRIMMED_MS = 5_000;

export interface Judged {
  readonly origin: string;
  readonly ok: boolean;
}

export interface LogNotes {
  /** By the name of the log that is lost: what a log that is sound says of it. */
  readonly lost: ReadonlyMap<string, LostEntry>;
  /** Sentences; none is a finding. */
  readonly says: readonly string[];
}

/** `results`: of all logs of the folder, as they were verified. Only those that are sound are believed. */
export const notesOn = async (o: {
  readonly folder: string;
  readonly results: readonly Judged[];
}): Promise<LogNotes> => {
  const sound = o.results.filter(({ ok }) => ok).map(({ origin }) => origin);
  const lost = await lostIn({ folder: o.folder, origins: sound });
  const says: string[] = [];
  for (const [origin, entry] of lost) says.push(lostLine(origin, entry));
  for (const origin of sound) {
    const back = await firstBackwards({ folder: join(o.folder, origin), mostMs: TRIMMED_MS });
    if (back !== null)
      says.push(
        `${origin}: note: at entry ${back.index} the clock went back by ${Math.round(back.byMs / 1_000)} s. The order of entries is that of their places, whatever the clock said.`,
      );
  }
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
