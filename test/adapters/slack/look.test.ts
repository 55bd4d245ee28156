/** What `sotto doctor --live` is told of an installation at Slack. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SCOPES } from '../../../playground/slack/rules.ts';
import type { Looked } from '../../../src/core/ports.ts';
import { openSlack, SECRET, type SlackBench, TEAM } from './support.ts';

let clean: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const one of clean.reverse()) await one();
  clean = [];
});

const opened = async (o: Parameters<typeof openSlack>[0] = {}): Promise<SlackBench> => {
  const bench = await openSlack(o);
  clean.push(bench.close);
  return bench;
};

const looked = async ({ slack }: SlackBench): Promise<Readonly<Record<string, Omit<Looked, 'ms' | 'at'>>>> => {
  const all = (await slack.platform.look?.({ tenant: TEAM })) ?? [];
  return Object.fromEntries(all.map(({ at, ms: _ms, ...rest }) => [at, rest]));
};

interface Asked {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A server in front, or in the place, of ours. */
const served = async (
  answer: (asked: Asked) => Promise<{ readonly status: number; readonly body: string }>,
): Promise<string> => {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      void answer({ headers, body }).then(({ status, body: said }) => {
        response.writeHead(status, { location: '/elsewhere' });
        response.end(said);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  clean.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

describe('a look at the installation', () => {
  it('says that the token is ours, what was granted, and that our own receiver answers at the address', async () => {
    let url = '';
    const passed: Asked[] = [];
    const publicUrl = await served(async (asked) => {
      passed.push(asked);
      const { 'content-length': _length, host: _host, connection: _connection, ...headers } = asked.headers;
      const response = await fetch(url, { method: 'POST', headers, body: asked.body });
      return { status: response.status, body: await response.text() };
    });
    const bench = await opened({ adapter: { publicUrl } });
    url = bench.url;
    expect(await looked(bench)).toEqual({
      token: { ok: true, code: 'ok' },
      scopes: { ok: true, code: 'ok', values: expect.arrayContaining([...SCOPES]) },
      'way-in': { ok: true, code: 'ok', values: ['https'] },
    });
    expect([bench.rejected, bench.accepted]).toEqual([[], []]);
    expect(JSON.stringify(passed) + bench.logged.join()).not.toContain(SECRET);
  });

  it('says so where our receiver does not believe it', async () => {
    let url = '';
    const publicUrl = await served(async ({ body }) => {
      const response = await fetch(url, { method: 'POST', body });
      return { status: response.status, body: await response.text() };
    });
    const bench = await opened({ adapter: { publicUrl } });
    url = bench.url;
    expect((await looked(bench))['way-in']).toEqual({ ok: false, code: 'http_401', values: ['https'] });
  });

  it.each([
    ['token_revoked', { state: 'token_revoked' }],
    ['account_inactive', { state: 'account_inactive' }],
  ] as const)('says that Slack answers %s', async (code, to) => {
    const bench = await opened();
    bench.standIn.setToken(to);
    expect((await looked(bench))['token']).toEqual({ ok: false, code });
  });

  it('says whether a connection of Socket Mode stands', async () => {
    const bench = await opened({ via: 'socket' });
    expect((await looked(bench))['way-in']).toEqual({ ok: true, code: 'ok', values: ['socket'] });
    await bench.slack.socket?.stop({ graceMs: 0 });
    expect((await looked(bench))['way-in']).toEqual({ ok: false, code: 'not_connected', values: ['socket'] });
  });

  it('takes the token of a whole organisation for that of each of its workspaces, and no other workspace’s', async () => {
    const whole = await opened({ standIn: { enterpriseId: 'E0EXAMPLE0', installation: 'org' } });
    expect((await looked(whole))['token']).toEqual({ ok: true, code: 'ok' });
    const other = await opened({ adapter: { teamIds: [TEAM, 'T0ANOTHER0'] } });
    const [token] = (await other.slack.platform.look?.({ tenant: 'T0ANOTHER0' })) ?? [];
    expect(token).toMatchObject({ at: 'token', ok: false, code: 'another_workspace' });
  });

  it('says that the address was never told', async () => {
    expect((await looked(await opened()))['way-in']).toEqual({
      ok: false,
      code: 'public_url_unset',
      values: ['https'],
    });
  });

  it.each([
    ['answers something else', 200, '{"challenge":"other"}', 'challenge_not_answered'],
    ['answers a page', 200, '<html></html>', 'challenge_not_answered'],
    ['answers more than ours could', 200, 'x'.repeat(10_000), 'challenge_not_answered'],
    ['does not know the path', 404, '', 'http_404'],
    ['sends elsewhere', 302, '', 'http_302'],
  ])('says that the address %s', async (_, status, body, code) => {
    const publicUrl = await served(async () => ({ status, body }));
    const bench = await opened({ adapter: { publicUrl } });
    expect((await looked(bench))['way-in']).toEqual({ ok: false, code, values: ['https'] });
  });

  it('says that nobody is at the address', async () => {
    const publicUrl = await served(async () => ({ status: 200, body: '' }));
    await clean.pop()?.();
    const bench = await opened({ adapter: { publicUrl } });
    expect((await looked(bench))['way-in']).toMatchObject({ ok: false, code: 'ECONNREFUSED' });
  });
});
