import { type FetchFunction, type Logger, LogLevel, WebClient } from '@slack/web-api';
import { codeOfFetch } from '../bounded/failure.ts';
import { isTokenExpired, isTokenRefused } from './faults.ts';
import type { Attempted, Credential, WithToken } from './install-tokens.ts';

/** Slack answers in well under a second; without a deadline a call may hang for ever (Slack requirement 26). */
const CALL_MS = 8_000;

/** A view must be opened within three seconds of the press; what comes later is refused. */
export const SOON_MS = 2_500;

/** A bound for the cache of clients, not a limit on workspaces. */
const MOST_CLIENTS = 1_000;

/** The vendor's logger prints payloads at debug level, so it is given one that prints nothing (Slack requirement 27). */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

/** A connection that failed, with the code that tells whether anything was sent. */
class ConnectionError extends Error {
  readonly code: string;

  constructor(code: string, cause: unknown) {
    super(`Slack could not be reached (${code}).`, { cause });
    this.name = 'ConnectionError';
    this.code = code;
  }
}

/** Slack's own, https and on its usual port. */
const SLACK = 'https://slack.com';

/** Node's own fetch, whose errors hide their code. The bearer goes to Slack, or to the stand-in that takes its place, and nowhere else. */
const fetchFrom = (unsafeApiUrl: string | null): FetchFunction => {
  const origin = unsafeApiUrl === null ? SLACK : new URL(unsafeApiUrl).origin;
  return async (url, init) => {
    try {
      if (new URL(url.toString()).origin !== origin) throw Object.assign(new Error(), { code: 'host_not_allowed' });
      return await fetch(url, { ...init, redirect: 'error' });
    } catch (error) {
      throw new ConnectionError(codeOfFetch(error), error);
    }
  };
};

/** Never retries by itself: a post that succeeded would be posted twice (Slack requirement 8). */
export const clientOptions = (unsafeApiUrl: string | null, callMs = CALL_MS) => ({
  timeout: callMs,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  allowAbsoluteUrls: false,
  logger: silentLogger,
  fetch: fetchFrom(unsafeApiUrl),
  ...(unsafeApiUrl === null ? {} : { slackApiUrl: unsafeApiUrl }),
});

/**
 * Makes a call as the bot in a workspace, with the token that is good there; see `WithToken`. Where Slack refuses the token, the call did not happen, and it is made with
 * another one, if there is one; where there is none left it rejects as the last call did.
 */
export type AsBot = <T>(tenant: string, make: (client: WebClient) => Promise<T>) => Promise<T>;

/** Clients of one workspace: of the token in use and of the one before it. */
const TOKENS_AT_ONCE = 2;

export interface Clients {
  readonly asBot: AsBot;
  /** Something changed there: its clients are let go of. Null: everywhere. */
  forget(tenant: string | null): void;
}

/** One client a workspace and token, so that one workspace's limits stall nobody else. */
export const createClients = (o: {
  readonly withToken: WithToken;
  readonly unsafeApiUrl: string | null;
  /** Deadline of each call. */
  readonly callMs?: number;
}): Clients => {
  const clients = new Map<string, readonly { readonly client: WebClient; readonly teamId: string | null }[]>();

  const clientFor = (tenant: string, { token, teamId }: Credential): WebClient => {
    const own = clients.get(tenant) ?? [];
    const known = own.find((one) => one.client.token === token && one.teamId === teamId);
    if (known !== undefined) return known.client;
    clients.delete(tenant);
    const oldest = clients.keys().next();
    if (clients.size >= MOST_CLIENTS && oldest.done === false) clients.delete(oldest.value);
    const client = new WebClient(token, {
      ...clientOptions(o.unsafeApiUrl, o.callMs),
      // Sent along with every call, for a token that is good in several workspaces (Slack requirement 25).
      ...(teamId === null ? {} : { teamId }),
    });
    clients.set(tenant, [{ client, teamId }, ...own].slice(0, TOKENS_AT_ONCE));
    return client;
  };

  return {
    asBot: async <T>(tenant: string, make: (client: WebClient) => Promise<T>): Promise<T> => {
      type Made = { readonly done: T } | { readonly error: unknown };
      const made = await o.withToken<Made>(tenant, async (credential): Promise<Attempted<Made>> => {
        try {
          return { refused: false, expired: false, outcome: { done: await make(clientFor(tenant, credential)) } };
        } catch (error) {
          return { refused: isTokenRefused(error), expired: isTokenExpired(error), outcome: { error } };
        }
      });
      if ('error' in made) throw made.error;
      return made.done;
    },
    forget: (tenant) => (tenant === null ? clients.clear() : void clients.delete(tenant)),
  };
};
