/**
 * A container of append blobs on this machine, as Azure documents them (Put Blob, Append Block), and what azurite does not do: answers that
 * are lost, calls that are carried out long after whoever made them gave up, and a retention policy.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Issued } from './authority.ts';
import type { Certificate } from './certificate.ts';

const SCOPE = 'https://storage.azure.com/.default';
const PATH = /^\/standinaccount1\/copies(?:\/([^?]*))?(?:\?|$)/;

type AppendVerb = 'create' | 'append' | 'look' | 'read' | 'list' | 'container';

export type AppendFault = { readonly on?: AppendVerb; readonly times?: number } & (
  | { readonly kind: 'status'; readonly status: number; readonly code: string; readonly retryAfterSeconds?: number }
  /** `lost`: done, and the connection ends before the answer. `late`: the connection ends, and it is done only at `settle`. `settle-after`: answered as it should be, and then what came late is done. */
  | { readonly kind: 'hang' | 'reset' | 'lost' | 'late' | 'settle-after' }
);

/** What Azure would keep of one append blob. */
interface Blob {
  bytes: Buffer;
  blocks: number;
  sealed: boolean;
}

export interface AppendBlobStandIn {
  readonly url: string;
  fail(fault: AppendFault): void;
  heal(): void;
  /** Carries out what came late. */
  settle(): void;
  /** The text of every blob by its name. */
  texts(): Readonly<Record<string, string>>;
  /** Calls in order, such as `append slot-0/2026-01-01-000.ndjson 201`. */
  calls(): readonly string[];
  /** What nobody of ours may do: create or append without a condition, send more than 4 MiB. */
  offences(): readonly string[];
  /** What its owner does by hand. */
  meddle(how: 'delete' | 'seal' | 'append', name: string): void;
  close(): Promise<void>;
}

export const createAppendBlobStandIn = async (o: {
  readonly certificate: Certificate;
  readonly tenant: string;
  readonly issued: (token: string) => Issued | null;
  /** As the container's policy: `protected`: append blobs may grow; `locked`: nothing may be changed. */
  readonly retention?: 'none' | 'protected' | 'locked';
  /** Blocks that one blob takes; Azure takes 50,000. */
  readonly blocksMost?: number;
}): Promise<AppendBlobStandIn> => {
  const { retention = 'none', blocksMost = 50_000 } = o;
  const blobs = new Map<string, Blob>();
  const calls: string[] = [];
  const offences: string[] = [];
  const hanging = new Set<ServerResponse>();
  let late: (() => void)[] = [];
  let faults: { readonly fault: AppendFault; left: number }[] = [];

  type Answer = {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string | number>>;
    readonly body?: Buffer;
  };
  const refused = (status: number, code: string): Answer => ({
    status,
    headers: { 'x-ms-error-code': code, 'content-type': 'application/xml' },
    body: Buffer.from(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`),
  });

  const create = (name: string, { headers }: IncomingMessage): Answer => {
    if (headers['x-ms-blob-type'] !== 'AppendBlob') return refused(400, 'InvalidHeaderValue');
    if (headers['if-none-match'] !== '*') offences.push(`create ${name} without If-None-Match`);
    if (blobs.has(name)) return refused(409, 'BlobAlreadyExists');
    blobs.set(name, { bytes: Buffer.alloc(0), blocks: 0, sealed: false });
    return { status: 201, headers: { etag: '"0x1"' } };
  };

  const append = (name: string, { headers }: IncomingMessage, body: Buffer): Answer => {
    const blob = blobs.get(name);
    const at = headers['x-ms-blob-condition-appendpos'];
    if (at === undefined) offences.push(`append ${name} wherever its end is`);
    if (body.length > 4 << 20 || body.length === 0) offences.push(`append ${name} ${body.length} bytes`);
    if (headers['content-md5'] !== createHash('md5').update(body).digest('base64')) return refused(400, 'Md5Mismatch');
    if (blob === undefined) return refused(404, 'BlobNotFound');
    if (retention === 'locked') return refused(409, 'BlobImmutableDueToPolicy');
    if (blob.sealed) return refused(409, 'BlobIsSealed');
    if (blob.blocks >= blocksMost) return refused(409, 'BlockCountExceedsLimit');
    if (Number(at) !== blob.bytes.length) return refused(412, 'AppendPositionConditionNotMet');
    const offset = blob.bytes.length;
    blob.bytes = Buffer.concat([blob.bytes, body]);
    blob.blocks += 1;
    return {
      status: 201,
      headers: { 'x-ms-blob-append-offset': offset, 'x-ms-blob-committed-block-count': blob.blocks, etag: '"0x1"' },
    };
  };

  const propertiesOf = ({ bytes, blocks, sealed }: Blob, length = bytes.length) => ({
    'content-length': length,
    'x-ms-blob-type': 'AppendBlob',
    'x-ms-blob-committed-block-count': blocks,
    ...(sealed ? { 'x-ms-blob-sealed': 'true' } : {}),
    etag: '"0x1"',
    'last-modified': new Date(0).toUTCString(),
  });

  const read = (blob: Blob, { headers }: IncomingMessage): Answer => {
    const [, from = '', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(String(headers['x-ms-range'] ?? headers.range)) ?? [];
    if (from === '' || Number(from) >= blob.bytes.length) return refused(416, 'InvalidRange');
    const body = blob.bytes.subarray(Number(from), to === '' ? undefined : Number(to) + 1);
    return { status: 206, headers: propertiesOf(blob, body.length), body };
  };

  const list = (prefix: string): Answer => {
    const names = [...blobs.keys()].filter((name) => name.startsWith(prefix)).toSorted();
    const entries = names.map(
      (name) => `<Blob><Name>${name}</Name><Properties><BlobType>AppendBlob</BlobType></Properties></Blob>`,
    );
    const body = `<?xml version="1.0"?><EnumerationResults ServiceEndpoint="x" ContainerName="copies"><Blobs>${entries.join('')}</Blobs><NextMarker/></EnumerationResults>`;
    return { status: 200, headers: { 'content-type': 'application/xml' }, body: Buffer.from(body) };
  };

  const answer = (verb: AppendVerb, name: string, request: IncomingMessage, body: Buffer): Answer => {
    const blob = blobs.get(name);
    if (verb === 'container')
      return { status: 200, headers: { 'x-ms-has-immutability-policy': String(retention !== 'none'), etag: '"0x1"' } };
    if (verb === 'list') return list(new URL(request.url ?? '', 'https://x').searchParams.get('prefix') ?? '');
    if (verb === 'create') return create(name, request);
    if (verb === 'append') return append(name, request, body);
    if (blob === undefined) return refused(404, 'BlobNotFound');
    return verb === 'look' ? { status: 200, headers: propertiesOf(blob) } : read(blob, request);
  };

  const verbOf = ({ method, url = '' }: IncomingMessage): AppendVerb => {
    const query = new URL(url, 'https://x').searchParams;
    if (query.get('restype') === 'container') return query.get('comp') === 'list' ? 'list' : 'container';
    if (method === 'PUT') return query.get('comp') === 'appendblock' ? 'append' : 'create';
    return method === 'HEAD' ? 'look' : 'read';
  };

  const settle = (): void => {
    const waiting = late;
    late = [];
    for (const one of waiting) one();
  };

  const send = (response: ServerResponse, { status, headers, body }: Answer): void => {
    response.writeHead(status, { ...headers }).end(body);
  };

  const server = createServer({ cert: o.certificate.cert, key: o.certificate.key }, (request, response) => {
    const verb = verbOf(request);
    const name = decodeURIComponent(PATH.exec(request.url ?? '')?.[1] ?? '');
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const found = faults.find(({ fault, left }) => left > 0 && (fault.on === undefined || fault.on === verb));
      if (found !== undefined) found.left -= 1;
      const fault = found?.fault;
      response.on('close', () => calls.push(`${verb} ${name} ${response.writableEnded ? response.statusCode : 'cut'}`));
      if (fault?.kind === 'hang') return void hanging.add(response);
      if (fault?.kind === 'reset') return void request.socket.destroy();
      if (fault?.kind === 'late') {
        late.push(() => answer(verb, name, request, body));
        return void request.socket.destroy();
      }
      const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
      const issued = scheme === 'Bearer' ? o.issued(token) : null;
      if (issued === null || issued.tenant !== o.tenant || issued.scope !== SCOPE || !PATH.test(request.url ?? ''))
        return send(response, refused(401, 'InvalidAuthenticationInfo'));
      if (fault?.kind === 'status') {
        const wait = fault.retryAfterSeconds;
        const given = refused(fault.status, fault.code);
        return send(response, {
          ...given,
          headers: { ...given.headers, ...(wait === undefined ? {} : { 'retry-after': wait }) },
        });
      }
      const given = answer(verb, name, request, body);
      if (fault?.kind === 'lost') return void request.socket.destroy();
      if (fault?.kind === 'settle-after') settle();
      send(response, given);
    });
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `https://localhost:${port}/standinaccount1/copies`,
    fail: (fault) => {
      faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    heal: () => {
      faults = [];
      for (const response of hanging) response.destroy();
      hanging.clear();
    },
    settle,
    texts: () => Object.fromEntries([...blobs].map(([name, { bytes }]) => [name, bytes.toString('utf8')])),
    calls: () => [...calls],
    offences: () => [...offences],
    meddle: (how, name) => {
      const blob = blobs.get(name);
      if (how === 'delete') blobs.delete(name);
      else if (blob !== undefined && how === 'seal') blob.sealed = true;
      else if (blob !== undefined) {
        blob.bytes = Buffer.concat([blob.bytes, Buffer.from('{"note":"of somebody else"}\n')]);
        blob.blocks += 1;
      }
    },
    close: async () => {
      for (const response of hanging) response.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
