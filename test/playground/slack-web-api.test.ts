import { describe, expect, it } from '@jest/globals';
import { SCOPES } from '../../playground/slack/rules.ts';
import type { Json } from '../../playground/slack/types.ts';
import {
  app,
  base,
  call,
  clock,
  DIRECT,
  EVAN,
  errorOf,
  post,
  reopen,
  slack,
  TOKEN,
  XENA,
} from './support/slack-bench.ts';

describe('the Web API of the stand-in', () => {
  it('F1 knows who calls', async () => {
    expect((await call('auth.test', {}, null)).error).toBe('not_authed');
    expect((await call('auth.test', {}, 'xoxb-other')).error).toBe('invalid_auth');
    for (const state of ['token_revoked', 'token_expired', 'account_inactive'] as const) {
      slack.setToken({ state });
      expect(await call('auth.test')).toMatchObject({ status: 200, error: state });
    }
    slack.setToken({ botToken: 'xoxb-next' });
    expect((await call('auth.test')).error).toBe('invalid_auth');
    expect((await call('auth.test', {}, 'xoxb-next')).body).toMatchObject({ ok: true, team_id: 'T0SOTTO000' });
  });

  it('F2 answers its refusals with 200, that of an unknown method too', async () => {
    expect(await call('chat.unknown')).toMatchObject({ status: 200, body: { ok: false, error: 'unknown_method' } });
    expect(await call('constructor')).toMatchObject({ status: 200, error: 'unknown_method' });
  });

  it('F3 enforces the scope of every method, and of every event', async () => {
    await reopen({ scopes: ['im:history'] });
    for (const method of ['chat.postMessage', 'chat.postEphemeral', 'chat.update', 'chat.delete'])
      expect(await call(method, { channel: DIRECT })).toMatchObject({
        error: 'missing_scope',
        body: { needed: 'chat:write', provided: 'im:history' },
      });
    expect((await slack.say({ user: EVAN, text: 'hi', channel: 'C0GENERAL0' })).delivered).toBe(0);
    await reopen({ scopes: ['chat:write'] });
    expect(await errorOf('conversations.history', { channel: DIRECT })).toBe('missing_scope');
    expect((await slack.say({ user: EVAN, text: 'hi' })).delivered).toBe(0);
    expect(app.received).toEqual([]);
  });

  it('F3 says with each answer what the token may and what the method needs', async () => {
    const answer = await fetch(`${base}/standin/slack/api/chat.delete`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(answer.headers.get('x-oauth-scopes')).toBe(SCOPES.join(','));
    expect(answer.headers.get('x-accepted-oauth-scopes')).toBe('chat:write');
    const stranger = await fetch(`${base}/standin/slack/api/chat.delete`, { method: 'POST' });
    expect(stranger.headers.get('x-oauth-scopes')).toBeNull();
  });

  it('F3 lets the bot read private chats only', async () => {
    expect(await errorOf('conversations.history', { channel: DIRECT })).toBeNull();
    expect(await errorOf('conversations.history', { channel: 'C0GENERAL0' })).toBe('missing_scope');
  });

  it.each([
    ['chat.postMessage', {}, 'invalid_arguments'],
    ['chat.postMessage', { channel: 'D0NOBODY00', text: 'x' }, 'channel_not_found'],
    ['chat.postMessage', { channel: 'U0NOBODY00', text: 'x' }, 'channel_not_found'],
    ['chat.postMessage', { channel: 'C0WITHOUT0', text: 'x' }, 'not_in_channel'],
    ['chat.postMessage', { channel: 'C0ARCHIVED', text: 'x' }, 'is_archived'],
    ['chat.postMessage', { channel: DIRECT }, 'no_text'],
    ['chat.postMessage', { channel: DIRECT, text: 'x'.repeat(40_001) }, 'msg_too_long'],
    ['chat.postMessage', { channel: DIRECT, text: 'x', metadata: 'no json' }, 'invalid_metadata_format'],
    ['chat.postMessage', { channel: DIRECT, text: 'x', metadata: '{"event_type":"a"}' }, 'invalid_metadata_format'],
    ['chat.postEphemeral', { channel: 'C0GENERAL0', user: XENA, text: 'x' }, 'user_not_in_channel'],
    ['chat.update', { channel: EVAN, ts: '1.000001', text: 'x' }, 'channel_not_found'],
    ['chat.update', { channel: DIRECT, ts: '1.000001', text: 'x' }, 'message_not_found'],
    ['chat.delete', { channel: DIRECT, ts: '1.000001' }, 'message_not_found'],
    ['chat.delete', { channel: DIRECT }, 'invalid_arguments'],
    ['conversations.history', { channel: DIRECT, cursor: 'x' }, 'invalid_cursor'],
  ])('F4 refuses %s with %j: %s', async (method, args, error) => {
    expect(await errorOf(method, args)).toBe(error);
  });

  const text = (over: Json = {}) => ({ type: 'plain_text', text: 'x', ...over });
  const button = (over: Json = {}) => ({ type: 'button', action_id: 'a', text: text(), value: 'v', ...over });
  it.each([
    { what: 'no list', blocks: {}, error: 'invalid_blocks_format' },
    { what: 'an unknown kind', blocks: [{ type: 'marquee', text: text() }], error: 'invalid_blocks' },
    { what: 'an empty section', blocks: [{ type: 'section', text: text({ text: '' }) }], error: 'invalid_blocks' },
    {
      what: 'a long section',
      blocks: [{ type: 'section', text: text({ text: 'x'.repeat(3_001) }) }],
      error: 'invalid_blocks',
    },
    {
      what: 'markup where plain text is due',
      blocks: [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }],
      error: 'invalid_blocks',
    },
    { what: 'an unknown key', blocks: [{ type: 'divider', colour: 'red' }], error: 'invalid_blocks' },
    {
      what: 'a long label',
      blocks: [{ type: 'actions', elements: [button({ text: text({ text: 'x'.repeat(76) }) })] }],
      error: 'invalid_blocks',
    },
    {
      what: 'a long value',
      blocks: [{ type: 'actions', elements: [button({ value: 'x'.repeat(2_001) })] }],
      error: 'invalid_blocks',
    },
    {
      what: 'one action twice',
      blocks: [{ type: 'actions', elements: [button(), button()] }],
      error: 'invalid_blocks',
    },
    {
      what: 'too many buttons',
      blocks: [{ type: 'actions', elements: Array.from({ length: 26 }, (_, n) => button({ action_id: `a${n}` })) }],
      error: 'invalid_blocks',
    },
    {
      what: 'too many blocks',
      blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })),
      error: 'invalid_blocks',
    },
  ])('F4 refuses blocks with $what', async ({ blocks, error }) => {
    expect((await post({ blocks: JSON.stringify(blocks) })).error).toBe(error);
  });

  it('F4 opens the private chat of a user id and gives each message a ts of its own', async () => {
    const posts = await Promise.all([post({ channel: EVAN }), post(), post()]);
    expect(posts.map(({ body }) => body['channel'])).toEqual([DIRECT, DIRECT, DIRECT]);
    expect(new Set(posts.map(({ body }) => body['ts'])).size).toBe(3);
  });

  it('F5 lets the bot change and delete its own messages, not people’s, and refuses even those where that is asked for', async () => {
    const { ts } = await slack.say({ user: EVAN, text: 'mine' });
    expect(await errorOf('chat.update', { channel: DIRECT, ts, text: 'x' })).toBe('cant_update_message');
    expect(await errorOf('chat.delete', { channel: DIRECT, ts })).toBe('cant_delete_message');
    const own = String((await post()).body['ts']);
    expect(await errorOf('chat.update', { channel: DIRECT, ts: own, text: 'new' })).toBeNull();
    slack.refuseOwn({ deleting: true, updating: false });
    expect(await errorOf('chat.delete', { channel: DIRECT, ts: own })).toBe('cant_delete_message');
    slack.refuseOwn({ deleting: false, updating: false });
    expect(await errorOf('chat.delete', { channel: DIRECT, ts: own })).toBeNull();
    expect(await errorOf('chat.delete', { channel: DIRECT, ts: own })).toBe('message_not_found');
  });

  it('F6 keeps what only one person sees out of the history and out of reach', async () => {
    const { body } = await call('chat.postEphemeral', { channel: 'C0GENERAL0', user: EVAN, text: 'psst' });
    const ts = String(body['message_ts']);
    expect(await errorOf('chat.delete', { channel: 'C0GENERAL0', ts })).toBe('message_not_found');
    expect(slack.history({ user: EVAN })).toMatchObject([{ ephemeralFor: EVAN }]);
    expect(slack.history({ user: XENA })).toEqual([]);
  });

  it('keeps the metadata through an update, and shows it only when asked', async () => {
    const metadata = JSON.stringify({ event_type: 'e', event_payload: { key: 'k' } });
    const ts = String((await post({ metadata })).body['ts']);
    await call('chat.update', { channel: DIRECT, ts, text: 'new' });
    const plain = await call('conversations.history', { channel: DIRECT });
    const full = await call('conversations.history', { channel: DIRECT, include_all_metadata: 'true' });
    expect(plain.body['messages']).toMatchObject([{ text: 'new' }]);
    expect(JSON.stringify(plain.body)).not.toContain('event_payload');
    expect(full.body['messages']).toMatchObject([{ metadata: { event_payload: { key: 'k' } } }]);
  });

  it('gives the history page by page, newest first', async () => {
    for (let n = 0; n < 5; n++) await slack.say({ user: EVAN, text: `m${n}` });
    const texts: unknown[] = [];
    let cursor = '';
    do {
      const { body } = await call('conversations.history', {
        channel: DIRECT,
        limit: '2',
        ...(cursor === '' ? {} : { cursor }),
      });
      texts.push(...(body['messages'] as Json[]).map((message) => message['text']));
      const next = (body['response_metadata'] as Readonly<Record<string, string>> | undefined)?.['next_cursor'];
      cursor = next ?? '';
    } while (cursor !== '');
    expect(texts).toEqual(['m4', 'm3', 'm2', 'm1', 'm0']);
  });

  it('F7 lets one minute take fifty deletions, then says how long to wait, and counts who does not', async () => {
    for (let n = 0; n < 50; n++)
      expect((await call('chat.delete', { channel: DIRECT, ts: '1.000001' })).status).toBe(200);
    expect(await call('chat.delete', { channel: DIRECT, ts: '1.000001' })).toMatchObject({
      status: 429,
      retryAfter: '60',
      error: 'ratelimited',
    });
    await clock.advance(30_000);
    expect((await call('chat.delete', { channel: DIRECT, ts: '1.000001' })).retryAfter).toBe('30');
    expect(
      slack
        .requests()
        .map(({ early }) => early)
        .filter(Boolean),
    ).toHaveLength(1);
    expect((await call('chat.update', { channel: DIRECT, ts: '1.000001' })).status).toBe(200);
    await clock.advance(30_001);
    expect((await call('chat.delete', { channel: DIRECT, ts: '1.000001' })).status).toBe(200);
  });

  it('F7 lets one channel take one post a second after a small burst', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++) statuses.push((await post()).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    expect((await post({ channel: 'C0GENERAL0' })).status).toBe(200);
    await clock.advance(1_000);
    expect([(await post()).status, (await post()).status]).toEqual([200, 429]);
  });

  it('F8 fails as it is told, before the effect or after it', async () => {
    const standing = () => slack.history().length;
    slack.fail({ method: 'chat.postMessage', how: '500-before' });
    expect([(await post()).status, standing()]).toEqual([500, 0]);
    slack.fail({ method: 'chat.postMessage', how: '500-after' });
    expect([(await post()).status, standing()]).toEqual([500, 1]);
    for (const [how, after] of [
      ['reset', 1],
      ['reset-after', 2],
    ] as const) {
      slack.fail({ method: 'chat.postMessage', how });
      await expect(post()).rejects.toThrow();
      expect(standing()).toBe(after);
    }
    slack.fail({ method: '*', how: 'ratelimited', times: 1 });
    expect(await post()).toMatchObject({ status: 200, error: 'ratelimited' });
    slack.fail({ method: 'chat.postMessage', how: '429' });
    expect(await post()).toMatchObject({ status: 429, retryAfter: '1' });
    expect(standing()).toBe(2);
  });

  it('remembers every call, but no token', async () => {
    await post();
    await call('auth.test', { token: TOKEN }, null);
    expect(slack.requests().map(({ method, ok, scope }) => [method, ok, scope])).toEqual([
      ['chat.postMessage', true, 'chat:write'],
      ['auth.test', true, null],
    ]);
    const shown = await (await fetch(`${base}/standin/slack/requests`)).text();
    expect(shown).not.toContain(TOKEN);
    expect(JSON.parse(shown).requests).toHaveLength(2);
  });

  it('notices whom a text of the bot would ping', async () => {
    await post({ text: 'hi <!channel> and <@U0EVAN0000>' });
    await post({ text: 'hi &lt;!channel&gt;' });
    expect(slack.history().map(({ pings }) => pings)).toEqual([['!channel', EVAN], []]);
    const { messages } = (await (await fetch(`${base}/standin/slack/history?user=${EVAN}`)).json()) as {
      messages: Json[];
    };
    expect(messages).toHaveLength(2);
  });
});
