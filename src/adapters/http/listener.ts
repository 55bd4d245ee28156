/** What listens: http, or https whose certificate may change while it runs. Both end what would not end by itself. */
import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { SERVER_TLS } from '../bounded/suites.ts';
import { type Limits, MAX_HEADER_BYTES } from './limits.ts';

/** PEM. */
interface Pair {
  readonly cert: string;
  readonly key: string;
}

export interface Tls {
  readonly current: () => Pair;
  /** Hears of each new pair, which was found to be good and to belong together. */
  readonly onChange: (seen: (pair: Pair) => void) => void;
}

/** The keys of session tickets open what was recorded of a session, so none lives longer, ms. */
const TICKET_KEYS_MS = 60 * 60_000;
const SESSION_S = 60 * 60;
const TICKET_KEYS_BYTES = 48;

export const createListener = (o: {
  readonly handler: RequestListener;
  readonly limits: Limits;
  readonly tls: Tls | undefined;
}): Server => {
  const { handler, limits, tls } = o;
  const options: ServerOptions = {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    maxHeaderSize: MAX_HEADER_BYTES,
    // How often the first two limits are looked at; Node's own default is 30 s.
    connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
  };
  const server = tls === undefined ? createServer(options, handler) : secured({ options, handler, limits, tls });
  server.maxConnections = limits.connections;
  return server;
};

const secured = (o: {
  readonly options: ServerOptions;
  readonly handler: RequestListener;
  readonly limits: Limits;
  readonly tls: Tls;
}): Server => {
  const { tls, limits } = o;
  const secureOptions = ({ cert, key }: Pair) => ({ ...SERVER_TLS, sessionTimeout: SESSION_S, cert, key });
  const server = createSecureServer(
    {
      ...o.options,
      ...secureOptions(tls.current()),
      handshakeTimeout: limits.handshakeMs,
      ALPNProtocols: ['http/1.1'],
    },
    o.handler,
  );
  // Connections that stand go on with what they began with.
  tls.onChange((pair) => server.setSecureContext(secureOptions(pair)));
  const renewing = setInterval(() => server.setTicketKeys(randomBytes(TICKET_KEYS_BYTES)), TICKET_KEYS_MS).unref();
  server.once('close', () => clearInterval(renewing));

  // Node's http knows a connection only once its handshake is done, so those before it are cut here.
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  const closeKnown = server.closeAllConnections.bind(server);
  server.closeAllConnections = () => {
    closeKnown();
    for (const socket of connections) socket.destroy();
  };
  return server;
};

const CONNECTION_ERRORS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/** What never became a request: garbage, headers without end, a caller that sends a byte a minute. */
export const refuseConnection = (code: string, socket: Socket): void => {
  // Before the handshake is done there is nobody to answer: plain http at the port of TLS, too, gets no word and no redirect.
  const unsecured = socket instanceof TLSSocket && socket.getCipher()?.name === undefined;
  if (code === 'ECONNRESET' || unsecured || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = CONNECTION_ERRORS[code] ?? '400 Bad Request';
  // `end` waits for the other side, which may never read: what was not taken by then is cut.
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
};
