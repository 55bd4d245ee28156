import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { EVENTS, SCOPES } from '../../playground/slack/rules.ts';
import type { Json } from '../../playground/slack/types.ts';
import { app, call, clock, DIRECT, EVAN, post, slack, XENA } from './support/slack-bench.ts';

const lastBody = (): Json => JSON.parse(app.received.at(-1)?.body ?? '{}') as Json;

describe('an envelope of the stand-in', () => {
  it('F15 is whole', async () => {
    const { ts } = await slack.say({ user: EVAN, text: 'a <b> & c' });
    expect(lastBody()).toEqual({
      token: expect.any(String),
      team_id: 'T0SOTTO000',
      context_team_id: 'T0SOTTO000',
      context_enterprise_id: null,
      api_app_id: 'A0SOTTO000',
      event: {
        type: 'message',
        user: EVAN,
        ts,
        client_msg_id: expect.any(String),
        text: 'a &lt;b&gt; &amp; c',
        team: 'T0SOTTO000',
        // As the client laid it out: the words once more, not escaped.
        blocks: [
          {
            type: 'rich_text',
            block_id: expect.any(String),
            elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'a <b> & c' }] }],
          },
        ],
        channel: DIRECT,
        event_ts: ts,
        channel_type: 'im',
      },
      type: 'event_callback',
      event_id: expect.stringMatching(/^Ev[0-9A-Z]+$/),
      event_time: Math.floor(clock.now() / 1_000),
      event_context: expect.any(String),
      authorizations: [
        {
          enterprise_id: null,
          team_id: 'T0SOTTO000',
          user_id: slack.botUserId,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: false,
    });
  });

  it('F15 has an id of its own for each event', async () => {
    for (let n = 0; n < 3; n++) await slack.say({ user: EVAN, text: 'hi' });
    expect(new Set(app.received.map(({ body }) => (JSON.parse(body) as Json)['event_id'])).size).toBe(3);
  });

  it('F15 lays a mention out as one', async () => {
    await slack.say({ user: EVAN, text: 'hi', channel: 'C0GENERAL0' });
    const { event } = lastBody() as { readonly event: Json };
    expect(event['text']).toBe(`<@${slack.botUserId}> hi`);
    expect(event['blocks']).toMatchObject([
      {
        elements: [
          {
            elements: [
              { type: 'user', user_id: slack.botUserId },
              { type: 'text', text: ' hi' },
            ],
          },
        ],
      },
    ]);
  });

  it('F15 can be that of another app or of a foreign workspace', async () => {
    const send = (over: Json) => slack.deliverRaw({ body: JSON.stringify(slack.envelope({ type: 'message' }, over)) });
    await send({ api_app_id: 'A0WRONG000' });
    expect(lastBody()).toMatchObject({ api_app_id: 'A0WRONG000', team_id: 'T0SOTTO000' });
    await send({ team_id: 'T0FOREIGN0', authorizations: [{ team_id: 'T0FOREIGN0' }] });
    expect(lastBody()).toMatchObject({ api_app_id: 'A0SOTTO000', team_id: 'T0FOREIGN0' });
  });

  it('F15 says of a shared channel that it is one, and where somebody is at home', async () => {
    await slack.say({ user: XENA, text: 'hi', channel: 'C0SHARED00' });
    expect(lastBody()).toMatchObject({
      is_ext_shared_channel: true,
      team_id: 'T0SOTTO000',
      event: { user_team: 'T0PARTNER0', source_team: 'T0PARTNER0' },
    });
  });

  it('F15 of a press has a trigger in three parts, the thread, and who began it', async () => {
    const { ts: parent } = await slack.say({ user: EVAN, text: 'hi' });
    const { body } = await post({ thread_ts: parent });
    await slack.press({ user: EVAN, channel: DIRECT, ts: String(body['ts']), actionId: 'a', value: 'v' });
    const payload = JSON.parse(new URLSearchParams(app.received.at(-1)?.body).get('payload') ?? '{}') as Json;
    expect(payload['trigger_id']).toMatch(/^[0-9]+\.[0-9]+\.[0-9a-f]{32}$/);
    expect(payload).toMatchObject({
      container: { thread_ts: parent },
      message: { thread_ts: parent, parent_user_id: EVAN },
    });
  });

  it('F3 is of nothing but what the app’s manifest asks for', () => {
    const { oauth_config: oauth, settings } = JSON.parse(
      readFileSync(new URL('../../manifest/slack/manifest.json', import.meta.url), 'utf8'),
    );
    expect(SCOPES).toEqual(oauth.scopes.bot);
    expect(EVENTS.toSorted()).toEqual(settings.event_subscriptions.bot_events.toSorted());
  });
});

describe('views that lie on each other', () => {
  const text = { type: 'plain_text', text: 'x' };
  const view = JSON.stringify({
    type: 'modal',
    title: text,
    submit: text,
    blocks: [{ type: 'section', text }],
  });
  const payload = (): Json => JSON.parse(new URLSearchParams(app.received.at(-1)?.body).get('payload') ?? '{}') as Json;
  const openOne = async (): Promise<string> => {
    await slack.command({ user: EVAN, command: '/sotto', text: '' });
    const trigger_id = new URLSearchParams(app.received.at(-1)?.body).get('trigger_id') ?? '';
    const { body } = await call('views.open', { trigger_id, view });
    return String((body['view'] as Json)['id']);
  };
  /** Sends it, and says with what it may be gone on from there; the answer keeps it open. */
  const sent = async (id: string): Promise<string> => {
    app.answer({ status: 200, body: JSON.stringify({ response_action: 'update', view: JSON.parse(view) }) });
    await slack.submitView({ user: EVAN, id, values: {} });
    return String(payload()['trigger_id']);
  };

  it('F10 are three at most', async () => {
    const first = await openOne();
    const second = (await call('views.push', { trigger_id: await sent(first), view })).body['view'] as Json;
    expect(second).toMatchObject({ previous_view_id: first, root_view_id: first });
    const third = (await call('views.push', { trigger_id: await sent(String(second['id'])), view })).body[
      'view'
    ] as Json;
    expect(third).toMatchObject({ previous_view_id: second['id'], root_view_id: first });
    expect((await call('views.push', { trigger_id: await sent(String(third['id'])), view })).error).toBe(
      'push_limit_reached',
    );
    expect(slack.views({ user: EVAN }).map(({ id }) => id)).toEqual([first, second['id'], third['id']]);
    slack.closeView({ user: EVAN, id: String(third['id']) });
    expect(slack.views({ user: EVAN })).toHaveLength(2);
  });

  it('F10 are begun by what was sent from a view, once and within three seconds', async () => {
    await slack.command({ user: EVAN, command: '/sotto', text: '' });
    const outside = new URLSearchParams(app.received.at(-1)?.body).get('trigger_id') ?? '';
    expect((await call('views.push', { trigger_id: outside, view })).error).toBe('not_found');
    const id = await openOne();
    const good = await sent(id);
    expect((await call('views.push', { trigger_id: good, view })).error).toBeNull();
    expect((await call('views.push', { trigger_id: good, view })).error).toBe('exchanged_trigger_id');
    const late = await sent(id);
    await clock.advance(3_001);
    expect((await call('views.push', { trigger_id: late, view })).error).toBe('expired_trigger_id');
    expect((await call('views.push', { trigger_id: '1.2.a', view })).error).toBe('invalid_trigger_id');
  });

  it('F10 are all closed where the app says so', async () => {
    const first = await openOne();
    app.answer({ status: 200, body: JSON.stringify({ response_action: 'push', view: JSON.parse(view) }) });
    await slack.submitView({ user: EVAN, id: first, values: {} });
    const [, second] = slack.views({ user: EVAN });
    app.answer({ status: 200, body: JSON.stringify({ response_action: 'clear' }) });
    await slack.submitView({ user: EVAN, id: second?.id ?? '', values: {} });
    expect(slack.views()).toEqual([]);
  });
});
