import { parseArgs } from 'node:util';
import { createLog } from '../adapters/log/log.ts';
import { createMetrics } from '../adapters/metrics/metrics.ts';
import { systemClock, systemRandom } from '../adapters/system/system.ts';
import type { Status, Subcommand } from '../cli.ts';
import { type Config, dataFolder, environment, readConfig } from '../config.ts';
import { SottoError } from '../core/errors.ts';
import type { Secrets } from '../core/ports.ts';
import type { PlatformName } from '../core/types.ts';
import { openAuditSinks } from '../main/audit-sinks.ts';
import { openBackupPlaces } from '../main/backup-places.ts';
import { azureOf, openSecrets, type Tools } from '../main/opening.ts';
import { lookAtAudit } from './doctor/audit.ts';
import { lookAtCopies } from './doctor/audit-copy.ts';
import { lookAtBackends } from './doctor/backends.ts';
import { lookAtBackups } from './doctor/backups.ts';
import { lookAtCertificates } from './doctor/certificates.ts';
import { lookAtClock } from './doctor/clock.ts';
import { inWords, type Line, ok, sentence } from './doctor/line.ts';
import { goLive } from './doctor/live.ts';
import { liveLines } from './doctor/live-lines.ts';
import { livePage, writeLivePage } from './doctor/live-page.ts';
import { lookAtMachine } from './doctor/machine.ts';
import { lookAtPeople } from './doctor/people.ts';
import { lookAtPermissions } from './doctor/permissions.ts';
import { lookAtProvider } from './doctor/provider.ts';
import { lookAtRunning } from './doctor/running.ts';
import { lookAtSecrets } from './doctor/secrets.ts';
import { lookAtStore } from './doctor/store.ts';
import { manifestScopes } from './manifest/slack.ts';
import { packageVersion } from './manifest/templates.ts';

export const doctor: Subcommand = {
  summary:
    'looks at a set-up: secrets and certificates near their end, clocks, permissions, identity, store, backlog, backups, record',
  help: [
    'sotto doctor [--live --as PERSON [--out PATH]] [--json]',
    'Reads the settings that "sotto serve" reads and looks; changes nothing, and asks nobody for anything of anybody. Where Sotto runs on',
    'this SOTTO_DATA it is asked too, over its control socket. "ok": all is well; "WARNING": it may be meant; "FINDING": to be mended, and',
    'secrets and certificates are one thirty days before they end (SOTTO_WARN_DAYS). Each says what, why, and how to mend it.',
    '--json: {"ok","findings","warnings","lines":[{"area","state":"ok"|"warning"|"finding","what","why","mend"}]}.',
    '--live: besides, the running Sotto sends the operator PERSON (an id of the directory) one harmless message in private chat, on every',
    'platform where they have an account, fills it in, lets it leave and looks whether it is gone; and asks each platform whether it takes',
    'the token, what it granted, and whether what it sends reaches Sotto. What was done is a page in SOTTO_DATA/live, or at PATH: codes and',
    'times, nobody’s words. --json has "live":{"page","trips"} besides.',
    'Status 0: no finding; 1: findings; 2: wrong use, or no Sotto runs that could do it.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        live: { type: 'boolean', default: false },
        as: { type: 'string' },
        out: { type: 'string' },
      },
      strict: true,
    });
    const env = environment();
    const folder = dataFolder(env);
    const person = personFor(values);
    // First, so that what is wrong with asking for it is said before anything else is looked at.
    const lived = person === null ? null : await goLive({ person });
    const read = readConfig(env);
    const looked = read.ok
      ? [
          ok('settings', 'The settings can be read, and nothing in them is against a start.'),
          ...(await look(read.config)),
        ]
      : await lookWithout(read.findings, folder);
    const lines = [
      ...looked,
      ...(lived?.trips ?? []).flatMap((trip) =>
        liveLines(trip, scopesOf(trip.platform, env['SOTTO_DIRECTORY']?.trim() ?? '')),
      ),
    ];
    const page =
      lived === null || person === null
        ? null
        : writeLivePage({
            page: livePage({ lived, person, version: packageVersion(), lines }),
            at: lived.at,
            dataFolder: folder,
            out: values.out ?? null,
          });
    const count = (state: Line['state']): number => lines.filter((line) => line.state === state).length;
    const [findings, warnings] = [count('finding'), count('warning')];
    const live = lived === null ? {} : { live: { page, trips: lived.trips } };
    if (values.json) console.log(JSON.stringify({ ok: findings === 0, findings, warnings, lines, ...live }));
    else
      console.log(
        [
          ...lines.map(inWords),
          '',
          `${findings} finding(s), ${warnings} warning(s).`,
          ...(page === null ? [] : [`What was done is written down in ${page}.`]),
        ].join('\n'),
      );
    return findings === 0 ? 0 : 1;
  },
};

/** To whom; null: nothing is sent. Refuses with code `usage`. */
const personFor = (o: {
  readonly live: boolean;
  readonly as?: string | undefined;
  readonly out?: string | undefined;
}): string | null => {
  if (o.live && o.as === undefined)
    throw new SottoError(
      'usage',
      '--live needs --as PERSON: an operator, by id in the directory, who gets the message.',
    );
  if (!o.live && (o.as !== undefined || o.out !== undefined))
    throw new SottoError('usage', '--as and --out are for --live. Leave them out, or add it.');
  return o.as ?? null;
};

/** What the manifest of this version asks for, with these settings; Teams has no such thing. */
const scopesOf = (platform: PlatformName, directory: string): readonly string[] =>
  platform === 'slack' ? manifestScopes(directory === 'slack-groups') : [];

/** With settings that cannot be used neither a vault nor a store is asked: it might be the wrong one. */
const lookWithout = async (findings: readonly string[], folder: string): Promise<readonly Line[]> => {
  const running = await lookAtRunning(folder);
  return [
    ...findings.map((what) => sentence('settings', what)),
    ...lookAtMachine({ dataFolder: folder, pid: running.pid }),
    ...running.lines,
  ];
};

const look = async (config: Config): Promise<readonly Line[]> => {
  const tools: Tools = {
    clock: systemClock(),
    random: systemRandom(),
    log: createLog({ level: 'silent' }),
    metrics: createMetrics(),
  };
  const azure = azureOf(config, tools);
  const vault = await openSecrets({ vault: config.vault, azure, warnMs: config.warnMs, tools });
  try {
    return await lookAll({ config, tools, azure, secrets: vault.it });
  } finally {
    await vault.close();
  }
};

const lookAll = async (o: {
  readonly config: Config;
  readonly tools: Tools;
  readonly azure: ReturnType<typeof azureOf>;
  readonly secrets: Secrets;
}): Promise<readonly Line[]> => {
  const { config, secrets, tools } = o;
  const now = tools.clock.now();
  const running = await lookAtRunning(config.dataFolder);
  const store = await lookAtStore({ config, secrets, tools });
  const sinks = await openAuditSinks({ config: config.auditSinks, azure: o.azure, tools, version: packageVersion() });
  const places = await openBackupPlaces({ config: config.backups, azure: o.azure, tools });
  return [
    ...(await lookAtSecrets({ config, secrets, now })),
    ...(await lookAtCertificates({ config, now })),
    ...lookAtPermissions(config),
    ...(await lookAtClock({ config, redis: store.offset, now: () => tools.clock.now() })),
    ...(await lookAtProvider({ config, secrets, now: tools.clock.now })),
    ...(await lookAtPeople({ config, tools, azure: o.azure })),
    ...(await lookAtBackends({ config, secrets, clock: tools.clock })),
    ...lookAtMachine({ dataFolder: config.dataFolder, pid: running.pid }),
    ...store.lines,
    ...running.lines,
    ...(await lookAtBackups({ config, places, dataKey: await secrets.get('data-key').catch(() => null), now })),
    ...(await lookAtAudit({ dataFolder: config.dataFolder, secrets })),
    ...(await lookAtCopies({ sinks, dataFolder: config.dataFolder })),
  ];
};
