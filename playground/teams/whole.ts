/** All of Microsoft that a bot in Teams meets, on this machine: Teams and its Connector, who signs, who gives tokens. */
import type { FastifyInstance } from 'fastify';
import type { TeamsStandIn as Addresses } from '../../src/config.ts';
import { createIssuer } from './issuer.ts';
import { type Complaint, createTeamsSender } from './sender.ts';
import { createTeamsStandIn } from './stand-in.ts';
import { createTokenService } from './token-service.ts';
import type { Answered, Json, TeamsStandIn, TeamsStandInOptions } from './types.ts';

/** The name of the bot's connection for single sign-on. */
export const CONNECTION = 'sso';

export interface WholeTeams {
  readonly standIn: TeamsStandIn;
  routes(app: FastifyInstance): void;
  /** What the settings say of it, once `publicUrl` is known. */
  addresses(): Addresses;
  /** See `TeamsSender.complaints`; calls that Teams has not are among them. */
  complaints(): readonly Complaint[];
  close(): Promise<void>;
}

export type Send = (activity: Json) => Promise<Answered>;

export const createWholeTeams = (
  o: Omit<TeamsStandInOptions, 'send'> & {
    /** Where activities go; asked at each. */
    readonly messagesUrl: () => string;
    /** Stands around every delivery: to send again what was not taken, to note how it was answered. */
    readonly around?: (send: Send) => Send;
  },
): WholeTeams => {
  const { appId, tenantId } = o;
  const serviceUrl = (): string => standIn.serviceUrl();
  const issuer = createIssuer({ appId, serviceUrl });
  const tokens = createTokenService({
    connection: CONNECTION,
    accepts: (authorization) => standIn.accepts(authorization),
  });
  const sender = createTeamsSender({ appId, tenant: tenantId, issuer, messagesUrl: o.messagesUrl, serviceUrl });
  const once: Send = async (activity) => (await sender.send(activity)).at(-1) ?? { status: 0, body: '' };
  const standIn = createTeamsStandIn({ ...o, send: o.around?.(once) ?? once });
  return {
    standIn,
    routes: (app) => {
      standIn.routes(app);
      issuer.routes(app);
      tokens.routes(app);
    },
    addresses: () => ({
      openIdMetadataUrl: `${o.publicUrl()}${issuer.metadataPath}`,
      tokenIssuer: issuer.tokenIssuer,
      loginUrl: standIn.loginUrl(),
      oauthUrl: `${o.publicUrl()}${tokens.path}`,
    }),
    complaints: () => [
      ...sender.complaints(),
      ...standIn
        .requests()
        .filter(({ verb }) => verb === 'unknown')
        .map(({ status, method, path }) => ({ what: 'no-such-call', status, of: `${method} ${path}` }) as const),
    ],
    close: async () => {
      issuer.close();
      tokens.close();
      await standIn.close();
    },
  };
};
