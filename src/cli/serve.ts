import { claimForServing } from '../adapters/files/data-folder.ts';
import { createLog } from '../adapters/log/log.ts';
import type { Status, Subcommand } from '../cli.ts';
import { environment, readConfig, readTransitConfig } from '../config.ts';
import { lossLine } from '../main/audit-losses.ts';
import { exposures } from '../main/exposures.ts';
import { checkTransit } from '../main/transit.ts';
import { closedSentence } from './closed.ts';
import { warnQuietly } from './dying.ts';
import { untilStopped } from './until-stopped.ts';
import { secretFindings } from './vault.ts';

export const serve: Subcommand = {
  summary: 'runs Sotto for a company',
  help: 'Reads its settings from the environment (the table is in the README) and its secrets from the vault they name.\nWhat is missing is said all at once, and nothing starts. Ctrl-C finishes what is in flight within 10 seconds.',
  run: async (): Promise<Status> => {
    const env = environment();
    const read = readConfig(env);
    const certificates = await checkTransit(readTransitConfig(env), Date.now());
    const findings = [
      ...(read.ok ? exposures(read.config) : read.findings),
      ...(await secretFindings(env)),
      ...certificates.findings,
    ];
    if (!read.ok || findings.length > 0) {
      console.error(
        `Sotto does not start:\n${findings.map((finding) => `- ${finding.replaceAll('\n', '\n- ')}`).join('\n')}`,
      );
      return 2;
    }
    const { store } = read.config;
    claimForServing(read.config.dataFolder, store.kind === 'sqlite' ? store.path : null);
    const log = createLog({ level: read.config.logLevel });
    warnQuietly(log);
    const { startSotto } = await import('../main.ts');
    const running = await startSotto({ config: read.config, log });
    // Whoever reads that it listens may stop it the moment after.
    const stopped = untilStopped(running.stop);
    console.log(`Sotto listens on ${running.bound}, health and metrics on ${running.opsUrl}.`);
    const why = running.closed();
    if (why !== null) console.error([closedSentence(why), ...running.missed().map(lossLine)].join('\n'));
    await stopped;
    return 0;
  },
};
