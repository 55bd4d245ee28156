/** Where a connection of Socket Mode may lead: what comes back is believed without a signature, and the questions go there. */
import { WebClient } from '@slack/web-api';
import type { Clock, Log, Metrics, Secret } from '../../core/ports.ts';
import { createCredentials } from '../bounded/credentials.ts';
import { clientOptions } from './client.ts';
import { faultOf, isTokenRefused } from './faults.ts';

/** An address that may be connected to, once; or why there is none, and when it is worth asking again. */
export type Address =
  | { readonly url: string }
  | { readonly code: string; readonly alarm: boolean; readonly afterMs: number | null };

/** Over TLS to Slack and nowhere else, or to the stand-in that takes Slack's place. */
export const maySocket = (address: string, unsafeApiUrl: string | null): boolean => {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, host, port, username, password, hash } = new URL(address);
  if (username !== '' || password !== '' || hash !== '') return false;
  if (unsafeApiUrl !== null) return protocol === 'ws:' && host === new URL(unsafeApiUrl).host;
  return protocol === 'wss:' && port === '' && /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.slack\.com$/.test(hostname);
};

/**
 * Asks Slack for an address by the app-level token, which may rotate at any time: it is asked for anew each time, and another one that
 * the vault accepts is tried where Slack refuses it. Never rejects; each call has a deadline.
 */
export const createAddresses = (o: {
  readonly appToken: () => Promise<Secret>;
  readonly unsafeApiUrl: string | null;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly metrics: Metrics;
}): (() => Promise<Address>) => {
  const withToken = createCredentials({ name: 'slack-app-token', secret: o.appToken, ...o });
  const noted = (outcome: string): void => {
    o.metrics.count('slack_calls', { method: 'apps.connections.open', outcome });
  };
  const ask = (token: string) => new WebClient(token, clientOptions(o.unsafeApiUrl)).apps.connections.open({});

  return async () => {
    try {
      const url = await withToken<string | Error>(async (token) => {
        try {
          return { refused: false, outcome: (await ask(token)).url ?? '' };
        } catch (error) {
          return { refused: isTokenRefused(error), outcome: error instanceof Error ? error : new Error('unknown') };
        }
      });
      if (url instanceof Error) throw url;
      const allowed = maySocket(url, o.unsafeApiUrl);
      noted(allowed ? 'ok' : 'final');
      return allowed ? { url } : { code: 'host_not_allowed', alarm: true, afterMs: null };
    } catch (error) {
      const { kind, code, alarm, afterMs = null } = faultOf(error);
      noted(kind);
      return { code, alarm, afterMs };
    }
  };
};
