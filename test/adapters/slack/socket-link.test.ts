/** One connection against a server that does what Slack never should. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import WebSocket from 'ws';
import { maySocket } from '../../../src/adapters/slack/socket-address.ts';
import { type Link, type LinkOptions, openLink } from '../../../src/adapters/slack/socket-link.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';

const HELLO = '{"type":"hello"}';
const EVENT = '{"type":"events_api","envelope_id":"e1","payload":{"type":"event_callback","event":{}}}';

let server: WebSocket.Server;
let link: Link | null = null;
let peers: WebSocket[] = [];
let said: string[] = [];
let offered: string | undefined;
beforeEach(async () => {
  peers = [];
  said = [];
  server = new WebSocket.Server({ host: '127.0.0.1', port: 0, perMessageDeflate: true });
  server.on('connection', (peer, request) => {
    offered = request.headers['sec-websocket-extensions'];
    peers.push(peer);
    peer.on('message', (data) => said.push(typeof data === 'string' ? data : 'bytes'));
    peer.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.on('listening', resolve));
});
afterEach(async () => {
  await link?.close({ graceMs: 0 });
  link = null;
  for (const peer of server.clients) peer.terminate();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

const open = async (o: Partial<LinkOptions> = {}) => {
  const received: unknown[] = [];
  link = openLink({
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    appId: 'A0SOTTO000',
    receive: async (payload) => {
      received.push(payload);
      return { acked: 'nothing-to-say', later: Promise.resolve(false) };
    },
    reject: () => undefined,
    clock: createFakeClock(Date.now()),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    metrics: { count: () => undefined, observe: () => undefined },
    ...o,
  });
  await until(() => peers.length === 1);
  await until(() => peers[0]?.readyState === WebSocket.OPEN);
  return { it: link, peer: peers[0] as WebSocket, received };
};

describe('a connection of Socket Mode', () => {
  it('works on nothing before Slack said hello', async () => {
    const { it, peer, received } = await open();
    peer.send(EVENT);
    peer.send(HELLO);
    expect(await it.ready).toBe(true);
    peer.send(EVENT.replace('e1', 'e2'));
    await until(() => said.length === 1);
    expect(said).toEqual(['{"envelope_id":"e2"}']);
    expect(received).toHaveLength(1);
  });

  it('ends where hello does not come within ten seconds', async () => {
    const clock = createFakeClock(Date.now());
    const { it } = await open({ clock });
    await clock.advance(9_999);
    expect(await Promise.race([it.ready, Promise.resolve('waiting')])).toBe('waiting');
    await clock.advance(1);
    expect(await it.ready).toBe(false);
    expect(it.open()).toBe(false);
  });

  it('offers no compression, for what it unpacks to would have no bound', async () => {
    await open();
    expect(offered).toBeUndefined();
  });

  it('pings by itself, so that a way that is dead is noticed from either side', async () => {
    const clock = createFakeClock(Date.now());
    const { it, peer } = await open({ clock });
    let pings = 0;
    peer.on('ping', () => {
      pings += 1;
    });
    peer.send(HELLO);
    await it.ready;
    await clock.advance(30_000);
    await until(() => pings >= 1);
  });

  it('says nothing to an event beyond that it came, whatever there were to say', async () => {
    const answer = { response_action: 'update', view: {} };
    const { it, peer } = await open({ receive: async () => ({ acked: answer, later: Promise.resolve(false) }) });
    peer.send(HELLO);
    await it.ready;
    peer.send(EVENT);
    peer.send('{"type":"interactive","envelope_id":"i1","accepts_response_payload":true,"payload":{}}');
    await until(() => said.length === 2);
    expect(said.map((each) => JSON.parse(each))).toEqual([
      { envelope_id: 'e1' },
      { envelope_id: 'i1', payload: answer },
    ]);
  });

  it('outlives a receiver that throws, and acknowledges nothing of it', async () => {
    let first = true;
    const { it, peer } = await open({
      receive: async () => {
        if (!first) return { acked: 'nothing-to-say', later: Promise.resolve(false) };
        first = false;
        throw new Error('unexpected');
      },
    });
    peer.send(HELLO);
    await it.ready;
    peer.send(EVENT);
    peer.send(EVENT.replace('e1', 'e2'));
    await until(() => said.length > 0);
    expect(said).toEqual(['{"envelope_id":"e2"}']);
  });

  it('takes a reason to go that nobody knows for a refresh', async () => {
    const { it, peer } = await open();
    peer.send(HELLO);
    await it.ready;
    peer.send('{"type":"disconnect","reason":"full_moon"}');
    expect(await it.leaving).toBe('other');
  });
});

describe('a proxy on the way out', () => {
  it('is gone by, where Node is told of one', async () => {
    const asked: (string | undefined)[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      asked.push(request.url);
      socket.end('HTTP/1.1 502 Not today\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const script = `
      import { openLink } from './src/adapters/slack/socket-link.ts';
      const nothing = () => undefined;
      const link = openLink({
        url: 'wss://wss-primary.slack.com/link/?ticket=1', appId: 'A0SOTTO000', receive: nothing, reject: nothing,
        clock: { now: Date.now, sleep: () => new Promise(nothing) },
        log: { info: nothing, warn: (event, { code }) => console.log(event, code), error: nothing },
        metrics: { count: nothing, observe: nothing },
      });
      console.log(await link.ready);`;
    const env = { PATH: process.env['PATH'], NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: `http://127.0.0.1:${port}` };
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { env });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
    });
    await new Promise((resolve) => child.once('close', resolve));
    await new Promise((resolve) => proxy.close(resolve));
    expect(asked).toEqual(['wss-primary.slack.com:443']);
    // The address is as good as a key, so what fails is said by its code.
    expect(said).toBe('slack.socket-failed ERR_PROXY_TUNNEL\nfalse\n');
  }, 30_000);
});

describe('an address for a connection', () => {
  it.each([
    'wss://wss-primary.slack.com/link/?ticket=1&app_id=2',
    'wss://cerberus-xxxx.lb.slack.com/websocket/abc',
    'wss://a.b.slack.com/',
  ])('is taken where it is Slack’s: %s', (url) => {
    expect(maySocket(url, null)).toBe(true);
    expect(maySocket(url, 'http://127.0.0.1:3000/api/')).toBe(false);
  });

  it.each([
    'ws://wss-primary.slack.com/link/',
    'https://wss-primary.slack.com/link/',
    'wss://slack.com.evil.example/',
    'wss://evilslack.com/',
    'wss://evil.example/?x=.slack.com',
    'wss://evil.example#.slack.com',
    'wss://user@a.slack.com/',
    'wss://user:pass@a.slack.com/',
    'wss://a.slack.com:8443/',
    'wss://127.0.0.1/',
    'ws://127.0.0.1:3000/',
    'wss://.slack.com/',
    'nonsense',
    '',
  ])('is refused: %s', (url) => {
    expect(maySocket(url, null)).toBe(false);
  });

  it('of a stand-in is the stand-in’s own and no other on this machine', () => {
    const at = 'http://127.0.0.1:3000/standin/slack/api/';
    expect(maySocket('ws://127.0.0.1:3000/standin/slack/socket?ticket=1', at)).toBe(true);
    expect(maySocket('ws://127.0.0.1:3001/', at)).toBe(false);
    expect(maySocket('ws://localhost:3000/', at)).toBe(false);
    expect(maySocket('ws://10.0.0.1:3000/', at)).toBe(false);
  });
});
