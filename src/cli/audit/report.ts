import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isOrigin, readCheckpoint } from '../../adapters/audit-log/checkpoint.ts';
import { durableNote } from '../../adapters/audit-log/durable.ts';
import { entriesIn, readEntries } from '../../adapters/audit-log/reader.ts';
import { verifyAuditLogs } from '../../adapters/audit-log/verify.ts';
import { reportPage } from '../../adapters/report-page/page.ts';
import { systemClock } from '../../adapters/system/system.ts';
import type { Status, Subcommand } from '../../cli.ts';
import { SottoError } from '../../core/errors.ts';
import { periodOf } from '../../core/report/period.ts';
import { createTallies } from '../../core/report/tallies.ts';
import type { LogFacts, Period } from '../../core/report/types.ts';
import { reportWords } from '../../core/report/words.ts';
import type { Locale } from '../../core/types.ts';
import { packageVersion } from '../manifest/templates.ts';
import { linesToFile } from './export-out.ts';
import { auditFolder, logsOnRecord, trustedKeys } from './logs.ts';
import { officerNames } from './officers.ts';

export const report: Subcommand = {
  summary: 'writes what the audit logs say into one page: numbers for HR, and what they rest on for an auditor',
  help: [
    'sotto audit report [--since DATE] [--until DATE] [--lang en|de] [--to FILE] [--json]',
    'Checks every log under SOTTO_DATA/audit as "verify" does, adds up its entries and writes one page that needs nothing else: no script,',
    'nothing from anywhere. DATE is a day of UTC, as 2026-01-31, and in it; without them it is of the ninety days until today. No number of',
    'questions, refusals or sign-ins is shown that rests on fewer than five people, nor can one be had from two others. FILE (default:',
    'sotto-report-SINCE-UNTIL.html here) is made with 0600 and never overwritten. Officers are named where Sotto runs on this folder, and it records that.',
    '--json prints the same numbers, and writes the page only with --to.',
    'Status 0: the logs are sound; 1: they are not, or could not be checked, and the page says so; 2: wrong use.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        since: { type: 'string' },
        until: { type: 'string' },
        lang: { type: 'string', default: 'en' },
        to: { type: 'string' },
      },
      strict: true,
    });
    const now = systemClock().now();
    const period = periodOf({ since: values.since, until: values.until, now });
    if (typeof period === 'string') throw new SottoError('usage', period);
    const locale = localeOf(values.lang);
    const { data, folder } = auditFolder();
    const path = pathOf({ to: values.to, json: values.json, period });
    // Made before anything is read, so that nobody waits for what cannot be written.
    const file = path === null ? null : linesToFile(path);
    try {
      const { logs, compared } = await checked({ data, folder });
      const tallies = createTallies({ period });
      for (const log of logs) await addUp({ folder: join(folder, log.origin), log, add: tallies.add });
      const made = tallies.report();
      const nameOf = await officerNames({ data, report: made });
      const version = packageVersion();
      await file?.write(
        reportPage({ report: made, logs, compared, locale, words: reportWords(locale), madeAt: now, version, nameOf }),
      );
      await file?.flush();
      const sound = logs.length > 0 && logs.every(({ found }) => found === 'sound');
      if (values.json) {
        console.log(JSON.stringify({ ok: sound, compared, version, madeAt: now, file: path, logs, report: made }));
      } else {
        for (const { origin, found, why } of logs)
          if (found !== 'sound') console.log(`${origin}: ${SAYS[found]}${why === null ? '' : ` ${why}`}`);
        console.log(`Written to ${path}, readable by you alone.`);
      }
      return sound ? 0 : 1;
    } finally {
      file?.close();
    }
  },
};

const SAYS: { readonly [F in Exclude<LogFacts['found'], 'sound'>]: string } = {
  'not-sound': 'NOT sound.',
  'not-checked': 'NOT checked: the vault gave no key to check it by.',
};

const localeOf = (lang: string): Locale => {
  if (lang === 'en' || lang === 'de') return lang;
  throw new SottoError('usage', '--lang is en or de.');
};

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Null: no page is written. */
const pathOf = (o: {
  readonly to: string | undefined;
  readonly json: boolean;
  readonly period: Period;
}): string | null => {
  if (o.to === undefined && o.json) return null;
  return resolve(o.to ?? `sotto-report-${day(o.period.since)}-${day(o.period.until - 1)}.html`);
};

/** Every log as `verify` finds it; without a key to check by, as it is. */
const checked = async (o: {
  readonly data: string;
  readonly folder: string;
}): Promise<{ readonly logs: readonly LogFacts[]; readonly compared: boolean }> => {
  const publicKey = await trustedKeys().catch((error: unknown) => {
    if (error instanceof SottoError) return null;
    throw error;
  });
  const registered = await logsOnRecord(o.data);
  if (publicKey === null) return { logs: await unchecked(o.folder), compared: registered !== null };
  const results = await verifyAuditLogs({
    folder: o.folder,
    publicKey,
    registered: registered ?? [],
  });
  const logs = await Promise.all(
    results.map(async ({ origin, ok, entries, pruned, firstBad }): Promise<LogFacts> => {
      const why = firstBad === null ? null : `${firstBad.file}, ${firstBad.index}: ${firstBad.why}`;
      const note = await noteOf(join(o.folder, origin));
      return { origin, found: ok ? 'sound' : 'not-sound', entries, pruned, why, note };
    }),
  );
  return { logs, compared: registered !== null };
};

const noteOf = (folder: string): Promise<string | null> =>
  durableNote(folder).then(
    (newest) => newest?.note ?? null,
    () => null,
  );

const unchecked = async (folder: string): Promise<readonly LogFacts[]> => {
  const origins = (await readdir(folder)).filter(isOrigin).sort();
  return Promise.all(
    origins.map(async (origin): Promise<LogFacts> => {
      const note = await noteOf(join(folder, origin));
      const entries = readCheckpoint(note ?? '')?.size ?? 0;
      return { origin, found: 'not-checked', entries, pruned: 0, why: null, note };
    }),
  );
};

/** Of a sound log exactly what was checked; of another one whatever can be read. */
const addUp = async (o: {
  readonly folder: string;
  readonly log: LogFacts;
  readonly add: (entry: Readonly<Record<string, unknown>>, origin: string) => void;
}): Promise<void> => {
  const { folder, log } = o;
  try {
    for await (const run of readEntries({ folder, ...(log.found === 'sound' ? { to: log.entries } : {}) }))
      for (const { entry } of entriesIn(run)) o.add(entry, log.origin);
  } catch (error) {
    // One that is gone, or cannot be read, has been found so before.
    if (log.found === 'sound') throw error;
  }
};
