/** A strict receiver of syslog over TLS: it takes frames and messages as the RFCs have them, and ends a connection that brings anything else. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { parseSyslog, type SyslogMessage, takeFrames } from '../support/syslog.ts';

export interface SyslogStandIn {
  readonly port: number;
  readonly messages: readonly SyslogMessage[];
  /** What no sender of ours may send. */
  offences(): readonly string[];
  connections(): number;
  /** Whether it reads what comes. */
  reads(reads: boolean): void;
  /** Ends every connection: what was not read by then is lost. */
  cut(how: 'end' | 'reset'): void;
  /** Ends the next so many connections as soon as they stand. */
  refuse(times: number): void;
  close(): Promise<void>;
}

export const createSyslogStandIn = async (o: {
  readonly cert: string;
  readonly key: string;
  /** Authorities of which a certificate is asked. */
  readonly clientCa?: string;
  readonly port?: number;
  readonly maxVersion?: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
}): Promise<SyslogStandIn> => {
  const messages: SyslogMessage[] = [];
  const offences: string[] = [];
  const sockets = new Set<TLSSocket>();
  let [made, reading, refused] = [0, true, 0];

  const server = createServer({
    cert: o.cert,
    key: o.key,
    ...(o.clientCa === undefined ? {} : { ca: o.clientCa, requestCert: true, rejectUnauthorized: true }),
    ...(o.maxVersion === undefined
      ? {}
      : { maxVersion: o.maxVersion, minVersion: 'TLSv1' as const, ciphers: 'DEFAULT@SECLEVEL=0' }),
  });
  server.on('tlsClientError', () => undefined);
  server.on('secureConnection', (socket) => {
    made += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    if (refused > 0) {
      refused -= 1;
      socket.destroy();
      return;
    }
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      try {
        rest = Buffer.from(takeFrames(Buffer.concat([rest, chunk]), (frame) => messages.push(parseSyslog(frame))));
      } catch (error) {
        offences.push(String(error));
        socket.destroy();
      }
    });
    if (!reading) socket.pause();
  });
  server.listen(o.port ?? 0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    messages,
    offences: () => [...offences],
    connections: () => made,
    reads: (reads) => {
      reading = reads;
      for (const socket of sockets) {
        if (reads) socket.resume();
        else socket.pause();
      }
    },
    cut: (how) => {
      for (const socket of sockets) {
        if (how === 'end') socket.end();
        else socket.destroy();
      }
    },
    refuse: (times) => {
      refused = times;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
