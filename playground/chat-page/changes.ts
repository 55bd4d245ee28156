import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ChatApi } from './api.ts';
import { HEADERS } from './guard.ts';

/** An event says only that something changed; a reader this far behind has lost interest. Bytes. */
const MAX_UNREAD = 16_384;

/** The open streams of changes. */
export interface Changes {
  /** Takes the reply over as a stream for this person; answers 503 where too many are open. */
  open(o: { readonly person: string; readonly reply: FastifyReply }): FastifyReply;
}

/** Server-sent events: one `change` for each change of the person's state, a comment now and then to keep the line. */
export const createChanges = ({
  scope,
  api,
  heartbeatMs,
  maxListeners,
}: {
  readonly scope: FastifyInstance;
  readonly api: ChatApi;
  readonly heartbeatMs: number;
  readonly maxListeners: number;
}): Changes => {
  const streams = new Map<ServerResponse, string>();

  const send = (stream: ServerResponse, lines: string): void => {
    if (stream.writableLength > MAX_UNREAD) stream.destroy();
    else stream.write(lines);
  };
  const stop = api.onChange(({ person }) => {
    for (const [stream, listener] of streams) {
      if (person === null || person === listener) send(stream, 'event: change\ndata: {}\n\n');
    }
  });
  const heartbeat = setInterval(() => {
    for (const stream of streams.keys()) send(stream, ': still here\n\n');
  }, heartbeatMs);
  heartbeat.unref();

  // Before the server waits for its connections: an open stream would keep it waiting for ever.
  scope.addHook('preClose', async () => {
    stop();
    clearInterval(heartbeat);
    for (const stream of streams.keys()) stream.end();
  });

  return {
    open: ({ person, reply }) => {
      if (streams.size >= maxListeners) return reply.code(503).header('retry-after', '5').send({ error: 'full' });
      reply.hijack();
      const stream = reply.raw;
      streams.set(stream, person);
      stream.on('close', () => streams.delete(stream));
      stream.on('error', () => stream.destroy());
      stream.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream; charset=utf-8' });
      send(stream, 'retry: 1000\n\n');
      return reply;
    },
  };
};
