/** OAuth at Slack: a code for a token, an old token for a new one, and a token given back. One call each, never repeated by itself. */
import { WebAPIPlatformError, WebClient } from '@slack/web-api';
import type { Clock, Log, Metrics, Secret } from '../../core/ports.ts';
import { createCredentials } from '../bounded/credentials.ts';
import { clientOptions } from './client.ts';
import { faultOf } from './faults.ts';
import { type Granted, grantedIn } from './install-shape.ts';

/** Where people grant what is asked; beside the API of the stand-in. */
const AUTHORISE = 'oauth/v2/authorize';

export type Exchanged =
  | { readonly ok: true; readonly granted: Granted }
  | { readonly ok: false; readonly code: string };

/** What Slack says of a token. `no`: it is refused for good. `unsure`: Slack did not answer. */
export type Tested =
  | {
      readonly good: 'yes';
      readonly team: string | null;
      readonly enterprise: string | null;
      readonly orgWide: boolean;
      readonly botUser: string | null;
    }
  | { readonly good: 'no' | 'unsure'; readonly code: string };

export interface OAuth {
  /** Where whoever installs it is sent. */
  authoriseUrl(o: { readonly state: string; readonly redirectUri: string; readonly scopes: readonly string[] }): string;
  /** A code that came back with somebody's browser; it is good once. */
  redeem(o: { readonly code: string; readonly redirectUri: string }): Promise<Exchanged>;
  /** A refresh token, which Slack revokes soon after it was used. */
  refresh(refreshToken: string): Promise<Exchanged>;
  /** A token that does not end for one that does. There is no way back. */
  exchange(token: string): Promise<Exchanged>;
  /** Gives a token back. False: Slack did not take it. */
  revoke(token: string): Promise<boolean>;
}

/** Refused for what it is, and not for what it was asked: trying again changes nothing. */
const DEAD: readonly string[] = ['account_inactive', 'invalid_auth', 'token_revoked', 'token_expired', 'not_authed'];

/** Asks Slack whose a token is. `callMs`: how long it may take. Never throws. */
export const testToken = async (o: {
  readonly token: string;
  readonly unsafeApiUrl: string | null;
  readonly callMs?: number;
}): Promise<Tested> => {
  try {
    const client = new WebClient(o.token, clientOptions(o.unsafeApiUrl, o.callMs));
    const said = await client.auth.test();
    return {
      good: 'yes',
      team: said.team_id ?? null,
      enterprise: said.enterprise_id ?? null,
      orgWide: said.is_enterprise_install === true,
      botUser: said.user_id ?? null,
    };
  } catch (error) {
    const dead = error instanceof WebAPIPlatformError && DEAD.includes(error.data.error);
    return { good: dead ? 'no' : 'unsure', code: faultOf(error).code };
  }
};

export const createOAuth = (o: {
  readonly clientId: string;
  readonly clientSecret: () => Promise<Secret>;
  readonly unsafeApiUrl: string | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}): OAuth => {
  const { clock, log, metrics, unsafeApiUrl } = o;
  const withSecret = createCredentials({
    name: 'slack-client-secret',
    secret: o.clientSecret,
    clock,
    log,
    metrics,
  });
  const client = new WebClient(undefined, clientOptions(unsafeApiUrl));

  /** With each secret that is accepted, where Slack refuses the first: then nothing was done. */
  const ask = (call: (clientSecret: string) => Promise<unknown>): Promise<Exchanged> =>
    withSecret<Exchanged>(async (secret) => {
      try {
        const granted = grantedIn(await call(secret), clock.now());
        return { refused: false, outcome: granted === null ? UNREADABLE : { ok: true, granted } };
      } catch (error) {
        const { code } = faultOf(error);
        return { refused: code === 'bad_client_secret', outcome: { ok: false, code } };
      }
    }).catch((error: unknown) => ({ ok: false, code: faultOf(error).code }));

  const { clientId: client_id } = o;
  return {
    authoriseUrl: ({ state, redirectUri, scopes }) => {
      const url = new URL(`../${AUTHORISE}`, unsafeApiUrl ?? 'https://slack.com/api/');
      url.search = new URLSearchParams({
        client_id,
        scope: scopes.join(','),
        redirect_uri: redirectUri,
        state,
      }).toString();
      return url.toString();
    },
    redeem: ({ code, redirectUri: redirect_uri }) =>
      ask((client_secret) => client.oauth.v2.access({ client_id, client_secret, code, redirect_uri })),
    refresh: (refresh_token) =>
      ask((client_secret) =>
        client.oauth.v2.access({ client_id, client_secret, grant_type: 'refresh_token', refresh_token }),
      ),
    exchange: (token) => ask((client_secret) => client.oauth.v2.exchange({ client_id, client_secret, token })),
    revoke: async (token) => {
      try {
        const tokenClient = new WebClient(token, clientOptions(unsafeApiUrl));
        await tokenClient.auth.revoke();
        return true;
      } catch (error) {
        // What is dead already need not be given back.
        return error instanceof WebAPIPlatformError && DEAD.includes(error.data.error);
      }
    },
  };
};

const UNREADABLE: Exchanged = { ok: false, code: 'answer_unreadable' };
