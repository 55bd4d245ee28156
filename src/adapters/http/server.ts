/**
 * One http server for the routes that adapters offer, and a second one for operators. Bodies stay bytes, since
 * signatures are over bytes; no answer ever carries a stack or a message.
 */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { codeOf, SottoError } from '../../core/errors.ts';
import type { Log, Route } from '../../core/ports.ts';
import { createApp } from './app.ts';
import type { Front } from './caller.ts';
import { LIMITS, type Limits } from './limits.ts';
import type { Tls } from './listener.ts';
import { addHealth, addRoute } from './routes.ts';

/** Whether questions can be taken; not ready is said with 503. */
export interface Readiness {
  readonly ok: boolean;
  readonly why?: string;
  /** What comes over the routes can be taken all the same: who sends it here is not told to send it elsewhere, operators are told. */
  readonly routesOk?: boolean;
}

export interface HttpOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** On this machine always: metrics are for operators only. */
  readonly opsPort: number;
  /** Absent: plain http, for this machine or a proxy in front. Operators' port is plain and on loopback. */
  readonly tls?: Tls;
  /** A proxy ends TLS in front, so people come over https all the same. What it says of the caller decides nothing but where a webhook may come from. */
  readonly behindProxy?: boolean;
  readonly routes: readonly Route[];
  readonly ready: () => Readiness;
  /** Prometheus' text format. */
  readonly metrics: () => Promise<string>;
  readonly log: Log;
  /** Further routes; the playground's alone. */
  readonly register?: (app: FastifyInstance) => void;
  readonly limits?: Partial<Limits>;
}

export interface HttpServer {
  /** At which this machine reaches it. */
  readonly url: string;
  /** What it listens on, as whoever runs it is to read it: with 0.0.0.0, every network of this machine. */
  readonly bound: string;
  readonly opsUrl: string;
  /** Takes no more connections, lets requests in flight finish, and cuts what is left after `graceMs`. */
  close(o: { readonly graceMs: number }): Promise<void>;
}

const frontOf = ({ tls, behindProxy }: Pick<HttpOptions, 'tls' | 'behindProxy'>): Front =>
  behindProxy === true ? 'proxy' : tls === undefined ? 'plain' : 'tls';

/** What operators' requests may still take once the main server has closed. */
const OPS_GRACE_MS = 100;

/**
 * Two years, as ASVS 3.4.1 and browsers' lists ask. Names below ours are included where the name is ours; one that a proxy serves
 * may have others below and beside us, which are the proxy's to speak for.
 */
const HSTS = 'max-age=63072000';
const hstsOf = ({ tls, behindProxy }: Pick<HttpOptions, 'tls' | 'behindProxy'>): string | undefined => {
  if (behindProxy === true) return HSTS;
  return tls === undefined ? undefined : `${HSTS}; includeSubDomains`;
};

/** Refuses with code `settings` where a port cannot be had, and names the setting. */
export const createHttpServer = async (o: HttpOptions): Promise<HttpServer> => {
  const { log } = o;
  const limits = { ...LIMITS, ...o.limits };
  let closed: Promise<void> | undefined;
  const ready = (): Readiness => (closed === undefined ? o.ready() : { ok: false, why: 'stopping' });

  const app = createApp({ limits, log, tls: o.tls, hsts: hstsOf(o) });
  for (const route of o.routes) addRoute({ app, route, handlerMs: limits.handlerMs, front: frontOf(o), log });
  const forRoutes = (): { readonly ok: boolean } => {
    const { ok, routesOk = ok } = ready();
    return { ok: routesOk };
  };
  addHealth({ app, ready: forRoutes, tellWhy: false });
  o.register?.(app);

  const ops = createApp({ limits, log });
  addHealth({ app: ops, ready, tellWhy: true });
  ops.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(await o.metrics()),
  );

  const scheme = o.tls === undefined ? 'http' : 'https';
  const { url, bound } = await listen(app, { host: o.host, port: o.port, setting: 'PORT', scheme });
  const { url: opsUrl } = await listen(ops, {
    host: '127.0.0.1',
    port: o.opsPort,
    setting: 'SOTTO_OPS_PORT',
    scheme: 'http',
  }).catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  return {
    url,
    bound,
    opsUrl,
    close: ({ graceMs }) => {
      // Operators see "stopping" until the last answer is out.
      closed ??= closeWithin(app, graceMs).then(() => closeWithin(ops, OPS_GRACE_MS));
      return closed;
    },
  };
};

const listen = async (
  app: FastifyInstance,
  o: { readonly host: string; readonly port: number; readonly setting: string; readonly scheme: 'http' | 'https' },
): Promise<{ readonly url: string; readonly bound: string }> => {
  try {
    // The name may stand for two addresses, of which a proxy would have to guess the one that is listened on.
    await app.listen({ host: o.host === 'localhost' ? '127.0.0.1' : o.host, port: o.port });
  } catch (cause) {
    await app.close();
    throw new SottoError(
      'settings',
      `${o.host}:${o.port} cannot be listened on (${codeOf(cause)}). Stop what uses it, or choose another ${o.setting}.`,
      { cause },
    );
  }
  const { port, address } = app.server.address() as AddressInfo;
  const urlOf = (host: string): string => `${o.scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { url: urlOf(o.host === '0.0.0.0' || o.host === '::' ? '127.0.0.1' : o.host), bound: urlOf(address) };
};

const closeWithin = async (app: FastifyInstance, graceMs: number): Promise<void> => {
  const timer = setTimeout(() => app.server.closeAllConnections(), graceMs);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
};
