import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createFakeClock } from '../../support/fake-clock.ts';
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
  STORES_AWAY,
  slowly,
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

describe('the form of a request', () => {
  const json = JSON.stringify({ type: 'url_verification', token: 't', challenge: 'c0ffee' });

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset=UTF-8'])(
    'R2 reads %s',
    async (contentType) => {
      const { standIn } = await open();
      const { status, body } = await standIn.deliverRaw({ body: json, contentType });
      expect({ status, body: JSON.parse(body) }).toEqual({ status: 200, body: { challenge: 'c0ffee' } });
    },
  );

  it.each([FORM, `${FORM}; charset=utf-8`])('R2 reads a press as %s', async (contentType) => {
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
  ])('R2 answers 400 to $what', async ({ body }) => {
    const { standIn, accepted, rejected } = await open();
    expect(await standIn.deliverRaw({ body })).toEqual({ status: 400, body: '' });
    expect({ accepted, rejected }).toEqual({ accepted: [], rejected: ['body-malformed'] });
  });

  it('R2 looks at the signature over the bytes before it reads them', async () => {
    const { standIn, rejected } = await open();
    for (const body of ['{"event":', '7', '']) {
      expect((await standIn.deliverRaw({ body, secret: 'another-secret-of-the-same-length' })).status).toBe(401);
    }
    expect(rejected).toEqual(['signature-mismatch', 'signature-mismatch', 'signature-mismatch']);
  });

  it('R2 takes the signature over bytes that are no UTF-8, and reads what can be read', async () => {
    const { standIn, accepted } = await open();
    const body = Buffer.from(JSON.stringify(standIn.envelope(messageEvent({ text: 'TEXT' }))));
    body.fill(0xff, body.indexOf('TEXT'), body.indexOf('TEXT') + 4);
    expect((await standIn.deliverRaw({ body })).status).toBe(200);
    expect(accepted).toMatchObject([{ text: '\ufffd\ufffd\ufffd\ufffd' }]);
  });

  it('R2 asks to be spared the next delivery of what it can make nothing of, and of nothing else', async () => {
    const spared = async (bench: SlackBench, body: string): Promise<readonly unknown[]> => {
      const timestamp = String(Math.floor(Date.now() / 1_000));
      const signature = createHmac('sha256', SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
      const headers = {
        'content-type': 'application/json',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${signature}`,
      };
      const answer = await fetch(bench.url, { method: 'POST', headers, body });
      return [answer.status, answer.headers.get('x-slack-no-retry')];
    };
    const good = await open();
    const event = JSON.stringify(good.standIn.envelope(messageEvent()));
    expect(await spared(good, '{"event":')).toEqual([400, '1']);
    expect(await spared(good, event)).toEqual([200, null]);
    await good.close();
    const away = await open({ adapter: { accept: async () => 'unavailable' } });
    expect(await spared(away, event)).toEqual([503, null]);
  });

  it('R2 answers 400 to a type that Slack never sends', async () => {
    const { standIn } = await open();
    expect((await standIn.deliverRaw({ body: json, contentType: 'text/plain' })).status).toBe(400);
  });

  it('R2 answers 413 to more than 256 KiB, before it looks at the signature', async () => {
    const { standIn, slack, accepted } = await open();
    expect(slack.route?.bodyLimit).toBe(262_144);
    expect((await standIn.deliverRaw({ body: 'x'.repeat(262_145) })).status).toBe(413);
    expect(accepted).toEqual([]);
  });

  it('R2 answers the check of the certificate, once it is signed', async () => {
    const { standIn } = await open();
    const check = { body: 'ssl_check=1&token=t', contentType: FORM };
    expect((await standIn.deliverRaw(check)).status).toBe(200);
    expect((await standIn.deliverRaw({ ...check, secret: 'x'.repeat(20) })).status).toBe(401);
  });

  it('R2 lives through a lone surrogate and ten thousand emoji', async () => {
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

describe('what is proved but not for us', () => {
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
  ])('R3 drops an event for $what and notes it', async ({ over, reason }) => {
    const { standIn, accepted, rejected } = await open();
    const body = JSON.stringify(standIn.envelope(messageEvent(), over));
    expect(await standIn.deliverRaw({ body })).toEqual({ status: 200, body: '' });
    expect({ accepted, rejected }).toEqual({ accepted: [], rejected: [reason] });
  });

  it.each([
    { what: 'another app', over: { api_app_id: 'A0OTHER000' }, reason: 'app-foreign' },
    { what: 'a foreign workspace', over: { team: { id: PARTNER, domain: 'p' } }, reason: 'team-foreign' },
  ])('R3 drops a press for $what', async ({ over, reason }) => {
    const { standIn, accepted, rejected } = await open();
    expect((await standIn.deliverRaw({ body: formOf(pressPayload(over)), contentType: FORM })).status).toBe(200);
    expect({ accepted, rejected }).toEqual({ accepted: [], rejected: [reason] });
  });

  it('R3 takes an organisation in the list for all its workspaces', async () => {
    const { standIn, accepted } = await open({ adapter: { teamIds: ['E0ORGAN0'] } });
    const authorizations = [
      { ...authorized(TEAM)[0], enterprise_id: 'E0ORGAN0', team_id: null, is_enterprise_install: true },
    ];
    const body = JSON.stringify(standIn.envelope(messageEvent(), { authorizations }));
    await standIn.deliverRaw({ body });
    expect(accepted).toMatchObject([{ account: { tenant: TEAM, external: false } }]);
  });

  it('R3 reads the installation, not the sender, where a channel is shared', async () => {
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

describe('events that Slack holds back', () => {
  const limited = JSON.stringify({
    token: 't',
    type: 'app_rate_limited',
    team_id: TEAM,
    minute_rate_limited: 1_771_442_460,
    api_app_id: APP,
  });

  it.each(['http', 'socket'] as const)('are on record and in the log, over %s, and answered', async (via) => {
    const { standIn, rejected, logged, accepted } = await open({ via });
    expect((await standIn.deliverRaw({ body: limited })).status).toBe(200);
    expect({ rejected, accepted }).toEqual({ rejected: ['events-limited'], accepted: [] });
    expect(logged.map((line) => JSON.parse(line))).toEqual([{ event: 'slack.events-limited', tenant: TEAM }]);
  });

  it('of another app are none of ours', async () => {
    const { standIn, rejected, logged } = await open();
    await standIn.deliverRaw({ body: limited.replace(APP, 'A0OTHER000') });
    expect({ rejected, logged }).toEqual({ rejected: ['app-foreign'], logged: [] });
  });
});

describe('repeats', () => {
  it('R4 gives every delivery of one message the same id, so that it is known again', async () => {
    const { standIn, accepted } = await open();
    const body = JSON.stringify(standIn.envelope(messageEvent()));
    const mention = JSON.stringify(standIn.envelope(messageEvent({ type: 'app_mention' })));
    for (const each of [body, body, mention]) await standIn.deliverRaw({ body: each });
    expect(new Set(accepted.map(({ id }) => id))).toEqual(new Set([`slack:${TEAM}:D0EVAN0000:1771442483.260129`]));
  });

  it('R4 answers 200 to what was accepted before', async () => {
    const { standIn } = await open({ adapter: { accept: async () => 'repeat' } });
    expect((await standIn.say({ user: EVAN, text: 'hello', twice: true })).delivered).toBe(200);
  });

  it('R5 takes a retry of which it never saw the first delivery', async () => {
    const { standIn, accepted } = await open();
    const body = JSON.stringify(standIn.envelope(messageEvent()));
    const headers = { 'x-slack-retry-num': '2', 'x-slack-retry-reason': 'http_error' };
    expect((await standIn.deliverRaw({ body, headers })).status).toBe(200);
    expect(accepted).toHaveLength(1);
  });
});

describe('the answer within a second', () => {
  it('R6 says 200 only when the question is durably ours', async () => {
    const order: string[] = [];
    const { standIn } = await open({ adapter: { accept: slowly(order) } });
    await standIn.say({ user: EVAN, text: 'hello' });
    order.push('answered');
    expect(order).toEqual(['accepted', 'answered']);
  });

  it.each(STORES_AWAY)('R6 says 503 where the store $what', async ({ accept }) => {
    const { standIn } = await open({ adapter: { accept } });
    const began = performance.now();
    const { status, body } = await standIn.deliverRaw({ body: JSON.stringify(standIn.envelope(messageEvent())) });
    expect({ status, body }).toEqual({ status: 503, body: '' });
    expect(performance.now() - began).toBeLessThan(1_500);
  });

  it('R6 says 503 where the vault never answers, and accepts nothing', async () => {
    const { standIn, accepted } = await open({
      adapter: { events: { via: 'http', signingSecret: () => new Promise<never>(() => undefined) } },
    });
    const { status } = await standIn.deliverRaw({ body: JSON.stringify(standIn.envelope(messageEvent())) });
    expect({ status, accepted }).toEqual({ status: 503, accepted: [] });
  });

  it('R6 needs no call to Slack before it answers', async () => {
    const { standIn, accepted } = await open();
    standIn.fail({ method: '*', how: 'hang', times: 100 });
    expect((await standIn.say({ user: EVAN, text: 'hello' })).delivered).toBe(200);
    expect(accepted).toHaveLength(1);
    expect(standIn.requests()).toEqual([]);
  });

  it('R6 keeps to nine tenths of a second by its own clock', async () => {
    const clock = createFakeClock();
    const { slack } = await open({ adapter: { clock, accept: () => new Promise<never>(() => undefined) } });
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
    const answered = slack.route?.handle({ headers, body });
    await clock.advance(899);
    expect(await Promise.race([answered, Promise.resolve('waiting')])).toBe('waiting');
    await clock.advance(2);
    expect(await answered).toMatchObject({ status: 503 });
  });
});
