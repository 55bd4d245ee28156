import { parseArgs } from 'node:util';
import { createLog } from '../adapters/log/log.ts';
import { createMetrics } from '../adapters/metrics/metrics.ts';
import { systemClock, systemRandom } from '../adapters/system/system.ts';
import type { Status, Subcommand } from '../cli.ts';
import { type Config, dataFolder, environment, readConfig } from '../config.ts';
import type { Secrets } from '../core/ports.ts';
import { openBackupPlaces } from '../main/backup-places.ts';
import { azureOf, openSecrets, type Tools } from '../main/opening.ts';
import { lookAtAudit } from './doctor/audit.ts';
import { lookAtBackups } from './doctor/backups.ts';
import { lookAtCertificates } from './doctor/certificates.ts';
import { lookAtClock } from './doctor/clock.ts';
import { inWords, type Line, ok, sentence } from './doctor/line.ts';
import { lookAtMachine } from './doctor/machine.ts';
import { lookAtPermissions } from './doctor/permissions.ts';
import { lookAtRunning } from './doctor/running.ts';
import { lookAtSecrets } from './doctor/secrets.ts';
import { lookAtStore } from './doctor/store.ts';

export const doctor: Subcommand = {
  summary:
    'looks at a set-up: secrets and certificates near their end, clocks, permissions, store, backlog, backups, record',
  help: [
    'sotto doctor [--json]',
    'Reads the settings that "sotto serve" reads and looks; changes nothing, and asks nobody for anything of anybody. Where Sotto runs on',
    'this SOTTO_DATA it is asked too, over its control socket. "ok": all is well; "WARNING": it may be meant; "FINDING": to be mended, and',
    'secrets and certificates are one thirty days before they end (SOTTO_WARN_DAYS). Each says what, why, and how to mend it.',
    '--json: {"ok","findings","warnings","lines":[{"area","state":"ok"|"warning"|"finding","what","why","mend"}]}.',
    'This version has no --live: it posts nothing to a platform.',
    'Status 0: no finding; 1: findings; 2: wrong use.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      strict: true,
    });
    const env = environment();
    const read = readConfig(env);
    const lines = read.ok
      ? [
          ok('settings', 'The settings can be read, and nothing in them is against a start.'),
          ...(await look(read.config)),
        ]
      : await lookWithout(read.findings, dataFolder(env));
    const count = (state: Line['state']): number => lines.filter((line) => line.state === state).length;
    const [findings, warnings] = [count('finding'), count('warning')];
    if (values.json) console.log(JSON.stringify({ ok: findings === 0, findings, warnings, lines }));
    else console.log([...lines.map(inWords), '', `${findings} finding(s), ${warnings} warning(s).`].join('\n'));
    return findings === 0 ? 0 : 1;
  },
};

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
  const places = await openBackupPlaces({ config: config.backups, azure: o.azure, tools });
  return [
    ...(await lookAtSecrets({ config, secrets, now })),
    ...(await lookAtCertificates({ config, now })),
    ...lookAtPermissions(config),
    ...(await lookAtClock({ config, redis: store.offset, now: () => tools.clock.now() })),
    ...lookAtMachine({ dataFolder: config.dataFolder, pid: running.pid }),
    ...store.lines,
    ...running.lines,
    ...(await lookAtBackups({ config, places, dataKey: await secrets.get('data-key').catch(() => null), now })),
    ...(await lookAtAudit({ dataFolder: config.dataFolder, secrets })),
  ];
};
