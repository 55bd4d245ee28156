import { createServer as createPlainServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createSend } from '../../../../src/adapters/backend/calling/send.ts';
import type { Request, Sent } from '../../../../src/adapters/backend/calling/types.ts';

const limits = {
  concurrent: 4,
  waiting: 4,
  perMinute: 600,
  personPerMinute: 60,
  bytes: 4_096,
  records: 100,
  depth: 16,
};

const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

const serving = async (listener: RequestListener): Promise<string> => {
  const server = createPlainServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** Answers each connection's first bytes with whatever is given, as it stands. */
const saying = async (answer: (socket: Socket) => void): Promise<string> => {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const at = (base: string, o: { timeoutMs?: number; hosts?: readonly string[]; lookUp?: () => Promise<[]> } = {}) =>
  createSend(
    {
      baseUrl: base,
      hosts: [new URL(base).hostname, ...(o.hosts ?? [])],
      network: 'public',
      timeoutMs: o.timeoutMs ?? 30_000,
      limits,
    },
    o.lookUp === undefined ? {} : { lookUp: o.lookUp },
  );

const request = (url: string, o: Partial<Request> = {}): Request => ({
  method: 'GET',
  url,
  headers: {},
  body: null,
  ...o,
});

const sending = (base: string, o: Partial<Request> = {}, ms = 30_000): Promise<Sent> =>
  at(base)(request(`${base}/one`, o), { signal: AbortSignal.timeout(ms), certificate: null });

const JSON_HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n';

describe('what was sent to a system', () => {
  it('comes back with its status, its type without parameters, and its text', async () => {
    const base = await serving((_, response) => {
      response
        .writeHead(201, { 'content-type': 'Application/JSON; charset=utf-8', 'retry-after': '7' })
        .end('{"a":"é"}');
    });
    expect(await sending(base)).toEqual({
      how: 'answered',
      status: 201,
      type: 'application/json',
      afterMs: 7_000,
      text: '{"a":"é"}',
    });
  });

  it('goes out as it was given: path, method, headers and body, asking for nothing compressed', async () => {
    const seen: unknown[] = [];
    const base = await serving((asked, response) => {
      let body = '';
      asked.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      asked.on('end', () => {
        seen.push([asked.method, asked.url, body, asked.headers['accept-encoding'], asked.headers['x-key']]);
        response.writeHead(204).end();
      });
    });
    const url = `${base}/one%2Ftwo?a=%26`;
    const sent = await at(base)(
      request(url, { method: 'POST', body: '{"b":1}', headers: { 'x-key': 'k', 'accept-encoding': 'gzip' } }),
      { signal: AbortSignal.timeout(30_000), certificate: null },
    );
    expect(sent).toMatchObject({ status: 204, text: '' });
    expect(seen).toEqual([['POST', '/one%2Ftwo?a=%26', '{"b":1}', 'identity', 'k']]);
  });

  it('is read no further than the bound, whether the length is announced or not', async () => {
    let written = 0;
    const base = await serving((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        if (response.destroyed || written > 200 * 1024 * 1024) return;
        written += 65_536;
        if (response.write('x'.repeat(65_536))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    });
    expect(await sending(base)).toMatchObject({ how: 'answered', status: 200, text: null });
    const announced = await serving((_, response) => {
      response.writeHead(200, { 'content-length': String(5_000) }).end('x'.repeat(5_000));
    });
    expect(await sending(announced)).toMatchObject({ how: 'answered', status: 200, text: null });
    expect(written).toBeLessThan(100 * 1024 * 1024);
  });

  it('is read in one piece, however small the pieces are in which it comes', async () => {
    const text = JSON.stringify({ a: 'é'.repeat(1_900) });
    const base = await saying((socket) => {
      const pieces = [...Buffer.from(text)].map((byte) =>
        Buffer.concat([Buffer.from('1\r\n'), Buffer.from([byte]), Buffer.from('\r\n')]),
      );
      socket.write(`${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n`);
      socket.write(Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')]));
    });
    expect(await sending(base)).toMatchObject({ status: 200, text });
    const more = await saying((socket) => {
      socket.write(`${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(5_000)}0\r\n\r\n`);
    });
    expect(await sending(more)).toMatchObject({ status: 200, text: null });
  });

  it('is waited for behind what is said before it, and that is no answer', async () => {
    const base = await saying((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'.repeat(3));
      socket.write(`${JSON_HEAD}Content-Length: 2\r\n\r\n{}`);
    });
    expect(await sending(base)).toMatchObject({ status: 200, text: '{}' });
  });

  it('is not unpacked: what comes compressed is not read', async () => {
    const base = await serving((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify({ a: 'x'.repeat(1_000_000) })));
    });
    expect(await sending(base)).toMatchObject({ how: 'answered', status: 200, text: null });
  });

  it('is not taken where its headers are longer than any are', async () => {
    const base = await saying((socket) => {
      socket.write(`${JSON_HEAD}X-Long: ${'x'.repeat(100_000)}\r\n\r\n{}`);
    });
    expect(await sending(base)).toMatchObject({ how: 'lost' });
  });

  it('follows no redirect', async () => {
    const paths: unknown[] = [];
    const base = await serving((asked, response) => {
      paths.push(asked.url);
      response.writeHead(307, { location: '/two' }).end();
    });
    for (const method of ['GET', 'POST'] as const)
      expect(await sending(base, { method })).toMatchObject({ status: 307 });
    expect(paths).toEqual(['/one', '/one']);
  });
});

describe('what came of sending', () => {
  it('is that nothing was sent, where the connection was never made', async () => {
    const base = await serving(() => undefined);
    closing.at(-1)?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await sending(base, { method: 'POST' })).toEqual({ how: 'not-sent', code: 'ECONNREFUSED' });
    const unknown = at('https://hr.example.com', {
      lookUp: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })),
    });
    expect(
      await unknown(request('https://hr.example.com/one'), { signal: AbortSignal.timeout(30_000), certificate: null }),
    ).toEqual({ how: 'not-sent', code: 'ENOTFOUND' });
  });

  it('is that nothing was sent, where the deadline was over before', async () => {
    let asked = 0;
    const base = await serving((_, response) => {
      asked += 1;
      response.end();
    });
    const sent = await at(base)(request(`${base}/one`), { signal: AbortSignal.abort(), certificate: null });
    expect(sent).toEqual({ how: 'not-sent', code: 'deadline' });
    expect(asked).toBe(0);
  });

  it('is that nothing was sent, where the deadline is over before there is a connection, and nothing is sent later', async () => {
    let asked = 0;
    const base = (
      await serving((_, response) => {
        asked += 1;
        response.end();
      })
    ).replace('127.0.0.1', 'localhost');
    let found = (): void => undefined;
    const lookUp = () =>
      new Promise<[]>((resolve) => {
        found = () => resolve([{ address: '127.0.0.1', family: 4 }] as never);
      });
    const giveUp = new AbortController();
    const send = at(base, { lookUp });
    const sent = send(request(`${base}/one`, { method: 'POST' }), { signal: giveUp.signal, certificate: null });
    await new Promise((resolve) => setTimeout(resolve, 20));
    giveUp.abort();
    expect(await sent).toEqual({ how: 'not-sent', code: 'deadline' });
    found();
    const next = await send(request(`${base}/two`, { method: 'POST' }), {
      signal: AbortSignal.timeout(30_000),
      certificate: null,
    });
    expect(next).toMatchObject({ how: 'answered' });
    expect(asked).toBe(1);
  });

  it('is that it was lost, where it was out and nothing came: by silence, by an end, by nonsense', async () => {
    const silent = await saying(() => undefined);
    expect(await sending(silent, { method: 'POST' }, 100)).toEqual({ how: 'lost', code: 'deadline' });
    const ends = await saying((socket) => socket.destroy());
    expect(await sending(ends, { method: 'POST' })).toMatchObject({ how: 'lost' });
    const nonsense = await saying((socket) => socket.end('SSH-2.0-x\r\n\r\n'));
    expect(await sending(nonsense, { method: 'POST' })).toMatchObject({ how: 'lost' });
  });

  it('keeps the status where the rest was cut off', async () => {
    const cut = await saying((socket) => {
      socket.write(`${JSON_HEAD}Content-Length: 100\r\n\r\n{"a":`);
      setTimeout(() => socket.destroy(), 20);
    });
    expect(await sending(cut)).toMatchObject({ how: 'answered', status: 200, text: null, cut: true });
    const trickles = await saying((socket) => {
      socket.write(`${JSON_HEAD}Content-Length: 100\r\n\r\n{"a":`);
    });
    expect(await sending(trickles, {}, 200)).toMatchObject({ how: 'answered', status: 200, text: null, cut: true });
  });

  it('goes over a kept connection where it is a read, and over one of its own otherwise: a kept one may just be closing', async () => {
    const ports = new Set<unknown>();
    const base = await serving((asked, response) => {
      ports.add(asked.socket.remotePort);
      response.end();
    });
    const send = at(base);
    const once = (method: 'GET' | 'POST') =>
      send(request(`${base}/one`, { method }), { signal: AbortSignal.timeout(30_000), certificate: null });
    for (let i = 0; i < 20; i++) await once('GET');
    expect(ports.size).toBeLessThanOrEqual(limits.concurrent);
    ports.clear();
    for (let i = 0; i < 20; i++) await once('POST');
    expect(ports.size).toBe(20);
  });

  it('never rejects, whatever a header holds', async () => {
    const base = await serving((_, response) => response.end());
    expect(await sending(base, { headers: { 'x-a': 'b\r\nc: d' } })).toMatchObject({ how: 'not-sent' });
  });
});
