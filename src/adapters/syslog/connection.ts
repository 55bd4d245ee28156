/** One connection over TLS at a time, made anew when it is needed and gone. */
import { isIP } from 'node:net';
import tls, { type TLSSocket } from 'node:tls';
import { SottoError } from '../../core/errors.ts';
import { CLIENT_TLS } from '../bounded/suites.ts';

/** What is trusted and shown; absent: the machine's authorities, and nothing. PEM. */
export interface SyslogTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name in the receiver's certificate, where it is not the host's. */
  readonly servername?: string;
}

export interface Connection {
  /** Resolves once there is one. Rejects as `send`. */
  reach(signal: AbortSignal): Promise<void>;
  /** Resolves once the bytes were taken from this process. Rejects where the connection is refused, ends, or `signal` aborts. */
  send(bytes: Buffer, signal: AbortSignal): Promise<void>;
  /** How often a connection over which something was sent ended otherwise than by `close`. */
  breaks(): number;
  /** Ends it, and waits for the other side to end it as well. True: it did, so it has read what was sent. */
  close(graceMs: number): Promise<boolean>;
}

export const createConnection = (o: {
  readonly host: string;
  readonly port: number;
  /** Asked for each connection, so that a file that was replaced counts with the next one. */
  readonly tls: () => Promise<SyslogTls>;
}): Connection => {
  let socket: TLSSocket | null = null;
  let broken = 0;

  const lose = (ended: TLSSocket): void => {
    if (socket !== ended) return;
    socket = null;
    if (ended.bytesWritten > 0) broken += 1;
  };

  const open = async (signal: AbortSignal): Promise<TLSSocket> => {
    const own = await o.tls();
    signal.throwIfAborted();
    const name = own.servername ?? (isIP(o.host) === 0 ? o.host : undefined);
    const made = tls.connect({
      ...CLIENT_TLS,
      ...own,
      host: o.host,
      port: o.port,
      ...(name === undefined ? {} : { servername: name }),
    });
    made.setKeepAlive(true, 10_000);
    try {
      await happened(made, 'secureConnect', signal);
    } catch (error) {
      made.destroy();
      throw error;
    }
    // A receiver has nothing to say; reading is how its end is noticed.
    made.resume();
    made.on('error', () => undefined);
    made.once('close', () => lose(made));
    // It ended while nobody listened.
    if (made.destroyed) throw new SottoError('audit-copy-unavailable', 'The connection ended as it was made.');
    socket = made;
    return made;
  };

  return {
    reach: async (signal) => {
      if (socket === null) await open(signal);
    },
    send: async (bytes, signal) => {
      const to = socket ?? (await open(signal));
      await new Promise<void>((resolve, reject) => {
        const over = (error?: Error | null): void => {
          to.off('close', ended);
          signal.removeEventListener('abort', aborted);
          if (error == null) resolve();
          else reject(error);
        };
        const ended = (): void => over(coded('ECONNRESET'));
        const aborted = (): void => {
          // Half of a message may be under way, and nothing sound could follow it.
          lose(to);
          to.destroy();
          over(signal.reason instanceof Error ? signal.reason : coded('ABORTED'));
        };
        to.once('close', ended);
        signal.addEventListener('abort', aborted, { once: true });
        if (to.destroyed) ended();
        else if (signal.aborted) aborted();
        else to.write(bytes, over);
      });
    },
    breaks: () => broken,
    close: async (graceMs) => {
      const ending = socket;
      socket = null;
      if (ending === null) return true;
      return new Promise((resolve) => {
        let [heard, failed] = [false, false];
        const timer = setTimeout(() => ending.destroy(), graceMs);
        ending.once('end', () => {
          heard = true;
        });
        ending.once('error', () => {
          failed = true;
        });
        ending.once('close', () => {
          clearTimeout(timer);
          resolve(heard && !failed);
        });
        if (ending.destroyed) ending.emit('close', true);
        else ending.end();
      });
    },
  };
};

/** Rejects where the socket fails or ends first, or the signal aborts. */
const happened = (socket: TLSSocket, event: 'secureConnect', signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      socket.off(event, settled);
      socket.off('error', settle);
      socket.off('close', ended);
      signal.removeEventListener('abort', aborted);
      // A socket that fails once more, with nobody listening, would end the process.
      socket.on('error', () => undefined);
      if (error === undefined) resolve();
      else reject(error);
    };
    const settled = (): void => settle();
    const ended = (): void => settle(coded('ECONNRESET'));
    const aborted = (): void => settle(coded('ABORTED'));
    socket.once(event, settled);
    socket.once('error', settle);
    socket.once('close', ended);
    signal.addEventListener('abort', aborted, { once: true });
    if (signal.aborted) aborted();
  });

const coded = (code: string): Error => Object.assign(new Error(code), { code });
