/** Our adapter between stand-ins that sign, send and exchange, joined by real http. */
import { randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import { createIssuer, type Issuer } from '../../../playground/teams/issuer.ts';
import { createTeamsSender, type TeamsSender } from '../../../playground/teams/sender.ts';
import { createTokenService, type TokenService } from '../../../playground/teams/token-service.ts';
import type { Answered, Json, TeamsChat, TeamsPerson } from '../../../playground/teams/types.ts';
import { createHttpServer } from '../../../src/adapters/http/server.ts';
import { systemClock, systemRandom } from '../../../src/adapters/system/system.ts';
import { createTeams, type Teams, type TeamsOptions } from '../../../src/adapters/teams/teams.ts';
import type { LogFields, OpenedView } from '../../../src/core/ports.ts';
import type { Account, Inbound, Press, Submit } from '../../../src/core/types.ts';
import { until } from '../../support/until.ts';

export const TENANT = '5f0c2b1e-6a51-4c39-9c50-0d6f3f1a7e01';
export const PARTNER = '9d2e4c7a-2b1f-4f0e-8a6d-7c5b3e1f0a02';
export const CONNECTION = 'sso';
export const EVAN: TeamsPerson = { user: '0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e02', name: 'Evan Brooks' };
export const XENA: TeamsPerson = { user: '0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e09', name: 'Xena', tenant: PARTNER };
export const CHAT: TeamsChat = { kind: 'personal', id: 'a:1evan-and-the-bot' };
export const GROUP: TeamsChat = { kind: 'groupChat', id: '19:group@unq.gbl.spaces' };
export const CHANNEL: TeamsChat = { kind: 'channel', id: '19:channel@thread.tacv2', thread: '1771290107407' };

export interface TeamsBench {
  readonly teams: Teams;
  readonly appId: string;
  readonly issuer: Issuer;
  readonly sender: TeamsSender;
  readonly tokens: TokenService;
  readonly url: string;
  readonly serviceUrl: string;
  readonly accepted: Inbound[];
  readonly rejected: string[];
  readonly opened: Press[];
  readonly submitted: Submit[];
  readonly signedIn: Account[];
  /** Every reference that was kept: the key and the address. */
  readonly kept: string[];
  /** Everything that was logged, as one would read it. */
  readonly logged: string[];
  readonly counted: string[];
  /** Sends one activity, signed rightly unless told otherwise. */
  post(activity: unknown, authorization?: string | null): Promise<Answered>;
  /** A question of Evan's in private, with anything in it changed; null leaves a field out. */
  question(over?: Json): Json;
  close(): Promise<void>;
}

export const openTeams = async (
  o: {
    readonly adapter?: Partial<TeamsOptions>;
    readonly open?: (press: Press, view: OpenedView) => Promise<void>;
    readonly submit?: (submit: Submit, view: OpenedView) => Promise<void>;
    readonly answerMs?: number;
    /** Nothing is read before the first request. Default: the keys are, so that no test waits for them on a busy machine. */
    readonly cold?: boolean;
  } = {},
): Promise<TeamsBench> => {
  // The vendor's library remembers by app id and by address, for as long as the process lives.
  const appId = randomUUID();
  const clock = o.adapter?.clock ?? systemClock();
  const app = Fastify({ forceCloseConnections: true });
  let serviceUrl = '';
  const issuer = createIssuer({ appId, serviceUrl: () => serviceUrl });
  const tokens = createTokenService({
    connection: CONNECTION,
    accepts: (authorization) => authorization === 'Bearer app-token',
  });
  issuer.routes(app);
  tokens.routes(app);
  const base = await app.listen({ host: '127.0.0.1', port: 0 });
  serviceUrl = `${base}/amer/${TENANT}/`;

  const accepted: Inbound[] = [];
  const rejected: string[] = [];
  const opened: Press[] = [];
  const submitted: Submit[] = [];
  const signedIn: Account[] = [];
  const kept: string[] = [];
  const logged: string[] = [];
  const counted: string[] = [];
  const note = (event: string, fields?: LogFields): void => void logged.push(JSON.stringify({ event, ...fields }));
  const log = { info: note, warn: note, error: note };
  const teams = createTeams({
    appId,
    tenantIds: [TENANT],
    appToken: async () => 'app-token',
    unsafeStandIn: {
      openIdMetadataUrl: `${base}${issuer.metadataPath}`,
      tokenIssuer: issuer.tokenIssuer,
      loginUrl: `${base}/login`,
      oauthUrl: `${base}${tokens.path}`,
    },
    oauthConnection: CONNECTION,
    unsafeServiceHosts: [new URL(base).host],
    reference: {
      keep: async ({ tenant, key, value }) => void kept.push(`${tenant}|${key}|${value}`),
      find: async () => null,
    },
    clock,
    random: systemRandom(),
    log,
    metrics: {
      count: (name, labels) => void counted.push(`${name} ${JSON.stringify(labels)}`),
      observe: () => undefined,
    },
    reject: (reason) => void rejected.push(reason),
    accept: async (inbound) => {
      accepted.push(inbound);
      return 'accepted';
    },
    open: async (press, view) => {
      opened.push(press);
      await o.open?.(press, view);
    },
    submit: async (submit, view) => {
      submitted.push(submit);
      await o.submit?.(submit, view);
    },
    more: async (press, say) => {
      opened.push(press);
      await say({
        text: 'More.',
        note: null,
        buttons: [{ action: 'sotto.ask', label: 'Ask again', value: 'v' }],
        fallback: null,
      });
    },
    signedIn: async ({ account }) => void signedIn.push(account),
    texts: { tryAgain: 'Please press again.', viewTitle: 'Sotto', fieldNeeded: 'Needed.' },
    ...o.adapter,
  });
  const server = await createHttpServer({
    host: '127.0.0.1',
    port: 0,
    opsPort: 0,
    routes: [teams.route],
    ready: () => ({ ok: true }),
    metrics: async () => '',
    log,
  });
  const url = `${server.url}${teams.route.path}`;
  if (o.cold !== true) {
    await teams.start();
    await until(() => issuer.fetched().keys > 0);
    counted.length = 0;
  }
  const sender = createTeamsSender({
    appId,
    tenant: TENANT,
    issuer,
    messagesUrl: () => url,
    serviceUrl: () => serviceUrl,
    ...(o.answerMs === undefined ? {} : { answerMs: o.answerMs }),
  });
  return {
    teams,
    appId,
    issuer,
    sender,
    tokens,
    url,
    serviceUrl,
    accepted,
    rejected,
    opened,
    submitted,
    signedIn,
    kept,
    logged,
    counted,
    post: (activity, authorization) =>
      sender.raw({ body: JSON.stringify(activity), ...(authorization === undefined ? {} : { authorization }) }),
    question: (over = {}) =>
      without({ ...sender.message({ person: EVAN, chat: CHAT, text: 'how much leave?', mention: false }), ...over }),
    close: async () => {
      issuer.close();
      tokens.close();
      await teams.stop();
      await server.close({ graceMs: 100 });
      await app.close();
    },
  };
};

const without = (fields: Json): Json =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
