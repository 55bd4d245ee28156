import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import type { Clock } from '../../src/core/ports.ts';
import { ANSWER_MS, RETRY_AFTER_MS } from './rules.ts';
import type { Delivered, RawDelivery } from './types.ts';

/** Sends as Slack sends: signed over the bytes, three seconds to answer, events again when that failed. */
export interface Sender {
  once(o: RawDelivery): Promise<Delivered>;
  /** With Slack's retries: at once (awaited), after one minute, after five (in the background). Resolves to the last status so far. */
  event(body: string): Promise<number>;
  close(): Promise<void>;
}

type Headers = Record<string, string | readonly string[] | null>;

export const createSender = (o: {
  /** Asked at each delivery. */
  readonly signingSecret: () => string;
  readonly eventsUrl: () => string;
  readonly clock: Clock;
}): Sender => {
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();

  const once = async (raw: RawDelivery): Promise<Delivered> => {
    const body = Buffer.isBuffer(raw.body) ? raw.body : Buffer.from(raw.body, 'utf8');
    const timestamp = raw.timestamp ?? String(Math.floor(o.clock.now() / 1_000));
    const signature = createHmac('sha256', raw.secret ?? o.signingSecret())
      .update(`v0:${timestamp}:`)
      .update(body)
      .digest('hex');
    const headers: Headers = {
      'content-type': raw.contentType ?? 'application/json',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
      ...raw.headers,
    };
    return send(o.eventsUrl(), headers, body, closing.signal);
  };

  const again = async (body: string, first: Delivered): Promise<number> => {
    let last = first;
    for (const [index, wait] of RETRY_AFTER_MS.entries()) {
      if (wait > 0) await o.clock.sleep(wait, closing.signal);
      if (closing.signal.aborted) return last.status;
      last = await once({ body, headers: retryHeaders(index + 1, last) });
      if (isDone(last)) return last.status;
      if (index === 0) {
        const rest = lateRetries(body, last);
        running.add(rest);
        void rest.finally(() => running.delete(rest));
        return last.status;
      }
    }
    return last.status;
  };

  const lateRetries = async (body: string, failed: Delivered): Promise<void> => {
    let last = failed;
    for (const [index, wait] of RETRY_AFTER_MS.entries()) {
      if (index === 0) continue;
      await o.clock.sleep(wait, closing.signal);
      if (closing.signal.aborted) return;
      last = await once({ body, headers: retryHeaders(index + 1, last) });
      if (isDone(last)) return;
    }
  };

  return {
    once,
    event: async (body) => {
      const first = await once({ body });
      return isDone(first) ? first.status : again(body, first);
    },
    close: async () => {
      closing.abort();
      await Promise.allSettled(running);
    },
  };
};

/** Answered, or asked not to send it again. */
const isDone = ({ status, noRetry }: Delivered & { readonly noRetry?: boolean }): boolean =>
  (status >= 200 && status < 300) || (status > 0 && noRetry === true);

const retryHeaders = (number: number, { status }: Delivered): Headers => ({
  'x-slack-retry-num': String(number),
  'x-slack-retry-reason': status === 0 ? 'http_timeout' : 'http_error',
});

const send = (
  url: string,
  headers: Headers,
  body: Buffer,
  closing: AbortSignal,
): Promise<Delivered & { readonly noRetry?: boolean }> =>
  new Promise((resolve) => {
    const signal = AbortSignal.any([closing, AbortSignal.timeout(ANSWER_MS)]);
    const outgoing = request(url, { method: 'POST', signal, agent: false });
    for (const [name, value] of Object.entries(headers)) if (value !== null) outgoing.setHeader(name, value);
    outgoing.on('error', () => resolve({ status: 0, body: '' }));
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', () => resolve({ status: 0, body: '' }));
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
          noRetry: incoming.headers['x-slack-no-retry'] === '1',
        }),
      );
    });
    outgoing.end(body);
  });
