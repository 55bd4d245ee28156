import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../playground/slack/types.ts';
import { app, call, clock, DIRECT, EVAN, reopen, slack, TOKEN, XENA } from './support/slack-bench.ts';

const GENERAL = 'C0GENERAL0';
const WITHOUT = 'C0WITHOUT0';

/** The event of the envelope that came last. */
const lastEvent = (): Json => (JSON.parse(app.received.at(-1)?.body ?? '{}') as { event: Json }).event;
const lastForm = (): Readonly<Record<string, string>> =>
  Object.fromEntries(new URLSearchParams(app.received.at(-1)?.body ?? ''));
const lastPayload = (): Json => JSON.parse(lastForm()['payload'] ?? '{}') as Json;
const lines = (user = EVAN) => slack.history({ user }).map(({ text }) => text);

describe('F16 what is no new message', () => {
  it('F16 an edit in private comes with both texts, hidden, and under a ts of its own', async () => {
    const { ts } = await slack.say({ user: EVAN, text: 'my salary' });
    expect(await slack.edit({ user: EVAN, channel: DIRECT, ts, text: 'my leave' })).toBe(200);
    expect(lastEvent()).toMatchObject({
      type: 'message',
      subtype: 'message_changed',
      hidden: true,
      channel: DIRECT,
      channel_type: 'im',
      message: { user: EVAN, text: 'my leave', ts, edited: { user: EVAN } },
      previous_message: { text: 'my salary', ts },
    });
    expect(lastEvent()['user']).toBeUndefined();
    expect(lastEvent()['ts']).not.toBe(ts);
    expect(slack.history({ user: EVAN }).find((message) => message.ts === ts)).toMatchObject({ text: 'my leave' });
  });

  it('F16 an edit in a channel mentions the app once more, under the same ts', async () => {
    const { ts } = await slack.say({ user: EVAN, text: 'when is pay day', channel: GENERAL });
    expect(await slack.edit({ user: EVAN, channel: GENERAL, ts, text: 'when is pay day?' })).toBe(200);
    expect(lastEvent()).toMatchObject({
      type: 'app_mention',
      user: EVAN,
      ts,
      text: '<@U0SOTTOBOT> when is pay day?',
      edited: { user: EVAN },
    });
    expect(lastEvent()['event_ts']).not.toBe(ts);
    expect(await slack.edit({ user: EVAN, channel: GENERAL, ts, text: 'never mind', mentions: false })).toBe(0);
    expect(app.received).toHaveLength(2);
  });

  it('F16 nobody edits or deletes what somebody else wrote', async () => {
    const posted = await call('chat.postMessage', { channel: DIRECT, text: 'hi' });
    const ts = String(posted.body['ts']);
    await expect(slack.edit({ user: EVAN, channel: DIRECT, ts, text: 'x' })).rejects.toThrow('wrote no message');
    await expect(slack.erase({ user: EVAN, channel: DIRECT, ts })).rejects.toThrow('wrote no message');
  });

  it('F16 a deletion carries the whole old text', async () => {
    const { ts } = await slack.say({ user: EVAN, text: 'my salary' });
    expect(await slack.erase({ user: EVAN, channel: DIRECT, ts })).toBe(200);
    expect(lastEvent()).toMatchObject({
      subtype: 'message_deleted',
      hidden: true,
      deleted_ts: ts,
      previous_message: { user: EVAN, text: 'my salary', ts },
    });
    expect(lines()).toEqual([]);
  });

  it('F16 a file comes as file_share in private, and as a mention with files in a channel', async () => {
    const { delivered } = await slack.shareFile({ user: EVAN, text: 'look' });
    expect(delivered).toBe(200);
    expect(lastEvent()).toMatchObject({
      subtype: 'file_share',
      user: EVAN,
      text: 'look',
      files: [{ id: 'F0FILE0000' }],
    });
    await slack.shareFile({ user: EVAN, text: 'look', channel: GENERAL });
    expect(lastEvent()).toMatchObject({
      type: 'app_mention',
      text: '<@U0SOTTOBOT> look',
      files: [{ id: 'F0FILE0000' }],
    });
    expect(lastEvent()['subtype']).toBeUndefined();
  });

  it.each([
    ['bot_message', { subtype: 'bot_message', bot_id: 'B0OTHER000', user: undefined }],
    ['bot-user', { user: 'U0OTHERBOT', bot_id: 'B0OTHER000', app_id: 'A0OTHER000', subtype: undefined }],
    ['slackbot', { user: 'USLACKBOT', bot_id: undefined }],
    ['self', { user: 'U0SOTTOBOT', bot_id: 'B0SOTTO000', app_id: 'A0SOTTO000' }],
  ] as const)('F16 what %s writes comes as an event like any other', async (how, shape) => {
    expect(await slack.botWrites({ user: EVAN, how, text: 'hello' })).toBe(200);
    const event = lastEvent();
    expect(event).toMatchObject({ type: 'message', channel: DIRECT, channel_type: 'im', text: 'hello' });
    for (const [key, value] of Object.entries(shape)) expect([key, event[key]]).toEqual([key, value]);
  });

  it('F16 a reply in a thread of a private chat names the thread and who began it', async () => {
    const { ts } = await slack.say({ user: EVAN, text: 'hi' });
    await slack.say({ user: EVAN, text: 'and this', thread: ts });
    expect(lastEvent()).toMatchObject({ thread_ts: ts, text: 'and this' });
  });
});

describe('F17 commands', () => {
  it('F17 come form-encoded, also from a channel without the bot, and nobody else sees them', async () => {
    expect(await slack.command({ user: EVAN, command: '/sotto', text: 'a & b', channel: WITHOUT })).toBe(200);
    expect(app.received[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(lastForm()).toMatchObject({
      command: '/sotto',
      text: 'a &amp; b',
      user_id: EVAN,
      channel_id: WITHOUT,
      team_id: 'T0SOTTO000',
      api_app_id: 'A0SOTTO000',
    });
    expect(lastForm()['trigger_id']).toMatch(/./);
    expect(lastForm()['event_id']).toBeUndefined();
    expect(slack.history()).toEqual([]);
    await expect(slack.command({ user: XENA, command: '/sotto', text: '', channel: WITHOUT })).rejects.toThrow(
      'not in',
    );
  });

  it('F17 name people by id, as should_escape has it', async () => {
    await slack.command({ user: EVAN, command: '/sotto', text: 'when is @evan away, and @nobody' });
    expect(lastForm()['text']).toBe(`when is <@${EVAN}|evan> away, and @nobody`);
  });

  it('F17 are answered in the body, for whoever used them alone', async () => {
    app.answer({ status: 200, body: JSON.stringify({ response_type: 'ephemeral', text: 'Taken.' }) });
    await slack.command({ user: EVAN, command: '/sotto', text: 'x', channel: GENERAL });
    expect(slack.history()).toMatchObject([
      { channel: GENERAL, text: 'Taken.', ephemeralFor: EVAN, bot: 'B0SOTTO000' },
    ]);
    app.answer({ status: 200, body: JSON.stringify({ response_type: 'in_channel', text: 'For all.' }) });
    await slack.command({ user: EVAN, command: '/sotto', text: 'x', channel: GENERAL });
    expect(slack.history().at(-1)?.ephemeralFor).toBeUndefined();
    app.answer({ status: 200, body: JSON.stringify({ response_type: 'ephemeral' }) });
    await slack.command({ user: EVAN, command: '/sotto', text: 'x', channel: GENERAL });
    expect(slack.history()).toHaveLength(2);
  });

  it('F17 that fail are not sent again, and Slackbot says so', async () => {
    app.answer({ status: 503 });
    expect(await slack.command({ user: EVAN, command: '/sotto', text: 'x' })).toBe(503);
    expect(app.received).toHaveLength(1);
    expect(clock.sleeping()).toBe(0);
    expect(lines()).toEqual(['/sotto failed with the error "dispatch_failed"']);
  });

  it('F17 have three seconds', async () => {
    let release = (): void => undefined;
    app.answer({
      status: 200,
      after: new Promise<void>((resolve) => {
        release = resolve;
      }),
    });
    const began = performance.now();
    expect(await slack.command({ user: EVAN, command: '/sotto', text: 'x' })).toBe(0);
    expect(performance.now() - began).toBeGreaterThan(2_900);
    expect(lines()).toEqual(['/sotto failed with the error "operation_timeout"']);
    release();
  });

  it('F17 and shortcuts need the scope commands', async () => {
    await reopen({ scopes: ['chat:write', 'im:history'] });
    expect(await slack.command({ user: EVAN, command: '/sotto', text: 'x' })).toBe(0);
    expect(await slack.shortcut({ user: EVAN, callbackId: 'any' })).toBe(0);
    expect(app.received).toEqual([]);
  });
});

describe('F17 shortcuts and choices', () => {
  it('F17 a shortcut on a message carries it whole, whoever wrote it, with a trigger and a response_url', async () => {
    const { ts } = await slack.say({ user: XENA, text: 'what do you earn', channel: 'C0SHARED00' });
    const message = { channel: 'C0SHARED00', ts };
    expect(await slack.shortcut({ user: EVAN, callbackId: 'sotto.ask-privately', message })).toBe(200);
    expect(lastPayload()).toMatchObject({
      type: 'message_action',
      callback_id: 'sotto.ask-privately',
      user: { id: EVAN },
      channel: { id: 'C0SHARED00' },
      message: { user: XENA, text: '<@U0SOTTOBOT> what do you earn', ts },
    });
    expect(lastPayload()['api_app_id']).toBeUndefined();
    expect(String(lastPayload()['response_url'])).toContain('/standin/slack/response/');
    const view = JSON.stringify({
      type: 'modal',
      title: { type: 'plain_text', text: 'T' },
      blocks: [{ type: 'section', text: { type: 'plain_text', text: 'x' } }],
    });
    const trigger_id = String(lastPayload()['trigger_id']);
    expect(await call('views.open', { view, trigger_id }, TOKEN)).toMatchObject({ body: { ok: true } });
    expect(await call('views.open', { view, trigger_id }, TOKEN)).toMatchObject({ error: 'exchanged_trigger_id' });
  });

  it('F17 a shortcut on what one cannot see is none', async () => {
    const { ts } = await slack.say({ user: EVAN, text: 'hi' });
    const message = { channel: DIRECT, ts };
    await expect(slack.shortcut({ user: XENA, callbackId: 'x', message })).rejects.toThrow('sees no message');
  });

  it('F17 the shortcut that stands everywhere belongs to no message', async () => {
    expect(await slack.shortcut({ user: EVAN, callbackId: 'sotto.ask' })).toBe(200);
    expect(lastPayload()).toMatchObject({ type: 'shortcut', callback_id: 'sotto.ask', user: { id: EVAN } });
    expect(lastPayload()['message']).toBeUndefined();
    expect(lastPayload()['response_url']).toBeUndefined();
  });

  it('F17 a menu asks for its choices by what was typed', async () => {
    expect(await slack.suggest({ user: EVAN, actionId: 'x', value: 'ev' })).toBe(200);
    expect(lastPayload()).toMatchObject({ type: 'block_suggestion', action_id: 'x', value: 'ev', user: { id: EVAN } });
  });

  it('F17 unknown ids and forged values are sent as they are, once', async () => {
    app.answer({ status: 500 }, { status: 500 });
    await slack.command({ user: EVAN, command: '/unknown', text: 'x' });
    await slack.shortcut({ user: EVAN, callbackId: 'nobody-knows' });
    const posted = await call('chat.postMessage', { channel: DIRECT, text: 'hi' });
    const press = { user: EVAN, channel: DIRECT, ts: String(posted.body['ts']), actionId: 'forged', value: 'forged' };
    expect(await slack.press(press)).toBe(200);
    expect(lastPayload()).toMatchObject({ actions: [{ action_id: 'forged', value: 'forged' }] });
    expect(app.received).toHaveLength(3);
  });
});

describe('F9 the language of an account', () => {
  it('F9 is told to whoever asks for it, and of nobody who is deactivated', async () => {
    await reopen({ people: [{ user: EVAN, name: 'Evan', kind: 'employee', locale: 'de-DE' }] });
    const localeOf = async (args: Readonly<Record<string, string>>) =>
      ((await call('users.info', { user: EVAN, ...args })).body['user'] as Json)['locale'];
    expect([await localeOf({}), await localeOf({ include_locale: 'true' })]).toEqual([undefined, 'de-DE']);
    await slack.changePerson({ user: EVAN, to: { deactivated: true } });
    expect(await localeOf({ include_locale: 'true' })).toBeUndefined();
  });
});
