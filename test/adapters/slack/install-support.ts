/** Several processes of ours on one store, and the stand-in with workspaces of every kind; joined by real http. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { createSlackStandIn } from '../../../playground/slack/stand-in.ts';
import type { SlackStandIn, SlackStandInOptions } from '../../../playground/slack/types.ts';
import type { InstallRecord } from '../../../src/adapters/slack/installing.ts';
import { createSlack, type Slack, type SlackOptions } from '../../../src/adapters/slack/slack.ts';
import { systemRandom } from '../../../src/adapters/system/system.ts';
import { SottoError } from '../../../src/core/errors.ts';
import { createTenancy, type Tenancy } from '../../../src/core/lifecycle.ts';
import type { Clock, LogFields, Route, Secret, Store } from '../../../src/core/ports.ts';
import { repliesIn } from '../../../src/core/replies/replies.ts';
import { installationContext } from '../../../src/core/sealing.ts';
import type { Inbound } from '../../../src/core/types.ts';
import { APP, EVAN, SECRET, sealerOf, TEAM } from './support.ts';

export const CLIENT_ID = '1234567890.0987654321';
export const CLIENT_SECRET = 'client-secret-of-the-tests-0001';
export const PUBLIC_URL = 'https://sotto.example.com';
export const REDIRECT = `${PUBLIC_URL}/slack/oauth_redirect`;
export const PLAIN = 'T0PLAIN000';
export const GRID = 'E0GRID0000';
export const ONE = 'T0GRIDONE0';
export const TWO = 'T0GRIDTWO0';
export const IN_GRID = 'T0GRIDTRE0';
export const FOREIGN = 'T0FOREIGN0';
export const PAT = 'U0PAT00000';
export const GRETA = 'W0GRETA000';
export const GINA = 'W0GINA0000';
export const GUS = 'W0GUS00000';

export const SCOPES = ['app_mentions:read', 'chat:write', 'commands', 'im:history', 'users:read', 'users:read.email'];

const employee = (user: string) => ({ user, name: user, kind: 'employee' }) as const;

/** Installed nowhere: one alone, one of another company, and three in one organisation, of which the third has its own installation. */
const WORKSPACES: Partial<SlackStandInOptions> = {
  installation: 'none',
  workspaces: [
    { teamId: PLAIN, installation: 'none', people: [employee(PAT)] },
    { teamId: ONE, enterpriseId: GRID, installation: 'none', people: [employee(GRETA)] },
    { teamId: TWO, enterpriseId: GRID, installation: 'none', people: [employee(GINA)] },
    { teamId: IN_GRID, enterpriseId: GRID, installation: 'none', people: [employee(GUS)] },
    { teamId: FOREIGN, installation: 'none', people: [] },
  ],
};

export interface Process {
  readonly slack: Slack;
  readonly tenancy: Tenancy;
  /** Where it listens. */
  readonly base: string;
  readonly accepted: Inbound[];
  readonly rejected: string[];
  readonly logged: string[];
  readonly recorded: InstallRecord[];
  readonly counted: string[];
  stop(): Promise<void>;
}

export interface InstallBench {
  readonly standIn: SlackStandIn;
  readonly processes: readonly Process[];
  readonly apiUrl: string;
  close(): Promise<void>;
}

export interface BenchOptions {
  /** One for each process; the same one may come several times. */
  readonly stores: readonly Store[];
  readonly clock: Clock;
  readonly standIn?: Partial<SlackStandInOptions>;
  readonly teamIds?: readonly string[];
  readonly rotation?: boolean;
  /** Whether tokens that do not end are exchanged. */
  readonly rotate?: boolean;
  /** What the vault has; default: nothing. */
  readonly botToken?: () => Promise<Secret>;
  /** By hand, with the token in the vault. */
  readonly byHand?: boolean;
  readonly scopes?: readonly string[];
  /** Laid over each adapter. */
  readonly adapter?: Partial<SlackOptions>;
  /** In the place of each store's own. */
  readonly installations?: (own: Store['installations'], process: number) => Store['installations'];
  /** Default: each tenancy is started, each adapter too. */
  readonly unstarted?: boolean;
}

const noToken = async (): Promise<Secret> => {
  throw new SottoError('secret-missing', 'There is none.');
};

export const secretOf = (...accepted: readonly [string, ...string[]]): Secret => ({ current: accepted[0], accepted });

/** A listener whose routes come later. */
const listener = async () => {
  let routes: readonly Route[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [path, query = ''] = (request.url ?? '').split('?', 2);
      const route = routes.find((one) => one.method === request.method && one.path === path);
      if (route === undefined) return void response.writeHead(404).end();
      const headers = Object.fromEntries(
        Object.entries(request.headersDistinct).map(([name, values]) => [name, values?.join(', ')]),
      );
      void route.handle({ headers, body: Buffer.concat(chunks), query }).then((answer) => {
        response.writeHead(answer.status, answer.headers).end(answer.body);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (given: readonly Route[]) => {
      routes = given;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

export const openInstalls = async (o: BenchOptions): Promise<InstallBench> => {
  let eventsUrl = '';
  const standIn = createSlackStandIn({
    appId: APP,
    teamId: TEAM,
    signingSecret: SECRET,
    botToken: 'xoxb-never-used',
    eventsUrl: () => eventsUrl,
    clock: o.clock,
    limits: false,
    people: [employee(EVAN)],
    oauth: {
      clientId: CLIENT_ID,
      clientSecrets: () => [CLIENT_SECRET],
      redirectUrls: () => [REDIRECT],
      rotation: o.rotation ?? false,
    },
    ...WORKSPACES,
    ...o.standIn,
  });
  const app = Fastify({ forceCloseConnections: true });
  standIn.routes(app);
  const apiUrl = `${await app.listen({ host: '127.0.0.1', port: 0 })}/standin/slack/api/`;

  const open = async (own: Store, index: number): Promise<Process> => {
    const store = {
      installations: o.installations?.(own.installations, index) ?? own.installations,
      budgets: own.budgets,
    };
    const [accepted, rejected, logged, recorded, counted]: [Inbound[], string[], string[], InstallRecord[], string[]] =
      [[], [], [], [], []];
    const note = (event: string, fields?: LogFields): void => {
      logged.push(JSON.stringify({ event, ...fields }));
    };
    const log = { info: note, warn: note, error: note };
    const tenancy = createTenancy({ store, clock: o.clock, log });
    const sealer = sealerOf(1);
    const context = (tenant: string) => installationContext({ platform: 'slack', tenant });
    const slack = createSlack({
      appId: APP,
      teamIds: o.teamIds ?? [TEAM, PLAIN, GRID, IN_GRID],
      events: { via: 'http', signingSecret: async () => secretOf(SECRET) },
      botToken: o.botToken ?? noToken,
      sealer,
      unsafeApiUrl: apiUrl,
      clock: o.clock,
      log,
      metrics: {
        count: (name, labels = {}) => void counted.push([name, ...Object.values(labels)].join(' ')),
        observe: () => undefined,
      },
      reject: (reason) => rejected.push(reason),
      accept: async (inbound) => {
        accepted.push(inbound);
        return 'accepted';
      },
      open: async () => undefined,
      submit: async () => undefined,
      opened: async () => undefined,
      more: async () => undefined,
      texts: {
        tryAgain: 'Please press again.',
        viewMoment: 'One moment.',
        viewExpired: 'This has expired.',
        viewClose: 'Close',
        viewTitle: 'Confidential',
        commandTaken: 'I answer in private.',
      },
      installs: {
        tenants: tenancy,
        installations: store.installations,
        budgets: store.budgets,
        sealer: {
          fingerprint: (value) => sealer.fingerprint(value),
          fingerprints: (value) => sealer.fingerprints(value),
          seal: (tenant, plain) => sealer.seal(context(tenant), plain),
          open: (tenant, sealed) => sealer.open(context(tenant), sealed),
        },
        record: async (entry) => void recorded.push(entry),
        random: systemRandom(),
        oauth:
          o.byHand === true
            ? null
            : {
                clientId: CLIENT_ID,
                clientSecret: async () => secretOf(CLIENT_SECRET),
                publicUrl: PUBLIC_URL,
                scopes: o.scopes ?? SCOPES,
                rotate: o.rotate ?? false,
                texts: { en: repliesIn('en').installing, de: repliesIn('de').installing },
              },
      },
      ...o.adapter,
    } as SlackOptions);
    const server = await listener();
    server.serve([...(slack.route === null ? [] : [slack.route]), ...slack.installRoutes]);
    if (o.unstarted !== true) {
      await tenancy.start();
      await slack.start();
    }
    let stopped: Promise<void> | null = null;
    const stop = async (): Promise<void> => {
      await slack.stop();
      await tenancy.stop();
      await server.close();
    };
    return {
      slack,
      tenancy,
      base: server.base,
      accepted,
      rejected,
      logged,
      recorded,
      counted,
      stop: () => {
        stopped ??= stop();
        return stopped;
      },
    };
  };

  const processes: Process[] = [];
  for (const [index, store] of o.stores.entries()) processes.push(await open(store, index));
  eventsUrl = `${processes[0]?.base}/slack/events`;
  return {
    standIn,
    processes,
    apiUrl,
    close: async () => {
      await Promise.all(processes.map((each) => each.stop()));
      await standIn.close();
      await app.close();
    },
  };
};

/** What a browser keeps and follows. */
export interface Visit {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

export const visit = async (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Visit> => {
  const answer = await fetch(url, { headers, redirect: 'manual' });
  return { status: answer.status, body: await answer.text(), headers: answer.headers };
};

/** Begins at our page of one process. */
export const begin = async (process: Process): Promise<{ readonly cookie: string; readonly location: string }> => {
  const { status, headers } = await visit(`${process.base}/slack/install`);
  if (status !== 302) throw new Error(`It began with ${status}.`);
  return { cookie: headers.get('set-cookie')?.split(';', 1)[0] ?? '', location: headers.get('location') ?? '' };
};

export type How = { readonly team: string; readonly as?: 'workspace' | 'org' | 'deny'; readonly without?: string };

/** Grants at Slack's page; the address that the browser is sent back to, as a query. */
export const grant = async (location: string, { team, as = 'workspace', without = '' }: How): Promise<string> => {
  const { status, headers, body } = await visit(`${location}&as=${as}&team=${team}&without=${without}`);
  const back = headers.get('location') ?? '';
  if (status !== 302 || !back.startsWith(`${REDIRECT}?`)) throw new Error(`Slack's page said ${status} ${body}.`);
  return new URL(back).search;
};

/** The whole way, begun and ended in any processes. */
export const install = async (
  from: Process,
  how: How,
  { to = from, headers = {} }: { readonly to?: Process; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Visit> => {
  const { cookie, location } = await begin(from);
  const query = await grant(location, how);
  return visit(`${to.base}/slack/oauth_redirect${query}`, { cookie, ...headers });
};
