import { type FetchFunction, type Logger, LogLevel, WebClient } from '@slack/web-api';
import type { WithCredential } from '../bounded/credentials.ts';
import { codeOfFetch } from '../bounded/failure.ts';
import { isTokenRefused } from './faults.ts';

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
 * Makes a call as the bot in a workspace. Where Slack refuses the token, the call did not happen, and it is made with another one that
 * the vault accepts; where there is none left it rejects as the last call did.
 */
export type AsBot = <T>(tenant: string, make: (client: WebClient) => Promise<T>) => Promise<T>;

/** Clients of one workspace: of the token in use and of the one before it. */
const TOKENS_AT_ONCE = 2;

/** One client a workspace and token, so that one workspace's limits stall nobody else. */
export const createClients = (o: {
  readonly withToken: WithCredential;
  readonly unsafeApiUrl: string | null;
  /** Deadline of each call. */
  readonly callMs?: number;
}): AsBot => {
  const clients = new Map<string, readonly WebClient[]>();

  const clientFor = (tenant: string, token: string): WebClient => {
    const own = clients.get(tenant) ?? [];
    const known = own.find((client) => client.token === token);
    if (known !== undefined) return known;
    clients.delete(tenant);
    const oldest = clients.keys().next();
    if (clients.size >= MOST_CLIENTS && oldest.done === false) clients.delete(oldest.value);
    const client = new WebClient(token, clientOptions(o.unsafeApiUrl, o.callMs));
    clients.set(tenant, [client, ...own].slice(0, TOKENS_AT_ONCE));
    return client;
  };

  return async <T>(tenant: string, make: (client: WebClient) => Promise<T>): Promise<T> => {
    const made = await o.withToken<{ readonly done: T } | { readonly error: unknown }>(async (token) => {
      try {
        return { refused: false, outcome: { done: await make(clientFor(tenant, token)) } };
      } catch (error) {
        return { refused: isTokenRefused(error), outcome: { error } };
      }
    });
    if ('error' in made) throw made.error;
    return made.done;
  };
};
