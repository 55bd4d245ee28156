/** Processes of Sotto behind a round-robin, between one Slack, one Teams and one HR system, which outlive them all. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { type BackendStandIn, createBackendStandIn } from '../../playground/backend/stand-in.ts';
import { createSlackStandIn } from '../../playground/slack/stand-in.ts';
import { slackTalk } from '../../playground/slack/talk.ts';
import type { SlackStandIn } from '../../playground/slack/types.ts';
import { backendsFor } from '../../playground/stage.ts';
import type { Talk } from '../../playground/talk.ts';
import { teamsTalk } from '../../playground/teams/talk.ts';
import type { TeamsStandIn } from '../../playground/teams/types.ts';
import { createWholeTeams, type Send } from '../../playground/teams/whole.ts';
import { ensureFileSecrets } from '../../src/adapters/files/secrets.ts';
import { systemClock } from '../../src/adapters/system/system.ts';
import type { SlackMode } from '../../src/config.ts';
import type { AuditEntry } from '../../src/core/audit.ts';
import type { Clock } from '../../src/core/ports.ts';
import type { PlatformName } from '../../src/core/types.ts';
import { type Somebody, TEAM, TENANT, writeCrowd } from './crowd.ts';
import { packFor } from './pack.ts';
import { createSottoProcess, type SottoProcess, type Unlike } from './sotto-process.ts';
import { readTrail } from './trail.ts';

const SLACK_APP = 'A0SOTTO000';

/** How long Teams waits before it sends again what was answered 503 or not at all, ms; Slack's own waits are its stand-in's. */
const TEAMS_AGAIN_MS = [0, 1_000, 2_000, ...Array.from({ length: 15 }, () => 4_000)];

/** Slack sends again at once, after one minute and after five. Nobody has as long here, so the waits are that much shorter. */
const HASTE = 12;

/** Where nobody listens. */
const NOWHERE = 'http://127.0.0.1:9';

const SECRETS = {
  'data-key': 'random-32-bytes',
  'audit-signing-key': 'ed25519-key',
  'slack-signing-secret': 'token',
  'slack-bot-token': 'slack-bot-token',
  'teams-app-password': 'token',
  'hr-token': 'token',
} as const;

export type FleetSecret = keyof typeof SECRETS;

export interface FleetOptions {
  readonly people: readonly Somebody[];
  /** Of all that are started. Default: an embedded one each. */
  readonly store?: string;
  /** How the HR system names people; default: by the id in the directory file. */
  readonly idOf?: (person: Somebody) => string;
  /** Answers that must leave do so after so many seconds. */
  readonly expiresSeconds?: number;
  /** Laid over the settings of every process; asked at each start. */
  readonly settings?: (base: string) => Readonly<Record<string, string>>;
  /** Of each process, by its number; asked at each start. */
  readonly unlike?: Unlike | ((n: number) => Unlike);
  /** How what happens on Slack comes in; default: http. */
  readonly slackMode?: SlackMode;
  /** Slack's clock, which its requests are dated by. */
  readonly slackClock?: Clock;
  /** Teams sends again what was not taken; default true. */
  readonly teamsSendsAgain?: boolean;
  /** Without Teams a process is up sooner; default true. */
  readonly teamsIsOn?: boolean;
  /** How long a token of the bot for Teams lives; default an hour. Seconds. */
  readonly teamsTokenSeconds?: number;
  /** The HR system asks for the secret `hr-token`; default false. */
  readonly backendIsGuarded?: boolean;
  /** Further stand-ins on the same server. */
  readonly routes?: (app: FastifyInstance) => void;
  /** Node's own options for every process. */
  readonly node?: readonly string[];
}

/** A delivery of Teams', and how it was answered. Status 0: not at all. */
export interface TeamsDelivery {
  readonly at: number;
  readonly ms: number;
  readonly status: number;
}

/** A question as it was asked. */
export interface Said {
  /** Its id in the audit log. */
  readonly question: string;
  readonly on: PlatformName;
  readonly who: Somebody;
  readonly delivered: number;
}

export interface Fleet {
  readonly folder: string;
  /** Of the stand-ins. */
  readonly base: string;
  readonly slack: SlackStandIn;
  readonly teams: TeamsStandIn;
  readonly backend: BackendStandIn;
  readonly processes: readonly SottoProcess[];
  readonly teamsDeliveries: readonly TeamsDelivery[];
  /** The settings of a process, by its number: for a command beside it. */
  environment(n: number): Readonly<Record<string, string>>;
  /** One of the secrets in the vault of files. */
  secret(name: FleetSecret): string;
  readonly secretsFolder: string;
  /** A further secret for the vault. */
  putSecret(name: string, value: string): void;
  /** The data folder of a process, by its number. */
  dataOf(n: number): string;
  /** Every entry in the logs of every process, each log in its order. */
  trail(): readonly AuditEntry[];
  /** Either platform as its people use it. */
  readonly talks: Readonly<Record<PlatformName, Talk>>;
  /** In private. Resolves with the status of the last delivery; Slack goes on in the background where it was none. */
  say(o: {
    readonly on: PlatformName;
    readonly who: Somebody;
    readonly text: string;
    /** Delivered twice at the same moment, to different processes. */
    readonly twice?: boolean;
  }): Promise<Said>;
  end(): Promise<void>;
}

export const openFleet = async (count: number, o: FleetOptions): Promise<Fleet> => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-fleet-'));
  const secretsFolder = join(folder, 'secrets');
  await ensureFileSecrets({ folder: secretsFolder, wanted: { ...SECRETS, 'slack-app-token': 'slack-app-token' } });
  const secret = (name: string): string => readFileSync(join(secretsFolder, name), 'utf8').trim();
  const { directory, hrData } = writeCrowd(folder, o.people, o.idOf);
  const machine = systemClock();
  const slackClock = o.slackClock ?? machine;

  let turn = 0;
  /** The next one that listens, whoever asks: two copies of one question never go to the same of two. */
  const next = (path: string): string => {
    const living = processes.filter((one) => one.alive() && one.url() !== '');
    return `${living[turn++ % living.length]?.url() ?? NOWHERE}${path}`;
  };
  const slack = createSlackStandIn({
    appId: SLACK_APP,
    teamId: TEAM,
    signingSecret: secret('slack-signing-secret'),
    botToken: secret('slack-bot-token'),
    ...(o.slackMode === 'socket'
      ? { appToken: readFileSync(join(secretsFolder, 'slack-app-token'), 'utf8').trim() }
      : {}),
    eventsUrl: () => next('/slack/events'),
    limits: false,
    clock: { now: slackClock.now, sleep: (ms, signal) => slackClock.sleep(ms / HASTE, signal) },
    people: o.people.map(({ slackUser: user, name, id }) => ({
      user,
      team: TEAM,
      name,
      kind: 'employee',
      email: `${id}@example.com`,
    })),
  });

  const teamsAppId = randomUUID();
  const closing = new AbortController();
  const teamsDeliveries: TeamsDelivery[] = [];
  let base = '';
  const around = (send: Send): Send => {
    const once: Send = async (activity) => {
      const at = Date.now();
      const answered = await send(activity);
      teamsDeliveries.push({ at, ms: Date.now() - at, status: answered.status });
      return answered;
    };
    return async (activity) => {
      let answered = await once(activity);
      if (o.teamsSendsAgain === false) return answered;
      for (const wait of TEAMS_AGAIN_MS) {
        if (answered.status !== 0 && answered.status !== 503) break;
        await machine.sleep(wait, closing.signal);
        if (closing.signal.aborted) break;
        answered = await once(activity);
      }
      return answered;
    };
  };
  const whole = createWholeTeams({
    appId: teamsAppId,
    tenantId: TENANT,
    appPassword: secret('teams-app-password'),
    around,
    messagesUrl: () => next('/teams/messages'),
    publicUrl: () => base,
    limits: false,
    ...(o.teamsTokenSeconds === undefined ? {} : { tokenSeconds: o.teamsTokenSeconds }),
    people: o.people.map(({ teamsUser: user, name }) => ({ user, tenant: TENANT, name, kind: 'employee' })),
  });
  const teams = whole.standIn;
  const backend = createBackendStandIn({ dataFile: hrData });
  const app = Fastify({ forceCloseConnections: true });
  for (const standIn of [slack, whole, backend]) standIn.routes(app);
  o.routes?.(app);
  base = await app.listen({ host: '127.0.0.1', port: 0 });

  const pack = packFor({ folder: join(folder, 'pack'), expiresSeconds: o.expiresSeconds ?? null });
  const guarded = o.backendIsGuarded === true;
  const backends = backendsFor({ folder: join(folder, 'backends'), base, ...(guarded ? { secret: 'hr-token' } : {}) });
  if (guarded) backend.setToken(secret('hr-token'));
  const addresses = whole.addresses();
  const dataOf = (n: number): string => join(folder, `data-${n}`);
  const teamsSettings = (): Readonly<Record<string, string>> => ({
    TEAMS_APP_ID: teamsAppId,
    TEAMS_TENANT_IDS: TENANT,
    TEAMS_OPENID_METADATA_URL: addresses.openIdMetadataUrl,
    TEAMS_TOKEN_ISSUER: addresses.tokenIssuer,
    TEAMS_LOGIN_URL: addresses.loginUrl,
    TEAMS_OAUTH_URL: addresses.oauthUrl,
    TEAMS_SERVICE_HOSTS: new URL(base).host,
  });
  const environmentOf = (n: number): Readonly<Record<string, string>> => ({
    SOTTO_DATA: dataOf(n),
    ...(o.store === undefined ? {} : { SOTTO_STORE: o.store }),
    SOTTO_POLICIES: pack,
    SOTTO_VAULT: `files:${secretsFolder}`,
    SOTTO_DIRECTORY: `file:${directory}`,
    SOTTO_BACKENDS: backends,
    SLACK_APP_ID: SLACK_APP,
    SLACK_TEAM_IDS: TEAM,
    SLACK_MODE: o.slackMode ?? 'http',
    SLACK_API_URL: `${base}/standin/slack/api/`,
    ...(o.teamsIsOn === false ? {} : teamsSettings()),
    PORT: '0',
    SOTTO_OPS_PORT: '0',
    ...o.settings?.(base),
  });
  const processes = Array.from({ length: count }, (_, n) =>
    createSottoProcess({
      environment: () => environmentOf(n),
      unlike: () => (typeof o.unlike === 'function' ? o.unlike(n) : (o.unlike ?? null)),
      ...(o.node === undefined ? {} : { node: o.node }),
    }),
  );

  return {
    folder,
    base,
    slack,
    teams,
    backend,
    processes,
    teamsDeliveries,
    talks: { slack: slackTalk({ slack, teamId: TEAM }), teams: teamsTalk({ teams, tenantId: TENANT }) },
    secret,
    environment: environmentOf,
    secretsFolder,
    putSecret: (name, value) => writeFileSync(join(secretsFolder, name), value, { mode: 0o600 }),
    dataOf,
    trail: () => processes.flatMap((_, n) => readTrail(dataOf(n))),
    say: async ({ on, who, text, twice = false }) => {
      const said =
        on === 'slack'
          ? await slack.say({ user: who.slackUser, text, twice })
          : await teams.say({ user: who.teamsUser, text, twice });
      const tenant = on === 'slack' ? TEAM : TENANT;
      return { question: `${on}:${tenant}:${said.channel}:${said.ts}`, on, who, delivered: said.delivered };
    },
    end: async () => {
      closing.abort();
      await Promise.all(processes.map((one) => one.kill()));
      await slack.close();
      await whole.close();
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
