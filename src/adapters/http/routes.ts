import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { codeOf } from '../../core/errors.ts';
import type { HttpRequest, Log, Route } from '../../core/ports.ts';

/** Puts an adapter's route on the server. A handler that throws, or answers what cannot be sent, is answered 500 for. */
export const addRoute = (o: {
  readonly app: FastifyInstance;
  readonly route: Route;
  readonly handlerMs: number;
  readonly log: Log;
}): void => {
  const { app, route, handlerMs, log } = o;
  app.route({
    method: route.method,
    url: route.path,
    bodyLimit: route.bodyLimit,
    handlerTimeout: handlerMs,
    handler: async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      try {
        const response = await route.handle({ headers: headersOf(request.raw), body });
        // The time may be up by now, and the answer given.
        if (reply.sent) return reply;
        reply.code(response.status).headers({ ...response.headers });
        return reply.send(response.body ?? '');
      } catch (error) {
        log.error('route.failed', { code: codeOf(error), name: route.path });
        if (reply.sent) return reply;
        return reply.code(500).send();
      }
    },
  });
};

/**
 * Every value of every header. Node itself keeps the first of some (authorization, content-type) and drops the rest; joined,
 * a doubled header passes no check, so nobody can show one value to a proxy and another to us.
 */
const headersOf = ({ headersDistinct }: IncomingMessage): HttpRequest['headers'] =>
  Object.fromEntries(Object.entries(headersDistinct).map(([name, values]) => [name, values?.join(', ')]));

/** `/health/live` and `/health/ready`, for GET and HEAD. Only operators are told why something is not ready. */
export const addHealth = (o: {
  readonly app: FastifyInstance;
  readonly ready: () => { readonly ok: boolean; readonly why?: string };
  readonly tellWhy: boolean;
}): void => {
  const { app, ready, tellWhy } = o;
  app.get('/health/live', { exposeHeadRoute: true }, async () => ({ ok: true }));
  app.get('/health/ready', { exposeHeadRoute: true }, async (_request, reply) => {
    const { ok, why } = ready();
    return reply.code(ok ? 200 : 503).send(tellWhy && why !== undefined ? { ok, why } : { ok });
  });
};
