import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../playground/slack/types.ts';
import { app, base, call, clock, DIRECT, EVAN, errorOf, post, reopen, slack, XENA } from './support/slack-bench.ts';

const text = (over: Json = {}): Json => ({ type: 'plain_text', text: 'x', ...over });
const section = (words = 'One moment.'): Json => ({ type: 'section', text: text({ text: words }) });
const modal = (over: Json = {}): string =>
  JSON.stringify({ type: 'modal', title: text({ text: 'Sotto' }), close: text(), blocks: [section()], ...over });

/** The payload of a press of a message's button, as the app gets it. */
const pressed = async (user = EVAN): Promise<Json> => {
  const { body } = await post({ text: 'press' });
  await slack.press({ user, channel: DIRECT, ts: String(body['ts']), actionId: 'a', value: 'v' });
  return JSON.parse(new URLSearchParams(app.received.at(-1)?.body).get('payload') ?? '{}') as Json;
};
const trigger = async (): Promise<string> => String((await pressed())['trigger_id']);
const open = async (over: Json = {}) => {
  const { body, error } = await call('views.open', { trigger_id: await trigger(), view: modal(over) });
  expect(error).toBeNull();
  return body['view'] as Json;
};
const seen = async (user: string): Promise<readonly Json[]> => {
  const answer = await fetch(`${base}/standin/slack/history?user=${user}`);
  return ((await answer.json()) as { readonly views: readonly Json[] }).views;
};

describe('a press, as the stand-in delivers it', () => {
  it('names the message, the channel and a trigger of its own', async () => {
    const first = await pressed();
    const second = await pressed();
    expect(first).toMatchObject({
      container: { type: 'message', channel_id: DIRECT, message_ts: expect.stringMatching(/^\d+\.\d{6}$/) },
      message: { text: 'press' },
    });
    expect(first['trigger_id']).toMatch(/^\d+\.\d+\.[0-9a-f]+$/);
    expect(second['trigger_id']).not.toBe(first['trigger_id']);
  });
});

describe('opening a view', () => {
  it('shows it to whoever pressed and to nobody else', async () => {
    const view = await open();
    expect(view).toMatchObject({ type: 'modal', private_metadata: '', callback_id: '', external_id: '', submit: null });
    expect(slack.views({ user: EVAN })).toMatchObject([{ id: view['id'], title: { text: 'Sotto' } }]);
    expect(slack.views({ user: XENA })).toEqual([]);
    expect(await seen(EVAN)).toMatchObject([{ id: view['id'] }]);
    expect(await seen(XENA)).toEqual([]);
  });

  it('needs no scope, but a token', async () => {
    await reopen({ scopes: ['chat:write'] });
    await open();
    expect((await call('views.open', { view: modal() }, 'xoxb-other')).error).toBe('invalid_auth');
  });

  it('F10 takes a trigger once, for three seconds, and no other', async () => {
    const used = await trigger();
    expect(await errorOf('views.open', { trigger_id: used, view: modal() })).toBeNull();
    expect(await errorOf('views.open', { trigger_id: used, view: modal() })).toBe('exchanged_trigger_id');
    const late = await trigger();
    await clock.advance(3_001);
    expect(await errorOf('views.open', { trigger_id: late, view: modal() })).toBe('expired_trigger_id');
    const last = await trigger();
    await clock.advance(3_000);
    expect(await errorOf('views.open', { trigger_id: last, view: modal() })).toBeNull();
    for (const wrong of ['1.2.abc', 'nonsense', 'constructor'])
      expect(await errorOf('views.open', { trigger_id: wrong, view: modal() })).toBe('invalid_trigger_id');
    expect(await errorOf('views.open', { view: modal() })).toBe('invalid_arguments');
    expect(await errorOf('views.open', { trigger_id: await trigger() })).toBe('invalid_arguments');
  });

  it('F10 takes the trigger of a command as well', async () => {
    await slack.command({ user: EVAN, command: '/sotto', text: '' });
    const trigger_id = new URLSearchParams(app.received.at(-1)?.body).get('trigger_id') ?? '';
    expect(await errorOf('views.open', { trigger_id, view: modal() })).toBeNull();
  });

  it.each<[string, Json]>([
    ['another type', { type: 'home' }],
    ['no title', { title: undefined }],
    ['a title of 25 characters', { title: text({ text: 'x'.repeat(25) }) }],
    ['an empty title', { title: text({ text: '' }) }],
    ['a title in markup', { title: text({ type: 'mrkdwn' }) }],
    ['a long label to close it', { close: text({ text: 'x'.repeat(25) }) }],
    ['an empty label to send it', { submit: text({ text: '' }) }],
    ['no blocks', { blocks: undefined }],
    ['blocks that are no list', { blocks: {} }],
    ['101 blocks', { blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) }],
    ['a section that is too long', { blocks: [section('x'.repeat(3_001))] }],
    [
      'a field without a name',
      { submit: text(), blocks: [{ type: 'input', label: text(), element: { type: 'plain_text_input' } }] },
    ],
    ['long private metadata', { private_metadata: 'x'.repeat(3_001) }],
    ['a long callback id', { callback_id: 'x'.repeat(256) }],
    ['a long external id', { external_id: 'x'.repeat(256) }],
    ['a wish to hear that it was closed', { notify_on_close: true }],
    ['an unknown key', { colour: 'red' }],
  ])('F10 refuses %s', async (_, over) => {
    const trigger_id = await trigger();
    expect(await errorOf('views.open', { trigger_id, view: modal(over) })).toBe('invalid_arguments');
    expect(slack.views()).toEqual([]);
    // What was refused opened nothing, so the trigger is still good.
    expect(await errorOf('views.open', { trigger_id, view: modal() })).toBeNull();
  });

  it('F10 takes a hundred blocks, but not 250 KB', async () => {
    await open({ blocks: Array.from({ length: 100 }, () => section('x')) });
    const large = modal({ blocks: Array.from({ length: 90 }, () => section('x'.repeat(2_900))) });
    expect(await errorOf('views.open', { trigger_id: await trigger(), view: large })).toBe('view_too_large');
    expect(await errorOf('views.open', { trigger_id: await trigger(), view: 'no json' })).toBe('invalid_arguments');
  });

  it('F10 takes an external id once', async () => {
    await open({ external_id: 'mine' });
    expect(await errorOf('views.open', { trigger_id: await trigger(), view: modal({ external_id: 'mine' }) })).toBe(
      'duplicate_external_id',
    );
  });
});

describe('changing a view', () => {
  it('is done by its id or its external id, and gives it a new hash', async () => {
    const view = await open({ external_id: 'mine' });
    const view_id = String(view['id']);
    const { body } = await call('views.update', { view_id, view: modal({ blocks: [section('Net 1')] }) });
    expect(JSON.stringify(slack.views({ user: EVAN })[0]?.blocks)).toContain('Net 1');
    expect((body['view'] as Json)['hash']).not.toBe(view['hash']);
    // The update left its external id out, so it has none any more.
    expect(await errorOf('views.update', { external_id: 'mine', view: modal() })).toBe('not_found');
    await call('views.update', { view_id, view: modal({ external_id: 'new' }) });
    expect(await errorOf('views.update', { external_id: 'new', view: modal() })).toBeNull();
  });

  it('F10 is refused with an old hash, a strange id, none at all, or an external id that is taken', async () => {
    const view = await open();
    const view_id = String(view['id']);
    const hash = String(view['hash']);
    expect(await errorOf('views.update', { view_id, hash, view: modal() })).toBeNull();
    expect(await errorOf('views.update', { view_id, hash, view: modal() })).toBe('hash_conflict');
    expect(await errorOf('views.update', { view_id: 'V0NOSUCH00', view: modal() })).toBe('not_found');
    expect(await errorOf('views.update', { view: modal() })).toBe('invalid_arguments');
    await open({ external_id: 'taken' });
    expect(await errorOf('views.update', { view_id, view: modal({ external_id: 'taken' }) })).toBe(
      'duplicate_external_id',
    );
    expect(await errorOf('views.update', { view_id, view: modal({ type: 'home' }) })).toBe('invalid_arguments');
  });

  it('finds nothing any more once it was closed, which only its owner can do', async () => {
    const view = await open();
    const id = String(view['id']);
    expect(() => slack.closeView({ user: XENA, id })).toThrow();
    slack.closeView({ user: EVAN, id });
    expect(() => slack.closeView({ user: EVAN, id })).toThrow();
    expect(slack.views()).toEqual([]);
    expect(await errorOf('views.update', { view_id: id, view: modal() })).toBe('not_found');
  });

  it('is told to whoever listens, as are opening and closing', async () => {
    let changes = 0;
    const trigger_id = await trigger();
    const stop = slack.onChange(() => {
      changes += 1;
    });
    const { body } = await call('views.open', { trigger_id, view: modal() });
    const id = String((body['view'] as Json)['id']);
    await call('views.update', { view_id: id, view: modal() });
    slack.closeView({ user: EVAN, id });
    stop();
    await open();
    expect(changes).toBe(3);
  });
});

describe('users.info of the stand-in', () => {
  it('F3 shows an address only with its scope, and nobody without the other', async () => {
    const people = [{ user: EVAN, name: 'Evan', kind: 'employee', email: 'evan@example.com' }] as const;
    await reopen({ people });
    const { body } = await call('users.info', { user: EVAN });
    expect(body['user']).toMatchObject({ is_email_confirmed: true, profile: { email: 'evan@example.com' } });
    expect(JSON.stringify(body)).not.toContain('has_2fa');
    await reopen({ people, scopes: ['users:read'] });
    expect(JSON.stringify((await call('users.info', { user: EVAN })).body)).not.toContain('evan@example.com');
    await reopen({ people, scopes: ['users:read.email'] });
    expect(await errorOf('users.info', { user: EVAN })).toBe('missing_scope');
    expect(await errorOf('users.info', { user: 'U0NOBODY00' })).toBe('missing_scope');
  });

  it('F9 F18 tells next to nothing of who is deactivated, and the app that somebody changed', async () => {
    await slack.changePerson({ user: EVAN, to: { deactivated: true } });
    const { body } = await call('users.info', { user: EVAN });
    expect(body['user']).toMatchObject({ id: EVAN, deleted: true });
    expect(body['user']).not.toHaveProperty('is_restricted');
    const event = JSON.parse(app.received.at(-1)?.body ?? '{}') as Json;
    expect(event['event']).toMatchObject({ type: 'user_change', user: { id: EVAN, deleted: true } });
    expect(await errorOf('users.info', { user: 'U0NOBODY00' })).toBe('user_not_found');
  });

  it('F3 sends no change without the scope', async () => {
    await reopen({ scopes: ['chat:write'] });
    await slack.changePerson({ user: EVAN, to: { deactivated: true } });
    expect(app.received).toEqual([]);
  });
});
