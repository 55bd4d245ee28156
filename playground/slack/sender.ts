/** The side of Slack that calls: signed events, retries, presses. */
import { createHmac } from 'node:crypto';
import type { RawDelivery } from './types.ts';

/** Slack gives up on an answer after 3 s. */
const ANSWER_WITHIN_MS = 3_000;

/** At once, after a minute, after five. */
export const SLACK_RETRIES_MS: readonly number[] = [0, 60_000, 300_000];

export interface Sender {
  /** Delivers and, on failure, again as Slack does; resolves with the status of the first attempt (0: none). */
  event(envelope: Readonly<Record<string, unknown>>): Promise<number>;
  form(fields: Readonly<Record<string, string>>): Promise<number>;
  raw(o: RawDelivery): Promise<{ readonly status: number; readonly body: string }>;
  close(): Promise<void>;
}

export const createSender = (o: {
  readonly eventsUrl: () => string;
  readonly signingSecret: string;
  readonly now: () => number;
  readonly retryAfterMs: readonly number[];
}): Sender => {
  const closing = new AbortController();
  const waiting = new Set<Promise<void>>();

  const raw = async (d: RawDelivery): Promise<{ readonly status: number; readonly body: string }> => {
    const timestamp = String(Math.floor(o.now() / 1000) + (d.skewSeconds ?? 0));
    const signature = createHmac('sha256', d.signWith ?? o.signingSecret)
      .update(`v0:${timestamp}:${d.body}`)
      .digest('hex');
    try {
      const response = await fetch(o.eventsUrl(), {
        method: 'POST',
        body: d.body,
        headers: {
          'content-type': d.contentType ?? 'application/json',
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': `v0=${signature}`,
          ...d.headers,
        },
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      });
      return { status: response.status, body: await response.text() };
    } catch {
      return { status: 0, body: '' };
    }
  };

  const again = async (body: string, first: number): Promise<void> => {
    let status = first;
    for (const [index, waitMs] of o.retryAfterMs.entries()) {
      if (status >= 200 && status < 300) return;
      await sleep(waitMs, closing.signal);
      if (closing.signal.aborted) return;
      const reason = status === 0 ? 'http_timeout' : 'http_error';
      ({ status } = await raw({
        body,
        headers: { 'x-slack-retry-num': String(index + 1), 'x-slack-retry-reason': reason },
      }));
    }
  };

  return {
    event: async (envelope) => {
      const body = JSON.stringify(envelope);
      const { status } = await raw({ body });
      if (status < 200 || status >= 300) {
        const retrying = again(body, status).finally(() => waiting.delete(retrying));
        waiting.add(retrying);
      }
      return status;
    },
    form: async (fields) => {
      const { status } = await raw({
        body: new URLSearchParams(fields).toString(),
        contentType: 'application/x-www-form-urlencoded',
      });
      return status;
    },
    raw,
    close: async () => {
      closing.abort();
      await Promise.allSettled(waiting);
    },
  };
};

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
