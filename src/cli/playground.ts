import { startPlayground } from '../../playground/playground.ts';
import type { Status, Subcommand } from '../cli.ts';
import { dataFolder, environment, LOOPBACK, listening } from '../config.ts';
import { SottoError } from '../core/errors.ts';
import { learningLine } from './learning-line.ts';
import { playedBackends } from './played-backends.ts';
import { untilStopped } from './until-stopped.ts';

export const playground: Subcommand = {
  summary: 'a page to try everything on, with stand-ins; nothing to configure',
  help: [
    'Listens on http://127.0.0.1:3978 (PORT, SOTTO_OPS_PORT), keeps its things in SOTTO_DATA (./data) and marks that folder as its own.',
    'No account, no network. Ctrl-C stops it. SOTTO_POLICIES: your own pack.',
    'SOTTO_BACKENDS: descriptions of your own answer in place of the sample, as with "sotto ask": a system on this machine is called itself,',
    'with secrets from SOTTO_VAULT=files:DIR, and any other is answered for by its recorded responses. They are read once, at the start.',
  ].join('\n'),
  run: async (): Promise<Status> => {
    const env = environment();
    const where = listening(env);
    if (!LOOPBACK.includes(where.host)) {
      throw new SottoError(
        'settings',
        `SOTTO_HOST is "${where.host}". Anybody may be anybody in the playground, so it listens on this machine only: unset it.`,
      );
    }
    const playing = await startPlayground({
      dataFolder: dataFolder(env),
      ...where,
      policiesFolder: env['SOTTO_POLICIES'] ?? null,
      ...playedBackends(env),
      onLearning: learningLine(),
      say: (text) => console.log(`\n${text}\n`),
    });
    console.log(playing.greeting);
    await untilStopped(playing.stop);
    return 0;
  },
};
