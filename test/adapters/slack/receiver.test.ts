import { afterEach, describe, expect, it } from '@jest/globals';
import type { RawDelivery } from '../../../playground/slack/types.ts';
import type { Inbound } from '../../../src/core/types.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import {
  APP,
  EVAN,
  FORM,
  formOf,
  messageEvent,
  openSlack,
  PARTNER,
  pressPayload,
  SECRET,
  type SlackBench,
  TEAM,
} from './support.ts';

let bench: SlackBench | null = null;
const open = async (...o: Parameters<typeof openSlack>): Promise<SlackBench> => {
  bench = await openSlack(...o);
  return bench;
};
afterEach(async () => {
  await bench?.close();
  bench = null;
});

const seconds = (offset: number): string => String(Math.floor(Date.now() / 1_000) + offset);
const signed = `v0=${'0'.repeat(64)}`;

const FORGED: readonly { what: string; raw: () => Partial<RawDelivery>; reason: string }[] = [
  {
    what: 'a signature of another secret',
    raw: () => ({ secret: 'another-secret-of-the-same-length' }),
    reason: 'signature-mismatch',
  },
  { what: 'a signature of an empty secret', raw: () => ({ secret: '' }), reason: 'signature-mismatch' },
  {
    what: 'a signature that is invented',
    raw: () => ({ headers: { 'x-slack-signature': signed } }),
    reason: 'signature-mismatch',
  },
  { what: 'no signature', raw: () => ({ headers: { 'x-slack-signature': null } }), reason: 'signature-missing' },
  { what: 'an empty signature', raw: () => ({ headers: { 'x-slack-signature': '' } }), reason: 'signature-missing' },
  {
    what: 'an unknown version',
    raw: () => ({ headers: { 'x-slack-signature': `v1=${'0'.repeat(64)}` } }),
    reason: 'signature-version',
  },
  {
    what: 'a signature that is cut',
    raw: () => ({ headers: { 'x-slack-signature': 'v0=00' } }),
    reason: 'signature-malformed',
  },
  {
    what: 'a signature that is no hex',
    raw: () => ({ headers: { 'x-slack-signature': `v0=${'é'.repeat(32)}` } }),
    reason: 'signature-malformed',
  },
  {
    what: 'two signatures',
    raw: () => ({ headers: { 'x-slack-signature': [signed, signed] } }),
    reason: 'signature-malformed',
  },
  {
    what: 'two timestamps',
    raw: () => ({ headers: { 'x-slack-request-timestamp': [seconds(0), seconds(0)] } }),
    reason: 'timestamp-malformed',
  },
  {
    what: 'no timestamp',
    raw: () => ({ headers: { 'x-slack-request-timestamp': null } }),
    reason: 'timestamp-missing',
  },
  { what: 'a stale timestamp', raw: () => ({ timestamp: seconds(-302) }), reason: 'timestamp-stale' },
  { what: 'a future timestamp', raw: () => ({ timestamp: seconds(302) }), reason: 'timestamp-future' },
  { what: 'a timestamp that is no number', raw: () => ({ timestamp: 'NaN' }), reason: 'timestamp-malformed' },
  { what: 'a negative timestamp', raw: () => ({ timestamp: '-1' }), reason: 'timestamp-malformed' },
  { what: 'a timestamp in another notation', raw: () => ({ timestamp: '1e9' }), reason: 'timestamp-malformed' },
  { what: 'a timestamp with a fraction', raw: () => ({ timestamp: `${seconds(0)}.5` }), reason: 'timestamp-malformed' },
  {
    what: 'a right signature moved to another time',
    raw: () => ({ headers: { 'x-slack-request-timestamp': seconds(-1) } }),
    reason: 'signature-mismatch',
  },
];

describe('1. what is not proved to be from Slack', () => {
  it.each(FORGED)('refuses $what', async ({ raw, reason }) => {
    const { standIn, accepted, rejected } = await open();
    const body = JSON.stringify(standIn.envelope(messageEvent()));
    expect(await standIn.deliverRaw({ body, ...raw() })).toEqual({ status: 401, body: '' });
    expect(accepted).toEqual([]);
    expect(rejected).toEqual([reason]);
  });

  it.each([-299, 0, 299])('accepts a clock that differs by %d seconds', async (offset) => {
    const { standIn, accepted } = await open();
    const body = JSON.stringify(standIn.envelope(messageEvent()));
    expect(await standIn.deliverRaw({ body, timestamp: seconds(offset) })).toEqual({ status: 200, body: '' });
    expect(accepted).toHaveLength(1);
  });

  it('refuses a body of which one byte was changed after signing', async () => {
    const { standIn, url, accepted } = await open();
    const { createHmac } = await import('node:crypto');
    const body = JSON.stringify(standIn.envelope(messageEvent()));
    const timestamp = seconds(0);
    const signature = createHmac('sha256', SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
    const headers = {
      'content-type': 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    };
    const answer = await fetch(url, { method: 'POST', headers, body: body.replace('leave', 'leavf') });
    expect(answer.status).toBe(401);
    expect(await answer.text()).toBe('');
    expect(accepted).toEqual([]);
  });

  it('accepts the old secret and the new one while they overlap, and the old one no longer', async () => {
    const old = 'the-old-signing-secret-of-before';
    let secrets = [SECRET, old];
    const { standIn } = await open({
      adapter: { signingSecret: async () => ({ current: SECRET, accepted: secrets }) },
    });
    const deliver = async (secret: string) =>
      (await standIn.deliverRaw({ body: JSON.stringify(standIn.envelope(messageEvent())), secret })).status;
    expect([await deliver(old), await deliver(SECRET)]).toEqual([200, 200]);
    secrets = [SECRET];
    expect([await deliver(old), await deliver(SECRET)]).toEqual([401, 200]);
  });

  it('never takes a secret that is too short to be one, even if the vault holds it', async () => {
    const { standIn } = await open({
      adapter: { signingSecret: async () => ({ current: '', accepted: ['', 'short'] }) },
    });
    const body = JSON.stringify(standIn.envelope(messageEvent()));
    expect((await standIn.deliverRaw({ body, secret: '' })).status).toBe(401);
    expect((await standIn.deliverRaw({ body, secret: 'short' })).status).toBe(401);
  });
});

describe('2. the form of a request', () => {
  const json = JSON.stringify({ type: 'url_verification', token: 't', challenge: 'c0ffee' });

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset=UTF-8'])(
    'reads %s',
    async (contentType) => {
      const { standIn } = await open();
      const { status, body } = await standIn.deliverRaw({ body: json, contentType });
      expect({ status, body: JSON.parse(body) }).toEqual({ status: 200, body: { challenge: 'c0ffee' } });
    },
  );

  it.each([FORM, `${FORM}; charset=utf-8`])('reads a press as %s', async (contentType) => {
    const { standIn, accepted } = await open();
    expect((await standIn.deliverRaw({ body: formOf(pressPayload()), contentType })).status).toBe(200);
    expect(accepted).toMatchObject([{ kind: 'press', action: 'sotto.ask', value: 'sealed' }]);
  });

  it.each([
    { what: 'nothing', body: '' },
    { what: 'no JSON', body: '{"event":' },
    { what: 'a number', body: '7' },
    { what: 'null', body: 'null' },
    { what: 'a list', body: '[]' },
    { what: 'an event that is a word', body: `{"event":"message","api_app_id":"${APP}"}` },
    { what: 'a challenge that is no text', body: '{"type":"url_verification","challenge":{"a":1}}' },
    {
      what: 'a challenge without end',
      body: JSON.stringify({ type: 'url_verification', challenge: 'x'.repeat(2_000) }),
    },
  ])('answers 400 to $what', async ({ body }) => {
    const { standIn, accepted, rejected } = await open();
    expect(await standIn.deliverRaw({ body })).toEqual({ status: 400, body: '' });
    expect({ accepted, rejected }).toEqual({ accepted: [], rejected: ['body-malformed'] });
  });

  it('answers 400 to a type that Slack never sends', async () => {
    const { standIn } = await open();
    expect((await standIn.deliverRaw({ body: json, contentType: 'text/plain' })).status).toBe(400);
  });

  it('answers 413 to more than 256 KiB, before it looks at the signature', async () => {
    const { standIn, slack, accepted } = await open();
    expect(slack.route.bodyLimit).toBe(262_144);
    expect((await standIn.deliverRaw({ body: 'x'.repeat(262_145) })).status).toBe(413);
    expect(accepted).toEqual([]);
  });

  it('answers the check of the certificate, once it is signed', async () => {
    const { standIn } = await open();
    const check = { body: 'ssl_check=1&token=t', contentType: FORM };
    expect((await standIn.deliverRaw(check)).status).toBe(200);
    expect((await standIn.deliverRaw({ ...check, secret: 'x'.repeat(20) })).status).toBe(401);
  });

  it('lives through a lone surrogate and ten thousand emoji', async () => {
    const { standIn, accepted } = await open();
    for (const text of ['a\\ud800b', '🙂'.repeat(10_000)]) {
      const body = JSON.stringify(standIn.envelope(messageEvent({ text: 'TEXT' }))).replace('TEXT', text);
      expect((await standIn.deliverRaw({ body })).status).toBe(200);
    }
    const texts = accepted.map((inbound) => (inbound.kind === 'question' ? inbound.text : ''));
    expect(texts.map((text) => [text.length <= 8_000, text.isWellFormed()])).toEqual([
      [true, true],
      [true, true],
    ]);
  });
});

describe('3. what is proved but not for us', () => {
  const authorized = (team: string) => [
    { enterprise_id: null, team_id: team, user_id: 'U0SOTTOBOT', is_bot: true, is_enterprise_install: false },
  ];

  it.each([
    { what: 'another app', over: { api_app_id: 'A0OTHER000' }, reason: 'app-foreign' },
    { what: 'no app', over: { api_app_id: null }, reason: 'app-foreign' },
    {
      what: 'a foreign workspace',
      over: { team_id: PARTNER, authorizations: authorized(PARTNER) },
      reason: 'team-foreign',
    },
    { what: 'an installation that is foreign', over: { authorizations: authorized(PARTNER) }, reason: 'team-foreign' },
    { what: 'an envelope that is foreign', over: { team_id: PARTNER }, reason: 'team-foreign' },
    { what: 'no workspace at all', over: { team_id: null, authorizations: [] }, reason: 'team-foreign' },
  ])('drops an event for $what and notes it', async ({ over, reason }) => {
    const { standIn, accepted, rejected } = await open();
    const body = JSON.stringify(standIn.envelope(messageEvent(), over));
    expect(await standIn.deliverRaw({ body })).toEqual({ status: 200, body: '' });
    expect({ accepted, rejected }).toEqual({ accepted: [], rejected: [reason] });
  });

  it.each([
    { what: 'another app', over: { api_app_id: 'A0OTHER000' }, reason: 'app-foreign' },
    { what: 'a foreign workspace', over: { team: { id: PARTNER, domain: 'p' } }, reason: 'team-foreign' },
  ])('drops a press for $what', async ({ over, reason }) => {
    const { standIn, accepted, rejected } = await open();
    expect((await standIn.deliverRaw({ body: formOf(pressPayload(over)), contentType: FORM })).status).toBe(200);
    expect({ accepted, rejected }).toEqual({ accepted: [], rejected: [reason] });
  });

  it('takes an organisation in the list for all its workspaces', async () => {
    const { standIn, accepted } = await open({ adapter: { teamIds: ['E0ORGAN0'] } });
    const authorizations = [
      { ...authorized(TEAM)[0], enterprise_id: 'E0ORGAN0', team_id: null, is_enterprise_install: true },
    ];
    const body = JSON.stringify(standIn.envelope(messageEvent(), { authorizations }));
    await standIn.deliverRaw({ body });
    expect(accepted).toMatchObject([{ account: { tenant: TEAM, external: false } }]);
  });

  it('reads the installation, not the sender, where a channel is shared', async () => {
    const { standIn, accepted } = await open();
    const event = messageEvent({
      type: 'app_mention',
      channel: 'C0SHARED00',
      channel_type: undefined,
      user_team: PARTNER,
      team: PARTNER,
    });
    const body = JSON.stringify(standIn.envelope(event, { team_id: PARTNER, is_ext_shared_channel: true }));
    await standIn.deliverRaw({ body });
    expect(accepted).toMatchObject([{ account: { tenant: TEAM, external: true }, place: { kind: 'shared' } }]);
  });
});

describe('4. and 5. repeats', () => {
  it('4. gives every delivery of one message the same id, so that it is known again', async () => {
    const { standIn, accepted } = await open();
    const body = JSON.stringify(standIn.envelope(messageEvent()));
    const mention = JSON.stringify(standIn.envelope(messageEvent({ type: 'app_mention' })));
    for (const each of [body, body, mention]) await standIn.deliverRaw({ body: each });
    expect(new Set(accepted.map(({ id }) => id))).toEqual(new Set([`slack:${TEAM}:D0EVAN0000:1771442483.260129`]));
  });

  it('4. answers 200 to what was accepted before', async () => {
    const { standIn } = await open({ adapter: { accept: async () => 'repeat' } });
    expect((await standIn.say({ user: EVAN, text: 'hello', twice: true })).delivered).toBe(200);
  });

  it('5. takes a retry of which it never saw the first delivery', async () => {
    const { standIn, accepted } = await open();
    const body = JSON.stringify(standIn.envelope(messageEvent()));
    const headers = { 'x-slack-retry-num': '2', 'x-slack-retry-reason': 'http_error' };
    expect((await standIn.deliverRaw({ body, headers })).status).toBe(200);
    expect(accepted).toHaveLength(1);
  });
});

describe('6. the answer within a second', () => {
  it('6. says 200 only when the question is durably ours', async () => {
    const order: string[] = [];
    const { standIn } = await open({
      adapter: {
        accept: async () => {
          await new Promise((resolve) => setTimeout(resolve, 100));
          order.push('accepted');
          return 'accepted';
        },
      },
    });
    await standIn.say({ user: EVAN, text: 'hello' });
    order.push('answered');
    expect(order).toEqual(['accepted', 'answered']);
  });

  it.each([
    { what: 'says that it cannot', accept: async () => 'unavailable' as const },
    { what: 'throws', accept: async () => Promise.reject(new Error('store gone')) },
    { what: 'never answers', accept: () => new Promise<never>(() => undefined) },
  ])('6. says 503 where the store $what', async ({ accept }) => {
    const { standIn } = await open({ adapter: { accept } });
    const began = performance.now();
    const { status, body } = await standIn.deliverRaw({ body: JSON.stringify(standIn.envelope(messageEvent())) });
    expect({ status, body }).toEqual({ status: 503, body: '' });
    expect(performance.now() - began).toBeLessThan(1_500);
  });

  it('6. says 503 where the vault never answers, and accepts nothing', async () => {
    const { standIn, accepted } = await open({ adapter: { signingSecret: () => new Promise<never>(() => undefined) } });
    const { status } = await standIn.deliverRaw({ body: JSON.stringify(standIn.envelope(messageEvent())) });
    expect({ status, accepted }).toEqual({ status: 503, accepted: [] });
  });

  it('6. needs no call to Slack before it answers', async () => {
    const { standIn, accepted } = await open();
    standIn.fail({ method: '*', how: 'hang', times: 100 });
    expect((await standIn.say({ user: EVAN, text: 'hello' })).delivered).toBe(200);
    expect(accepted).toHaveLength(1);
    expect(standIn.requests()).toEqual([]);
  });

  it('6. keeps to nine tenths of a second by its own clock', async () => {
    const clock = createFakeClock();
    const { slack } = await open({ adapter: { clock, accept: () => new Promise<never>(() => undefined) } });
    const { createHmac } = await import('node:crypto');
    const body = Buffer.from(
      JSON.stringify({ type: 'event_callback', api_app_id: APP, team_id: TEAM, event: messageEvent() }),
    );
    const timestamp = String(Math.floor(clock.now() / 1_000));
    const signature = createHmac('sha256', SECRET).update(`v0:${timestamp}:`).update(body).digest('hex');
    const headers = {
      'content-type': 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    };
    const answered = slack.route.handle({ headers, body });
    await clock.advance(899);
    expect(await Promise.race([answered, Promise.resolve('waiting')])).toBe('waiting');
    await clock.advance(2);
    expect(await answered).toMatchObject({ status: 503 });
  });
});

describe('a press that could not be accepted', () => {
  const failing = { accept: async (_inbound: Inbound) => 'unavailable' as const };

  const pressOne = async ({ slack, standIn }: SlackBench): Promise<number> => {
    const card = {
      text: 'Which?',
      note: null,
      buttons: [{ action: 'sotto.ask', label: 'A', value: 'v' }],
      fallback: null,
    };
    const posted = await slack.platform.post({ to: { tenant: TEAM, user: EVAN, channel: null }, card, key: 'k' });
    if (!posted.ok) throw new Error(posted.code);
    return standIn.press({
      user: EVAN,
      channel: posted.ref.channel,
      ts: posted.ref.id,
      actionId: 'sotto.ask',
      value: 'v',
    });
  };

  it('29. is told to be pressed again, by the response_url', async () => {
    const stage = await open({ adapter: failing });
    expect(await pressOne(stage)).toBe(200);
    expect(stage.standIn.history({ user: EVAN }).at(-1)).toMatchObject({
      text: 'Please press again.',
      ephemeralFor: EVAN,
    });
  });

  it('29. is answered 503 where the address is not Slack’s, and nothing is sent there', async () => {
    const { standIn } = await open({ adapter: failing });
    const urls = [
      'http://hooks.slack.com/x',
      'https://hooks.slack.com.evil.example/x',
      'https://hooks.slack.com:8443/x',
      'https://u:p@hooks.slack.com/x',
      'http://169.254.169.254/',
      'file:///etc/passwd',
      'nonsense',
    ];
    for (const response_url of urls) {
      const { status } = await standIn.deliverRaw({ body: formOf(pressPayload({ response_url })), contentType: FORM });
      expect({ response_url, status }).toEqual({ response_url, status: 503 });
    }
  });
});

describe('16. what nothing here knows', () => {
  it.each([
    { what: 'a view', payload: { type: 'view_submission', view: { id: 'V1', callback_id: 'x' } } },
    { what: 'a closed view', payload: { type: 'view_closed', view: { id: 'V1', callback_id: 'x' } } },
    { what: 'a shortcut', payload: { type: 'shortcut', callback_id: 'x', trigger_id: '1' } },
    { what: 'a shortcut of a message', payload: { type: 'message_action', callback_id: 'x', message: {} } },
    { what: 'a choice of options', payload: { type: 'block_suggestion', action_id: 'x', value: 'y' } },
    {
      what: 'another element than a button',
      payload: { type: 'block_actions', actions: [{ type: 'overflow', action_id: 'x' }] },
    },
    { what: 'a press in a view', payload: { type: 'block_actions', channel: undefined, container: { type: 'view' } } },
  ])('16. acknowledges $what at once and notes it', async ({ payload }) => {
    const { standIn, accepted, rejected } = await open();
    const body = formOf({ ...pressPayload(), ...payload });
    const began = performance.now();
    expect(await standIn.deliverRaw({ body, contentType: FORM })).toEqual({ status: 200, body: '' });
    expect(performance.now() - began).toBeLessThan(800);
    expect({ accepted, rejected }).toEqual({ accepted: [], rejected: ['interaction-unknown'] });
  });

  it('16. acknowledges an unknown command and notes it', async () => {
    const { standIn, accepted, rejected } = await open();
    expect(await standIn.command({ user: EVAN, command: '/unknown', text: 'x' })).toBe(200);
    expect({ accepted, rejected }).toEqual({ accepted: [], rejected: ['interaction-unknown'] });
  });

  it.each(['app_home_opened', 'reaction_added', 'user_change', 'tokens_revoked', 'app_uninstalled', 'no_such_event'])(
    '16. acknowledges the event %s',
    async (type) => {
      const { standIn, accepted } = await open();
      const body = JSON.stringify(standIn.envelope({ type, user: EVAN, channel: 'D0EVAN0000' }));
      expect((await standIn.deliverRaw({ body })).status).toBe(200);
      expect(accepted).toEqual([]);
    },
  );
});

describe('27. what is logged', () => {
  it('27. holds no words, tokens or addresses, whatever happens', async () => {
    const { slack, standIn, logged } = await open({
      adapter: { accept: async () => Promise.reject(new Error('about my secret salary')) },
    });
    const spy = [console.log, console.warn, console.error, console.info, console.debug];
    const printed: unknown[] = [];
    const keep = (...args: unknown[]): void => void printed.push(...args);
    [console.log, console.warn, console.error, console.info, console.debug] = [keep, keep, keep, keep, keep];
    try {
      standIn.fail({ method: 'auth.test', how: 'invalid_auth', times: 1 });
      await slack.start();
      await until(() => logged.length > 0);
      await standIn.deliverRaw({ body: JSON.stringify(standIn.envelope(messageEvent({ text: 'my secret salary' }))) });
      await standIn.deliverRaw({
        body: formOf(pressPayload({ response_url: 'https://elsewhere.example/secret' })),
        contentType: FORM,
      });
      standIn.fail({ method: 'chat.postMessage', how: 'missing_scope' });
      const card = { text: 'secret salary: 1', note: null, buttons: [], fallback: null };
      await slack.platform.post({ to: { tenant: TEAM, user: EVAN, channel: null }, card, key: 'k' });
    } finally {
      [console.log, console.warn, console.error, console.info, console.debug] = spy as [
        typeof console.log,
        typeof console.warn,
        typeof console.error,
        typeof console.info,
        typeof console.debug,
      ];
    }
    expect(printed).toEqual([]);
    expect(logged.length).toBeGreaterThan(3);
    expect(logged.join('\n')).not.toMatch(/salary|xoxb|signing-secret|https?:|hooks/);
  });
});
