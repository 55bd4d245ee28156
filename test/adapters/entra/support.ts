import { afterAll } from '@jest/globals';
import Fastify from 'fastify';
import { readSampleTenant, SAMPLE_GROUPS } from '../../../playground/graph/sample.ts';
import { createGraphStandIn, type GraphStandIn } from '../../../playground/graph/stand-in.ts';
import type { GraphGroup, GraphUser } from '../../../playground/graph/tenant.ts';
import { createEntraDirectory, type EntraDirectory, type EntraOptions } from '../../../src/adapters/entra/entra.ts';
import type { SlackEmail } from '../../../src/adapters/entra/slack-accounts.ts';
import type { Log, LogFields } from '../../../src/core/ports.ts';
import type { Account, Person } from '../../../src/core/types.ts';
import { SAMPLE_PEOPLE } from '../../../src/policies/pack.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';

export const TOKEN = 'graph-token-of-the-test';
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const SAMPLE = readSampleTenant(SAMPLE_PEOPLE);
export const { idOf } = SAMPLE;

const closers: (() => Promise<unknown>)[] = [];
afterAll(() => Promise.all(closers.map((close) => close())));

export interface Line {
  readonly level: keyof Log;
  readonly event: string;
  readonly fields: LogFields | undefined;
}

export interface Scene {
  readonly directory: EntraDirectory;
  readonly graph: GraphStandIn;
  readonly clock: FakeClock;
  readonly lines: readonly Line[];
  readonly counted: readonly (readonly [string, Readonly<Record<string, string>> | undefined])[];
  readonly base: string;
  /** How often Graph was asked for this, by method and last part of the path. */
  asked(operation: 'user' | 'users' | 'groups' | 'members'): number;
}

/** A directory and the Graph that it asks, the sample tenant unless told otherwise; the roll is not read yet. */
export const scene = async (
  o: {
    readonly users?: readonly GraphUser[];
    readonly groups?: readonly GraphGroup[];
    readonly pageSize?: number;
    readonly options?: Partial<EntraOptions>;
  } = {},
): Promise<Scene> => {
  const graph = createGraphStandIn({
    users: o.users ?? SAMPLE.users,
    groups: o.groups ?? SAMPLE.groups,
    accepts: (token) => token === TOKEN,
    ...(o.pageSize === undefined ? {} : { pageSize: o.pageSize }),
  });
  const app = Fastify({ forceCloseConnections: true });
  graph.routes(app);
  const base = `${await app.listen({ host: '127.0.0.1', port: 0 })}/standin/graph`;
  const clock = createFakeClock();
  const lines: Line[] = [];
  const counted: (readonly [string, Readonly<Record<string, string>> | undefined])[] = [];
  const write = (level: keyof Log) => (event: string, fields?: LogFields) => void lines.push({ level, event, fields });
  const directory = createEntraDirectory({
    tenantId: SAMPLE.tenantId,
    token: async () => TOKEN,
    unsafeGraphUrl: base,
    groups: SAMPLE_GROUPS,
    slackEmail: null,
    clock,
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    metrics: { count: (name, labels) => void counted.push([name, labels]), observe: () => undefined },
    random: { id: () => 'id', fraction: () => 0.5 },
    ...o.options,
  });
  closers.push(async () => {
    await directory.stop();
    await app.close();
  });
  const asked: Scene['asked'] = (operation) => graph.requests().filter((it) => it.operation === operation).length;
  return { directory, graph, clock, lines, counted, base, asked };
};

export const teams = (user: string, more: Partial<Account> = {}): Account => ({
  platform: 'teams',
  tenant: SAMPLE.tenantId,
  user,
  external: false,
  ...more,
});

export const slack = (user: string, more: Partial<Account> = {}): Account => ({
  platform: 'slack',
  tenant: 'T0SOTTO000',
  user,
  external: false,
  ...more,
});

/** A Slack that knows these addresses; it can be away. */
export const slackOf = (
  accounts: Readonly<Record<string, Exclude<Awaited<ReturnType<SlackEmail>>, 'unreachable'>>>,
): { readonly slackEmail: SlackEmail; asked(): number; away(is: boolean): void } => {
  let asked = 0;
  let isAway = false;
  return {
    slackEmail: async ({ user }) => {
      asked += 1;
      if (isAway) return 'unreachable';
      return accounts[user] ?? { email: null, kind: 'member' };
    },
    asked: () => asked,
    away: (is) => {
      isAway = is;
    },
  };
};

export const asker = (person: string): Person => ({
  id: idOf(person),
  name: person,
  manager: null,
  kind: 'employee',
  groups: [],
  country: 'DE',
  locale: 'en',
  fresh: true,
});

/** Waits for what may sleep between its attempts: time moves on only while somebody sleeps, however slow the machine is. */
export const whileTimeRuns = async <T>(clock: FakeClock, waited: Promise<T>): Promise<T> => {
  let settled = false;
  const done = waited.finally(() => {
    settled = true;
  });
  done.catch(() => undefined);
  while (!settled) {
    if (clock.sleeping() > 0) await clock.advance(50);
    else await new Promise((resolve) => setImmediate(resolve));
  }
  return done;
};
