/** The one way out to the Connector. The library sends nothing (see `sendsNothing`), so nothing goes around it. */
import type { Metrics } from '../../core/ports.ts';
import { allowedHosts, type MayCall } from './service-hosts.ts';

/** The Connector answers in well under a second; without a deadline a call may hang for ever (Teams requirement 9). */
const CALL_MS = 8_000;

/** Far above any answer that is read: an error, an id, a member, a token. */
const MOST_BYTES = 256 * 1024;

export interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** An answer, whatever its status. Redirects are answers too: none is followed. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** No answer. `not-sent`: for sure nothing arrived there. `unclear`: it may have. */
export interface NoAnswer {
  readonly kind: 'not-sent' | 'unclear';
  readonly code: string;
}

export interface Transport {
  readonly mayCall: MayCall;
  /** Never throws; sends nothing to a host that is not allowed (`host_not_allowed`). */
  send(o: Outgoing): Promise<Answer | NoAnswer>;
}

/**
 * Checks the host of every call, ends each after `deadlineMs` (default 8 s), follows no redirect and reads answers up to
 * a bound. Its metrics hold outcomes only; nothing here writes a log.
 */
export const createTransport = (o: {
  /** Further hosts for stand-ins; see `allowedHosts`. */
  readonly serviceHosts: readonly string[];
  readonly metrics: Metrics;
  readonly deadlineMs?: number;
}): Transport => {
  const mayCall = allowedHosts(o.serviceHosts);
  return {
    mayCall,
    send: async (outgoing) => {
      const began = performance.now();
      const outcome = mayCall(outgoing.url)
        ? await sendOnce(outgoing, o.deadlineMs ?? CALL_MS)
        : ({ kind: 'not-sent', code: 'host_not_allowed' } as const);
      o.metrics.count('teams_requests_out', {
        outcome: outcome.kind === 'answer' ? `status-${Math.floor(outcome.status / 100)}xx` : outcome.code,
      });
      if (outcome.kind === 'answer') o.metrics.observe('teams_request_out_ms', performance.now() - began);
      return outcome;
    },
  };
};

/** Makes one call to an address that was checked. */
export const sendOnce = async (
  { method, url, headers, body }: Outgoing,
  deadlineMs: number,
): Promise<Answer | NoAnswer> => {
  try {
    const signal = AbortSignal.timeout(deadlineMs);
    const response = await fetch(url, { method, headers, body, redirect: 'manual', signal });
    const text = await bounded(response);
    // It was answered, so it was done or refused; but by what was answered nobody can tell which.
    if (text === null) return { kind: 'unclear', code: 'answer_too_long' };
    return { kind: 'answer', status: response.status, headers: Object.fromEntries(response.headers), body: text };
  } catch (error) {
    return failureOf(error);
  }
};

/** Null past the bound; a length that the other side announces is not believed. */
const bounded = async (response: Response): Promise<string | null> => {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** Null where it is not JSON. */
export const parsedJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
};

/** The connection was never made or never trusted, so nothing was sent. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Its code only: the text of a failed fetch may hold an address or a header. Node hides the code in the cause, or one deeper. */
const failureOf = (error: unknown): NoAnswer => {
  if (fieldOf(error, 'name') === 'TimeoutError') return { kind: 'unclear', code: 'timeout' };
  const cause = fieldOf(error, 'cause');
  const several = fieldOf(cause, 'errors');
  const first: unknown = Array.isArray(several) ? several[0] : undefined;
  const code = [fieldOf(cause, 'code'), fieldOf(first, 'code')].find((found) => typeof found === 'string');
  if (typeof code !== 'string') return { kind: 'unclear', code: 'unexpected' };
  return { kind: NOT_SENT.has(code) ? 'not-sent' : 'unclear', code };
};

const fieldOf = (from: unknown, key: string): unknown =>
  typeof from === 'object' && from !== null ? Reflect.get(from, key) : undefined;
