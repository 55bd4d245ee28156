import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Everything from us, nothing inline, nothing framed; `trusted-types 'none'` makes every way of turning text into markup throw. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Sent with every answer of the page, streams and errors included. */
export const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  // A module whose hash is wrong would otherwise be fetched again, unchecked, by the module that imports it. Counts only
  // what is asked for with `crossorigin`, so the html says that everywhere.
  'integrity-policy': 'blocked-destinations=(script)',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Who may ask at all, before any body is read. A name that is not loopback is refused (a foreign name made to resolve to
 * this machine), as is whatever a browser says comes from another site; what changes something must name our own origin.
 */
export const guard = (scope: FastifyInstance): void => {
  scope.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    if (!ours(request)) return reply.code(403).send({ error: 'foreign' });
  });
};

/** Whether it was asked for by a name of this machine. */
export const isLoopbackHost = ({
  headers,
  socket,
  raw,
}: Pick<FastifyRequest, 'headers' | 'socket' | 'raw'>): boolean => {
  const host = headers.host ?? '';
  const port = socket.localPort === 80 ? '' : `:${socket.localPort}`;
  if (!LOOPBACK.some((name) => host.toLowerCase() === name + port)) return false;
  // A header that came twice is joined or dropped by Node; two hosts must not pass as one.
  return (raw.headersDistinct['host'] ?? []).length === 1;
};

const ours = (request: FastifyRequest): boolean => {
  const { headers, method } = request;
  if (!isLoopbackHost(request)) return false;
  const host = headers.host ?? '';
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && !(site === 'none' && method === 'GET')) return false;
  const origin = headers.origin;
  if (method === 'GET') return origin === undefined || origin === `http://${host}`;
  return origin === `http://${host}`;
};
