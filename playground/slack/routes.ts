import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { fieldsIn } from '../../src/adapters/bounded/fields.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { Json, SlackStandIn } from './types.ts';
import type { WebApi } from './web-api.ts';

const BODY_LIMIT = 1_048_576;

/** The http side of the stand-in, in a scope of its own: it reads bodies its own way. */
export const standInRoutes = (
  app: FastifyInstance,
  o: {
    readonly api: WebApi;
    readonly responses: ResponseUrls;
    readonly seen: Pick<SlackStandIn, 'history' | 'views' | 'home' | 'requests'>;
    /** Calls that are left without an answer. */
    readonly hanging: Set<ServerResponse>;
    /** Where the Web API was called last: response_urls begin there. */
    readonly calledAt: (origin: string) => void;
  },
): void => {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
      done(null, body),
    );

    scope.post<{ Params: { method: string } }>('/standin/slack/api/:method', async (request, reply) => {
      o.calledAt(`http://${request.headers.host ?? '127.0.0.1'}`);
      const answer = o.api.call({
        method: request.params.method,
        args: argsOf(request.body, request.headers['content-type']),
        authorization: request.headers.authorization,
      });
      if (answer.kind === 'json') {
        if (answer.scopes !== undefined)
          reply.headers({
            'x-oauth-scopes': answer.scopes.granted,
            'x-accepted-oauth-scopes': answer.scopes.accepted,
          });
        if (answer.retryAfter !== undefined) reply.header('retry-after', String(answer.retryAfter));
        return reply.code(answer.status).header('content-type', 'application/json; charset=utf-8').send(answer.body);
      }
      reply.hijack();
      if (answer.kind === 'reset') {
        request.raw.socket.resetAndDestroy();
        return reply;
      }
      o.hanging.add(reply.raw);
      reply.raw.on('close', () => o.hanging.delete(reply.raw));
      return reply;
    });

    scope.post<{ Params: { id: string } }>('/standin/slack/response/:id', async (request, reply) => {
      const { status, body } = o.responses.use(
        request.params.id,
        argsOf(request.body, request.headers['content-type']),
      );
      return reply.code(status).type('text/plain').send(body);
    });

    scope.get<{ Querystring: { user?: string; team?: string } }>('/standin/slack/history', async ({ query }) => ({
      messages: o.seen.history(query),
      views: o.seen.views(query),
      home: query.user === undefined ? null : o.seen.home(query.user, query.team),
    }));
    scope.get<{ Querystring: { team?: string; method?: string } }>('/standin/slack/requests', async ({ query }) => ({
      requests: o.seen.requests(query),
    }));
  });
};

/** Form fields or JSON, as the Web API takes both. */
const argsOf = (body: unknown, type: string | undefined): Json => {
  const text = Buffer.isBuffer(body) ? body.toString('utf8') : '';
  if (type?.startsWith('application/json') !== true) return Object.fromEntries(new URLSearchParams(text));
  return fieldsIn(text) ?? {};
};
