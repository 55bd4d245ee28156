import { afterEach, describe, expect, it } from '@jest/globals';
import type { RawDelivery } from '../../../playground/slack/types.ts';
import { messageEvent, openSlack, SECRET, type SlackBench } from './support.ts';

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
      adapter: { events: { via: 'http', signingSecret: async () => ({ current: SECRET, accepted: secrets }) } },
    });
    const deliver = async (secret: string) =>
      (await standIn.deliverRaw({ body: JSON.stringify(standIn.envelope(messageEvent())), secret })).status;
    expect([await deliver(old), await deliver(SECRET)]).toEqual([200, 200]);
    secrets = [SECRET];
    expect([await deliver(old), await deliver(SECRET)]).toEqual([401, 200]);
  });

  it('never takes a secret that is too short to be one, even if the vault holds it', async () => {
    const { standIn } = await open({
      adapter: { events: { via: 'http', signingSecret: async () => ({ current: '', accepted: ['', 'short'] }) } },
    });
    const body = JSON.stringify(standIn.envelope(messageEvent()));
    expect((await standIn.deliverRaw({ body, secret: '' })).status).toBe(401);
    expect((await standIn.deliverRaw({ body, secret: 'short' })).status).toBe(401);
  });
});
