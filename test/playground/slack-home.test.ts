import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../playground/slack/types.ts';
import { app, base, call, EVAN, errorOf, reopen, slack, XENA } from './support/slack-bench.ts';

const text = (words = 'x'): Json => ({ type: 'plain_text', text: words });
const section = (words = 'Hello.'): Json => ({ type: 'section', text: text(words) });
const buttons: Json = {
  type: 'actions',
  block_id: 'b',
  elements: [{ type: 'button', action_id: 'sotto.ask', text: text('Ask'), value: 'sealed' }],
};
const page = (over: Json = {}): string => JSON.stringify({ type: 'home', blocks: [section()], ...over });
const publish = (over: Json = {}, args: Readonly<Record<string, string>> = {}) =>
  call('views.publish', { user_id: EVAN, view: page(over), ...args });
const eventOf = (): Json => JSON.parse(app.received.at(-1)?.body ?? '{}') as Json;

describe('the page of an app', () => {
  it('is published for one person, who alone sees it', async () => {
    const { body } = await publish({ private_metadata: 'kept', callback_id: 'home' });
    expect(body['view']).toMatchObject({
      type: 'home',
      private_metadata: 'kept',
      callback_id: 'home',
      close: null,
      submit: null,
      state: { values: {} },
    });
    expect(slack.home(EVAN)?.blocks).toMatchObject([section()]);
    expect(slack.home(XENA)).toBeNull();
    const shown = (await (await fetch(`${base}/standin/slack/history?user=${EVAN}`)).json()) as Json;
    expect(shown['home']).toMatchObject({ user: EVAN });
  });

  it('F10 keeps its id and gets a new hash when it is published again', async () => {
    const first = (await publish()).body['view'] as Json;
    const second = (await publish({ blocks: [section('New.')] })).body['view'] as Json;
    expect(second['id']).toBe(first['id']);
    expect(second['hash']).not.toBe(first['hash']);
    expect(await errorOf('views.publish', { user_id: EVAN, view: page(), hash: String(first['hash']) })).toBe(
      'hash_conflict',
    );
    expect(await errorOf('views.publish', { user_id: EVAN, view: page(), hash: String(second['hash']) })).toBeNull();
  });

  it.each<[string, Json]>([
    ['a modal', { type: 'modal', title: text() }],
    ['a title', { title: text() }],
    ['a button to send it', { submit: text() }],
    ['no blocks', { blocks: undefined }],
    ['101 blocks', { blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) }],
    ['long private metadata', { private_metadata: 'x'.repeat(3_001) }],
    ['an unknown key', { colour: 'red' }],
  ])('refuses %s', async (_, over) => {
    expect((await publish(over)).error).toBe('invalid_arguments');
    expect(slack.home(EVAN)).toBeNull();
  });

  it('F10 is refused for nobody, for whom it does not know, over 250 KB, and where the app has none', async () => {
    expect(await errorOf('views.publish', { view: page() })).toBe('invalid_arguments');
    expect(await errorOf('views.publish', { user_id: EVAN })).toBe('invalid_arguments');
    expect(await errorOf('views.publish', { user_id: 'U0NOBODY00', view: page() })).toBe('invalid_arguments');
    const large = page({ blocks: Array.from({ length: 90 }, () => section('x'.repeat(2_900))) });
    expect(await errorOf('views.publish', { user_id: EVAN, view: large })).toBe('view_too_large');
    await reopen({ homeTab: false });
    expect((await publish()).error).toBe('not_enabled');
  });

  it('takes an external id for one person only', async () => {
    await publish({ external_id: 'mine' });
    expect((await publish({ external_id: 'mine' })).error).toBeNull();
    expect(await errorOf('views.publish', { user_id: XENA, view: page({ external_id: 'mine' }) })).toBe(
      'duplicate_external_id',
    );
  });

  it('needs no scope', async () => {
    await reopen({ scopes: [] });
    expect((await publish()).error).toBeNull();
  });

  it('is told to whoever listens', async () => {
    let changes = 0;
    const stop = slack.onChange(() => {
      changes += 1;
    });
    await publish();
    stop();
    await publish();
    expect(changes).toBe(1);
  });
});

describe('somebody who opens the app', () => {
  it('F18 is told of by an event with their private chat, and with the page once there is one', async () => {
    expect(await slack.openHome({ user: EVAN })).toBe(200);
    expect(eventOf()).toMatchObject({
      type: 'event_callback',
      event: { type: 'app_home_opened', user: EVAN, channel: 'D0EVAN0000', tab: 'home' },
    });
    expect(eventOf()['event']).not.toHaveProperty('view');
    const { body } = await publish();
    await slack.openHome({ user: EVAN });
    expect(eventOf()['event']).toMatchObject({ view: { id: (body['view'] as Json)['id'], type: 'home' } });
  });

  it('F18 may look at another tab, which is told as well', async () => {
    await publish();
    await slack.openHome({ user: EVAN, tab: 'messages' });
    expect(eventOf()['event']).toMatchObject({ tab: 'messages' });
    expect(eventOf()['event']).not.toHaveProperty('view');
  });

  it('is not told of where the app has no page', async () => {
    await reopen({ homeTab: false });
    expect(await slack.openHome({ user: EVAN })).toBe(0);
    expect(app.received).toEqual([]);
  });

  it('is told of again where the app did not take it', async () => {
    app.answer({ status: 503 });
    expect(await slack.openHome({ user: EVAN })).toBe(200);
    expect(app.received).toHaveLength(2);
  });
});

describe('a press on the page', () => {
  it('names the view and no channel, and has no address to be answered at', async () => {
    await publish({ private_metadata: 'kept', blocks: [section(), buttons] });
    expect(await slack.pressHome({ user: EVAN, actionId: 'sotto.ask', value: 'sealed' })).toBe(200);
    const payload = JSON.parse(new URLSearchParams(app.received.at(-1)?.body).get('payload') ?? '{}') as Json;
    expect(payload).toMatchObject({
      type: 'block_actions',
      container: { type: 'view', view_id: slack.home(EVAN)?.id },
      view: { type: 'home', private_metadata: 'kept' },
      actions: [{ action_id: 'sotto.ask', block_id: 'b', value: 'sealed', type: 'button', text: { text: 'Ask' } }],
    });
    for (const absent of ['channel', 'message', 'response_url']) expect(payload).not.toHaveProperty(absent);
    expect(
      await errorOf('views.open', {
        trigger_id: String(payload['trigger_id']),
        view: JSON.stringify({ type: 'modal', title: text(), blocks: [section()] }),
      }),
    ).toBeNull();
  });

  it('needs a page', async () => {
    await expect(slack.pressHome({ user: EVAN, actionId: 'a', value: 'v' })).rejects.toThrow('Nothing stands');
  });
});
