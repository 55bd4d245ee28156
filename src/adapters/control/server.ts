/**
 * The control socket: how commands on this machine reach the running Sotto. Only the user it runs as can open it. One process of a
 * data folder has it; where that one is gone, however it ended, another takes it over.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { SottoError } from '../../core/errors.ts';
import type { Log } from '../../core/ports.ts';
import { codeOfFetch } from '../bounded/failure.ts';
import { within } from '../bounded/waiting.ts';
import { reachable, SOCKET } from './path.ts';

export interface ControlRequest {
  /** What follows the route's path: `ID` of `/order/ID`; empty where nothing does. */
  readonly rest: string;
  /** Parsed JSON; null where there is no body. */
  readonly body: unknown;
}

export interface ControlResponse {
  readonly status: number;
  /** Goes out as JSON. */
  readonly body: unknown;
}

export interface ControlRoute {
  readonly method: 'GET' | 'POST';
  /** `/order`: that alone; `/order/`: with one part behind. */
  readonly path: string;
  handle(request: ControlRequest): Promise<ControlResponse>;
}

export interface ControlLimits {
  readonly connections: number;
  readonly bodyBytes: number;
  /** To send a request, and to answer one. */
  readonly requestMs: number;
  readonly handlerMs: number;
}

const LIMITS: ControlLimits = { connections: 16, bodyBytes: 64 * 1024, requestMs: 5_000, handlerMs: 10_000 };

/** How long a process that listens may take to be noticed, ms. */
const CONNECT_MS = 1_000;

/** How soon a socket of another process is looked at again, and one that could not be opened is tried again, ms. */
const LOOK_MS = 2_000;
const AGAIN_MS = 60_000;

export interface Control {
  /**
   * Sees to it that the socket stands, as often as it is called: `held` by us, `elsewhere` by another process of this folder, `failed`
   * (the log says why; everything but the commands works without it), `unsupported` by this system, `closed` after `close`. Never rejects.
   */
  keep(): Promise<'held' | 'elsewhere' | 'failed' | 'unsupported' | 'closed'>;
  /** Takes the socket away, if it is ours, for good. */
  close(): Promise<void>;
}

export const createControl = (o: {
  readonly folder: string;
  readonly routes: readonly ControlRoute[];
  readonly log: Log;
  readonly limits?: Partial<ControlLimits>;
}): Control => {
  const limits = { ...LIMITS, ...o.limits };
  const socket = join(o.folder, SOCKET);
  let ours: { readonly server: Server; readonly file: string; readonly release: () => void } | null = null;

  const letGo = async (): Promise<void> => {
    const held = ours;
    ours = null;
    if (held === null) return;
    // Another process may have taken the name over, and then it is not ours to take away.
    if (fileOf(socket) === held.file) rmSync(socket, { force: true });
    await closed(held.server);
    held.release();
  };

  const take = async (): Promise<void> => {
    const name = `${SOCKET}.${randomBytes(4).toString('hex')}`;
    const own = join(o.folder, name);
    const { path, close } = reachable({ folder: o.folder, name });
    const server = serverOf({ ...o, limits });
    try {
      await listening(server, path);
      // It gets its name only once nobody else can open it, and takes the place of a dead one in the same stroke.
      chmodSync(own, 0o600);
      const file = fileOf(own) ?? '';
      renameSync(own, socket);
      ours = { server, file, release: close };
    } catch (error) {
      await closed(server);
      rmSync(own, { force: true });
      close();
      throw error;
    }
  };

  let last: 'elsewhere' | 'failed' = 'elsewhere';
  let lookAt = Number.NEGATIVE_INFINITY;
  let ended = false;
  let keeping: Promise<unknown> = Promise.resolve();
  const later = (found: 'elsewhere' | 'failed', ms: number): 'elsewhere' | 'failed' => {
    last = found;
    lookAt = performance.now() + ms;
    return found;
  };

  const see: Control['keep'] = async () => {
    if (ours !== null && fileOf(socket) === ours.file) return 'held';
    if (ours === null && performance.now() < lookAt) return last;
    try {
      await letGo();
      if (await answers(o.folder)) return later('elsewhere', LOOK_MS);
      await take();
      return 'held';
    } catch (error) {
      o.log.error('control.failed', { code: codeOfFetch(error) });
      return later('failed', AGAIN_MS);
    }
  };

  return {
    keep: () => {
      if (process.platform === 'win32') return Promise.resolve('unsupported');
      if (ended) return Promise.resolve('closed');
      const seen = see();
      keeping = seen;
      return seen;
    },
    close: async () => {
      ended = true;
      // What is just being opened must not stay behind.
      await keeping;
      await letGo();
    },
  };
};

/** Which file stands there, told from another one of the same name; null: none. */
const fileOf = (path: string): string | null => {
  const { dev, ino } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return ino === undefined ? null : `${dev}:${ino}`;
};

/** How the system says that nobody listens. */
const NOBODY: readonly string[] = ['ENOENT', 'ECONNREFUSED'];

/** Whether a process listens there. A socket that its process left behind refuses. */
const answers = async (folder: string): Promise<boolean> => {
  const { path, close } = reachable({ folder, name: SOCKET });
  const client = connect(path);
  try {
    await within(
      { ms: CONNECT_MS },
      () => new Promise<void>((resolve, reject) => client.once('connect', resolve).once('error', reject)),
    );
    return true;
  } catch (error) {
    // One that listens and is busy is alive as well.
    return !NOBODY.includes(codeOfFetch(error));
  } finally {
    client.destroy();
    close();
  }
};

const listening = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      server.on('error', () => undefined);
      resolve();
    });
  });

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

const serverOf = (o: {
  readonly routes: readonly ControlRoute[];
  readonly log: Log;
  readonly limits: ControlLimits;
}): Server => {
  const { limits } = o;
  const server = createServer(
    {
      requestTimeout: limits.requestMs,
      headersTimeout: limits.requestMs,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 1,
      maxHeaderSize: 8 * 1024,
    },
    (request, response) => {
      void answer(o, request).then(
        (answered) => send(response, answered),
        () => response.destroy(),
      );
    },
  );
  server.maxConnections = limits.connections;
  server.on('clientError', (_error, socket) => socket.destroy());
  return server;
};

const send = (response: ServerResponse, { status, body }: ControlResponse): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', connection: 'close' });
  response.end(JSON.stringify(body));
};

const refused = (status: number, error: string): ControlResponse => ({ status, body: { error } });

const answer = async (
  o: { readonly routes: readonly ControlRoute[]; readonly log: Log; readonly limits: ControlLimits },
  request: IncomingMessage,
): Promise<ControlResponse> => {
  const { limits, log } = o;
  const url = request.url ?? '';
  const found = o.routes.find(({ method, path }) => method === request.method && restOf(path, url) !== null);
  if (found === undefined) return refused(404, 'The running Sotto does not know that. It may be of another version.');
  const body = await bodyOf(request, limits.bodyBytes);
  if (body === 'too-large') return refused(413, `More than ${limits.bodyBytes} bytes are not taken.`);
  if (body === 'not-json') return refused(400, 'That is not JSON.');
  try {
    const rest = restOf(found.path, url) ?? '';
    return await within({ ms: limits.handlerMs }, () => found.handle({ rest, body: body.value }));
  } catch (error) {
    log.error('control.failed', { name: found.path, code: codeOfFetch(error) });
    // Ours never hold anybody's words; others might.
    if (error instanceof SottoError) return refused(503, error.message);
    return refused(500, 'Something went wrong in the running Sotto; its log says what.');
  }
};

/** Null: it is not that route's. */
const restOf = (path: string, url: string): string | null => {
  if (!path.endsWith('/')) return url === path ? '' : null;
  const rest = url.startsWith(path) ? url.slice(path.length) : '';
  return /^[A-Za-z0-9_-]{1,64}$/.test(rest) ? rest : null;
};

const bodyOf = async (
  request: IncomingMessage,
  mostBytes: number,
): Promise<{ readonly value: unknown } | 'too-large' | 'not-json'> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).byteLength;
    if (size > mostBytes) return 'too-large';
    chunks.push(chunk as Buffer);
  }
  if (size === 0) return { value: null };
  try {
    return { value: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
  } catch {
    return 'not-json';
  }
};
