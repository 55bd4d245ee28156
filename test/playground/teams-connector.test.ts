import { describe, expect, it } from '@jest/globals';
import { createAuthority } from '../../playground/teams/authority.ts';
import { GENERAL, SHARED } from '../../playground/teams/conversations.ts';
import type { Json } from '../../playground/teams/types.ts';
import { systemRandom } from '../../src/adapters/system/system.ts';
import {
  APP,
  askToken,
  base,
  call,
  cardMessage,
  clock,
  direct,
  EVAN,
  PARTNER,
  PASSWORD,
  post,
  reached,
  reopen,
  TENANT,
  teams,
  XENA,
} from './support/teams-bench.ts';

const hello = { type: 'message', text: 'Hello' };
const at = (...more: readonly string[]) => ['conversations', direct(), 'activities', ...more];
const run = (over: Json = {}) => ({ type: 'TextRun', text: 'x', ...over });
const rich = (...inlines: readonly Json[]) => ({ type: 'RichTextBlock', inlines });
const submit = (over: Json = {}) => ({ type: 'Action.Submit', title: 'Go', data: { a: 1 }, ...over });
const made = async (body: unknown, conversation?: string): Promise<string> => (await post(body, conversation)).id;

describe('the authority of the stand-in', () => {
  it('gives random tokens to its one app, and the Connector takes no others', async () => {
    const [one, two] = [await askToken(), await askToken()];
    expect(one).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3_600 } });
    expect(one.token).not.toBe(two.token);
    for (const [token, status] of [
      [one.token, 201],
      ['standin.x.y', 401],
      ['', 401],
      [null, 401],
    ] as const)
      expect((await call('POST', at(), { body: hello, token })).status).toBe(status);
    expect(teams.requests().flatMap(({ verb, bearer }) => (verb === 'token' ? [] : [bearer]))).toEqual([
      'issued',
      'foreign',
      'foreign',
      'none',
    ]);
  });

  it.each([
    [{ client_secret: 'wrong' }, 401, 'invalid_client'],
    [{ client_id: 'other' }, 400, 'unauthorized_client'],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
    [{ scope: 'https://graph.microsoft.com/.default' }, 400, 'invalid_scope'],
  ])('refuses %j', async (over, status, error) => {
    expect(await askToken(over)).toMatchObject({ status, body: { error } });
  });

  it('refuses another tenant, an old secret, and tokens that are over', async () => {
    expect((await askToken({}, 'another')).status).toBe(400);
    const { token } = await askToken();
    teams.setPassword('the next');
    expect((await askToken()).status).toBe(401);
    expect((await call('POST', at(), { body: hello, token })).status).toBe(201);
    await clock.advance(3_600_000);
    expect((await call('POST', at(), { body: hello, token })).status).toBe(401);
    expect(teams.requests().at(-1)).toMatchObject({ bearer: 'expired', error: 'Unauthorized' });
  });

  it('may be shared by several tenants: then each takes the tokens that it gave to the one that it belongs to', async () => {
    const other = await askToken();
    const authority = createAuthority({
      appId: APP,
      tenantId: PARTNER,
      appPassword: PASSWORD,
      tokenSeconds: 60,
      clock,
      random: systemRandom(),
    });
    await reopen({ authority });
    expect((await askToken()).status).toBe(400);
    const { token } = await askToken({}, PARTNER);
    expect((await call('POST', at(), { body: hello, token })).status).toBe(201);
    expect((await call('POST', at(), { body: hello, token: other.token })).status).toBe(401);
  });

  it('keeps secrets and tokens out of what it remembers', async () => {
    const { token } = await askToken();
    await call('POST', at(), { body: hello, token });
    const remembered = await (await fetch(`${base}/standin/teams/requests`)).text();
    expect(remembered).not.toContain(PASSWORD);
    expect(remembered).not.toContain(token);
  });
});

describe('the Connector of the stand-in', () => {
  it('keeps what stands there now, and what stood there before', async () => {
    const id = await made(hello);
    expect(id).toBe('1771442483000');
    await clock.advance(5_000);
    expect((await call('PUT', at(id), { body: { ...hello, text: 'Changed' } })).status).toBe(200);
    expect(teams.history({ user: EVAN })).toMatchObject([{ ts: id, text: 'Changed', editedAt: '1771442488000' }]);
    expect((await call('DELETE', at(id))).status).toBe(200);
    expect(teams.history()).toEqual([]);
    expect(teams.past().map(({ event, message }) => [event, message.text])).toEqual([
      ['posted', 'Hello'],
      ['edited', 'Changed'],
      ['deleted', 'Changed'],
    ]);
  });

  it('changes and removes only what the bot wrote and what is there', async () => {
    const { ts } = await teams.say({ user: EVAN, text: 'mine' });
    for (const [id, status, error] of [
      [ts, 403, 'Forbidden'],
      ['1', 404, 'ActivityNotFoundInConversation'],
    ] as const) {
      expect(await call('PUT', at(id), { body: hello })).toMatchObject({ status, error });
      expect(await call('DELETE', at(id))).toMatchObject({ status, error });
    }
    const id = await made(hello, GENERAL);
    expect(await call('DELETE', at(id))).toMatchObject({ status: 404 });
    expect(await post(hello, 'a:unknown')).toMatchObject({ status: 404, error: 'ConversationNotFound' });
  });

  it('makes two messages of text and a card, and says the id of neither', async () => {
    expect(await post({ ...cardMessage([rich(run())]), text: 'Hello' })).toMatchObject({ status: 201, body: {} });
    expect(teams.history().map(({ text, attachments }) => [text, attachments.length])).toEqual([
      ['Hello', 0],
      ['', 1],
    ]);
    const id = await made(hello);
    const both = { ...cardMessage([rich(run())]), text: 'Hello' };
    expect(await call('PUT', at(id), { body: both })).toMatchObject({ status: 400 });
  });

  it('refuses a message of more than 28 KB, counted as UTF-16', async () => {
    const room = 28 * 1_024 - 2 * JSON.stringify({ type: 'message', text: '' }).length;
    expect((await post({ type: 'message', text: 'x'.repeat(room / 2) })).status).toBe(201);
    expect(await post({ type: 'message', text: 'x'.repeat(room / 2 + 1) })).toMatchObject({
      status: 413,
      error: 'MessageSizeTooBig',
    });
    expect((await post({ type: 'message', text: '🙂'.repeat(room / 4 + 1) })).status).toBe(413);
  });

  it.each([
    ['no content', { type: 'message' }],
    ['blanks', { type: 'message', text: '  ' }],
    ['another type', { type: 'event' }],
    ['an unknown field', { ...hello, colour: 'red' }],
    ['an unknown format', { ...hello, textFormat: 'rtf' }],
    ['another attachment', { type: 'message', attachments: [{ contentType: 'image/png', contentUrl: 'x' }] }],
    ['an empty card', cardMessage([])],
    ['a newer card', cardMessage([rich(run())], { version: '1.6' })],
    ['an unknown element', cardMessage([{ type: 'Image', url: 'x' }])],
    ['an element without words', cardMessage([rich(run({ text: '' }))])],
    ['no runs', cardMessage([rich()])],
    ['an unknown property', cardMessage([{ ...rich(run()), wrap: true }])],
    [
      'seven buttons of a set',
      cardMessage([{ type: 'ActionSet', actions: Array.from({ length: 7 }, () => submit()) }]),
    ],
    ['a card that nothing names to whoever hears it', cardMessage([rich(run())], { speak: '' })],
    ['a card with nothing where it cannot be drawn', cardMessage([rich(run())], { fallbackText: undefined })],
    ['markup where a card cannot be drawn', cardMessage([rich(run())], { fallbackText: '[x](https://evil.example)' })],
    ['a line that a phone would cut', cardMessage([{ type: 'TextBlock', text: 'Hello' }])],
    ['a style that there is not', cardMessage([{ type: 'TextBlock', text: 'Hello', wrap: true, style: 'title' }])],
    ['a line above that is no yes or no', cardMessage([{ ...rich(run()), separator: 'yes' }])],
    [
      'two buttons that sound alike, though in two rows',
      cardMessage([1, 2].map(() => ({ type: 'ActionSet', actions: [submit()] }))),
    ],
    [
      'a button that is heard as another',
      cardMessage([{ type: 'ActionSet', actions: [submit({ tooltip: 'Delete everything' })] }]),
    ],
    ['a button without a title', cardMessage([{ type: 'ActionSet', actions: [submit({ title: '' })] }])],
    ['a button that opens an address', cardMessage([{ type: 'ActionSet', actions: [{ type: 'Action.OpenUrl' }] }])],
  ])('refuses %s', async (_, activity) => {
    expect((await post(activity)).status).toBe(400);
    expect(teams.history()).toEqual([]);
  });

  it('opens one private chat for each person, by either of their ids', async () => {
    await reopen({ limits: false });
    const open = (over: Json = {}) =>
      call('POST', ['conversations'], {
        body: { isGroup: false, bot: { id: `28:${APP}` }, members: [{ id: EVAN }], tenantId: TENANT, ...over },
      });
    expect(await open()).toMatchObject({ status: 201, id: direct() });
    await teams.say({ user: EVAN, text: 'hi' });
    const [activity] = reached;
    const from = activity?.['from'] as Json;
    expect(await open({ members: [{ id: from['id'] }] })).toMatchObject({ status: 201, id: direct() });
    for (const over of [
      { members: [] },
      { members: [{ id: 'nobody' }] },
      { members: [{ id: EVAN }, { id: XENA }] },
      { tenantId: 'another' },
      { bot: { id: '28:other' } },
      { isGroup: true },
    ])
      expect((await open(over)).status).toBe(400);
  });

  it('shows each viewer what they may see', async () => {
    await post(hello);
    await post(hello, GENERAL);
    await post(hello, SHARED);
    expect(teams.history({ user: EVAN }).map(({ channelKind }) => channelKind)).toEqual([
      'direct',
      'channel',
      'shared',
    ]);
    expect(teams.history({ user: XENA }).map(({ channelKind }) => channelKind)).toEqual(['shared']);
    const over = await fetch(`${base}/standin/teams/history?user=${XENA}`);
    expect(await over.json()).toMatchObject({ messages: [{ channelKind: 'shared' }] });
  });

  it('tells the members of a chat, and lets the bot in only where it is', async () => {
    const member = (user: string, conversation = GENERAL) =>
      call('GET', ['conversations', conversation, 'members', user]);
    expect(await member(EVAN)).toMatchObject({ status: 200, body: { aadObjectId: EVAN, tenantId: TENANT } });
    expect(await member(XENA)).toMatchObject({ status: 404, error: 'UserNotFound' });
    expect((await member(XENA, SHARED)).body).toMatchObject({ userRole: 'guest' });
    teams.setMember({ channel: GENERAL, bot: false });
    expect(await member(EVAN)).toMatchObject({ status: 403, error: 'BotNotInConversationRoster' });
    expect((await post(hello, GENERAL)).status).toBe(403);
    expect((await teams.say({ user: EVAN, text: 'hi', channel: GENERAL })).delivered).toBe(0);
  });

  it('tells all members of a chat, and of each what it was told to say', async () => {
    const page = (conversation: string) => call('GET', ['conversations', conversation, 'pagedmembers']);
    const ids = async (conversation: string) =>
      ((await page(conversation)).body as { members: Json[] }).members.map(({ aadObjectId }) => aadObjectId);
    expect(await ids(SHARED)).toEqual(expect.arrayContaining([EVAN, XENA]));
    expect(await ids(direct())).toEqual([EVAN]);
    teams.setPerson({ user: EVAN, tenantId: 'another', userRole: 'anonymous', aadObjectId: null });
    const said = (await call('GET', ['conversations', direct(), 'members', EVAN])).body as Json;
    expect(said).toMatchObject({ tenantId: 'another', userRole: 'anonymous' });
    expect(said).not.toHaveProperty('aadObjectId');
    teams.setMember({ channel: direct(), bot: false });
    expect(await page(direct())).toMatchObject({ status: 403, error: 'BotNotInConversationRoster' });
  });

  it('refuses an address that it had before it moved, also with a token that is good', async () => {
    const before = await made(hello);
    teams.move('emea');
    expect(await call('DELETE', at(before))).toMatchObject({ status: 403, error: 'ServiceError' });
    const moved = await fetch(`${teams.serviceUrl()}v3/${at(before).map(encodeURIComponent).join('/')}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${(await askToken()).token}` },
    });
    expect([moved.status, teams.serviceUrl().endsWith('/connector/emea/')]).toEqual([200, true]);
    await teams.say({ user: EVAN, text: 'hi' });
    expect(reached.at(-1)).toMatchObject({ serviceUrl: teams.serviceUrl() });
  });

  it('is out of a chat, or of a team with all its channels, once the app was taken away there', async () => {
    expect(await teams.uninstall({ user: EVAN, channel: GENERAL })).toBe(200);
    expect(reached.at(-1)).toMatchObject({
      type: 'installationUpdate',
      action: 'remove',
      conversation: { id: GENERAL },
    });
    for (const [channel, status] of [
      [GENERAL, 403],
      [SHARED, 403],
      [direct(), 201],
    ] as const)
      expect((await post(hello, channel)).status).toBe(status);
    await teams.uninstall({ user: EVAN });
    expect(await post(hello)).toMatchObject({ status: 403, error: 'BotNotInConversationRoster' });
  });

  it('answers 404 to whatever it does not have, and remembers that', async () => {
    for (const [method, path] of [
      ['GET', ['conversations']],
      ['GET', ['conversations', 'x', 'members']],
      ['POST', ['conversations', 'x', 'attachments']],
      ['PATCH', ['conversations', 'x', 'activities', '1']],
      ['POST', ['conversations', 'x', 'activities', '1']],
    ] as const)
      expect((await call(method, path)).status).toBe(404);
    expect((await call('POST', at(), { body: hello, query: '?x=1' })).status).toBe(404);
    const unescaped = await fetch(`${base}/standin/teams/connector/v3/conversations/${GENERAL}/activities`, {
      method: 'POST',
    });
    expect(unescaped.status).toBe(404);
    expect((await fetch(`${base}/standin/teams/login/x/v1/token`, { method: 'POST' })).status).toBe(404);
    expect(teams.requests().filter(({ verb }) => verb === 'unknown')).toHaveLength(8);
  });

  it('counts requests by their id', async () => {
    for (const _ of [1, 2]) await call('POST', at(), { body: hello, requestId: 'the-same' });
    expect(teams.requests().flatMap(({ requestId, attempt }) => (requestId === null ? [] : [attempt]))).toEqual([1, 2]);
  });
});

describe('the limits of the stand-in', () => {
  it('let seven calls of a chat pass in a second, and say how long to wait', async () => {
    const statuses = await Promise.all(Array.from({ length: 9 }, async () => (await post(hello)).status));
    expect(statuses.filter((status) => status === 201)).toHaveLength(7);
    const refused = await post(hello);
    expect(refused).toMatchObject({ status: 429, retryAfter: '1', error: 'TooManyRequests' });
    expect(teams.requests().at(-1)).toMatchObject({ early: true });
    expect((await post(hello, GENERAL)).status).toBe(201);
    await clock.advance(1_000);
    expect((await post(hello)).status).toBe(201);
    expect((await post(hello)).status).toBe(429);
  });

  it('are those of a channel, whatever the thread', async () => {
    const statuses: number[] = [];
    for (let thread = 0; thread < 8; thread++)
      statuses.push((await post(hello, `${GENERAL};messageid=${thread}`)).status);
    expect(statuses).toEqual([201, 201, 201, 201, 201, 201, 201, 429]);
  });

  it('let sixty pass in thirty seconds', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 70; n++) {
      statuses.push((await post(hello)).status);
      await clock.advance(400);
    }
    expect(statuses.indexOf(429)).toBe(60);
  });

  it('are off where they are not wanted', async () => {
    await reopen({ limits: false });
    const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await post(hello)).status));
    expect(new Set(statuses)).toEqual(new Set([201]));
  });
});

describe('what the stand-in is told to do wrong', () => {
  it.each([
    ['500-before', 500, 0],
    ['502-after', 502, 1],
    ['204', 204, 1],
    ['empty-id', 201, 1],
    ['412', 412, 0],
    ['429-bare', 429, 0],
    ['403-html', 403, 0],
    ['redirect', 307, 0],
    ['not-json', 200, 1],
    ['huge', 200, 1],
    ['BotDisabledByAdmin', 403, 0],
  ])('%s: status %i, messages that stand: %i', async (how, status, standing) => {
    teams.fail({ verb: 'activity.create', how });
    expect(await post(hello)).toMatchObject({ status, retryAfter: null });
    expect(teams.history()).toHaveLength(standing);
    expect((await post(hello)).status).toBe(201);
  });

  it('429: says how long to wait, and means it', async () => {
    teams.fail({ verb: 'activity.create', how: '429' });
    expect(await post(hello)).toMatchObject({ status: 429, retryAfter: '1' });
    expect((await post(hello)).status).toBe(429);
    await clock.advance(1_000);
    expect((await post(hello)).status).toBe(201);
  });

  it.each([
    ['hang', 0],
    ['hang-after', 1],
    ['reset', 0],
    ['reset-after', 1],
  ])('%s: no answer, messages that stand: %i', async (how, standing) => {
    teams.fail({ verb: 'activity.create', how });
    const arrived = new Promise<void>((resolve) => teams.onCall((verb) => verb === 'activity.create' && resolve()));
    const posting = post(hello).then(
      () => 'answered',
      () => 'none',
    );
    await arrived;
    await new Promise(setImmediate);
    expect(teams.history()).toHaveLength(standing);
    await teams.close();
    expect(await posting).toBe('none');
  });
});
