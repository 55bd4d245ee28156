/** One request on a connection, and what came back, read up to a bound. */
import type { Agent, Dispatcher } from 'undici';
import type { Clock } from '../../../core/ports.ts';
import { codeOfFetch } from '../../bounded/failure.ts';
import { retryAfterMs } from './retry-after.ts';
import type { Request, Sent } from './types.ts';

const USER_AGENT = 'Sotto';

/** In TLS 1.3 a certificate of ours is refused only after we have gone on: nothing that came with it is read. */
const HANDSHAKE = /^ERR_SSL_[A-Z0-9]+_ALERT_(?:[A-Z]+_)*(?:CERTIFICATE|UNKNOWN_CA)(?:_[A-Z]+)*$/;

const IDENTITY = 'identity';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const headerOf = (headers: Headers, name: string): string => {
  const value = headers[name];
  return typeof value === 'string' ? value : (value?.[0] ?? '');
};

const textOf = (chunks: readonly Uint8Array[]): string | null => {
  const bytes = Buffer.concat(chunks);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  } finally {
    // Copied, so that these need not lie about until something overwrites them.
    for (const chunk of [...chunks, bytes]) chunk.fill(0);
  }
};

/** Never rejects. */
export const exchange = (o: {
  readonly agent: Agent;
  readonly request: Request;
  readonly url: URL;
  readonly signal: AbortSignal;
  readonly mostBytes: number;
  readonly clock: Pick<Clock, 'now'>;
}): Promise<Sent> => {
  const { agent, request, url, signal, mostBytes, clock } = o;
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | null = null;
    let begun: Omit<Extract<Sent, { how: 'answered' }>, 'text'> | null = null;
    /** Null: what comes is not kept. */
    let chunks: Uint8Array[] | null = [];
    let size = 0;
    let over = false;

    const settle = (sent: Sent): void => {
      if (over) return;
      over = true;
      signal.removeEventListener('abort', aborted);
      resolve(sent);
    };
    const failed = (code: string): void => {
      // The status is the system's word, however little of the rest arrived.
      if (begun !== null) settle({ ...begun, text: null, cut: true });
      else settle({ how: controller === null || HANDSHAKE.test(code) ? 'not-sent' : 'lost', code });
    };
    const aborted = (): void => {
      failed('deadline');
      controller?.abort(new Error('deadline'));
    };
    signal.addEventListener('abort', aborted, { once: true });

    const handler: Dispatcher.DispatchHandler = {
      // Called just before anything is written. What gave up before that is never written; what comes a second time was out already.
      onRequestStart: (started) => {
        if (over || controller !== null) return started.abort(new Error('over'));
        controller = started;
      },
      onResponseStart: (_, status, headers) => {
        if (status < 200) return;
        const encoded = headerOf(headers, 'content-encoding').trim().toLowerCase();
        if (encoded !== '' && encoded !== IDENTITY) chunks = null;
        begun = {
          how: 'answered',
          status,
          type: (headerOf(headers, 'content-type').split(';')[0] ?? '').trim().toLowerCase(),
          afterMs: retryAfterMs(headerOf(headers, 'retry-after'), clock.now()),
        };
      },
      onResponseData: (reading, chunk) => {
        size += chunk.byteLength;
        if (chunks !== null && size <= mostBytes) return void chunks.push(chunk);
        if (begun !== null) settle({ ...begun, text: null });
        reading.abort(new Error('too long'));
      },
      onResponseEnd: () => {
        if (begun !== null) settle({ ...begun, text: chunks === null ? null : textOf(chunks) });
      },
      onResponseError: (_, error) => failed(codeOfFetch(error)),
    };

    try {
      agent.dispatch(
        {
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method: request.method,
          headers: { 'user-agent': USER_AGENT, ...request.headers, 'accept-encoding': IDENTITY },
          body: request.body,
        },
        handler,
      );
    } catch (error) {
      failed(codeOfFetch(error));
    }
  });
};
