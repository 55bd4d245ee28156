/**
 * Sotto between stand-ins: a Slack, a Teams and an HR system on this machine, driven over http like the real ones. The
 * chat page, `sotto ask` and the scripted dialogues all play here.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { ensureFileSecrets } from '../src/adapters/files/secrets.ts';
import { createLog } from '../src/adapters/log/log.ts';
import { systemClock } from '../src/adapters/system/system.ts';
import type { Config, SlackMode, StoreConfig } from '../src/config.ts';
import type { AuditEntry } from '../src/core/audit.ts';
import type { AuditReceipt, ModelCache, Namer } from '../src/core/ports.ts';
import type { PlatformName } from '../src/core/types.ts';
import { type Running, type StartOptions, startSotto } from '../src/main.ts';
import { SAMPLE_BACKENDS, SAMPLE_HR_DATA, SAMPLE_PEOPLE } from '../src/policies/pack.ts';
import { ownBackends, ownSecrets } from './backend/own.ts';
import { type BackendStandIn, createBackendStandIn } from './backend/stand-in.ts';
import { readSamplePeople, type SamplePerson } from './people.ts';
import { createPlayedSignIn } from './sign-in.ts';
import type { StandInUserGroup } from './slack/people-types.ts';
import { EVENTS, SCOPES } from './slack/rules.ts';
import { createSlackStandIn } from './slack/stand-in.ts';
import { slackTalk } from './slack/talk.ts';
import type { SlackStandIn } from './slack/types.ts';
import type { Talk } from './talk.ts';
import { teamsTalk } from './teams/talk.ts';
import type { TeamsStandIn, TeamsStandInOptions } from './teams/types.ts';
import { CONNECTION, createWholeTeams, type WholeTeams } from './teams/whole.ts';

const APP_ID = 'A0SOTTO000';
const TEAMS_APP_ID = '7d0f6c1e-58a2-4c0b-9d6e-2f4b1a3c5e70';

/** Where things go wrong on a stage they should be read, but ids only, as everywhere. */
export interface StageOptions {
  /** Of the playground alone; see `claimForPlaying`. */
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  readonly opsPort: number;
  /** A pack laid over the one that ships. */
  readonly policiesFolder: string | null;
  /** Default: the embedded one, in the data folder. */
  readonly store?: StoreConfig;
  /** The platforms' limits on calls, as strict as the real ones. */
  readonly limits: boolean;
  readonly quiet: boolean;
  readonly register?: (app: FastifyInstance, stage: StagePieces) => void;
  /** Of the Teams bot, a GUID; default: the sample's. */
  readonly teamsAppId?: string;
  /** Whether Teams' messages for one person alone are used (default: yes), and what the stand-in makes of them. */
  readonly teamsTargeted?: boolean;
  readonly teamsTargetedMode?: TeamsStandInOptions['targeted'];
  /** Single sign-on in Teams; default: off. */
  readonly teamsSingleSignOn?: boolean;
  /** How what happens on Slack comes in; default: http. */
  readonly slackMode?: SlackMode;
  /** A directory file; default: the sample people. What they are told of stays the sample's. */
  readonly peopleFile?: string;
  /** Slack is the directory: its user groups, and whether only admins may change them. Default: the file is. */
  readonly slackGroups?: { readonly userGroups: readonly StandInUserGroup[]; readonly adminsOnly: boolean };
  /** Of the sample people, whoever is told of probing; default: nobody. */
  readonly securityContact?: string;
  /** A foreign model beside the recogniser; default: none. */
  readonly namer?: Namer;
  /** Where people find Sotto, on this machine; needed for `signIn`. Default: it is not said. */
  readonly publicUrl?: string;
  /** Where people sign in strongly; default: a switch gives sign-ins. */
  readonly signIn?: NonNullable<Config['signIn']>;
  /** Whether the company's sign-in is played by a page that believes whoever comes (default: no); see `sign-in.ts`. */
  readonly playedSignIn?: boolean;
  /** See `StartOptions`. */
  readonly firstUse?: boolean;
  /** See `StartOptions`. */
  readonly onLearning?: (share: number) => void;
  readonly unsafeModelCache?: ModelCache;
  readonly unsafeAudit?: StartOptions['unsafeAudit'];
  /** Changes the sample's description, which leads to this run's stand-in; secrets that it names are put into the vault. */
  readonly backendAs?: (o: { readonly yaml: string; readonly secretsFolder: string }) => string;
  /** What the HR system knows of people; default: the sample. */
  readonly hrDataFile?: string;
  /** Descriptions of one's own over the sample's, and a folder with the secrets of those on this machine; see `backend/own.ts`. */
  readonly ownBackends?: { readonly folder: string; readonly secretsFolder: string | null };
}

/** What there is before Sotto itself runs. */
export interface StagePieces {
  readonly slack: SlackStandIn;
  readonly teams: TeamsStandIn;
  readonly backend: BackendStandIn;
  readonly people: readonly SamplePerson[];
  /** Either platform as its people use it. */
  readonly talks: Readonly<Record<PlatformName, Talk>>;
  /** The workspace on Slack. */
  readonly teamId: string;
  /** The tenant on Teams. */
  readonly tenantId: string;
  /** Every audit entry since the start, oldest first; the newest thousand are kept. */
  readonly trail: readonly { readonly entry: AuditEntry; readonly receipt: AuditReceipt }[];
  onTrail(listener: () => void): () => void;
}

export interface Stage extends StagePieces {
  /** What was wrong with how Teams was answered and called so far. */
  readonly teamsComplaints: WholeTeams['complaints'];
  /** Another one after each `restart`. */
  readonly running: Running;
  readonly config: Config;
  /** Stops Sotto and starts it anew at the same address, as its files are by now; what people see on the platforms stays. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const MOST_TRAIL = 1_000;

export const startStage = async (o: StageOptions): Promise<Stage> => {
  const { slackMode = 'http', backendAs } = o;
  const secretsFolder = join(o.dataFolder, 'secrets');
  await ensureFileSecrets({
    folder: secretsFolder,
    wanted: {
      'data-key': 'random-32-bytes',
      'audit-signing-key': 'ed25519-key',
      'slack-signing-secret': 'token',
      'slack-bot-token': 'slack-bot-token',
      'slack-app-token': 'slack-app-token',
      'teams-app-password': 'token',
    },
  });
  const own = o.ownBackends === undefined ? null : ownBackends(o.ownBackends.folder);
  if (o.ownBackends !== undefined)
    ownSecrets({ folder: o.ownBackends.folder, from: o.ownBackends.secretsFolder, into: secretsFolder });
  const secret = (name: string): string => readFileSync(join(secretsFolder, name), 'utf8').trim();

  const peopleFile = o.peopleFile ?? SAMPLE_PEOPLE;
  const people = readSamplePeople(peopleFile);
  const teamId = people.find(({ kind }) => kind === 'employee')?.slackTeam ?? '';
  const tenantId = people.find(({ kind }) => kind === 'employee')?.teamsTenant ?? '';
  let url = '';
  const slack = createSlackStandIn({
    appId: APP_ID,
    teamId,
    signingSecret: secret('slack-signing-secret'),
    botToken: secret('slack-bot-token'),
    ...(slackMode === 'socket' ? { appToken: secret('slack-app-token') } : {}),
    eventsUrl: () => `${url}/slack/events`,
    limits: o.limits,
    people: people.map(({ slackUser: user, slackTeam: team, id, name, kind }) => ({
      user,
      team,
      name,
      kind,
      email: `${id}@example.com`,
    })),
    ...(o.slackGroups === undefined
      ? {}
      : {
          userGroups: o.slackGroups.userGroups,
          scopes: [...SCOPES, 'usergroups:read'],
          events: [...EVENTS, 'subteam_members_changed', 'subteam_updated'],
        }),
  });
  let base = '';
  const teams = createWholeTeams({
    // The vendor's library remembers by app id for as long as the process lives, and tests open many stages in one.
    appId: o.teamsAppId ?? TEAMS_APP_ID,
    tenantId,
    appPassword: secret('teams-app-password'),
    publicUrl: () => base,
    messagesUrl: () => `${url}/teams/messages`,
    ...(o.teamsTargetedMode === undefined ? {} : { targeted: o.teamsTargetedMode }),
    limits: o.limits,
    people: people.map(({ teamsUser: user, teamsTenant: tenant, name, kind }) => ({ user, tenant, name, kind })),
  });
  const backend = createBackendStandIn({ dataFile: o.hrDataFile ?? SAMPLE_HR_DATA });

  // The stand-ins have a server of their own, so that Sotto's adapters meet them as they meet the real ones: by address.
  const standIns = Fastify({ forceCloseConnections: true });
  slack.routes(standIns);
  teams.routes(standIns);
  backend.routes(standIns);
  own?.routes(standIns);
  base = await standIns.listen({ host: '127.0.0.1', port: 0 });

  const backendsFolder = backendsFor({
    folder: join(o.dataFolder, 'backends'),
    base,
    ...(backendAs === undefined ? {} : { as: (yaml) => backendAs({ yaml, secretsFolder }) }),
  });
  own?.write({ into: backendsFolder, base });

  const trail: { entry: AuditEntry; receipt: AuditReceipt }[] = [];
  const listeners = new Set<() => void>();
  const pieces: StagePieces = {
    slack,
    teams: teams.standIn,
    backend,
    people,
    talks: { slack: slackTalk({ slack, teamId }), teams: teamsTalk({ teams: teams.standIn, tenantId }) },
    teamId,
    tenantId,
    trail,
    onTrail: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const config: Config = {
    dataFolder: o.dataFolder,
    store: o.store ?? { kind: 'sqlite', path: join(o.dataFolder, 'sotto.db') },
    policiesFolder: o.policiesFolder,
    vault: { kind: 'files', dataKeyWrappedBy: null, folder: secretsFolder },
    directory:
      o.slackGroups === undefined
        ? { kind: 'file', path: peopleFile }
        : {
            kind: 'slack-groups',
            groups: new Map(o.slackGroups.userGroups.map(({ handle, id }) => [handle, id])),
            country: 'DE',
            adminsOnly: o.slackGroups.adminsOnly,
          },
    operators: 'operators',
    hr: 'hr',
    securityContact: o.securityContact ?? null,
    backendsFolder,
    auditDays: null,
    transcriptMs: 24 * 60 * 60_000,
    logLevel: 'warn',
    // What is played with is not worth a copy.
    backups: { places: [], everyMs: 60 * 60_000, keepMs: 24 * 60 * 60_000, auditLockMs: 0 },
    auditSinks: { copy: null, stream: null, syslogTls: { caFile: null, client: null } },
    settings: {},
    warnMs: 30 * 24 * 60 * 60_000,
    azure: { identity: { kind: 'managed-identity', clientId: null }, unsafeAuthorityHost: null, cloud: 'public' },
    slack: {
      appId: APP_ID,
      teamIds: [teamId],
      mode: slackMode,
      oauth: null,
      emailVerifiedTeams: [],
      unsafeApiUrl: `${base}/standin/slack/api/`,
    },
    teams: {
      appId: o.teamsAppId ?? TEAMS_APP_ID,
      tenantIds: [tenantId],
      credential: 'password',
      oauthConnection: o.teamsSingleSignOn === true ? CONNECTION : null,
      targeted: o.teamsTargeted ?? true,
      unsafeServiceHosts: [new URL(base).host],
      unsafeStandIn: teams.addresses(),
    },
    // On this machine, where nothing is on its way.
    tls: null,
    behindProxy: false,
    publicUrl: o.publicUrl ?? null,
    signIn: o.signIn ?? null,
    host: o.host,
    port: o.port,
    opsPort: o.opsPort,
  };
  const close = async (): Promise<void> => {
    await slack.close();
    await teams.close();
    await standIns.close();
  };
  const played =
    o.playedSignIn === true ? createPlayedSignIn({ people, url: () => url, now: () => systemClock().now() }) : null;
  const start = (at: Pick<Config, 'port' | 'opsPort'>): Promise<Running> =>
    startSotto({
      config: { ...config, ...at },
      signInOffered: true,
      ...(played === null ? {} : { unsafeSignIn: played.offer }),
      unsafeAnyPack: true,
      unsafeUnpaced: !o.limits,
      ...(o.namer === undefined ? {} : { namer: o.namer }),
      ...(o.firstUse === undefined ? {} : { firstUse: o.firstUse }),
      ...(o.onLearning === undefined ? {} : { onLearning: o.onLearning }),
      ...(o.unsafeModelCache === undefined ? {} : { unsafeModelCache: o.unsafeModelCache }),
      ...(o.unsafeAudit === undefined ? {} : { unsafeAudit: o.unsafeAudit }),
      log: createLog({ level: o.quiet ? 'silent' : 'warn' }),
      register: (app) => {
        slack.routes(app);
        teams.standIn.routes(app);
        backend.routes(app);
        played?.routes(app);
        o.register?.(app, pieces);
      },
      onAudit: (entry, receipt) => {
        trail.push({ entry, receipt });
        if (trail.length > MOST_TRAIL) trail.shift();
        for (const listener of listeners) listener();
      },
    });
  try {
    let running = await start(config);
    url = running.url;
    const portOf = (address: string): number => Number(new URL(address).port);
    return {
      ...pieces,
      teamsComplaints: teams.complaints,
      get running() {
        return running;
      },
      config,
      restart: async () => {
        const at = { port: portOf(running.url), opsPort: portOf(running.opsUrl) };
        await running.stop();
        running = await start(at);
      },
      stop: async () => {
        await running.stop();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** The sample's description, pointed at this run's stand-in. */
export const backendsFor = (o: {
  readonly folder: string;
  readonly base: string;
  /** Of the token that it asks for; default: it asks for none. */
  readonly secret?: string;
  /** What else is changed of it; default: nothing. */
  readonly as?: (yaml: string) => string;
}): string => {
  mkdirSync(o.folder, { recursive: true, mode: 0o700 });
  const description = readFileSync(join(SAMPLE_BACKENDS, 'hr.yaml'), 'utf8');
  const pointed = description.replace(/^baseUrl: .*$/m, `baseUrl: ${o.base}/standin/backend`);
  const guarded = o.secret === undefined ? '' : `\nauth: { scheme: bearer, secret: ${o.secret} }`;
  writeFileSync(
    join(o.folder, 'hr.yaml'),
    (o.as ?? ((yaml) => yaml))(pointed.replace(/^backend: .*$/m, (line) => `${line}${guarded}`)),
    { mode: 0o600 },
  );
  return o.folder;
};
