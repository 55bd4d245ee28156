import { once } from 'node:events';
import { connect } from 'node:net';
import { createHttpServer, type HttpOptions } from '../../../src/adapters/http/server.ts';
import type { HttpRequest, HttpResponse, LogFields, Route } from '../../../src/core/ports.ts';

export const route = (handle: (request: HttpRequest) => Promise<HttpResponse>, o: Partial<Route> = {}): Route => ({
  method: 'POST',
  path: '/in',
  bodyLimit: 1_000,
  handle,
  ...o,
});

/** Says back what it was given. */
export const echo = route(async ({ headers, body, query }) => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ headers, body: body.toString('base64'), query }),
}));

export const started = async (o: Partial<HttpOptions> = {}) => {
  const logged: { readonly event: string; readonly fields: LogFields | undefined }[] = [];
  const note = (event: string, fields?: LogFields): void => {
    logged.push({ event, fields });
  };
  const server = await createHttpServer({
    host: '127.0.0.1',
    port: 0,
    opsPort: 0,
    routes: [echo],
    ready: () => ({ ok: true }),
    metrics: async () => 'sotto_up 1\n',
    log: { info: note, warn: note, error: note },
    ...o,
  });
  return { ...server, logged };
};

/** Sends bytes as they are and returns everything that comes back until the server hangs up, or `ms` are over. */
export const raw = async (url: string, bytes: string | Buffer, ms = 5_000): Promise<string> => {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  socket.write(bytes);
  const timer = setTimeout(() => socket.destroy(), ms);
  await closed;
  clearTimeout(timer);
  return answer;
};
