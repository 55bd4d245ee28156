import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../playground/slack/types.ts';
import { app, clock, DIRECT, EVAN, post, slack, XENA } from './support/slack-bench.ts';

describe('the events of the stand-in', () => {
  it('F15 name strangers and shared channels', async () => {
    await slack.say({ user: XENA, text: 'hi', channel: 'C0SHARED00' });
    expect(JSON.parse(app.received[0]?.body ?? '')).toMatchObject({
      is_ext_shared_channel: true,
      event: { type: 'app_mention', user_team: 'T0PARTNER0', text: '<@U0SOTTOBOT> hi' },
    });
    await expect(slack.say({ user: XENA, text: 'hi', channel: 'C0GENERAL0' })).rejects.toThrow('not in');
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
