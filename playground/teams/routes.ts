import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Connector, WireAnswer } from './connector.ts';
import type { SeenTeamsMessage, SeenTeamsRequest } from './types.ts';

const BODY_LIMIT = 1_048_576;

export const CONNECTOR = '/standin/teams/connector';
export const LOGIN = '/standin/teams/login';

/** The http side of the stand-in, in a scope of its own: it reads bodies its own way. */
export const standInRoutes = (
  app: FastifyInstance,
  o: {
    readonly connector: Connector;
    readonly history: (user: string | undefined) => readonly SeenTeamsMessage[];
    readonly requests: () => readonly SeenTeamsRequest[];
    /** Calls that are left without an answer. */
    readonly hanging: Set<ServerResponse>;
  },
): void => {
  const answer = (reply: FastifyReply, request: FastifyRequest, what: WireAnswer): FastifyReply => {
    if (what.kind === 'answer') return reply.code(what.status).headers(what.headers).type(what.type).send(what.body);
    reply.hijack();
    if (what.kind === 'reset') {
      request.raw.socket.resetAndDestroy();
      return reply;
    }
    o.hanging.add(reply.raw);
    reply.raw.on('close', () => o.hanging.delete(reply.raw));
    return reply;
  };

  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
      done(null, body),
    );

    scope.all(`${CONNECTOR}/*`, async (request, reply) =>
      answer(
        reply,
        request,
        o.connector.call({
          method: request.method,
          path: (request.raw.url ?? '').slice(CONNECTOR.length),
          headers: request.headers,
          body: textOf(request.body),
        }),
      ),
    );

    scope.post<{ Params: { tenant: string } }>(`${LOGIN}/:tenant/oauth2/v2.0/token`, async (request, reply) =>
      answer(reply, request, o.connector.token({ tenant: request.params.tenant, body: textOf(request.body) })),
    );

    scope.all(`${LOGIN}/*`, async (request, reply) =>
      answer(
        reply,
        request,
        o.connector.unknown({ method: request.method, path: request.raw.url ?? '', headers: {}, body: '' }),
      ),
    );

    scope.get<{ Querystring: { user?: string } }>('/standin/teams/history', async (request) => ({
      messages: o.history(request.query.user),
    }));
    scope.get('/standin/teams/requests', async () => ({ requests: o.requests() }));
  });
};

const textOf = (body: unknown): string => (Buffer.isBuffer(body) ? body.toString('utf8') : '');
