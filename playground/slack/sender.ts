import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import type { Clock } from '../../src/core/ports.ts';
import { type Again, createRetries, type RetryReason, type Tried } from './retries.ts';
import { ANSWER_MS } from './rules.ts';
import type { Delivered, RawDelivery } from './types.ts';

/** Sends as Slack sends: three seconds to answer, events again when that failed. */
export interface Sender {
  once(o: RawDelivery): Promise<Delivered>;
  /** With Slack's retries; resolves to the last status so far. `lost`: the first try never arrives. */
  event(body: string, o?: { readonly lost?: boolean }): Promise<number>;
  close(): Promise<void>;
}

type Headers = Record<string, string | readonly string[] | null>;

/** Over http, signed over the bytes that are sent, each try anew. */
export const createSender = (o: {
  /** Asked at each delivery. */
  readonly signingSecret: () => string;
  readonly eventsUrl: () => string;
  readonly clock: Clock;
}): Sender => {
  const closing = new AbortController();
  const retries = createRetries({ clock: o.clock, closing: closing.signal });

  const once = async (raw: RawDelivery): Promise<Delivered & Tried> => {
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

  return {
    once,
    event: (body, { lost = false } = {}) =>
      retries.run({ lost, attempt: (again) => once({ body, headers: headersOf(again) }) }),
    close: async () => {
      closing.abort();
      await retries.close();
    },
  };
};

const headersOf = (again: Again): Headers =>
  again === null ? {} : { 'x-slack-retry-num': String(again.num), 'x-slack-retry-reason': again.reason };

const none = (reason: RetryReason): Delivered & Tried => ({ status: 0, body: '', reason, noRetry: false });

const send = (url: string, headers: Headers, body: Buffer, closing: AbortSignal): Promise<Delivered & Tried> =>
  new Promise((resolve) => {
    const timeout = AbortSignal.timeout(ANSWER_MS);
    const failed = (): void => resolve(none(timeout.aborted ? 'http_timeout' : 'connection_failed'));
    const outgoing = request(url, { method: 'POST', signal: AbortSignal.any([closing, timeout]), agent: false });
    for (const [name, value] of Object.entries(headers)) if (value !== null) outgoing.setHeader(name, value);
    outgoing.on('error', failed);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', failed);
      incoming.on('end', () => {
        const status = incoming.statusCode ?? 0;
        resolve({
          status,
          body: Buffer.concat(chunks).toString('utf8'),
          // It follows none of ours: whoever redirects Slack has a wrong address.
          reason: status >= 300 && status < 400 ? 'too_many_redirects' : 'http_error',
          noRetry: incoming.headers['x-slack-no-retry'] === '1',
        });
      });
    });
    outgoing.end(body);
  });
