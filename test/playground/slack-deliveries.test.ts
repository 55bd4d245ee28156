/** How the stand-in for Slack sends what happens: signed, awaited for three seconds, and again. Over sockets: slack-sockets.test.ts. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { until } from '../support/until.ts';
import { app, clock, DIRECT, EVAN, reopen, SECRET, slack } from './support/slack-bench.ts';

const signatureOf = (stamp: string, body: string, secret = SECRET): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${stamp}:${body}`).digest('hex')}`;
const stampAt = (offset: number): string => String(Math.floor(clock.now() / 1_000) + offset);
const retriesSeen = () =>
  app.received.map(({ headers }) => [headers['x-slack-retry-num'], headers['x-slack-retry-reason']]);
const event = (): string =>
  JSON.stringify(slack.envelope({ type: 'message', channel: DIRECT, user: EVAN, text: 'hi' }));

describe('what the stand-in signs', () => {
  it('F13 is signed by v0 over the bytes that are sent', async () => {
    await slack.say({ user: EVAN, text: 'Größe & <b>' });
    const [first] = app.received;
    const stamp = String(first?.headers['x-slack-request-timestamp']);
    expect(stamp).toBe(stampAt(0));
    expect(first?.headers['x-slack-signature']).toBe(signatureOf(stamp, first?.body ?? ''));
    expect(JSON.parse(first?.body ?? '')).toMatchObject({
      type: 'event_callback',
      api_app_id: 'A0SOTTO000',
      team_id: 'T0SOTTO000',
      is_ext_shared_channel: false,
      authorizations: [{ team_id: 'T0SOTTO000', is_bot: true }],
      event: { type: 'message', channel_type: 'im', channel: DIRECT, user: EVAN, text: 'Größe &amp; &lt;b&gt;' },
    });
  });

  it.each([-301, 301])('F13 may be dated %d seconds off, and its signature is good all the same', async (offset) => {
    const timestamp = stampAt(offset);
    await slack.deliverRaw({ body: '{}', timestamp });
    expect(app.received[0]?.headers).toMatchObject({
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signatureOf(timestamp, '{}'),
    });
  });

  it('F13 may be signed by another secret, or by a later one from then on', async () => {
    await slack.deliverRaw({ body: '{}', secret: 'another-secret-of-the-same-length' });
    slack.setSigningSecret('the-next-signing-secret-of-all-0');
    await slack.deliverRaw({ body: '{}' });
    expect(app.received.map(({ headers }) => headers['x-slack-signature'])).toEqual([
      signatureOf(stampAt(0), '{}', 'another-secret-of-the-same-length'),
      signatureOf(stampAt(0), '{}', 'the-next-signing-secret-of-all-0'),
    ]);
  });

  it('F13 may lack a header, have another value, or have it twice', async () => {
    const twice = ['1', '2'];
    await slack.deliverRaw({ body: '{}', headers: { 'x-slack-signature': null } });
    await slack.deliverRaw({ body: '{}', headers: { 'x-slack-signature': 'v1=00' } });
    await slack.deliverRaw({ body: '{}', headers: { 'x-slack-request-timestamp': twice } });
    expect(app.received.map(({ headers }) => headers['x-slack-signature'])).toEqual([
      undefined,
      'v1=00',
      signatureOf(stampAt(0), '{}'),
    ]);
    expect(app.received[2]?.headers['x-slack-request-timestamp']).toBe('1, 2');
  });

  it('F13 may be larger than an app takes, in another charset, or no JSON at all', async () => {
    const large = 'x'.repeat(300 * 1_024);
    await slack.deliverRaw({ body: large });
    await slack.deliverRaw({ body: '{"a":', contentType: 'application/json; charset=utf-8' });
    expect(app.received.map(({ body }) => body)).toEqual([large, '{"a":']);
    expect(app.received[1]?.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(app.received[0]?.headers['x-slack-signature']).toBe(signatureOf(stampAt(0), large));
  });

  it('F13 is a challenge where an address is entered, which must come back', async () => {
    expect(await slack.verifyUrl()).toBe(false);
    const { challenge, type } = JSON.parse(app.received[0]?.body ?? '');
    expect({ type, long: challenge.length }).toEqual({ type: 'url_verification', long: 52 });
    app.answer({ status: 200, body: JSON.stringify({ challenge }) });
    expect(await slack.verifyUrl()).toBe(false);
    app.answer({ status: 200, echo: true });
    expect(await slack.verifyUrl()).toBe(true);
    app.answer({ status: 500, echo: true });
    expect(await slack.verifyUrl()).toBe(false);
  });

  it('F13 is a look at the certificate now and then, as a form', async () => {
    app.answer({ status: 418 });
    expect(await slack.checkSsl()).toBe(418);
    expect(new URLSearchParams(app.received[0]?.body).get('ssl_check')).toBe('1');
    expect(app.received[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  });
});

describe('what the stand-in sends again', () => {
  it('F14 comes at once, after a minute and after five: the same bytes, signed anew, with number and reason', async () => {
    app.answer({ status: 503 }, { status: 500 }, { status: 503 }, { status: 503 });
    const { delivered } = await slack.say({ user: EVAN, text: 'hi' });
    expect([delivered, app.received.length]).toEqual([500, 2]);
    await until(() => clock.sleeping() === 1);
    await clock.advance(59_999);
    expect(app.received).toHaveLength(2);
    await clock.advance(1);
    await until(() => app.received.length === 3 && clock.sleeping() === 1);
    await clock.advance(300_000);
    await until(() => app.received.length === 4);
    await clock.advance(3_600_000);
    expect(app.received).toHaveLength(4);
    expect(new Set(app.received.map(({ body }) => body)).size).toBe(1);
    expect(JSON.parse(app.received[0]?.body ?? '').event_id).toMatch(/^Ev/);
    expect(new Set(app.received.map(({ headers }) => headers['x-slack-signature'])).size).toBe(3);
    for (const { headers, body } of app.received)
      expect(headers['x-slack-signature']).toBe(signatureOf(String(headers['x-slack-request-timestamp']), body));
    expect(retriesSeen()).toEqual([
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_error'],
      ['3', 'http_error'],
    ]);
  });

  it('F14 is not awaited longer than three seconds, and says that there was no answer', async () => {
    let answer: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      answer = resolve;
    });
    app.answer({ status: 200, after: late });
    const began = performance.now();
    expect((await slack.say({ user: EVAN, text: 'hi' })).delivered).toBe(200);
    expect(performance.now() - began).toBeGreaterThan(2_900);
    expect(performance.now() - began).toBeLessThan(6_000);
    answer();
    expect(retriesSeen()).toEqual([
      [undefined, undefined],
      ['1', 'http_timeout'],
    ]);
  }, 15_000);

  it('F14 says where nobody was there to be asked, or where it was sent on', async () => {
    app.answer({ status: 302, headers: { location: 'http://127.0.0.1:9/' } });
    await slack.say({ user: EVAN, text: 'hi' });
    expect(retriesSeen()).toEqual([
      [undefined, undefined],
      ['1', 'too_many_redirects'],
    ]);
    app.answer({ status: 200, hangsUp: true });
    await slack.say({ user: EVAN, text: 'ho' });
    expect(retriesSeen().at(-1)).toEqual(['1', 'connection_failed']);
  });

  it('F14 is not sent again once it was answered, or where an answer that is no 2xx asks for that', async () => {
    await slack.say({ user: EVAN, text: 'hi' });
    app.answer({ status: 500, headers: { 'x-slack-no-retry': '1' } });
    await slack.say({ user: EVAN, text: 'hi' });
    expect(app.received).toHaveLength(2);
    app.answer({ status: 500, headers: { 'x-slack-no-retry': 'yes' } });
    await slack.say({ user: EVAN, text: 'hi' });
    expect(app.received).toHaveLength(4);
    expect(clock.sleeping()).toBe(0);
  });

  it('F14 is sent again although the answer that came too late asks not to', async () => {
    const late = new Promise<void>((resolve) => setTimeout(resolve, 3_200));
    app.answer({ status: 500, headers: { 'x-slack-no-retry': '1' }, after: late });
    await slack.say({ user: EVAN, text: 'hi' });
    expect(retriesSeen()).toEqual([
      [undefined, undefined],
      ['1', 'http_timeout'],
    ]);
  }, 15_000);

  it('F14 is all that arrives where the first try is lost on the way', async () => {
    expect(await slack.deliverEvent({ body: event(), lost: true })).toEqual([200]);
    expect(retriesSeen()).toEqual([['1', 'connection_failed']]);
  });

  it('F14 can be an old request word for word', async () => {
    await slack.say({ user: EVAN, text: 'hi' });
    const [first] = app.received;
    await clock.advance(86_400_000);
    const timestamp = String(first?.headers['x-slack-request-timestamp']);
    await slack.deliverRaw({ body: first?.body ?? '', timestamp });
    const [, second] = app.received;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['x-slack-signature']).toBe(first?.headers['x-slack-signature']);
  });

  it('F14 can be several at the same moment, none waiting for another', async () => {
    let answer: () => void = () => undefined;
    const after = new Promise<void>((resolve) => {
      answer = resolve;
    });
    app.answer({ status: 200, after }, { status: 200, after }, { status: 200, after });
    const told = slack.deliverEvent({ body: event(), copies: 3 });
    await until(() => app.received.length === 3);
    answer();
    expect(await told).toEqual([200, 200, 200]);
    expect(new Set(app.received.map(({ body }) => JSON.parse(body).event_id)).size).toBe(1);
    await slack.say({ user: EVAN, text: 'hi', twice: true });
    await reopen({ duplicates: 1 });
    await slack.say({ user: EVAN, text: 'ho' });
    expect(app.received.slice(3).map(({ body }) => JSON.parse(body).event.text)).toEqual(['hi', 'hi', 'ho', 'ho']);
  });

  it('F14 ends when the stand-in is closed', async () => {
    app.answer({ status: 503 }, { status: 503 });
    await slack.say({ user: EVAN, text: 'hi' });
    await slack.close();
    await clock.advance(600_000);
    expect(app.received).toHaveLength(2);
  });
});
