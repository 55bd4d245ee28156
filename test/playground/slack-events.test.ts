import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../playground/slack/types.ts';
import { until } from '../support/until.ts';
import { app, clock, DIRECT, EVAN, post, reopen, SECRET, slack, XENA } from './support/slack-bench.ts';

describe('the events of the stand-in', () => {
  it('are signed over the bytes that are sent', async () => {
    await slack.say({ user: EVAN, text: 'Größe & <b>' });
    const [first] = app.received;
    const stamp = String(first?.headers['x-slack-request-timestamp']);
    const due = createHmac('sha256', SECRET)
      .update(`v0:${stamp}:${first?.body ?? ''}`)
      .digest('hex');
    expect(first?.headers['x-slack-signature']).toBe(`v0=${due}`);
    expect(JSON.parse(first?.body ?? '')).toMatchObject({
      type: 'event_callback',
      api_app_id: 'A0SOTTO000',
      team_id: 'T0SOTTO000',
      is_ext_shared_channel: false,
      authorizations: [{ team_id: 'T0SOTTO000', is_bot: true }],
      event: { type: 'message', channel_type: 'im', channel: DIRECT, user: EVAN, text: 'Größe &amp; &lt;b&gt;' },
    });
  });

  it('F15 name strangers and shared channels', async () => {
    await slack.say({ user: XENA, text: 'hi', channel: 'C0SHARED00' });
    expect(JSON.parse(app.received[0]?.body ?? '')).toMatchObject({
      is_ext_shared_channel: true,
      event: { type: 'app_mention', user_team: 'T0PARTNER0', text: '<@U0SOTTOBOT> hi' },
    });
    await expect(slack.say({ user: XENA, text: 'hi', channel: 'C0GENERAL0' })).rejects.toThrow('not in');
  });

  it('come again at once, after a minute and after five, and say why', async () => {
    app.answer({ status: 503 }, { status: 500 }, { status: 503 }, { status: 503 });
    const { delivered } = await slack.say({ user: EVAN, text: 'hi' });
    expect([delivered, app.received.length]).toEqual([500, 2]);
    await until(() => clock.sleeping() === 1);
    await clock.advance(60_000);
    await until(() => app.received.length === 3 && clock.sleeping() === 1);
    await clock.advance(300_000);
    await until(() => app.received.length === 4);
    expect(new Set(app.received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(app.received.map(({ headers }) => headers['x-slack-signature'])).size).toBe(3);
    expect(app.received.map(({ headers }) => [headers['x-slack-retry-num'], headers['x-slack-retry-reason']])).toEqual([
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_error'],
      ['3', 'http_error'],
    ]);
  });

  it('do not come again once they were answered, or where the app asks for that', async () => {
    await slack.say({ user: EVAN, text: 'hi' });
    app.answer({ status: 500, headers: { 'x-slack-no-retry': '1' } });
    await slack.say({ user: EVAN, text: 'hi' });
    expect(app.received).toHaveLength(2);
    expect(clock.sleeping()).toBe(0);
  });

  it('come twice at the same time where that is asked for', async () => {
    await slack.say({ user: EVAN, text: 'hi', twice: true });
    await reopen({ duplicates: 1 });
    await slack.say({ user: EVAN, text: 'ho' });
    expect(app.received.map(({ body }) => JSON.parse(body).event.text)).toEqual(['hi', 'hi', 'ho', 'ho']);
  });

  it('stop when the stand-in is closed', async () => {
    app.answer({ status: 503 }, { status: 503 });
    await slack.say({ user: EVAN, text: 'hi' });
    await slack.close();
    await clock.advance(600_000);
    expect(app.received).toHaveLength(2);
  });
});

describe('presses and commands of the stand-in', () => {
  const withButton = async (): Promise<string> => {
    const blocks = [
      {
        type: 'actions',
        elements: [{ type: 'button', action_id: 'a', text: { type: 'plain_text', text: 'A' }, value: 'v' }],
      },
    ];
    return String((await post({ blocks: JSON.stringify(blocks) })).body['ts']);
  };
  const pressed = () => JSON.parse(new URLSearchParams(app.received.at(-1)?.body).get('payload') ?? '') as Json;

  it('carry the message, the button and an address to answer at', async () => {
    const ts = await withButton();
    expect(await slack.press({ user: EVAN, channel: DIRECT, ts, actionId: 'a', value: 'v' })).toBe(200);
    expect(pressed()).toMatchObject({
      type: 'block_actions',
      api_app_id: 'A0SOTTO000',
      user: { id: EVAN, team_id: 'T0SOTTO000' },
      container: { type: 'message', message_ts: ts, channel_id: DIRECT, is_ephemeral: false },
      actions: [{ type: 'button', action_id: 'a', value: 'v' }],
    });
  });

  it('are never sent again', async () => {
    app.answer({ status: 503 });
    expect(await slack.press({ user: EVAN, channel: DIRECT, ts: await withButton(), actionId: 'a', value: 'v' })).toBe(
      503,
    );
    expect([app.received.length, clock.sleeping()]).toEqual([1, 0]);
    await expect(
      slack.press({ user: EVAN, channel: DIRECT, ts: '1.000001', actionId: 'a', value: 'v' }),
    ).rejects.toThrow('no message');
  });

  const answerAt = async (url: unknown, body: Json) => {
    const answer = await fetch(String(url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return answer.status;
  };

  it('F12 can be answered five times within half an hour', async () => {
    await slack.press({ user: EVAN, channel: DIRECT, ts: await withButton(), actionId: 'a', value: 'v' });
    const url = pressed()['response_url'];
    for (let n = 0; n < 5; n++) expect(await answerAt(url, { text: `t${n}` })).toBe(200);
    expect(await answerAt(url, { text: 'one too many' })).toBe(404);
    expect(slack.history().filter(({ ephemeralFor }) => ephemeralFor === EVAN)).toHaveLength(5);
    await slack.press({ user: EVAN, channel: DIRECT, ts: await withButton(), actionId: 'a', value: 'v' });
    await clock.advance(30 * 60_000 + 1);
    expect(await answerAt(pressed()['response_url'], { text: 'late' })).toBe(404);
  });

  it('F12 can replace the message or delete it', async () => {
    const ts = await withButton();
    await slack.press({ user: EVAN, channel: DIRECT, ts, actionId: 'a', value: 'v' });
    const url = pressed()['response_url'];
    expect(await answerAt(url, { text: 'new', replace_original: true })).toBe(200);
    expect(slack.history()).toMatchObject([{ ts, text: 'new' }]);
    expect(await answerAt(url, { delete_original: true })).toBe(200);
    expect(slack.history()).toEqual([]);
  });

  it('send commands as a form', async () => {
    await slack.command({ user: EVAN, command: '/sotto', text: 'hello & you' });
    expect(Object.fromEntries(new URLSearchParams(app.received[0]?.body))).toMatchObject({
      command: '/sotto',
      text: 'hello &amp; you',
      user_id: EVAN,
      is_enterprise_install: 'false',
    });
  });
});
