import Fastify, { type FastifyInstance } from 'fastify';
import { codeOf } from '../../core/errors.ts';
import type { Log } from '../../core/ports.ts';
import { type Limits, MAX_BODY_BYTES } from './limits.ts';
import { createListener, refuseConnection, type Tls } from './listener.ts';

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
export const createApp = (o: {
  readonly limits: Limits;
  readonly log: Log;
  /** Absent: plain http. */
  readonly tls?: Tls | undefined;
  /** What browsers are to remember (Strict-Transport-Security); absent where they come over plain http. */
  readonly hsts?: string | undefined;
}): FastifyInstance => {
  const { limits, log } = o;
  const securityHeaders = {
    ...SECURITY_HEADERS,
    ...(o.hsts === undefined ? {} : { 'strict-transport-security': o.hsts }),
  };
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    // Where a proxy stands in front, nothing it says of the caller is believed or needed.
    trustProxy: false,
    serverFactory: (handler) => createListener({ handler, limits, tls: o.tls }),
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    // It would have a body; the hook below answers without one.
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => refuseConnection(error.code, socket),
    // A path that cannot be decoded never becomes a route.
    frameworkErrors: (_error, _request, reply) => {
      reply.hijack();
      reply.raw.writeHead(400, { ...securityHeaders, 'content-length': 0 }).end();
    },
  });
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
    reply.headers(securityHeaders);
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
