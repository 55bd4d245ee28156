import type { Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { codeOf } from '../../core/errors.ts';
import type { Log } from '../../core/ports.ts';
import { type Limits, MAX_BODY_BYTES, MAX_HEADER_BYTES } from './limits.ts';

/** Set before anything else, so that a page may put its own in their place. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/**
 * A Fastify that keeps bodies as bytes, whatever they say they are, and whose errors have a status and nothing else: no
 * body, no message, no stack. Paths that do not exist are answered before a body is read.
 */
export const createApp = (o: { readonly limits: Limits; readonly log: Log }): FastifyInstance => {
  const { limits, log } = o;
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    // It would have a body; the hook below answers without one.
    return503OnClosing: false,
    http: {
      headersTimeout: limits.headersMs,
      maxHeaderSize: MAX_HEADER_BYTES,
      // How often the two limits above are looked at; Node's own default is 30 s.
      connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
    },
    clientErrorHandler: (error, socket) => refuseConnection(error.code, socket),
    // A path that cannot be decoded never becomes a route.
    frameworkErrors: (_error, _request, reply) => {
      reply.hijack();
      reply.raw.writeHead(400, { ...SECURITY_HEADERS, 'content-length': 0 }).end();
    },
  });
  app.server.maxConnections = limits.connections;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  const methods = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ method, url }) => {
    const known = methods.get(url) ?? new Set();
    methods.set(url, known);
    for (const one of [method].flat()) known.add(one);
  });

  let inFlight = 0;
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', async (_request, reply, payload) => {
    // A connection that stays open would hold up the close until it is idle for long enough.
    if (closing) reply.header('connection', 'close');
    return payload;
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    inFlight++;
    reply.raw.once('close', () => {
      inFlight--;
    });
    if (closing || inFlight > limits.inFlight) return reply.code(503).header('retry-after', '1').send();
    if (!request.is404) return undefined;
    const allowed = methods.get(request.url.split('?', 1)[0] ?? '');
    if (allowed === undefined) return reply.code(404).send();
    return reply
      .code(405)
      .header('allow', [...allowed].join(', '))
      .send();
  });
  app.setErrorHandler(async (error, _request, reply) => {
    const status = statusOf(error);
    if (status >= 500) log.error('http.failed', { code: codeOf(error), status });
    return reply.code(status).send();
  });
  return app;
};

/** What the caller did wrong keeps its status, and so does an overload; anything else is ours. */
const statusOf = (error: unknown): number => {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && ((status >= 400 && status < 500) || status === 503) ? status : 500;
};

const CONNECTION_ERRORS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/** What never became a request: garbage, headers without end, a caller that sends a byte a minute. */
const refuseConnection = (code: string, socket: Socket): void => {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = CONNECTION_ERRORS[code] ?? '400 Bad Request';
  // `end` waits for the other side, which may never read: what was not taken by then is cut.
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
};
