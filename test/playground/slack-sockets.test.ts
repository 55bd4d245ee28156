/** The stand-in's Socket Mode, as an app would see it that does not know ours. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import WebSocket from 'ws';
import type { Json } from '../../playground/slack/types.ts';
import { until } from '../support/until.ts';
import { app, base, call, clock, DIRECT, EVAN, reopen, slack, TOKEN } from './support/slack-bench.ts';

const APP_TOKEN = 'xapp-1-of-the-tests';
const clients: WebSocket[] = [];

beforeEach(() => reopen({ appToken: APP_TOKEN }));
afterEach(() => {
  for (const client of clients.splice(0)) client.terminate();
});

const address = async (token: string | null = APP_TOKEN): Promise<string> =>
  String((await call('apps.connections.open', {}, token)).body['url']);

/** A client that keeps what it hears, and acknowledges nothing by itself. */
const connect = async (url?: string) => {
  const client = new WebSocket(url ?? (await address()));
  clients.push(client);
  const heard: Json[] = [];
  let closed: number | null = null;
  client.on('message', (data) => heard.push(JSON.parse(typeof data === 'string' ? data : 'null')));
  client.on('close', (code) => {
    closed = code;
  });
  client.on('error', () => undefined);
  await until(() => heard.length > 0 || closed !== null || client.readyState === WebSocket.CLOSED);
  return {
    client,
    heard,
    closed: () => closed,
    envelopes: () => heard.filter((frame) => 'envelope_id' in frame),
    ack: (payload?: Json) => {
      const id = heard.filter((frame) => 'envelope_id' in frame).at(-1)?.['envelope_id'];
      client.send(JSON.stringify({ envelope_id: id, ...(payload === undefined ? {} : { payload }) }));
    },
  };
};

describe('a connection to the stand-in', () => {
  it('is opened by the app-level token alone, at an address that opens once', async () => {
    expect((await call('apps.connections.open', {}, null)).error).toBe('not_authed');
    expect((await call('apps.connections.open', {}, 'xapp-other')).error).toBe('invalid_auth');
    expect((await call('apps.connections.open', {}, TOKEN)).error).toBe('not_allowed_token_type');
    expect((await call('chat.postMessage', { channel: DIRECT, text: 'hi' }, APP_TOKEN)).error).toBe(
      'not_allowed_token_type',
    );
    const url = await address();
    expect(url).toMatch(new RegExp(`^${base.replace('http', 'ws')}/`));
    expect((await connect(url)).heard[0]).toMatchObject({ type: 'hello' });
    expect((await connect(url)).heard).toEqual([]);
    expect((await connect(url.replace(/ticket=\w+/, 'ticket=guessed'))).heard).toEqual([]);
    const old = await address();
    await clock.advance(30_000);
    expect((await connect(old)).heard).toEqual([]);
    expect(slack.sockets.open()).toHaveLength(1);
  });

  it('begins with hello, which names the app and counts the connections', async () => {
    const first = await connect();
    const second = await connect();
    expect([first.heard[0], second.heard[0]]).toMatchObject([
      { type: 'hello', num_connections: 1, connection_info: { app_id: 'A0SOTTO000' } },
      { type: 'hello', num_connections: 2, connection_info: { app_id: 'A0SOTTO000' } },
    ]);
  });

  it('is one of ten at most', async () => {
    for (let n = 0; n < 10; n++) await connect();
    const eleventh = await connect();
    await until(() => eleventh.closed() !== null);
    expect([eleventh.heard, slack.sockets.open().length]).toEqual([[], 10]);
  });

  it('is opened by no token where Socket Mode is off', async () => {
    await reopen({});
    expect((await call('apps.connections.open', {}, APP_TOKEN)).error).toBe('invalid_auth');
  });

  it('is opened by the next token from then on, and stands meanwhile', async () => {
    await connect();
    slack.sockets.setAppToken('xapp-1-the-next');
    expect((await call('apps.connections.open', {}, APP_TOKEN)).error).toBe('invalid_auth');
    expect((await connect(await address('xapp-1-the-next'))).heard).toHaveLength(1);
    expect(slack.sockets.open()).toHaveLength(2);
  });
});

describe('what comes over it', () => {
  it('is an event, which is delivered once it is acknowledged, and nothing goes by http', async () => {
    const socket = await connect();
    const said = slack.say({ user: EVAN, text: 'hi & you' });
    await until(() => socket.envelopes().length === 1);
    expect(socket.envelopes()).toMatchObject([
      {
        type: 'events_api',
        accepts_response_payload: false,
        retry_attempt: 0,
        retry_reason: '',
        payload: { type: 'event_callback', api_app_id: 'A0SOTTO000', event: { text: 'hi &amp; you' } },
      },
    ]);
    socket.ack();
    expect((await said).delivered).toBe(200);
    expect(app.received).toEqual([]);
  });

  it('is a command as an object, and a press, and both may be told something', async () => {
    const socket = await connect();
    const told = slack.command({ user: EVAN, command: '/sotto', text: 'hello' });
    await until(() => socket.envelopes().length === 1);
    expect(socket.envelopes()[0]).toMatchObject({
      type: 'slash_commands',
      accepts_response_payload: true,
      payload: { command: '/sotto', text: 'hello', user_id: EVAN, api_app_id: 'A0SOTTO000' },
    });
    expect(socket.envelopes()[0]).not.toHaveProperty('retry_attempt');
    socket.ack({ text: 'Hello.' });
    expect(await told).toBe(200);

    const payload = JSON.stringify({ type: 'view_submission', api_app_id: 'A0SOTTO000' });
    const sent = slack.deliverRaw({
      body: new URLSearchParams({ payload }).toString(),
      contentType: 'application/x-www-form-urlencoded',
    });
    await until(() => socket.envelopes().length === 2);
    expect(socket.envelopes()[1]).toMatchObject({ type: 'interactive', payload: { type: 'view_submission' } });
    socket.ack({ response_action: 'clear' });
    expect(await sent).toEqual({ status: 200, body: '{"response_action":"clear"}' });
  });

  it('comes again where it was not acknowledged within three seconds: another envelope, the same event', async () => {
    const socket = await connect();
    const said = slack.say({ user: EVAN, text: 'hi' });
    await until(() => socket.envelopes().length === 2);
    const [first, second] = socket.envelopes();
    expect(second).toMatchObject({ retry_attempt: 1, retry_reason: 'timeout', payload: first?.['payload'] });
    expect(second?.['envelope_id']).not.toBe(first?.['envelope_id']);
    await until(() => clock.sleeping() === 1);
    expect((await said).delivered).toBe(0);
    await clock.advance(60_000);
    await until(() => socket.envelopes().length === 3);
    expect(socket.envelopes()[2]).toMatchObject({ retry_attempt: 2, payload: first?.['payload'] });
    socket.ack();
    await clock.advance(600_000);
    expect(socket.envelopes()).toHaveLength(3);
  }, 20_000);

  it('comes over one connection after the other, and is acknowledged over its own alone', async () => {
    const [first, second] = [await connect(), await connect()];
    const told = slack.deliverRaw({ body: '{"event":{"n":1}}' });
    await until(() => first.envelopes().length + second.envelopes().length === 1);
    const [mine, other] = first.envelopes().length === 1 ? [first, second] : [second, first];
    other.client.send(JSON.stringify({ envelope_id: mine.envelopes()[0]?.['envelope_id'] }));
    await until(() => slack.sockets.acks().length === 1);
    expect(slack.sockets.acks()[0]?.counted).toBe(false);
    mine.ack();
    expect((await told).status).toBe(200);
    void slack.deliverRaw({ body: '{"event":{"n":2}}' });
    await until(() => other.envelopes().length === 1);
  });

  it('comes over another connection where one breaks before it acknowledged', async () => {
    const [first, second] = [await connect(), await connect()];
    const told = slack.deliverEvent({ body: '{"event":{}}' });
    await until(() => first.envelopes().length + second.envelopes().length === 1);
    const [dying, other] = first.envelopes().length === 1 ? [first, second] : [second, first];
    dying.client.terminate();
    await until(() => other.envelopes().length === 1);
    other.ack();
    expect(await told).toEqual([200]);
  });

  it('is nothing where nobody is connected, and comes again a minute later', async () => {
    expect((await slack.say({ user: EVAN, text: 'hi' })).delivered).toBe(0);
    const socket = await connect();
    await until(() => clock.sleeping() === 1);
    await clock.advance(60_000);
    await until(() => socket.envelopes().length === 1);
    expect(socket.envelopes()[0]).toMatchObject({ retry_attempt: 2, retry_reason: 'timeout' });
  });
});

describe('its end', () => {
  it('comes ten seconds after a warning, and at once after the other goodbyes', async () => {
    const warned = await connect();
    slack.sockets.disconnect({ reason: 'warning' });
    await until(() => warned.heard.length === 2);
    expect(warned.heard[1]).toMatchObject({ type: 'disconnect', reason: 'warning' });
    for (const reason of ['refresh_requested', 'link_disabled'] as const) {
      const other = await connect();
      slack.sockets.disconnect({ reason, ...lastOf(slack.sockets.open()) });
      await until(() => other.closed() !== null);
      expect(other.heard.at(-1)).toMatchObject({ type: 'disconnect', reason });
    }
    expect(warned.closed()).toBeNull();
    await until(() => warned.closed() !== null);
  }, 20_000);

  it('may come without a word, or in silence', async () => {
    const cut = await connect();
    slack.sockets.cut();
    await until(() => cut.closed() !== null);
    expect(cut.closed()).toBe(1_006);
    const hushed = await connect();
    let pongs = 0;
    hushed.client.on('pong', () => {
      pongs += 1;
    });
    hushed.client.ping();
    await until(() => pongs === 1);
    slack.sockets.hush();
    hushed.client.ping();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(pongs).toBe(1);
  });

  it('is that of all of them when the stand-in is closed', async () => {
    const socket = await connect();
    await slack.close();
    await until(() => socket.closed() !== null);
  });
});

const lastOf = (ids: readonly number[]): { readonly connection?: number } => {
  const id = ids.at(-1);
  return id === undefined ? {} : { connection: id };
};
