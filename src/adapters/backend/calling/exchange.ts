/** One request on a connection, and what came back, read up to a bound. */
import type { Agent, Dispatcher } from 'undici';
import type { Clock } from '../../../core/ports.ts';
import { codeOfFetch } from '../../bounded/failure.ts';
import { retryAfterMs } from './retry-after.ts';
import type { Request, Sent } from './types.ts';

const USER_AGENT = 'Sotto';

/** In TLS 1.3 a certificate of ours is refused only after we have gone on: nothing that came with it is read. OpenSSL names some `SSL/TLS`. */
const HANDSHAKE = /^ERR_SSL_[A-Z0-9/]+_ALERT_(?:[A-Z]+_)*(?:CERTIFICATE|UNKNOWN_CA)(?:_[A-Z]+)*$/;

const IDENTITY = 'identity';

/** Of a header that is noted. */
const MOST_NOTED = 32;

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const headerOf = (headers: Headers, name: string): string => {
  const value = headers[name];
  return typeof value === 'string' ? value : (value?.[0] ?? '');
};

const FIRST_BYTES = 4_096;

/** Bytes up to a bound, in one piece: a body that comes byte by byte would be a thousand times its size as pieces. */
const createGathering = (most: number) => {
  let bytes = Buffer.alloc(Math.min(FIRST_BYTES, most));
  let size = 0;
  return {
    /** False: there is more than the bound. */
    add: (chunk: Uint8Array): boolean => {
      if (size + chunk.byteLength > most) return false;
      if (size + chunk.byteLength > bytes.byteLength) {
        const larger = Buffer.alloc(Math.min(most, Math.max(2 * bytes.byteLength, size + chunk.byteLength)));
        larger.set(bytes);
        bytes.fill(0);
        bytes = larger;
      }
      bytes.set(chunk, size);
      size += chunk.byteLength;
      // Copied, so that it need not lie about until something overwrites it.
      chunk.fill(0);
      return true;
    },
    /** Null where it is not UTF-8. Nothing is left of it afterwards. */
    text: (): string | null => {
      try {
        return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, size));
      } catch {
        return null;
      } finally {
        bytes.fill(0);
      }
    },
  };
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
    let isPlain = true;
    const gathering = createGathering(mostBytes);
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
        isPlain = encoded === '' || encoded === IDENTITY;
        const noted = request.note === undefined ? '' : headerOf(headers, request.note).slice(0, MOST_NOTED);
        begun = {
          how: 'answered',
          status,
          type: (headerOf(headers, 'content-type').split(';')[0] ?? '').trim().toLowerCase(),
          afterMs: retryAfterMs(headerOf(headers, 'retry-after'), clock.now()),
          ...(noted === '' ? {} : { noted }),
        };
      },
      onResponseData: (reading, chunk) => {
        if (isPlain && gathering.add(chunk)) return;
        if (begun !== null) settle({ ...begun, text: null });
        reading.abort(new Error('too long'));
      },
      onResponseEnd: () => {
        if (begun !== null) settle({ ...begun, text: isPlain ? gathering.text() : null });
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
