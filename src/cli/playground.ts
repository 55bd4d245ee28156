import { startPlayground } from '../../playground/playground.ts';
import type { Status, Subcommand } from '../cli.ts';
import { dataFolder, environment, listening } from '../config.ts';
import { untilStopped } from './until-stopped.ts';

export const playground: Subcommand = {
  summary: 'a page to try everything on, with stand-ins; nothing to configure',
  help: 'Listens on http://127.0.0.1:3978 (PORT, SOTTO_OPS_PORT), keeps its things in SOTTO_DATA (./data) and marks that folder as its own.\nNo account, no network. Ctrl-C stops it.',
  run: async (): Promise<Status> => {
    const env = environment();
    const playing = await startPlayground({
      dataFolder: dataFolder(env),
      ...listening(env),
      policiesFolder: env['SOTTO_POLICIES'] ?? null,
    });
    console.log(playing.greeting);
    await untilStopped(playing.stop);
    return 0;
  },
};
