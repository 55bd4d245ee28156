/**
 * Sotto between stand-ins: a Slack and an HR system on this machine, driven over http like the real ones. The chat
 * page, `sotto ask` and the scripted dialogues all play here.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { ensureFileSecrets } from '../src/adapters/files/secrets.ts';
import { createLog } from '../src/adapters/log/log.ts';
import type { Config } from '../src/config.ts';
import type { AuditEntry } from '../src/core/audit.ts';
import type { AuditReceipt } from '../src/core/ports.ts';
import { type Running, startSotto } from '../src/main.ts';
import { SAMPLE_BACKENDS, SAMPLE_HR_DATA, SAMPLE_PEOPLE } from '../src/policies/pack.ts';
import { type BackendStandIn, createBackendStandIn } from './backend/stand-in.ts';
import { readSamplePeople, type SamplePerson } from './people.ts';
import { createSlackStandIn } from './slack/stand-in.ts';
import type { SlackStandIn } from './slack/types.ts';

const APP_ID = 'A0SOTTO000';

/** Where things go wrong on a stage they should be read, but ids only, as everywhere. */
export interface StageOptions {
  /** Of the playground alone; see `claimForPlaying`. */
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  readonly opsPort: number;
  /** A pack laid over the one that ships. */
  readonly policiesFolder: string | null;
  /** Slack's limits on calls, as strict as the real ones. */
  readonly limits: boolean;
  readonly quiet: boolean;
  readonly register?: (app: FastifyInstance, stage: StagePieces) => void;
}

/** What there is before Sotto itself runs. */
export interface StagePieces {
  readonly slack: SlackStandIn;
  readonly backend: BackendStandIn;
  readonly people: readonly SamplePerson[];
  /** The workspace. */
  readonly teamId: string;
  /** Every audit entry since the start, oldest first; the newest thousand are kept. */
  readonly trail: readonly { readonly entry: AuditEntry; readonly receipt: AuditReceipt }[];
  onTrail(listener: () => void): () => void;
}

export interface Stage extends StagePieces {
  readonly running: Running;
  readonly config: Config;
  stop(): Promise<void>;
}

const MOST_TRAIL = 1_000;

export const startStage = async (o: StageOptions): Promise<Stage> => {
  const secretsFolder = join(o.dataFolder, 'secrets');
  await ensureFileSecrets({
    folder: secretsFolder,
    wanted: {
      'data-key': 'random-32-bytes',
      'audit-signing-key': 'ed25519-key',
      'slack-signing-secret': 'token',
      'slack-bot-token': 'slack-bot-token',
    },
  });
  const secret = (name: string): string => readFileSync(join(secretsFolder, name), 'utf8').trim();

  const people = readSamplePeople(SAMPLE_PEOPLE);
  const teamId = people.find(({ kind }) => kind === 'employee')?.slackTeam ?? '';
  let eventsUrl = '';
  const slack = createSlackStandIn({
    appId: APP_ID,
    teamId,
    signingSecret: secret('slack-signing-secret'),
    botToken: secret('slack-bot-token'),
    eventsUrl: () => eventsUrl,
    limits: o.limits,
    people: people.map(({ slackUser: user, slackTeam: team, id, name, kind }) => ({
      user,
      team,
      name,
      kind,
      email: `${id}@example.com`,
    })),
  });
  const backend = createBackendStandIn({ dataFile: SAMPLE_HR_DATA });

  // The stand-ins have a server of their own, so that Sotto's adapters meet them as they meet the real ones: by address.
  const standIns = Fastify({ forceCloseConnections: true });
  slack.routes(standIns);
  backend.routes(standIns);
  const base = await standIns.listen({ host: '127.0.0.1', port: 0 });

  const trail: { entry: AuditEntry; receipt: AuditReceipt }[] = [];
  const listeners = new Set<() => void>();
  const pieces: StagePieces = {
    slack,
    backend,
    people,
    teamId,
    trail,
    onTrail: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const config: Config = {
    dataFolder: o.dataFolder,
    store: { kind: 'sqlite', path: join(o.dataFolder, 'sotto.db') },
    policiesFolder: o.policiesFolder,
    vault: { kind: 'files', folder: secretsFolder },
    directory: { kind: 'file', path: SAMPLE_PEOPLE },
    backendsFolder: backendsFor({ folder: join(o.dataFolder, 'backends'), base }),
    azure: { identity: { kind: 'managed-identity', clientId: null }, authorityHost: null },
    slack: { appId: APP_ID, teamIds: [teamId], emailVerifiedTeams: [], apiUrl: `${base}/standin/slack/api/` },
    teams: null,
    host: o.host,
    port: o.port,
    opsPort: o.opsPort,
  };
  const close = async (): Promise<void> => {
    await slack.close();
    await standIns.close();
  };
  try {
    const running = await startSotto({
      config,
      log: createLog({ level: o.quiet ? 'silent' : 'warn' }),
      register: (app) => {
        slack.routes(app);
        backend.routes(app);
        o.register?.(app, pieces);
      },
      onAudit: (entry, receipt) => {
        trail.push({ entry, receipt });
        if (trail.length > MOST_TRAIL) trail.shift();
        for (const listener of listeners) listener();
      },
    });
    eventsUrl = `${running.url}/slack/events`;
    return {
      ...pieces,
      running,
      config,
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
const backendsFor = (o: { readonly folder: string; readonly base: string }): string => {
  mkdirSync(o.folder, { recursive: true, mode: 0o700 });
  const description = readFileSync(join(SAMPLE_BACKENDS, 'hr.yaml'), 'utf8');
  const pointed = description.replace(/^baseUrl: .*$/m, `baseUrl: ${o.base}/standin/backend`);
  writeFileSync(join(o.folder, 'hr.yaml'), pointed, { mode: 0o600 });
  return o.folder;
};
