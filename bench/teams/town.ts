/**
 * Sixty tenants whose people use one bot, each a Teams of its own with its own limits; what the directory and the HR system
 * know of them; and Sotto as a process of its own between them.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { createAuthority } from '../../playground/teams/authority.ts';
import { createIssuer, type Issuer } from '../../playground/teams/issuer.ts';
import { createTeamsSender } from '../../playground/teams/sender.ts';
import { createTeamsStandIn } from '../../playground/teams/stand-in.ts';
import type { TeamsStandIn } from '../../playground/teams/types.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/system.ts';
import { createSottoProcess, type SottoProcess } from '../../test/support/sotto-process.ts';
import { openHousehold, START_MS } from '../load/household.ts';
import { type Counted, openProxy } from '../load/through-proxy.ts';
import { type Delivered, sendsAgain } from './again.ts';

export interface Member {
  /** Of `tenants`. */
  readonly tenant: number;
  /** aadObjectId. */
  readonly user: string;
}

export interface Tenant {
  readonly id: string;
  readonly teams: TeamsStandIn;
}

export interface Town {
  readonly tenants: readonly Tenant[];
  readonly sotto: SottoProcess;
  /** Every tenant in turn, and in each every person in turn. */
  readonly members: readonly Member[];
  /** Of Sotto. */
  readonly dataFolder: string;
  counted(): Promise<Counted>;
  /** How deliveries were answered. */
  delivered(): Delivered;
  end(): Promise<void>;
}

/** A tenant's part of the address that all of them share, as `/amer/TENANT` is of Microsoft's. */
const PREFIX = /^\/t(\d+)(?=\/)/;

/** Long enough for every load. */
const TOKEN_SECONDS = 3_600;

export const openTown = async (o: {
  readonly tenants: number;
  readonly peopleEach: number;
  /** After which answers leave that must. */
  readonly expiresSeconds: number;
  /** Null: the embedded one. */
  readonly store: string | null;
  /** The answer to every so-manieth delivery never reaches Teams, which sends it again. */
  readonly loseEvery: number;
}): Promise<Town> => {
  const [appId, clock, random] = [randomUUID(), systemClock(), systemRandom()];
  const ids = Array.from({ length: o.tenants }, (_, t) => `${eight(t)}-7e0a-4000-8000-000000000000`);
  const members = Array.from({ length: o.peopleEach }, (_, n) =>
    ids.map((_id, tenant) => ({ tenant, user: `${eight(tenant)}-9e0b-4000-8000-0000${eight(n)}` })),
  ).flat();
  const household = await openHousehold({
    ...o,
    name: 'teams',
    people: members.map(({ tenant, user }) => ({
      id: `p-${user}`,
      accounts: { teams: [{ tenant: ids[tenant], user }] },
    })),
    secrets: { 'teams-app-password': 'token' },
  });
  const appPassword = household.secret('teams-app-password');
  const [tenantId = ''] = ids;
  const authority = createAuthority({ appId, tenantId, appPassword, tokenSeconds: TOKEN_SECONDS, clock, random });

  const proxy = await openProxy(o);
  const microsoft = await openMicrosoft();
  const issuer = createIssuer({ appId, serviceUrl: () => '' });
  const again = sendsAgain();
  const tenants = ids.map((id, t): Tenant => {
    const serviceUrl = (): string => teams.serviceUrl();
    const sender = createTeamsSender({
      appId,
      tenant: id,
      issuer: mintingOnce(issuer, serviceUrl),
      messagesUrl: () => proxy.url,
      serviceUrl,
    });
    const teams = createTeamsStandIn({
      appId,
      tenantId: id,
      appPassword,
      authority,
      publicUrl: () => `${microsoft.base}/t${t}`,
      send: again.around(sender),
      people: members
        .filter(({ tenant }) => tenant === t)
        .map(({ user }) => ({ user, tenant: id, name: user, kind: 'employee' as const })),
    });
    const app = Fastify();
    teams.routes(app);
    microsoft.serve(`t${t}`, app);
    return { id, teams };
  });
  const app = Fastify();
  issuer.routes(app);
  household.routes(app);
  microsoft.serve('', app);
  await microsoft.ready();

  const sotto = createSottoProcess({
    environment: () => ({
      ...household.settings(microsoft.base),
      TEAMS_APP_ID: appId,
      TEAMS_TENANT_IDS: ids.join(','),
      TEAMS_OPENID_METADATA_URL: `${microsoft.base}${issuer.metadataPath}`,
      TEAMS_TOKEN_ISSUER: issuer.tokenIssuer,
      TEAMS_LOGIN_URL: tenants[0]?.teams.loginUrl() ?? '',
      TEAMS_OAUTH_URL: `${microsoft.base}/nobody-signs-in`,
      TEAMS_SERVICE_HOSTS: new URL(microsoft.base).host,
    }),
    // As `serve` is, but for what it has learnt, which it need not learn anew.
    unlike: () => ({}),
    startMs: START_MS,
  });
  const end = async (): Promise<void> => {
    again.stop();
    await sotto.kill();
    for (const { teams } of tenants) await teams.close();
    issuer.close();
    await microsoft.close();
    proxy.close();
    household.end();
  };
  try {
    await sotto.start();
    await proxy.to(`${sotto.url()}/teams/messages`);
  } catch (error) {
    await end();
    throw error;
  }
  return {
    tenants,
    sotto,
    members,
    dataFolder: household.dataFolder,
    counted: () => proxy.counted(),
    delivered: again.delivered,
    end,
  };
};

type Routed = ReturnType<typeof Fastify>;

/** One address for all of them: each app is reached below its name, and knows nothing of that. */
const openMicrosoft = async () => {
  const apps = new Map<string, Routed>();
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const [prefix = '', tenant] = PREFIX.exec(request.url ?? '') ?? [];
    request.url = (request.url ?? '').slice(prefix.length);
    const app = apps.get(tenant === undefined ? '' : `t${tenant}`);
    if (app === undefined) response.writeHead(404).end();
    else app.routing(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (name: string, app: Routed): void => void apps.set(name, app),
    ready: async (): Promise<void> => {
      for (const app of apps.values()) await app.ready();
    },
    close: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      for (const app of apps.values()) await app.close();
    },
  };
};

/** One token for all that a tenant's Teams sends, for it lasts an hour: signing costs the bench more than Sotto's proof. */
const mintingOnce = (issuer: Issuer, serviceUrl: () => string): Issuer => {
  let minted: string | null = null;
  return {
    ...issuer,
    mint: (how) => {
      if (how !== undefined) return issuer.mint(how);
      minted ??= issuer.mint({ claims: { serviceurl: serviceUrl() } });
      return minted;
    },
  };
};

const eight = (n: number): string => String(n).padStart(8, '0');
