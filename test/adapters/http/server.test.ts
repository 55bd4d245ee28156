import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SottoError } from '../../../src/core/errors.ts';
import { echo, raw, route, started } from './support.ts';

const open: { close(o: { readonly graceMs: number }): Promise<void> }[] = [];
const serving = async (o: Parameters<typeof started>[0] = {}) => {
  const server = await started(o);
  open.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close({ graceMs: 50 })));
});
const post = (url: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  fetch(`${url}/in`, { method: 'POST', body, headers });
const empty = async (response: Response) => ({ status: response.status, body: await response.text() });

describe('a request', () => {
  it('reaches its handler as the bytes that came, whatever type they claim', async () => {
    const { url } = await serving();
    const bytes = Buffer.from([0, 255, 0xed, 0xa0, 0x80, 10, 13, 123]);
    for (const type of [
      'application/json',
      'application/x-www-form-urlencoded',
      'text/plain; charset=utf-16',
      'image/x-none',
    ])
      expect(await (await post(url, bytes, { 'content-type': type })).json()).toMatchObject({
        headers: { 'content-type': type },
        body: bytes.toString('base64'),
      });
    const untyped = await raw(url, 'POST /in HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi');
    expect(untyped).toContain(`"body":"${Buffer.from('hi').toString('base64')}"`);
    const none = await raw(url, 'POST /in HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    expect(none).toContain('"body":""');
  });

  it('carries its query as it came, and none where there is none', async () => {
    const { url } = await serving();
    const send = async (path: string) =>
      ((await (await fetch(`${url}${path}`, { method: 'POST', body: 'x' })).json()) as { query: string }).query;
    expect(await send('/in?state=a%2Bb&state=c&x')).toBe('state=a%2Bb&state=c&x');
    expect(await send('/in?')).toBe('');
    expect(await send('/in')).toBe('');
  });

  it('carries a doubled header joined, so that no check accepts it', async () => {
    const { url } = await serving();
    const doubled = ['authorization', 'content-type', 'x-slack-signature', 'user-agent', 'cookie'];
    const lines = doubled.map((name) => `${name}: a/b\r\n${name.toUpperCase()}: c/d\r\n`).join('');
    const answer = await raw(
      url,
      `POST /in HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${lines}content-length: 0\r\n\r\n`,
    );
    for (const name of doubled) expect(answer).toContain(`"${name}":"a/b, c/d"`);
  });

  it('of somebody whom its route turns away is answered before it is read, and never handled', async () => {
    let handled = 0;
    const callers: unknown[] = [];
    const guarded = {
      ...route(async () => {
        handled += 1;
        return { status: 200 };
      }),
      turnedAway: (caller: unknown) => {
        callers.push(caller);
        return callers.length === 1 ? { status: 403, headers: { 'x-why': 'no' } } : null;
      },
    };
    const server = await started({ routes: [guarded] });
    // Its body never comes.
    const head = 'POST /in HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: ';
    const refused = await raw(server.url, `${head}900\r\n\r\n`);
    expect(refused).toMatch(/^HTTP\/1\.1 403 /);
    expect(refused).toContain('x-why: no');
    expect(handled).toBe(0);
    expect(await raw(server.url, `${head}2\r\n\r\nab`)).toMatch(/^HTTP\/1\.1 200 /);
    expect([handled, callers]).toEqual([1, Array(2).fill({ address: '127.0.0.1', secure: true })]);
    await server.close({ graceMs: 100 });
  });

  it('over the limit is answered 413 without its handler, however its length is told', async () => {
    let handled = 0;
    const counting = route(async () => ({ status: 200, body: String(++handled) }));
    const { url } = await serving({ routes: [counting] });
    expect(await empty(await post(url, Buffer.alloc(1_001)))).toEqual({ status: 413, body: '' });
    const chunk = `${(600).toString(16)}\r\n${'x'.repeat(600)}\r\n`;
    const chunked = await raw(
      url,
      `POST /in HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`,
      500,
    );
    expect(chunked).toMatch(/^HTTP\/1\.1 413 /);
    expect(chunked).toMatch(/\r\n\r\n$/);
    expect(handled).toBe(0);
    expect(await empty(await post(url, Buffer.alloc(1_000)))).toEqual({ status: 200, body: '1' });
  });

  it('for no route is answered 404, with another method 405, both empty and before the body is read', async () => {
    const { url } = await serving();
    expect(await empty(await fetch(`${url}/other`))).toEqual({ status: 404, body: '' });
    expect(await empty(await fetch(`${url}/in/`, { method: 'POST', body: 'x' }))).toEqual({ status: 404, body: '' });
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const response = await fetch(`${url}/in?a=b`, { method });
      expect(response.headers.get('allow')).toBe('POST');
      expect(await empty(response)).toEqual({ status: 405, body: '' });
    }
    const waiting = 'POST /other HTTP/1.1\r\nhost: a\r\ncontent-length: 900000\r\n\r\nfirst bytes';
    expect(await raw(url, waiting, 500)).toMatch(/^HTTP\/1\.1 404 /);
    expect(await raw(url, 'GET /%zz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*\r\n\r\n$/,
    );
  });
});

describe('an answer', () => {
  it('has the status, headers and body that the handler gave', async () => {
    const page = route(async () => ({ status: 302, headers: { location: '/x', 'cache-control': 'private' } }), {
      method: 'GET',
    });
    const { url } = await serving({ routes: [page] });
    const response = await fetch(`${url}/in`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location'), response.headers.get('cache-control')]).toEqual([
      302,
      '/x',
      'private',
    ]);
  });

  it('says nothing of what went wrong, which is logged as a code only', async () => {
    const words = 'what does Mona earn?';
    const faults: readonly (() => Promise<never>)[] = [
      () => Promise.reject(new Error(words)),
      () => Promise.reject(new SottoError('store-unavailable', words)),
      () => Promise.reject(Object.assign(new Error(words), { statusCode: 418 })),
      async () => {
        throw words;
      },
    ];
    const routes = faults.map((fault, i) => route(fault, { path: `/in/${i}` }));
    routes.push(route(async () => ({ status: 200, headers: { bad: 'a\r\nb' }, body: words }), { path: '/in/4' }));
    routes.push(route(async () => ({ status: 9_000, body: words }), { path: '/in/5' }));
    const { url, logged } = await serving({ routes });
    for (const { path } of routes) {
      const response = await fetch(`${url}${path}`, { method: 'POST', body: 'x' });
      expect(await empty(response)).toEqual({ status: 500, body: '' });
    }
    expect(logged.map(({ event }) => event)).toEqual(Array(6).fill('route.failed'));
    expect(logged[1]?.fields?.code).toBe('store-unavailable');
    expect(JSON.stringify(logged)).not.toContain('Mona');
  });

  it('carries the security headers, errors included, and does not say what made it', async () => {
    const { url } = await serving();
    const responses = [
      await post(url, 'x'),
      await post(url, Buffer.alloc(2_000)),
      await fetch(`${url}/none`),
      await fetch(`${url}/in`),
    ];
    for (const { headers } of responses) {
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-powered-by') ?? headers.get('server')).toBe(null);
    }
  });

  it('lets a page put its own headers in their place', async () => {
    const { url } = await serving({
      register: (app) =>
        app.get('/page', async (_request, reply) =>
          reply.header('content-security-policy', "script-src 'self'").send('hi'),
        ),
    });
    const response = await fetch(`${url}/page`);
    expect(response.headers.get('content-security-policy')).toBe("script-src 'self'");
    expect(await response.text()).toBe('hi');
  });
});

describe('health and metrics', () => {
  it('are told on both ports, the reason and the metrics to operators only', async () => {
    let state: { readonly ok: boolean; readonly why?: string } = { ok: true };
    const { url, opsUrl } = await serving({ ready: () => state });
    for (const base of [url, opsUrl])
      for (const [path, method] of [
        ['live', 'GET'],
        ['ready', 'GET'],
        ['live', 'HEAD'],
        ['ready', 'HEAD'],
      ])
        expect((await fetch(`${base}/health/${path}`, { method: method ?? '' })).status).toBe(200);
    state = { ok: false, why: 'the store does not answer' };
    const outside = await fetch(`${url}/health/ready`);
    expect([outside.status, await outside.json()]).toEqual([503, { ok: false }]);
    const inside = await fetch(`${opsUrl}/health/ready`);
    expect([inside.status, await inside.json()]).toEqual([503, state]);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect(await (await fetch(`${opsUrl}/metrics`)).text()).toBe('sotto_up 1\n');
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    expect((await fetch(`${opsUrl}/in`, { method: 'POST' })).status).toBe(404);
  });

  it.each([
    { routesOk: true, outside: 200 },
    { routesOk: false, outside: 503 },
  ])('tell whoever sends requests only what keeps them from being taken ($outside)', async ({ routesOk, outside }) => {
    const { url, opsUrl } = await serving({ ready: () => ({ ok: false, why: 'slack-socket', routesOk }) });
    const answer = await fetch(`${url}/health/ready`);
    expect([answer.status, await answer.json()]).toEqual([outside, { ok: routesOk }]);
    const inside = await fetch(`${opsUrl}/health/ready`);
    expect([inside.status, await inside.json()]).toEqual([503, { ok: false, why: 'slack-socket' }]);
  });

  it('answers 500 where the metrics cannot be had', async () => {
    const { opsUrl, logged } = await serving({ metrics: () => Promise.reject(new Error('words')) });
    expect(await empty(await fetch(`${opsUrl}/metrics`))).toEqual({ status: 500, body: '' });
    expect(logged.length).toBe(1);
  });
});

describe('the address that is listened on', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1', '127.0.0.1'],
    ['localhost', '127.0.0.1', 'localhost'],
    ['0.0.0.0', '0.0.0.0', '127.0.0.1'],
  ])('is told as it is for %s, beside the one at which this machine reaches it', async (host, listened, reached) => {
    const { url, bound } = await serving({ host });
    expect(url).toMatch(new RegExp(`^http://${reached}:\\d+$`));
    expect(bound).toBe(url.replace(reached, listened));
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });
});

describe('a taken port', () => {
  it('is refused with the setting to change, and leaves nothing listening', async () => {
    const { url, opsUrl } = await serving();
    const taken = Number(new URL(url).port);
    await expect(started({ port: taken })).rejects.toMatchObject({
      code: 'settings',
      message: expect.stringMatching(/\bPORT\b/),
    });
    const opsPort = Number(new URL(opsUrl).port);
    const probe = await started();
    const free = Number(new URL(probe.url).port);
    await probe.close({ graceMs: 10 });
    await expect(started({ port: free, opsPort })).rejects.toMatchObject({
      code: 'settings',
      message: expect.stringContaining('SOTTO_OPS_PORT'),
    });
    await expect(fetch(`http://127.0.0.1:${free}/health/live`)).rejects.toThrow();
  });
});

describe('a caller that means harm', () => {
  it('is cut off when its headers or its body do not arrive, while others are served', async () => {
    const { url } = await serving({ limits: { headersMs: 300, requestMs: 600 } });
    const port = Number(new URL(url).port);
    const begun = performance.now();
    const slow = [
      'POST /in HTTP/1.1\r\nhost: a\r\nx-slow: ',
      'POST /in HTTP/1.1\r\nhost: a\r\ncontent-length: 500\r\n\r\n',
    ];
    const cut = Array.from({ length: 60 }, async (_, i) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.on('error', () => undefined);
      socket.resume();
      const closed = once(socket, 'close');
      socket.write(slow[i % 2] ?? '');
      const drip = setInterval(() => socket.write('a'), 50);
      await closed;
      clearInterval(drip);
      return performance.now() - begun;
    });
    expect((await post(url, 'quick')).status).toBe(200);
    for (const ms of await Promise.all(cut)) expect(ms).toBeLessThan(5_000);
    expect((await post(url, 'quick')).status).toBe(200);
  });

  it.each([
    ['garbage', 'hello\r\n\r\n', '400'],
    ['two lengths', 'POST /in HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', '400'],
    [
      'a length and chunks',
      'POST /in HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
    ],
    ['a bare line feed', 'POST /in HTTP/1.1\nhost: a\n\n', '400'],
    ['no host', 'POST /in HTTP/1.1\r\ncontent-length: 0\r\n\r\n', '400'],
    ['headers without end', `POST /in HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, '431'],
    ['a zero byte in a header', 'POST /in HTTP/1.1\r\nhost: a\r\nx: a\0b\r\n\r\n', '400'],
  ])('gets an empty %s refusal and no connection', async (_, bytes, status) => {
    const { url } = await serving();
    const answer = await raw(url, bytes, 2_000);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*\\r\\n\\r\\n$`));
    expect(answer).not.toMatch(/Error|at .*\.js|\{/);
  });

  it('cannot make a request out of what follows one', async () => {
    let handled = 0;
    const counting = route(async () => ({ status: 200, body: String(++handled) }));
    const { url } = await serving({ routes: [counting] });
    const good = 'POST /in HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi';
    await raw(url, `${good}${good}\x16\x03\x01garbage\r\n\r\n${good}`, 2_000);
    expect(handled).toBe(2);
    expect((await post(url, 'x')).status).toBe(200);
  });

  it('never brings the server down, whatever bytes it sends', async () => {
    const { url } = await serving({ limits: { headersMs: 200, requestMs: 300 } });
    const piece = fc.oneof(
      fc.constantFrom(
        'POST /in HTTP/1.1\r\n',
        'GET / HTTP/1.0\r\n',
        'host: a\r\n',
        '\r\n',
        'content-length: 5\r\n',
        'transfer-encoding: chunked\r\n',
        'expect: 100-continue\r\n',
        'upgrade: websocket\r\nconnection: upgrade\r\n',
        'content-type: ;;\r\n',
      ),
      fc.string({ unit: 'binary', maxLength: 30 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 8 }), async (pieces) => {
        await raw(url, Buffer.from(pieces.join(''), 'latin1'), 30);
      }),
      { numRuns: 150 },
    );
    expect((await post(url, 'x')).status).toBe(200);
  });

  it('cannot have more worked on than there is room for, nor wait for ever', async () => {
    const stuck = route(() => new Promise(() => undefined));
    const { url } = await serving({ routes: [stuck], limits: { inFlight: 3, handlerMs: 400 } });
    const waiting = [1, 2, 3].map(() => post(url, 'x'));
    await new Promise((resolve) => setTimeout(resolve, 150));
    const refused = await post(url, 'x');
    expect([refused.status, refused.headers.get('retry-after'), await refused.text()]).toEqual([503, '1', '']);
    for (const response of await Promise.all(waiting)) expect(await empty(response)).toEqual({ status: 503, body: '' });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });

  it('leaves no place taken when it hangs up', async () => {
    const stuck = route(() => new Promise(() => undefined));
    const { url } = await serving({ routes: [stuck], limits: { inFlight: 2 } });
    for (let i = 0; i < 10; i++) {
      const gone = new AbortController();
      const asked = fetch(`${url}/in`, { method: 'POST', body: 'x', signal: gone.signal });
      setTimeout(() => gone.abort(), 20);
      await expect(asked).rejects.toThrow();
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });
});

describe('closing', () => {
  it('lets a request in flight finish and takes no more', async () => {
    let finish = (): void => undefined;
    const slow = route(async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      return { status: 200, body: 'done' };
    });
    const server = await started({ routes: [slow] });
    const asked = post(server.url, 'x');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const closed = server.close({ graceMs: 5_000 });
    const ready = await fetch(`${server.opsUrl}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([503, { ok: false, why: 'stopping' }]);
    await expect(post(server.url, 'y')).rejects.toThrow();
    const begun = performance.now();
    finish();
    expect(await (await asked).text()).toBe('done');
    await closed;
    expect(performance.now() - begun).toBeLessThan(2_000);
    await expect(fetch(server.opsUrl)).rejects.toThrow();
  });

  it('cuts what does not finish in time', async () => {
    const server = await started({ routes: [route(() => new Promise(() => undefined))] });
    const asked = post(server.url, 'x').catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const begun = performance.now();
    await server.close({ graceMs: 200 });
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(await asked).toBe('cut');
  });

  it('does not wait for callers that keep an idle connection, and can be asked twice', async () => {
    const server = await started({ routes: [echo] });
    await (await post(server.url, 'x')).text();
    const begun = performance.now();
    await Promise.all([server.close({ graceMs: 5_000 }), server.close({ graceMs: 5_000 })]);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
