import { once } from 'node:events';
import { Agent } from 'node:https';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tls } from '../../../src/adapters/http/listener.ts';
import type { HttpOptions } from '../../../src/adapters/http/server.ts';
import { type Answered, type Asked, askOver } from '../../support/asking.ts';
import { type Authority, createAuthority, type Issued } from '../../support/certificates.ts';
import { raw, route, started } from './support.ts';

type Started = Awaited<ReturnType<typeof started>>;

let authority: Authority;
let own: Issued;
beforeAll(async () => {
  authority = await createAuthority();
  own = await authority.issue();
});

const open: { readonly close: Started['close'] }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close({ graceMs: 50 })));
});

/** What is shown, and how to change it. */
const showing = (issued: Issued): Tls & { change(to: Issued): void } => {
  const heard: ((pair: Issued) => void)[] = [];
  let now = issued;
  return {
    current: () => now,
    onChange: (seen) => void heard.push(seen),
    change: (to) => {
      now = to;
      for (const tell of heard) tell(to);
    },
  };
};

const serving = async (o: Partial<HttpOptions> = {}): Promise<Started> => {
  const server = await started({ tls: showing(own), ...o });
  open.push(server);
  return server;
};

const portOf = ({ url }: { readonly url: string }): number => Number(new URL(url).port);

/** One request, to the path `/in` unless told. */
const ask = (
  server: { readonly url: string },
  o: Partial<Asked> & { readonly path?: string } = {},
): Promise<Answered> => {
  const { path = '/in', ...more } = o;
  const method = more.method ?? 'POST';
  return askOver(`${server.url}${path}`, {
    method,
    ca: authority.cert,
    ...(method === 'POST' ? { body: 'x' } : {}),
    ...more,
  });
};

/** What a handshake with these options comes to: the suite, or the code of the failure. */
const shake = (server: { readonly url: string }, o: ConnectionOptions): Promise<string> =>
  new Promise((resolve) => {
    const socket = connectTls({ host: '127.0.0.1', port: portOf(server), ca: authority.cert, ...o });
    socket.once('secureConnect', () => {
      resolve(`${socket.getProtocol()} ${socket.getCipher().standardName}`);
      socket.destroy();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    socket.once('close', () => resolve('closed'));
  });

/** Opens a connection that is on nobody's list, and tells after how many ms it was closed. */
const lingering = (
  server: { readonly url: string },
  drip: Buffer | null,
): { socket: Socket; closed: Promise<number> } => {
  const begun = performance.now();
  const socket = connect({ host: '127.0.0.1', port: portOf(server) });
  socket.on('error', () => undefined);
  socket.resume();
  const timer = drip === null ? undefined : setInterval(() => socket.write(drip), 50);
  // A reset closes it as well; `once` would make a fault of that.
  const closed = new Promise<number>((resolve) => {
    socket.once('close', () => {
      clearInterval(timer);
      resolve(performance.now() - begun);
    });
  });
  return { socket, closed };
};

describe('the server over TLS', () => {
  it('answers under a certificate that is verified, and says so in its address', async () => {
    const server = await serving();
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:/);
    expect(server.opsUrl).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(await ask(server)).toMatchObject({ status: 200 });
    await expect(ask(server, { ca: (await createAuthority()).cert })).rejects.toThrow();
    await expect(ask(server, { servername: 'other.example.com' })).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it.each([
    ['TLS 1.3', { minVersion: 'TLSv1.3' }, /^TLSv1\.3 TLS_AES_256_GCM_SHA384$/],
    ['TLS 1.2', { maxVersion: 'TLSv1.2' }, /^TLSv1\.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384$/],
    [
      'its own order, not the client’s',
      { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384' },
      /AES_256_GCM/,
    ],
    ['a curve that quantum computers do not open', { ecdhCurve: 'X25519MLKEM768' }, /^TLSv1\.3/],
    ['TLS 1.1: no', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }, /^(?!TLSv)/],
    ['CBC: no', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-SHA384:ECDHE-ECDSA-AES128-SHA' }, /^(?!TLSv)/],
    ['RSA key exchange: no', { maxVersion: 'TLSv1.2', ciphers: 'AES256-GCM-SHA384:AES128-SHA' }, /^(?!TLSv)/],
    ['no key exchange at all: no', { maxVersion: 'TLSv1.2', ciphers: 'aNULL:@SECLEVEL=0' }, /^(?!TLSv)/],
    ['h2: no', { ALPNProtocols: ['h2'] }, /NO_APPLICATION_PROTOCOL/],
    ['http/1.1', { ALPNProtocols: ['h2', 'http/1.1'] }, /^TLSv1\.3/],
  ] as const)('speaks %s', async (_, o, expected) => {
    const options = { ...o, ...('ALPNProtocols' in o ? { ALPNProtocols: [...o.ALPNProtocols] } : {}) };
    expect(await shake(await serving(), options as ConnectionOptions)).toMatch(expected);
  });

  it('speaks no CBC under an RSA certificate either', async () => {
    const rsa = await createAuthority({ kind: 'rsa' });
    const server = await serving({ tls: showing(await rsa.issue()) });
    const o = { ca: rsa.cert, maxVersion: 'TLSv1.2' } as const;
    expect(await shake(server, o)).toBe('TLSv1.2 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384');
    for (const ciphers of ['ECDHE-RSA-AES256-SHA384', 'AES256-GCM-SHA384', 'DHE-RSA-AES256-GCM-SHA384'])
      expect([ciphers, await shake(server, { ...o, ciphers })]).toEqual([ciphers, expect.not.stringMatching(/^TLSv/)]);
  });

  it('does not renegotiate', async () => {
    const server = await serving({ limits: { headersMs: 500 } });
    const socket = connectTls({ host: '127.0.0.1', port: portOf(server), ca: authority.cert, maxVersion: 'TLSv1.2' });
    socket.on('error', () => undefined);
    await once(socket, 'secureConnect');
    const outcome = await new Promise<unknown>((resolve) => {
      socket.once('close', () => resolve('closed'));
      socket.renegotiate({}, (error) => resolve(error));
    });
    expect(outcome).not.toBeNull();
    socket.destroy();
  });

  it('tells browsers to come over https alone, on every answer: names below included where the name is its own', async () => {
    const server = await serving();
    for (const path of ['/in', '/health/live', '/nowhere', '/%zz'])
      expect([path, (await ask(server, { path, method: 'GET' })).headers['strict-transport-security']]).toEqual([
        path,
        'max-age=63072000; includeSubDomains',
      ]);
    const proxied = await started({ behindProxy: true });
    open.push(proxied);
    const { headers } = await fetch(`${proxied.url}/health/live`);
    expect(headers.get('strict-transport-security')).toBe('max-age=63072000');
    const plain = await started();
    open.push(plain);
    for (const url of [plain.url, plain.opsUrl, server.opsUrl])
      expect((await fetch(`${url}/health/live`)).headers.get('strict-transport-security')).toBeNull();
  });

  it('believes nothing that a proxy, or whoever says they are one, tells of the caller', async () => {
    const server = await serving({ behindProxy: true });
    const answered = await ask(server, {
      headers: { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'evil.example' },
    });
    expect(answered.status).toBe(200);
    expect(JSON.stringify(answered.headers)).not.toContain('evil');
  });

  it('closes a connection of plain http without a word of http, a redirect least of all', async () => {
    const server = await serving();
    const said = await raw(server.url, 'GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n', 5_000);
    expect(said).not.toMatch(/HTTP|location/i);
    expect(said.length).toBeLessThan(16);
    expect(await ask(server)).toMatchObject({ status: 200 });
    expect(server.logged).toEqual([]);
  });
});

describe('a caller that means harm, over TLS', () => {
  it('is cut off where it opens connections and never says a word, or a byte at a time, while others are served', async () => {
    const server = await serving({ limits: { handshakeMs: 400 } });
    const hello = Buffer.from([0x16]);
    const crowd = Array.from({ length: 120 }, (_, i) => lingering(server, i % 2 === 0 ? null : hello));
    expect(await ask(server)).toMatchObject({ status: 200 });
    const closed = await Promise.all(crowd.map((one) => one.closed));
    expect(Math.max(...closed)).toBeLessThan(10_000);
    expect(await ask(server)).toMatchObject({ status: 200 });
  });

  it('is cut off where it begins a handshake well and then sends a byte at a time', async () => {
    const server = await serving({ limits: { handshakeMs: 400 } });
    // A record that announces 512 bytes of a ClientHello and never ends.
    const { socket, closed } = lingering(server, Buffer.from([0]));
    socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]));
    expect(await closed).toBeLessThan(5_000);
  });

  it('cannot take more connections than there are, and they are free again when it is gone', async () => {
    const server = await serving({ limits: { connections: 10, handshakeMs: 60_000 } });
    const crowd = Array.from({ length: 10 }, () => lingering(server, null));
    await Promise.all(crowd.map(({ socket }) => once(socket, 'connect')));
    await expect(ask(server)).rejects.toThrow();
    for (const { socket } of crowd) socket.destroy();
    await Promise.all(crowd.map((one) => one.closed));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await ask(server)).toMatchObject({ status: 200 });
  });

  it.each([
    ['headers that never end', 'POST /in HTTP/1.1\r\nhost: a\r\nx-slow: ', '408'],
    ['a body that never comes', 'POST /in HTTP/1.1\r\nhost: a\r\ncontent-length: 500\r\n\r\n', '408'],
    ['headers that are too large', `POST /in HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, '431'],
    ['garbage', 'hello\r\n\r\n', '400'],
  ])('is refused with %s', async (_, bytes, status) => {
    const server = await serving({ limits: { headersMs: 300, requestMs: 600 } });
    const socket = connectTls({ host: '127.0.0.1', port: portOf(server), ca: authority.cert });
    let said = '';
    socket.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    await once(socket, 'secureConnect');
    socket.write(bytes);
    await closed;
    expect(said).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*\\r\\n\\r\\n$`));
  });

  it('does not hold up the end with a handshake that it never finishes', async () => {
    const server = await started({ tls: showing(own), limits: { handshakeMs: 60_000 } });
    const crowd = Array.from({ length: 5 }, () => lingering(server, null));
    await Promise.all(crowd.map(({ socket }) => once(socket, 'connect')));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const begun = performance.now();
    await server.close({ graceMs: 300 });
    expect(performance.now() - begun).toBeLessThan(3_000);
    await Promise.all(crowd.map((one) => one.closed));
  });
});

describe('a certificate that changes', () => {
  it('is shown to whoever comes next, while connections that stand go on', async () => {
    const tls = showing(own);
    const server = await serving({ tls, limits: { keepAliveMs: 30_000 } });
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: authority.cert });
    const before = await ask(server, { agent });
    const next = await authority.issue();
    tls.change(next);
    const [kept, fresh] = [await ask(server, { agent }), await ask(server)];
    expect(kept.serial).toBe(before.serial);
    expect(fresh.serial).not.toBe(before.serial);
    agent.destroy();
  });

  it('ends the sessions that could be resumed before, so that nobody goes on under the old one', async () => {
    const tls = showing(own);
    const server = await serving({ tls });
    const o = { host: '127.0.0.1', port: portOf(server), ca: authority.cert, maxVersion: 'TLSv1.2' } as const;
    const visit = async (session?: Buffer): Promise<{ readonly reused: boolean; readonly session: Buffer }> => {
      const socket = connectTls({ ...o, ...(session === undefined ? {} : { session }) });
      await once(socket, 'secureConnect');
      const given = socket.getSession();
      const reused = socket.isSessionReused();
      socket.destroy();
      if (given === undefined) throw new Error('no session');
      return { reused, session: given };
    };
    const first = await visit();
    expect([first.reused, (await visit(first.session)).reused]).toEqual([false, true]);
    tls.change(await authority.issue());
    expect((await visit(first.session)).reused).toBe(false);
  });

  it('twenty times under load costs nobody a request', async () => {
    const tls = showing(own);
    const slow = route(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { status: 200, body: 'done' };
    });
    const server = await serving({ tls, routes: [slow] });
    const others = await Promise.all(Array.from({ length: 20 }, () => authority.issue()));
    const kept = new Agent({ keepAlive: true, maxSockets: 4, ca: authority.cert });
    let asking = true;
    const serials = new Set<string>();
    const statuses: unknown[] = [];
    const one = async (agent: Agent | false): Promise<void> => {
      while (asking) {
        const { status, serial } = await ask(server, { agent });
        statuses.push(status);
        if (agent === false) serials.add(serial);
      }
    };
    const crowd = [...Array.from({ length: 6 }, () => one(false)), ...Array.from({ length: 6 }, () => one(kept))];
    for (const other of others) {
      tls.change(other);
      await ask(server, { agent: false });
    }
    asking = false;
    await Promise.all(crowd);
    kept.destroy();
    expect(statuses.length).toBeGreaterThan(100);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(serials.size).toBeGreaterThan(10);
  });
});
