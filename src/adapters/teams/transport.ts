/** The one way out to the Connector. The library sends nothing (see `sendsNothing`), so nothing goes around it. */
import type { Metrics } from '../../core/ports.ts';
import { readBytes } from '../bounded/body.ts';
import { codeOfFetch, nothingSent } from '../bounded/failure.ts';
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
  readonly unsafeServiceHosts: readonly string[];
  readonly metrics: Metrics;
  readonly deadlineMs?: number;
}): Transport => {
  const mayCall = allowedHosts(o.unsafeServiceHosts);
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
    const bytes = await readBytes(response, MOST_BYTES);
    // It was answered, so it was done or refused; but by what was answered nobody can tell which.
    if (bytes === null) return { kind: 'unclear', code: 'answer_too_long' };
    return {
      kind: 'answer',
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: bytes.toString('utf8'),
    };
  } catch (error) {
    return failureOf(error);
  }
};

const failureOf = (error: unknown): NoAnswer => {
  const code = codeOfFetch(error);
  return { kind: nothingSent(code) ? 'not-sent' : 'unclear', code };
};
