/** Takes a backup now, also beside a Sotto that runs; and tells which ones there are. */
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createLog } from '../adapters/log/log.ts';
import { createMetrics } from '../adapters/metrics/metrics.ts';
import { createSealer } from '../adapters/sealer/sealer.ts';
import { systemClock, systemRandom } from '../adapters/system/system.ts';
import type { Status, Subcommand } from '../cli.ts';
import { type Config, environment, readBackupPlaces, readConfig } from '../config.ts';
import type { BackupPlace } from '../core/backup-ports.ts';
import { SottoError } from '../core/errors.ts';
import { createBackups } from '../main/backup/backups.ts';
import { tellStates } from '../main/backup/telling.ts';
import { openBackupPlaces } from '../main/backup-places.ts';
import { firstInForce } from '../main/first-data-key.ts';
import { azureOf, openSecrets, openStore, type Tools } from '../main/opening.ts';
import { VERSION } from '../main.ts';
import { askRunning, nobodyRuns } from './order.ts';

const runShape = z.object({
  place: z.string(),
  ok: z.boolean(),
  at: z.number(),
  ms: z.number(),
  archive: z.string().nullable(),
  bytes: z.number(),
  auditBytes: z.number(),
  code: z.string().nullable(),
  audit: z.object({ code: z.string(), why: z.string().nullable() }).nullable(),
  unremoved: z.number(),
  why: z.string().nullable(),
});
type Run = z.infer<typeof runShape>;

const statusShape = z.object({
  running: z.boolean(),
  last: z.object({ number: z.number(), runs: z.array(runShape) }).nullable(),
});

const LOOK_EVERY_MS = 250;

/** A place may take minutes; beyond this something hangs. */
const MOST_MS = 30 * 60_000;

const HELP = [
  'sotto backup [--to PLACE[,PLACE]] [--json]  takes one now, to every place of SOTTO_BACKUP_TO and to each PLACE',
  'sotto backup list [--from PLACE]… [--json]  which archives there are, the newest first',
  'PLACE is folder:DIR, or the https address of a container of Azure Blob Storage. In a backup is what HR restricts and operators',
  'ordered, sign-ins, where chats are reached, what must still leave, the audit logs and the settings; never questions, answers or what',
  'was talked about, and no secret: without the data key it opens nowhere. A Sotto that runs on SOTTO_DATA takes it itself.',
  '--json: {"ok","places":[{"place","ok","archive","bytes","auditBytes","ms","code","audit":{"code","why"}|null,"unremoved","why"}]}; list: {"archives":[{"name","madeAt","lineage",',
  '"version","restrictions":{"version","hash","count"}|null,"places":[…]}]} (times ISO). Status 0: in every place; 1: one failed; 2: nothing was tried.',
].join('\n');

/** Refuses with code `usage` and everything that is wrong. */
export const configured = (): Config => {
  const read = readConfig(environment());
  if (read.ok) return read.config;
  throw new SottoError('usage', `The settings are not whole:\n${read.findings.map((it) => `- ${it}`).join('\n')}`);
};

export const quietTools = (): Tools => ({
  clock: systemClock(),
  random: systemRandom(),
  log: createLog({ level: 'silent' }),
  metrics: createMetrics(),
});

/** The places that are named, or those of the settings. Refuses with code `usage` where there are none. */
export const placesOf = async (
  config: Config,
  named: readonly string[],
  tools: Tools,
): Promise<readonly BackupPlace[]> => {
  const read = named.length === 0 ? null : readBackupPlaces(config, named.join(','));
  if (read?.ok === false) throw new SottoError('usage', read.findings.join('\n'));
  const places = read?.places ?? config.backups.places;
  if (places.length === 0)
    throw new SottoError('usage', 'No place of backups is named: set SOTTO_BACKUP_TO, or name one here.');
  return openBackupPlaces({ config: { ...config.backups, places }, azure: azureOf(config, tools), tools });
};

export const backup: Subcommand = {
  summary: 'takes a backup now; `list` tells which there are',
  help: HELP,
  run: async (args): Promise<Status> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        to: { type: 'string' },
        from: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
      },
      allowPositionals: true,
      strict: true,
    });
    if (positionals.join(' ') === 'list') return list({ from: values.from, json: values.json });
    if (positionals.length > 0) throw new SottoError('usage', `"sotto backup" or "sotto backup list".\n\n${HELP}`);
    const runs = await take(values.to === undefined ? null : absolute(values.to));
    const ok = runs.length > 0 && runs.every((run) => run.ok);
    if (values.json) console.log(JSON.stringify({ ok, places: runs }));
    else for (const run of runs) console.log(inWords(run));
    return ok ? 0 : 1;
  },
};

/** Folders as seen from here: the running Sotto may stand elsewhere. */
const absolute = (places: string): string =>
  places
    .split(',')
    .map((part) => part.trim().replace(/^folder:(.*)$/s, (_, folder: string) => `folder:${resolve(folder)}`))
    .join(',');

const inWords = ({ place, archive, bytes, auditBytes, ms, code, audit, unremoved, why }: Run): string => {
  const reason = (fault: { readonly code: string; readonly why: string | null }): string =>
    `(${fault.code}). ${fault.why ?? 'Why is not known.'}`;
  const parts = [
    code === null ? `${archive ?? 'nothing new'}, ${bytes} bytes` : `what stands: NOT written ${reason({ code, why })}`,
    audit === null ? `${auditBytes} bytes of audit logs` : `audit logs: NOT written ${reason(audit)}`,
  ];
  if (code !== null && code === audit?.code && why === audit.why)
    return `${place}: NOT written ${reason(audit)} The other places are written all the same.`;
  const left =
    code === null && unremoved > 0 ? ` At least ${unremoved} old ones could not be deleted. ${why ?? ''}` : '';
  return `${place}: ${parts.join('; ')}; in ${ms} ms.${left}`;
};

const take = async (to: string | null): Promise<readonly Run[]> => {
  const begun = await askRunning({
    method: 'POST',
    path: '/backup',
    body: { to },
    shape: z.object({ number: z.number() }),
  }).catch((error: unknown) => {
    if (nobodyRuns(error)) return null;
    throw error;
  });
  if (begun === null) return takeAlone(to);
  for (const end = performance.now() + MOST_MS; performance.now() < end; await pause(LOOK_EVERY_MS)) {
    const { last } = await askRunning({ path: '/backup', shape: statusShape });
    if (last !== null && last.number >= begun.number) return last.runs;
  }
  throw new SottoError('usage', 'The running Sotto did not end its backup within half an hour. Look at its log.');
};

/** Where no Sotto runs here: with the store to itself, or beside processes on other machines. */
const takeAlone = async (to: string | null): Promise<readonly Run[]> => {
  const config = configured();
  const tools = quietTools();
  const secrets = await openSecrets({ vault: config.vault, azure: azureOf(config, tools), tools });
  try {
    const dataKey = await secrets.it.get('data-key');
    const sealer = createSealer({ dataKey });
    const named = to === null ? [] : await placesOf(config, [to], tools);
    const own = config.backups.places.length > 0 || to === null ? await placesOf(config, [], tools) : [];
    const places = [...own, ...named.filter(({ name }) => !own.some((place) => place.name === name))];
    const store = await openStore({ store: config.store, secrets: secrets.it, tools });
    try {
      // Processes on other machines may not have seen a newer one yet.
      sealer.rotate(firstInForce(dataKey, await store.hashKeys.all()));
      // So that the newest archive in each place is known for what it is, with the keys that it holds.
      const { version } = await store.restrictions.current();
      const backups = await createBackups({
        config,
        places,
        store,
        sealer,
        secrets: secrets.it,
        audit: null,
        tools,
        version: VERSION,
        policy: () => '',
        restrictionsVersion: () => version,
      });
      return await backups.now();
    } finally {
      await store.close();
    }
  } finally {
    await secrets.close();
  }
};

const list = async (o: { readonly from: readonly string[]; readonly json: boolean }): Promise<Status> => {
  const config = configured();
  const { archives, away } = await tellStates(await placesOf(config, o.from, quietTools()), Date.now());
  if (o.json) console.log(JSON.stringify({ archives, away }));
  else {
    for (const { name, madeAt, restrictions, places } of archives)
      console.log(
        `${name}  made ${madeAt}, restrictions ${restrictions === null ? 'not read' : `${restrictions.count}, hash ${restrictions.hash}`}; in ${places.join(', ')}`,
      );
    if (archives.length === 0) console.log('There is no archive in these places.');
    for (const sentence of away) console.log(sentence);
  }
  return away.length === 0 ? 0 : 1;
};
