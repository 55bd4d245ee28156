/** What `npm start` runs: a stage, and the chat page in front of it. */
import { claimForPlaying } from '../src/adapters/files/data-folder.ts';
import type { ModelCache } from '../src/core/ports.ts';
import { loadCatalogue } from '../src/policies/catalogue.ts';
import { packFolders } from '../src/policies/pack.ts';
import { loadRestrictionTemplates } from '../src/policies/restriction-templates.ts';
import { createChat } from './chat.ts';
import { createChatPage } from './chat-page.ts';
import { watchPack } from './reloading.ts';
import { type Stage, type StageOptions, startStage } from './stage.ts';

export interface Playing {
  readonly url: string;
  /** What was started, where, and what to try. */
  readonly greeting: string;
  readonly stage: Stage;
  stop(): Promise<void>;
}

export const startPlayground = async (o: {
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  readonly opsPort: number;
  readonly policiesFolder: string | null;
  /** See `StageOptions`. */
  readonly ownBackends?: NonNullable<StageOptions['ownBackends']>;
  /** For whoever sits at the terminal. */
  readonly say: (text: string) => void;
  /** See `StartOptions`. */
  readonly onLearning?: (share: number) => void;
  readonly unsafeModelCache?: ModelCache;
}): Promise<Playing> => {
  claimForPlaying(o.dataFolder);
  const folders = packFolders(o.policiesFolder);
  const templates = loadRestrictionTemplates({ folders, catalogue: loadCatalogue({ folders }) });
  const restriction = templates.find(({ id }) => id === 'salary');
  if (restriction === undefined) throw new Error('the pack that ships has lost its restriction "salary"');

  const { promise: stageStands, resolve } = Promise.withResolvers<Stage>();
  const stage = await startStage({
    ...o,
    limits: true,
    quiet: false,
    securityContact: 'hana',
    playedSignIn: true,
    register: (app, pieces) =>
      createChatPage({ api: createChat({ pieces, stage: stageStands, restriction }) }).routes(app),
  });
  resolve(stage);
  const reloading = watchPack({ folders, restart: stage.restart, say: o.say });
  const { url, opsUrl } = stage.running;
  return {
    url,
    stage,
    stop: async () => {
      await reloading.stop();
      await stage.stop();
    },
    greeting: [
      '',
      `  Sotto's playground: ${url}`,
      '',
      '  Running: Sotto itself, stand-ins for Slack, Teams and an HR system, all on this machine.',
      ...(o.ownBackends === undefined
        ? []
        : [
            `  Your descriptions answer (${o.ownBackends.folder}), and the HR system what is left. They are read at the start alone.`,
          ]),
      `  Health and metrics: ${opsUrl}/health/ready and /metrics. Its folder: ${o.dataFolder}`,
      '',
      '  Try, as Evan:',
      '    "how many days of leave have I left?"   answered from the HR system',
      '    "what does Mona earn?"                  restricted, and the HR system is never asked',
      '    "show me my payslip"                    asks you to sign in, by a button or the switch; then opens in a window',
      '  And as Pia, who is payroll: "what does Mona earn?"',
      '  As Hugo, who is HR: "restrictions"; Hana is the second person who must approve what permits more.',
      '',
      '  The pack is read anew whenever a file of it changes. Ctrl-C stops it.',
      '',
    ].join('\n'),
  };
};
