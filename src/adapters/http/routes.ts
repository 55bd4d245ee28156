import { type IncomingMessage, validateHeaderName, validateHeaderValue } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { codeOf } from '../../core/errors.ts';
import type { HttpRequest, Log, Route } from '../../core/ports.ts';
import { within } from '../bounded/waiting.ts';
import { callerOf, type Front } from './caller.ts';

/** Puts an adapter's route on the server. A handler that throws, or answers what cannot be sent, is answered 500 for; one that hangs, 503. */
export const addRoute = (o: {
  readonly app: FastifyInstance;
  readonly route: Route;
  readonly handlerMs: number;
  readonly front: Front;
  readonly log: Log;
}): void => {
  const { app, route, handlerMs, front, log } = o;
  app.route({
    method: route.method,
    url: route.path,
    bodyLimit: route.bodyLimit,
    onRequest: async (request, reply) => {
      const answer = route.turnedAway?.(callerOf(request.raw, front)) ?? null;
      return answer === null
        ? undefined
        : reply
            .code(answer.status)
            .headers(answer.headers ?? {})
            .send(answer.body);
    },
    handler: async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      try {
        // Fastify's own timer stops once the body was read, so a handler that hangs is left behind here. The caller's
        // connection keeps the process; a wait for somebody who hung up must not.
        const answer = await within({ ms: handlerMs, keepsProcess: false }, () =>
          route.handle({
            headers: headersOf(request.raw),
            body,
            query: queryOf(request.raw),
            caller: callerOf(request.raw, front),
          }),
        );
        // What was asked is read by now, and kept sealed where it counts: no copy of the bytes lies about until something overwrites it.
        body.fill(0);
        const { status, headers = {}, body: text = '' } = answer;
        mayBeSent(status, headers);
        log.debug?.('answered', { name: route.path, status });
        return reply.code(status).headers(headers).send(text);
      } catch (error) {
        const code = codeOf(error);
        log.error('route.failed', { code, name: route.path });
        return reply.code(code === 'deadline' ? 503 : 500).send();
      }
    },
  });
};

/** Looked at here, because Fastify finds out when nobody can catch it any more, which would end the process. */
const mayBeSent = (status: number, headers: Readonly<Record<string, string>>): void => {
  if (!Number.isInteger(status) || status < 200 || status > 599) throw new RangeError('a status that is none');
  for (const [name, value] of Object.entries(headers)) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  }
};

/**
 * Every value of every header. Node itself keeps the first of some (authorization, content-type) and drops the rest; joined,
 * a doubled header passes no check, so nobody can show one value to a proxy and another to us.
 */
const headersOf = ({ headersDistinct }: IncomingMessage): HttpRequest['headers'] =>
  Object.fromEntries(Object.entries(headersDistinct).map(([name, values]) => [name, values?.join(', ')]));

const queryOf = ({ url = '' }: IncomingMessage): string => {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at + 1);
};

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
