/** Our way out to Teams and the stand-in, joined by real http. */
import Fastify from 'fastify';
import { createTeamsStandIn } from '../../../playground/teams/stand-in.ts';
import type { TeamsStandIn, TeamsStandInOptions } from '../../../playground/teams/types.ts';
import { createMetrics } from '../../../src/adapters/metrics/metrics.ts';
import { systemClock } from '../../../src/adapters/system/system.ts';
import { createAppToken } from '../../../src/adapters/teams/app-token.ts';
import { type Bearer, type Connector, createConnector } from '../../../src/adapters/teams/connector.ts';
import { createTeamsPlatform, type TeamsPlatform } from '../../../src/adapters/teams/platform.ts';
import { createTransport, type Transport } from '../../../src/adapters/teams/transport.ts';
import type { Clock, LogFields } from '../../../src/core/ports.ts';

export const APP = '3f1c9a52-7d84-4e0b-9b1e-5a2d6c8f0e17';
export const TENANT = '5f0c2b1e-6a51-4c39-9c50-0d6f3f1a7e01';
export const PARTNER = '9d2e4c7a-2b1f-4f0e-8a6d-7c5b3e1f0a02';
export const EVAN = '0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e02';
export const XENA = '0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e09';
export const PASSWORD = 'password-of-the-tests';

export interface OutwardBench {
  readonly platform: TeamsPlatform;
  readonly connector: Connector;
  readonly transport: Transport;
  readonly bearer: Bearer;
  readonly standIn: TeamsStandIn;
  /** Where the stand-in is, without a slash at the end. */
  readonly base: string;
  /** Evan's private chat. */
  readonly direct: string;
  /** Service addresses by tenant and chat. */
  readonly references: Map<string, string>;
  /** Whose chats these are. */
  readonly owners: Map<string, string>;
  /** Everything that was logged, as one would read it. */
  readonly logged: string[];
  /** Everything that was counted, in Prometheus' words. */
  metrics(): Promise<string>;
  close(): Promise<void>;
}

export const openOutward = async (
  o: {
    readonly clock?: Clock;
    readonly standIn?: Partial<TeamsStandInOptions>;
    readonly deadlineMs?: number;
    readonly bearer?: Bearer;
    readonly unsafeServiceHosts?: readonly string[];
    readonly publicUrl?: string;
    /** Name of a connection for single sign-on. */
    readonly connection?: string;
    readonly fraction?: () => number;
    readonly find?: (o: { tenant: string; key: string }) => Promise<string | null>;
  } = {},
): Promise<OutwardBench> => {
  const clock = o.clock ?? systemClock();
  let base = '';
  const standIn = createTeamsStandIn({
    appId: APP,
    tenantId: TENANT,
    appPassword: PASSWORD,
    publicUrl: () => base,
    clock,
    limits: false,
    people: [
      { user: EVAN, name: 'Evan', kind: 'employee' },
      { user: XENA, name: 'Xena', tenant: PARTNER, kind: 'external' },
    ],
    ...o.standIn,
  });
  const app = Fastify({ forceCloseConnections: true });
  standIn.routes(app);
  base = await app.listen({ host: '127.0.0.1', port: 0 });

  const logged: string[] = [];
  const note = (event: string, fields?: LogFields): void => {
    logged.push(JSON.stringify({ event, ...fields }));
  };
  const log = { info: note, warn: note, error: note };
  const metrics = createMetrics();
  const owners = new Map<string, string>();
  const references = new Map([[`${TENANT} `, standIn.serviceUrl()]]);
  const transport = createTransport({
    unsafeServiceHosts: o.unsafeServiceHosts ?? [new URL(base).host],
    metrics,
    ...(o.deadlineMs === undefined ? {} : { deadlineMs: o.deadlineMs }),
  });
  const bearer =
    o.bearer ??
    createAppToken({
      loginUrl: standIn.loginUrl(),
      appId: APP,
      secret: async () => ({ current: PASSWORD, accepted: [PASSWORD] }),
      clock,
      log,
      metrics,
    });
  const connector = createConnector({ appId: APP, transport, bearer, log, metrics });
  return {
    platform: createTeamsPlatform({
      connector,
      reference: {
        keep: async ({ tenant, key, owner, value }) => {
          references.set(`${tenant} ${key}`, value);
          if (owner !== '') owners.set(`${tenant} ${key}`, owner);
        },
        find: o.find ?? (async ({ tenant, key }) => references.get(`${tenant} ${key}`) ?? null),
      },
      clock,
      random: { fraction: o.fraction ?? (() => 0) },
      log,
      metrics,
      bearer,
      publicUrl: o.publicUrl ?? null,
      singleSignOn: o.connection === undefined ? null : { appId: APP, connection: o.connection },
    }),
    connector,
    transport,
    bearer,
    standIn,
    base,
    direct: standIn.direct(EVAN),
    references,
    owners,
    logged,
    metrics: () => metrics.render(),
    close: async () => {
      await standIn.close();
      await app.close();
    },
  };
};
