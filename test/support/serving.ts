/** `sotto serve` as a process of its own between stand-ins that outlive it, so that it can be killed and started again. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { type BackendStandIn, createBackendStandIn } from '../../playground/backend/stand-in.ts';
import { readSamplePeople } from '../../playground/people.ts';
import { createSlackStandIn } from '../../playground/slack/stand-in.ts';
import type { OAuthApp, SeenMessage, SlackStandIn } from '../../playground/slack/types.ts';
import { backendsFor } from '../../playground/stage.ts';
import { ensureFileSecrets } from '../../src/adapters/files/secrets.ts';
import { SAMPLE_HR_DATA, SAMPLE_PEOPLE } from '../../src/policies/pack.ts';
import { packFor } from './pack.ts';
import { createSottoProcess } from './sotto-process.ts';

const APP = 'A0SOTTO000';
const TEAM = 'T0SOTTO000';

export interface Serving {
  readonly folder: string;
  /** Where the stand-ins listen. */
  readonly base: string;
  readonly slack: SlackStandIn;
  readonly backend: BackendStandIn;
  /** Everything that the processes wrote to their outputs so far. */
  output(): string;
  url(): string;
  opsUrl(): string;
  /** Starts the process; resolves once it is ready. */
  start(): Promise<void>;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to how long it took to end, ms, and with which status. */
  stop(): Promise<{ readonly ms: number; readonly status: number | null }>;
  /** What one person's private chat shows of the bot's answers: blocks and text, oldest first. */
  shownTo(user: string): readonly string[];
  /** What everybody is told once, beside their first answer and in either order; it is none of the answers. */
  toldOnce(user: string): readonly string[];
  /** Every byte of the data folder, as one binary string. */
  bytes(): string;
  end(): Promise<void>;
}

/** The settings that `serve` needs, pointing at the stand-ins. */
export const settings = (folder: string, base: string): Record<string, string> => ({
  SOTTO_DATA: join(folder, 'data'),
  SOTTO_POLICIES: join(folder, 'pack'),
  SOTTO_VAULT: `files:${join(folder, 'secrets')}`,
  SOTTO_DIRECTORY: `file:${SAMPLE_PEOPLE}`,
  SOTTO_BACKENDS: join(folder, 'backends'),
  SLACK_APP_ID: APP,
  SLACK_TEAM_IDS: TEAM,
  SLACK_API_URL: `${base}/standin/slack/api/`,
  PORT: '0',
  SOTTO_OPS_PORT: '0',
});

/** Answers that must leave do so after so many seconds, so that a test can wait for it. */
export const openServing = async (o: {
  readonly expiresSeconds: number;
  /** Further settings, or others. */
  readonly more?: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);
  /** Understands next to nothing, and is up in half the time: for what asks nothing. */
  readonly quick?: boolean;
  /** Slack's app is installed nowhere, and is installed by OAuth. */
  readonly byOAuth?: OAuthApp;
  /** Where Slack's events go instead of straight to the process. */
  readonly front?: () => string;
}): Promise<Serving> => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-serving-'));
  await ensureFileSecrets({
    folder: join(folder, 'secrets'),
    wanted: {
      'data-key': 'random-32-bytes',
      'audit-signing-key': 'ed25519-key',
      'slack-signing-secret': 'token',
      'slack-bot-token': 'slack-bot-token',
    },
  });
  if (o.byOAuth !== undefined) {
    const [clientSecret = ''] = o.byOAuth.clientSecrets();
    writeFileSync(join(folder, 'secrets', 'slack-client-secret'), clientSecret, { mode: 0o600 });
  }
  const secret = (name: string): string => readFileSync(join(folder, 'secrets', name), 'utf8').trim();
  const slack = createSlackStandIn({
    appId: APP,
    teamId: TEAM,
    signingSecret: secret('slack-signing-secret'),
    botToken: secret('slack-bot-token'),
    eventsUrl: () => `${o.front?.() ?? sotto.url()}/slack/events`,
    limits: false,
    ...(o.byOAuth === undefined ? {} : { installation: 'none', oauth: o.byOAuth }),
    people: readSamplePeople(SAMPLE_PEOPLE).map(({ slackUser: user, slackTeam: team, name, kind }) => ({
      user,
      team,
      name,
      kind,
    })),
  });
  const backend = createBackendStandIn({ dataFile: SAMPLE_HR_DATA });
  const app = Fastify({ forceCloseConnections: true });
  slack.routes(app);
  backend.routes(app);
  const base = await app.listen({ host: '127.0.0.1', port: 0 });

  backendsFor({ folder: join(folder, 'backends'), base });
  packFor({ folder: join(folder, 'pack'), expiresSeconds: o.expiresSeconds });

  const sotto = createSottoProcess({
    ...(o.quick === true ? { unlike: () => ({ quick: true }) } : {}),
    environment: () => ({ ...settings(folder, base), ...(typeof o.more === 'function' ? o.more() : o.more) }),
  });

  const shown = (user: string, which: (message: SeenMessage) => boolean): readonly string[] =>
    slack
      .history({ user })
      .filter((message) => message.bot !== null && message.channel.startsWith('D') && which(message))
      .map(({ text, blocks }) => `${text} ${JSON.stringify(blocks)}`);

  return {
    folder,
    base,
    slack,
    backend,
    output: sotto.output,
    url: sotto.url,
    opsUrl: sotto.opsUrl,
    start: sotto.start,
    kill: sotto.kill,
    stop: sotto.stop,
    shownTo: (user) => shown(user, (message) => !isToldOnce(message)),
    toldOnce: (user) => shown(user, isToldOnce),
    bytes: () =>
      readdirSync(join(folder, 'data'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
        .join('\n'),
    end: async () => {
      await sotto.kill();
      await slack.close();
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** By the key that its post bore. */
const isToldOnce = ({ metadata }: SeenMessage): boolean => JSON.stringify(metadata ?? null).includes('"first-use-');
