import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../playground/slack/types.ts';
import { app, base, call, clock, DIRECT, EVAN, errorOf, post, reopen, slack, XENA } from './support/slack-bench.ts';

const GENERAL = 'C0GENERAL0';
const plain = (text: string): Json => ({ type: 'plain_text', text });
const marked = (text: string): Json => ({ type: 'mrkdwn', text });
const button = (over: Json = {}): Json => ({
  type: 'button',
  action_id: 'a',
  text: plain('Show'),
  value: 'v',
  ...over,
});
const confirm = (over: Json = {}): Json => ({
  title: plain('Sure?'),
  text: plain('It is deleted.'),
  confirm: plain('Yes'),
  deny: plain('No'),
  ...over,
});
const takes = async (blocks: readonly Json[]): Promise<unknown> =>
  // Each in a channel that has not used up its posts.
  (await post({ blocks: JSON.stringify(blocks) })).error;

describe('a post, as the stand-in takes it', () => {
  it('F4 is refused in private where the app has no tab for messages', async () => {
    await reopen({ messagesTab: false });
    expect((await post()).error).toBe('messages_tab_disabled');
    expect((await post({ channel: EVAN })).error).toBe('messages_tab_disabled');
    expect((await post({ channel: GENERAL })).error).toBeNull();
    await expect(slack.say({ user: EVAN, text: 'hi' })).rejects.toThrow('no tab');
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['an argument that there is not', { colour: 'red' }],
    ['attachments, which Sotto never sends', { attachments: '[]' }],
    ['a flag that is none', { unfurl_links: 'perhaps' }],
  ])('F4 is refused with %s', async (_, args) => {
    expect((await post(args)).error).toBe('invalid_arguments');
    expect(slack.history()).toEqual([]);
  });

  it('F4 is refused where an argument is of another type', async () => {
    const answer = await fetch(`${base}/standin/slack/api/chat.postMessage`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-token', 'content-type': 'application/json' },
      body: JSON.stringify({ channel: DIRECT, text: 7 }),
    });
    expect(await answer.json()).toMatchObject({ ok: false, error: 'invalid_arguments' });
  });

  it('F3 is refused in another name, which needs a scope that nobody gave', async () => {
    for (const key of ['username', 'icon_emoji', 'icon_url', 'as_user'])
      expect(await post({ [key]: 'true' })).toMatchObject({
        error: 'missing_scope',
        body: { needed: 'chat:write.customize' },
      });
  });

  it.each<[string, readonly Json[]]>([
    ['a label for screen readers', [{ type: 'actions', elements: [button({ accessibility_label: 'Show the pay' })] }]],
    ['a button that asks again', [{ type: 'actions', elements: [button({ confirm: confirm() })] }]],
    ['a link', [{ type: 'actions', elements: [button({ url: 'https://example.com/' })] }]],
    ['fields', [{ type: 'section', fields: [marked('a'), plain('b')] }]],
    ['a button beside a section', [{ type: 'section', text: plain('a'), accessory: button() }]],
  ])('F4 takes %s', async (_, blocks) => {
    expect(await takes(blocks)).toBeNull();
  });

  it.each<[string, readonly Json[]]>([
    [
      'a long label for screen readers',
      [{ type: 'actions', elements: [button({ accessibility_label: 'x'.repeat(76) })] }],
    ],
    [
      'a label for screen readers that is no text',
      [{ type: 'actions', elements: [button({ accessibility_label: {} })] }],
    ],
    [
      'a question without an answer',
      [{ type: 'actions', elements: [button({ confirm: confirm({ deny: undefined }) })] }],
    ],
    [
      'a long question',
      [{ type: 'actions', elements: [button({ confirm: confirm({ title: plain('x'.repeat(101)) }) })] }],
    ],
    ['a link to nowhere', [{ type: 'actions', elements: [button({ url: 'nowhere' })] }]],
    [
      'a link that is long',
      [{ type: 'actions', elements: [button({ url: `https://example.com/${'x'.repeat(3_000)}` })] }],
    ],
    ['eleven fields', [{ type: 'section', fields: Array.from({ length: 11 }, () => plain('x')) }]],
    ['a long field', [{ type: 'section', fields: [plain('x'.repeat(2_001))] }]],
    ['a section with nothing in it', [{ type: 'section' }]],
    [
      'a long button beside a section',
      [{ type: 'section', text: plain('a'), accessory: button({ text: plain('x'.repeat(76)) }) }],
    ],
    ['eleven words in a context', [{ type: 'context', elements: Array.from({ length: 11 }, () => plain('x')) }]],
    ['a context with nothing in it', [{ type: 'context', elements: [] }]],
    ['a heading in markup', [{ type: 'header', text: marked('x') }]],
    ['a long heading', [{ type: 'header', text: plain('x'.repeat(151)) }]],
    ['a button without a name', [{ type: 'actions', elements: [button({ action_id: undefined })] }]],
    ['a long name', [{ type: 'actions', elements: [button({ action_id: 'x'.repeat(256) })] }]],
    ['an unknown style', [{ type: 'actions', elements: [button({ style: 'loud' })] }]],
    [
      'two blocks of one id',
      [
        { type: 'divider', block_id: 'a' },
        { type: 'divider', block_id: 'a' },
      ],
    ],
    ['a long id', [{ type: 'divider', block_id: 'x'.repeat(256) }]],
    [
      'a field to fill in',
      [{ type: 'input', label: plain('a'), element: { type: 'plain_text_input', action_id: 'a' } }],
    ],
  ])('F4 refuses %s', async (_, blocks) => {
    expect(await takes(blocks)).toBe('invalid_blocks');
  });

  it('F5 leaves its replies behind when it is deleted', async () => {
    const parent = String((await post({ text: 'parent' })).body['ts']);
    await post({ text: 'reply', thread_ts: parent });
    expect(await errorOf('chat.delete', { channel: DIRECT, ts: parent })).toBeNull();
    expect(slack.history()).toMatchObject([{ text: 'reply', threadTs: parent }]);
  });

  it('F6 that only one person sees is gone when they load their client anew, and was never in the history', async () => {
    const psst = { channel: GENERAL, text: 'psst' };
    await call('chat.postEphemeral', { ...psst, user: EVAN });
    await reopen({ scopes: ['chat:write', 'channels:history'] });
    const { body } = await call('chat.postEphemeral', { ...psst, user: EVAN });
    const ts = String(body['message_ts']);
    expect((await call('conversations.history', { channel: GENERAL })).body['messages']).toEqual([]);
    expect(await errorOf('chat.update', { channel: GENERAL, ts, text: 'x' })).toBe('message_not_found');
    expect(await errorOf('chat.postEphemeral', { ...psst, user: XENA })).toBe('user_not_in_channel');
    expect(slack.history({ user: EVAN })).toHaveLength(1);
    slack.reload({ user: EVAN });
    expect(slack.history()).toEqual([]);
  });

  it('F7 that comes before its time is counted as early, and each channel has a time of its own', async () => {
    for (let n = 0; n < 6; n++) await post();
    const again = await post();
    expect(again).toMatchObject({ status: 429, error: 'ratelimited' });
    expect(again.retryAfter).toMatch(/^[1-9][0-9]*$/);
    expect((await post({ channel: GENERAL })).status).toBe(200);
    expect(slack.requests().map(({ status, early }) => [status, early])).toEqual([
      ...Array.from({ length: 5 }, () => [200, false]),
      [429, false],
      [429, true],
      [200, false],
    ]);
  });

  it('F7 that was told to wait holds its channel alone back', async () => {
    slack.fail({ method: 'chat.postMessage', how: '429' });
    expect(await post()).toMatchObject({ status: 429, retryAfter: '1' });
    expect((await post()).status).toBe(429);
    expect((await post({ channel: GENERAL })).status).toBe(200);
    await clock.advance(1_000);
    expect((await post()).status).toBe(200);
  });

  it.each<[string, number, number]>([
    ['500-before', 500, 0],
    ['500-after', 500, 1],
    ['503-before', 503, 0],
    ['503-after', 503, 1],
  ])('F8 that fails by %s is answered %i and stands there %i times', async (how, status, standing) => {
    slack.fail({ method: 'chat.postMessage', how });
    expect((await post()).status).toBe(status);
    expect(slack.history()).toHaveLength(standing);
  });

  it.each<[string, number]>([
    ['hang', 0],
    ['hang-after', 1],
  ])('F8 that fails by %s is never answered and stands there %i times', async (how, standing) => {
    slack.fail({ method: 'chat.postMessage', how });
    const answer = fetch(`${base}/standin/slack/api/chat.postMessage`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-token' },
      body: new URLSearchParams({ channel: DIRECT, text: 'hi' }),
      signal: AbortSignal.timeout(200),
    });
    await expect(answer).rejects.toThrow(/abort|timeout/i);
    expect(slack.history()).toHaveLength(standing);
    expect(slack.requests()).toMatchObject([{ status: 0, ok: false }]);
  });
});

describe('response_urls of the stand-in', () => {
  it('F12 refuse what Slack would not show, and take nothing for it', async () => {
    // Such an address begins where the Web API was called last.
    await call('auth.test');
    await slack.command({ user: EVAN, command: '/sotto', text: 'hello' });
    const url = new URLSearchParams(app.received.at(-1)?.body).get('response_url') ?? '';
    const answer = async (body: Json): Promise<number> =>
      (
        await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      ).status;
    expect(await answer({ blocks: [{ type: 'marquee' }] })).toBe(400);
    expect(await answer({})).toBe(400);
    expect(await answer({ text: 'x'.repeat(40_001) })).toBe(400);
    for (let n = 0; n < 5; n++) expect(await answer({ text: 'good' })).toBe(200);
    expect(await answer({ text: 'one too many' })).toBe(404);
    expect(slack.history({ user: EVAN }).map(({ ephemeralFor }) => ephemeralFor)).toEqual(
      Array.from({ length: 5 }, () => EVAN),
    );
  });
});
