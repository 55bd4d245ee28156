/**
 * An Azure Key Vault on this machine, over https: the challenge before any token, lists in pages, versions in every state
 * by a clock that the test drives, faults on request. Its log of requests holds paths and statuses, never a value.
 */
import type { ServerResponse } from 'node:http';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { serveKeys } from './vault-keys.ts';
import type { SeenCall, VaultFault, VaultOptions, VaultRight, VaultStandIn } from './vault-types.ts';
import { attributesOf, createVersions, type Version } from './vault-versions.ts';

export type * from './vault-types.ts';

const API_VERSIONS: readonly string[] = ['7.4', '7.5', '7.6', '2025-07-01', '2026-04-01'];
const RESOURCE = 'https://vault.azure.net';
/** What a page holds at most. */
const PAGE = 25;
const SCOPE = `${RESOURCE}/.default`;

export const createVaultStandIn = async (o: VaultOptions): Promise<VaultStandIn> => {
  const versions = createVersions(o.now);
  const rights = new Map(Object.entries(o.rights));
  const calls: SeenCall[] = [];
  const offences: string[] = [];
  const counts = { list: 0, get: 0, challenges: 0 };
  const hanging = new Set<ServerResponse>();
  let faults: (VaultFault & { pass: number; left: number })[] = [];
  let missingIs404 = false;
  let url = '';

  const app = Fastify({ https: { key: o.certificate.key, cert: o.certificate.cert }, forceCloseConnections: true });
  // The first request of a client says that it is JSON and is empty.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? null : JSON.parse(String(body)));
    } catch (error) {
      done(error instanceof Error ? error : new Error('not JSON'));
    }
  });
  app.addHook('onResponse', async (request, reply) => {
    calls.push({ method: request.method, path: pathOf(request), status: reply.statusCode });
  });

  const challenge = (reply: FastifyReply, resource: string): FastifyReply => {
    counts.challenges += 1;
    return reply
      .code(401)
      .header('www-authenticate', `Bearer authorization="${o.authorityUrl}/${o.tenant}", resource="${resource}"`)
      .send(problem('Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.'));
  };
  const nextFault = (kind: 'list' | 'get' | 'key'): VaultFault | null => {
    const fault = faults.find(({ on, left }) => left > 0 && (on === undefined || on === kind));
    if (fault === undefined) return null;
    if (fault.pass > 0) {
      fault.pass -= 1;
      return null;
    }
    fault.left -= 1;
    return fault;
  };

  /** Null: the request may go on; whatever it is refused with has been sent otherwise. */
  const stopped = (request: FastifyRequest, reply: FastifyReply, right: VaultRight): FastifyReply | null => {
    const fault = nextFault(right === 'list' ? 'list' : right.endsWith('Key') ? 'key' : 'get');
    if (fault?.kind === 'hang' || fault?.kind === 'reset') {
      reply.hijack();
      if (fault.kind === 'reset') request.raw.socket.destroy();
      else {
        hanging.add(reply.raw);
        reply.raw.on('close', () => hanging.delete(reply.raw));
      }
      return reply;
    }
    const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
    if (fault?.kind === 'challenge') return challenge(reply, fault.resource);
    if (token === '' && request.body !== undefined && request.body !== null) offences.push('a body before the token');
    const issued = scheme === 'Bearer' ? o.issued(token) : null;
    if (issued === null || issued.tenant !== o.tenant || issued.scope !== SCOPE) return challenge(reply, RESOURCE);
    if (fault !== null) {
      if (fault.retryAfterSeconds !== undefined) reply.header('retry-after', String(fault.retryAfterSeconds));
      if (fault.status === 401) return challenge(reply, RESOURCE);
      return reply.code(fault.status).send(problem(FAULT_CODES[fault.status], 'The stand-in was told to fail.'));
    }
    const version = new URL(request.url, url).searchParams.get('api-version') ?? '';
    if (!API_VERSIONS.includes(version)) {
      offences.push(`api-version ${version}`);
      return reply.code(400).send(problem('BadParameter', 'api-version must be specified and known.'));
    }
    if (!(rights.get(issued.client) ?? []).includes(right)) {
      const text = `Caller is not authorized to perform action on resource. Right: ${right.endsWith('Key') ? 'keys' : 'secrets'}/${right}.`;
      return reply.code(403).send(problem('Forbidden', text, 'ForbiddenByRbac'));
    }
    return null;
  };

  /** Two pages at least, so that nobody gets by with the first; of a single item the first page is empty. */
  const page = (request: FastifyRequest, path: string, items: readonly unknown[]): unknown => {
    const query = new URL(request.url, url).searchParams;
    const size = Math.min(Number(query.get('maxresults') ?? PAGE), PAGE);
    const skip = query.get('$skiptoken');
    const start = Number(skip ?? 0);
    const end = Math.min(items.length, start + size, skip === null ? Math.floor(items.length / 2) : items.length);
    const next = `${baseOf(request)}${path}?api-version=${query.get('api-version') ?? ''}&$skiptoken=${end}&maxresults=${size}`;
    return { value: items.slice(start, end), nextLink: end < items.length ? next : null };
  };
  const idOf = (request: FastifyRequest, name: string, version: Version): string =>
    `${baseOf(request)}/secrets/${name}/${version.id}`;
  const bundle = (request: FastifyRequest, name: string, version: Version): unknown => ({
    value: version.value,
    id: idOf(request, name, version),
    attributes: attributesOf(version),
    tags: {},
  });
  const notFound = (reply: FastifyReply, name: string): FastifyReply =>
    reply.code(404).send(problem('SecretNotFound', `A secret with (name/id) ${name} was not found in this key vault.`));
  const give = (request: FastifyRequest, reply: FastifyReply, name: string, version: Version | null): unknown => {
    if (version === null) return notFound(reply, name);
    if (version.enabled) return bundle(request, name, version);
    const text = 'Operation get is not allowed on a disabled secret.';
    return reply.code(403).send(problem('Forbidden', text, 'SecretDisabled'));
  };

  app.get<{ Params: { name: string } }>('/secrets/:name/versions', async (request, reply) => {
    const over = stopped(request, reply, 'list');
    if (over !== null) return over;
    counts.list += 1;
    const { name } = request.params;
    const all = versions.of(name);
    if (all.length === 0 && missingIs404) return notFound(reply, name);
    const items = all.map((version) => ({
      id: idOf(request, name, version),
      attributes: attributesOf(version),
      tags: {},
    }));
    return page(request, `/secrets/${name}/versions`, items);
  });
  app.get('/secrets', async (request, reply) => {
    const over = stopped(request, reply, 'list');
    if (over !== null) return over;
    counts.list += 1;
    const items = versions.names().flatMap((name) => {
      const newest = versions.newest(name);
      return newest === null
        ? []
        : [{ id: `${baseOf(request)}/secrets/${name}`, attributes: attributesOf(newest), tags: {} }];
    });
    return page(request, '/secrets', items);
  });
  // Without a version the path ends in a slash, and the server's newest is meant.
  app.get<{ Params: { name: string; version: string } }>('/secrets/:name/:version', async (request, reply) => {
    const over = stopped(request, reply, 'get');
    if (over !== null) return over;
    counts.get += 1;
    const { name, version } = request.params;
    return give(request, reply, name, version === '' ? versions.newest(name) : versions.find(name, version));
  });
  app.put<{ Params: { name: string } }>('/secrets/:name', async (request, reply) => {
    const over = stopped(request, reply, 'set');
    if (over !== null) return over;
    const { name } = request.params;
    const value = isObject(request.body) ? request.body['value'] : undefined;
    if (typeof value !== 'string') return reply.code(400).send(problem('BadParameter', 'A value is needed.'));
    const attributes = isObject(request.body) && isObject(request.body['attributes']) ? request.body['attributes'] : {};
    const ms = (seconds: unknown): number | null => (typeof seconds === 'number' ? seconds * 1_000 : null);
    const id = versions.add(name, value, {
      enabled: attributes['enabled'] !== false,
      notBefore: ms(attributes['nbf']),
      expiresOn: ms(attributes['exp']),
    });
    return give(request, reply, name, versions.find(name, id));
  });
  const keys = serveKeys({ app, stopped, baseOf, offend: (offence) => void offences.push(offence) });
  app.setNotFoundHandler(async (request, reply) => {
    offences.push(`${request.method} ${pathOf(request)}`);
    return reply.code(404).send(problem('NotFound', 'No such resource.'));
  });

  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  url = `https://localhost:${typeof address === 'object' && address !== null ? address.port : 0}`;

  return {
    url,
    versions,
    keys,
    put: (name, value, validity = {}) =>
      versions.add(name, value, { enabled: true, notBefore: null, expiresOn: null, ...validity }),
    change: versions.change,
    takeAway: versions.remove,
    allow: (client, allowed) => {
      rights.set(client, allowed);
    },
    fail: (fault) => {
      faults.push({ ...fault, pass: fault.skip ?? 0, left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    heal: () => {
      faults = [];
      for (const response of hanging) response.destroy();
    },
    listMissingAs404: (yes) => {
      missingIs404 = yes;
    },
    calls: () => [...calls],
    counts: () => ({ ...counts }),
    offences: () => [...offences],
    close: async () => {
      for (const response of hanging) response.destroy();
      await app.close();
    },
  };
};

const FAULT_CODES = { 401: 'Unauthorized', 403: 'Forbidden', 429: 'Throttled', 500: 'Internal', 503: 'Unavailable' };

const problem = (code: string, message: string, inner?: string): unknown => ({
  error: { code, message, ...(inner === undefined ? {} : { innererror: { code: inner } }) },
});

/** Ids and links begin with the name that the vault was called by. */
const baseOf = (request: FastifyRequest): string => `https://${request.headers.host ?? 'localhost'}`;

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1).join('');

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
