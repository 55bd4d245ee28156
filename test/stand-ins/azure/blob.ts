/**
 * A container of Blob Storage on this machine, for what azurite does not have: version-level immutability, roles, and faults on
 * request. The same contract suite runs on both, so that it is no laxer where the two overlap.
 */
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { BlobFault, BlobOptions, BlobRight, BlobStandIn, BlobVerb } from './blob-types.ts';

export type * from './blob-types.ts';

const ACCOUNT = 'standinaccount1';
const CONTAINER = 'backups';
const SCOPE = 'https://storage.azure.com/.default';
const PAGE = 5_000;

/** One version of a blob. */
interface Blob {
  readonly id: string;
  readonly bytes: Buffer;
  readonly md5: string;
  readonly at: number;
  readonly lockedUntil: number | null;
}

const RIGHT_OF: { readonly [V in BlobVerb]: BlobRight } = {
  list: 'read',
  get: 'read',
  look: 'read',
  container: 'read',
  put: 'write',
  delete: 'delete',
};

const SAID: Readonly<Record<string, string>> = {
  BlobAlreadyExists: 'The specified blob already exists.',
  BlobNotFound: 'The specified blob does not exist.',
  AuthorizationPermissionMismatch: 'This request is not authorized to perform this operation using this permission.',
};

export const createBlobStandIn = async (o: BlobOptions): Promise<BlobStandIn> => {
  /** Oldest first; the last one is the current one, unless the name stands in `deleted`. */
  const versions = new Map<string, Blob[]>();
  const deleted = new Set<string>();
  const calls: string[] = [];
  const offences: string[] = [];
  const hanging = new Set<ServerResponse>();
  let rights = o.rights;
  let made = 0;
  let faults: { readonly fault: BlobFault; left: number }[] = [];

  const app = Fastify({
    https: { key: o.certificate.key, cert: o.certificate.cert },
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    bodyLimit: 64 * 1024 * 1024,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  const refuse = (reply: FastifyReply, status: number, code: string): FastifyReply =>
    reply
      .code(status)
      .header('x-ms-error-code', code)
      .header('content-type', 'application/xml')
      .send(
        `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${SAID[code] ?? code} Time:0</Message></Error>`,
      );

  const challenge = (reply: FastifyReply, resource: string): FastifyReply =>
    refuse(
      reply.header(
        'www-authenticate',
        `Bearer authorization_uri=https://login.microsoftonline.com/${o.tenant}/oauth2/authorize resource_id=${resource}`,
      ),
      401,
      'InvalidAuthenticationInfo',
    );

  const current = (name: string): Blob | undefined => (deleted.has(name) ? undefined : versions.get(name)?.at(-1));

  const add = (name: string, blob: Omit<Blob, 'id' | 'at'>): void => {
    // Without versions what was there is gone.
    const before = o.locks ? (versions.get(name) ?? []) : [];
    made += 1;
    versions.set(name, [
      ...before,
      { ...blob, id: `2026-01-01T00:00:00.${String(made).padStart(7, '0')}Z`, at: o.now() },
    ]);
    deleted.delete(name);
  };

  const remove = (name: string): void => {
    if (o.locks) deleted.add(name);
    else versions.delete(name);
  };

  const put = (request: FastifyRequest, reply: FastifyReply, name: string, keepsLock: boolean): FastifyReply => {
    const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const { headers } = request;
    const md5 = createHash('md5').update(bytes).digest('base64');
    if (headers['x-ms-blob-type'] !== 'BlockBlob') return refuse(reply, 400, 'InvalidHeaderValue');
    if (headers['if-none-match'] !== '*') offences.push(`put ${name} without If-None-Match`);
    if (headers['content-md5'] === undefined) offences.push(`put ${name} without Content-MD5`);
    else if (headers['content-md5'] !== md5) return refuse(reply, 400, 'Md5Mismatch');
    const until = headers['x-ms-immutability-policy-until-date'];
    const mode = headers['x-ms-immutability-policy-mode'];
    let lockedUntil: number | null = null;
    if (until !== undefined || mode !== undefined) {
      if (!o.locks) offences.push(`lock ${name} where nothing can be locked`);
      if (!rights.includes('lock')) return refuse(reply, 403, 'AuthorizationPermissionMismatch');
      lockedUntil = Date.parse(String(until));
      // Azure takes whole seconds of RFC 1123, and nothing that is over.
      if (mode !== 'Locked' || new Date(lockedUntil).toUTCString() !== until || lockedUntil <= o.now())
        return refuse(reply, 400, 'InvalidHeaderValue');
    }
    if (current(name) !== undefined) return refuse(reply, 409, 'BlobAlreadyExists');
    add(name, { bytes, md5, lockedUntil: keepsLock ? lockedUntil : null });
    return reply.code(201).header('content-md5', md5).header('etag', '"0x1"').send();
  };

  const withProperties = (reply: FastifyReply, { bytes, md5, at, lockedUntil }: Blob): FastifyReply => {
    if (lockedUntil !== null)
      reply
        .header('x-ms-immutability-policy-mode', 'locked')
        .header('x-ms-immutability-policy-until-date', new Date(lockedUntil).toUTCString());
    return reply
      .code(200)
      .header('content-length', bytes.length)
      .header('content-type', 'application/octet-stream')
      .header('content-md5', md5)
      .header('last-modified', new Date(at).toUTCString())
      .header('etag', '"0x1"')
      .header('x-ms-blob-type', 'BlockBlob');
  };

  const list = (reply: FastifyReply, query: URLSearchParams): FastifyReply => {
    const size = Math.min(Number(query.get('maxresults') ?? PAGE), PAGE);
    const marker = query.get('marker') ?? '';
    const all = query.get('include') === 'versions';
    const found = [...versions]
      .filter(([name]) => name.startsWith(query.get('prefix') ?? ''))
      .flatMap(([name, kept]) => kept.map((blob) => ({ name, blob, isCurrent: blob === current(name) })))
      .filter(({ isCurrent }) => all || isCurrent)
      .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    const left = found.filter((one) => keyOf(one) >= marker);
    const entries = left.slice(0, size).map(({ name, blob, isCurrent }) => {
      const ofVersion = `<VersionId>${blob.id}</VersionId>${isCurrent ? '<IsCurrentVersion>true</IsCurrentVersion>' : ''}`;
      return `<Blob><Name>${name}</Name>${all && o.locks ? ofVersion : ''}<Properties><Last-Modified>Thu, 01 Jan 2026 00:00:00 GMT</Last-Modified><Etag>0x1</Etag><Content-Length>${blob.bytes.length}</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>`;
    });
    const next = left[size];
    return reply
      .header('content-type', 'application/xml')
      .send(
        `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="x" ContainerName="${CONTAINER}"><Blobs>${entries.join('')}</Blobs><NextMarker>${next === undefined ? '' : keyOf(next)}</NextMarker></EnumerationResults>`,
      );
  };

  const answer = (
    verb: BlobVerb,
    request: FastifyRequest,
    reply: FastifyReply,
    name: string,
    fault: BlobFault | null,
  ): FastifyReply => {
    const version = queryOf(request).get('versionid');
    const blob = version === null ? current(name) : versions.get(name)?.find(({ id }) => id === version);
    switch (verb) {
      case 'container':
        return reply.header('x-ms-immutable-storage-with-versioning-enabled', String(o.locks)).send();
      case 'list':
        return list(reply, queryOf(request));
      case 'put':
        return put(request, reply, name, fault?.kind !== 'unlocked');
      default:
        if (blob === undefined) return refuse(reply, 404, 'BlobNotFound');
    }
    if (verb === 'look') return withProperties(reply, blob).send();
    if (verb === 'delete') {
      remove(name);
      return reply.code(202).send();
    }
    const sent = Buffer.from(blob.bytes);
    if (fault?.kind === 'damage') sent[0] = (sent[0] ?? 0) ^ 1;
    return withProperties(reply, blob).send(sent);
  };

  const cut = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    reply.hijack();
    request.raw.socket.destroy();
    return reply;
  };

  app.all('*', async (request, reply) => {
    const verb = verbOf(request);
    const name = decodeURIComponent(request.url.split('?', 1).join('').split('/').slice(3).join('/'));
    const found = faults.find(({ fault, left }) => left > 0 && (fault.on === undefined || fault.on === verb));
    if (found !== undefined) found.left -= 1;
    const fault = found?.fault ?? null;
    reply.raw.on('close', () => calls.push(`${verb} ${name} ${reply.raw.writableEnded ? reply.statusCode : 'cut'}`));
    if (fault?.kind === 'hang') {
      reply.hijack();
      hanging.add(reply.raw);
      reply.raw.on('close', () => hanging.delete(reply.raw));
      return reply;
    }
    if (fault?.kind === 'reset') return cut(request, reply);
    if (fault?.kind === 'redirect')
      return reply.code(307).header('location', `/${ACCOUNT}/${CONTAINER}-elsewhere`).send();
    if (fault?.kind === 'challenge') return challenge(reply, fault.resource);
    const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
    const issued = scheme === 'Bearer' ? o.issued(token) : null;
    if (issued === null || issued.tenant !== o.tenant || issued.scope !== SCOPE)
      return challenge(reply, 'https://storage.azure.com');
    if (fault?.kind === 'status') {
      if (fault.retryAfterSeconds !== undefined) reply.header('retry-after', String(fault.retryAfterSeconds));
      return refuse(reply, fault.status, fault.code);
    }
    if (!/^\d{4}-\d\d-\d\d$/.test(String(request.headers['x-ms-version']))) offences.push(`${verb} without a version`);
    if (!rights.includes(RIGHT_OF[verb])) return refuse(reply, 403, 'AuthorizationPermissionMismatch');
    if (fault?.kind === 'short' || fault?.kind === 'stall') {
      const blob = current(name);
      reply.hijack();
      reply.raw.writeHead(200, { 'content-length': blob?.bytes.length ?? 0, etag: '"0x1"' });
      reply.raw.write(blob?.bytes.subarray(1), () => {
        if (fault.kind === 'short') request.raw.socket.destroy();
        else hanging.add(reply.raw);
      });
      return reply;
    }
    if (fault?.kind !== 'lost') return answer(verb, request, reply, name, fault);
    // Done for good, on a reply that nobody gets.
    const silent = { code: () => silent, header: () => silent, send: () => silent } as unknown as FastifyReply;
    answer(verb, request, silent, name, null);
    return cut(request, reply);
  });

  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    url: `https://localhost:${port}/${ACCOUNT}/${CONTAINER}`,
    allow: (next) => {
      rights = next;
    },
    fail: (fault) => {
      faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    heal: () => {
      faults = [];
      for (const response of hanging) response.destroy();
    },
    calls: () => [...calls],
    offences: () => [...offences],
    lockedUntil: (name) => versions.get(name)?.[0]?.lockedUntil ?? null,
    meddle: (how, name) => {
      if (how === 'overwrite') add(name, { bytes: Buffer.from('meddled with'), md5: '', lockedUntil: null });
      else if (how === 'delete') remove(name);
      else if ((versions.get(name)?.[0]?.lockedUntil ?? 0) > o.now()) return 'BlobImmutableDueToPolicy';
      else versions.get(name)?.shift();
      return null;
    },
    close: async () => {
      for (const response of hanging) response.destroy();
      await app.close();
    },
  };
};

/** By which a list is sorted and goes on. Of one name the newest version comes first, so that nobody gets by with the first of them. */
const keyOf = (one: { readonly name: string; readonly blob: Blob }): string =>
  `${one.name}!${[...one.blob.id].map((sign) => (/\d/.test(sign) ? 9 - Number(sign) : sign)).join('')}`;

const queryOf = (request: FastifyRequest): URLSearchParams => new URL(request.url, 'https://localhost').searchParams;

const verbOf = (request: FastifyRequest): BlobVerb => {
  const query = queryOf(request);
  if (query.get('restype') === 'container') return query.get('comp') === 'list' ? 'list' : 'container';
  const verbs: Readonly<Record<string, BlobVerb>> = { GET: 'get', HEAD: 'look', PUT: 'put', DELETE: 'delete' };
  return verbs[request.method] ?? 'get';
};
