import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { RawDelivery } from '../../../playground/slack/types.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import {
  EVAN,
  FORM,
  formOf,
  messageEvent,
  openSlack,
  pressPayload,
  SECRET,
  type SlackBench,
  submitPayload,
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

describe('what is not proved to be from Slack', () => {
  it.each(FORGED)('R1 refuses $what', async ({ raw, reason }) => {
    const { standIn, accepted, rejected } = await open();
    const body = JSON.stringify(standIn.envelope(messageEvent()));
    expect(await standIn.deliverRaw({ body, ...raw() })).toEqual({ status: 401, body: '' });
    expect(accepted).toEqual([]);
    expect(rejected).toEqual([reason]);
  });

  it.each([-299, 0, 299])('R1 accepts a clock that differs by %d seconds', async (offset) => {
    const { standIn, accepted } = await open();
    const body = JSON.stringify(standIn.envelope(messageEvent()));
    expect(await standIn.deliverRaw({ body, timestamp: seconds(offset) })).toEqual({ status: 200, body: '' });
    expect(accepted).toHaveLength(1);
  });

  it.each([-300, 300])('R1 accepts one that is %d seconds off to the second', async (offset) => {
    const clock = createFakeClock(1_771_442_483_000);
    const { standIn, accepted } = await open({ adapter: { clock } });
    const body = JSON.stringify(standIn.envelope(messageEvent()));
    const timestamp = String(1_771_442_483 + offset);
    expect((await standIn.deliverRaw({ body, timestamp })).status).toBe(200);
    expect(accepted).toHaveLength(1);
  });

  it.each([
    [-301, 'timestamp-stale'],
    [301, 'timestamp-future'],
    [-86_400, 'timestamp-stale'],
    [86_400, 'timestamp-future'],
  ] as const)('R1 refuses one that is %d seconds off, though its signature is right', async (offset, reason) => {
    const clock = createFakeClock(1_771_442_483_000);
    const { standIn, accepted, rejected } = await open({ adapter: { clock } });
    const body = JSON.stringify(standIn.envelope(messageEvent()));
    const timestamp = String(1_771_442_483 + offset);
    expect(await standIn.deliverRaw({ body, timestamp })).toEqual({ status: 401, body: '' });
    expect({ accepted, rejected }).toEqual({ accepted: [], rejected: [reason] });
  });

  it('R1 refuses without a word of it in any log, and without a call to anybody', async () => {
    const { standIn, logged, opened, submitted, homes } = await open();
    const body = JSON.stringify(standIn.envelope(messageEvent({ text: 'a very secret salary' })));
    const page = JSON.stringify(
      standIn.envelope({ type: 'app_home_opened', tab: 'home', user: EVAN, event_ts: '1.2' }),
    );
    for (const { raw } of FORGED)
      for (const sent of [body, page, formOf(pressPayload()), formOf(submitPayload())])
        await standIn.deliverRaw({
          body: sent,
          ...(sent.startsWith('payload') ? { contentType: FORM } : {}),
          ...raw(),
        });
    expect({ opened, submitted, homes, logged, calls: standIn.requests() }).toEqual({
      opened: [],
      submitted: [],
      homes: [],
      logged: [],
      calls: [],
    });
  });

  it('R1 does not ask to be spared the next delivery: the secret may have been changed at Slack first', async () => {
    const { url } = await open();
    const answer = await fetch(url, { method: 'POST', body: '{}' });
    expect([answer.status, answer.headers.get('x-slack-no-retry')]).toEqual([401, null]);
  });

  it('R1 compares in constant time, with every secret that is accepted, whatever the first came to', async () => {
    const real = await import('node:crypto');
    let compared = 0;
    jest.unstable_mockModule('node:crypto', () => ({
      ...real,
      timingSafeEqual: (a: Buffer, b: Buffer) => {
        compared += 1;
        return real.timingSafeEqual(a, b);
      },
    }));
    jest.resetModules();
    const { createVerifier } = await import('../../../src/adapters/slack/signature.ts');
    const { check } = createVerifier({ clock: { now: () => 0 } });
    const accepted = [SECRET, 'another-secret-of-the-same-length', 'a-third-secret-of-about-the-same'];
    const signed = (secret: string): string =>
      `v0=${real.createHmac('sha256', secret).update('v0:0:{}').digest('hex')}`;
    for (const secret of [...accepted, 'none-of-those-that-are-accepted-1']) {
      const headers = { 'x-slack-request-timestamp': '0', 'x-slack-signature': signed(secret) };
      compared = 0;
      const fault = check({ headers, body: Buffer.from('{}') }, { current: SECRET, accepted });
      expect([fault, compared]).toEqual([accepted.includes(secret) ? null : 'signature-mismatch', 3]);
    }
  });

  it('R1 refuses a body of which one byte was changed after signing', async () => {
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

  it('R1 accepts the old secret and the new one while they overlap, and the old one no longer', async () => {
    const old = 'the-old-signing-secret-of-before';
    let secrets = [SECRET, old];
    const { standIn } = await open({
      adapter: { events: { via: 'http', signingSecret: async () => ({ current: SECRET, accepted: secrets }) } },
    });
    const deliver = async (secret: string) =>
      (await standIn.deliverRaw({ body: JSON.stringify(standIn.envelope(messageEvent())), secret })).status;
    expect([await deliver(old), await deliver(SECRET)]).toEqual([200, 200]);
    secrets = [SECRET];
    expect([await deliver(old), await deliver(SECRET)]).toEqual([401, 200]);
  });

  it('R1 never takes a secret that is too short to be one, even if the vault holds it', async () => {
    const { standIn } = await open({
      adapter: { events: { via: 'http', signingSecret: async () => ({ current: '', accepted: ['', 'short'] }) } },
    });
    const body = JSON.stringify(standIn.envelope(messageEvent()));
    expect((await standIn.deliverRaw({ body, secret: '' })).status).toBe(401);
    expect((await standIn.deliverRaw({ body, secret: 'short' })).status).toBe(401);
  });
});
