import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { provedWebhook, signWebhook, webhookKey } from '../../../src/adapters/bounded/webhooks.ts';

/** The example that the libraries of the specification are tested by. */
const PUBLISHED = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  at: 1_614_265_330_000,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

const OTHER = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const given = (o: Partial<Parameters<typeof provedWebhook>[0]['headers']> = {}) => ({
  secrets: [PUBLISHED.secret],
  headers: { id: PUBLISHED.id, timestamp: '1614265330', signature: PUBLISHED.signature, ...o },
  body: PUBLISHED.body,
});

describe('a webhook as Standard Webhooks has it', () => {
  it('is signed as the published example is, and that one is proved', () => {
    expect(signWebhook(PUBLISHED)).toEqual({
      'webhook-id': PUBLISHED.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': PUBLISHED.signature,
    });
    expect(provedWebhook(given())).toEqual({ at: PUBLISHED.at });
  });

  it('is proved by any secret that is accepted, and by any of several signatures, others among them', () => {
    const { signature } = PUBLISHED;
    expect(provedWebhook({ ...given(), secrets: [OTHER, PUBLISHED.secret] })).not.toBeNull();
    const strange = `v1a,AAAA v2,xyz v1,${'A'.repeat(43)}=`;
    expect(provedWebhook(given({ signature: `${strange} ${signature}` }))).not.toBeNull();
    expect(provedWebhook(given({ signature: strange }))).toBeNull();
    expect(provedWebhook({ ...given(), secrets: [OTHER] })).toBeNull();
    expect(provedWebhook({ ...given(), secrets: [] })).toBeNull();
    expect(provedWebhook(given({ signature: Array.from({ length: 9 }, () => signature).join(' ') }))).toBeNull();
  });

  it('is not proved where the body, the id or the time is another, or written in another way', () => {
    expect(provedWebhook({ ...given(), body: `${PUBLISHED.body} ` })).toBeNull();
    expect(provedWebhook(given({ id: 'msg_other' }))).toBeNull();
    expect(provedWebhook(given({ timestamp: '1614265331' }))).toBeNull();
    for (const timestamp of ['01614265330', '1614265330.0', ' 1614265330', '-1614265330', '', '16142653300000'])
      expect(provedWebhook(given({ timestamp }))).toBeNull();
    for (const signature of ['', `${PUBLISHED.signature}, ${PUBLISHED.signature}`, ` ${PUBLISHED.signature}`])
      expect(provedWebhook(given({ signature }))).toBeNull();
    expect(provedWebhook(given({ signature: PUBLISHED.signature.toUpperCase() }))).toBeNull();
  });

  it('cannot be read in two ways: an id holds no dot', () => {
    const mac = createHmac('sha256', Buffer.alloc(32, 7)).update('a.1.2.{}').digest('base64');
    const of = (id: string, timestamp: string, body: string) =>
      provedWebhook({ secrets: [OTHER], headers: { id, timestamp, signature: `v1,${mac}` }, body });
    expect(of('a', '1', '2.{}')).toEqual({ at: 1_000 });
    expect(of('a.1', '2', '{}')).toBeNull();
    expect(signWebhook({ secret: OTHER, id: 'a.1', at: 2_000, body: '{}' })).toBeNull();
  });

  it('takes no secret that is short, long or not base64', () => {
    const bytes = (length: number) => Buffer.alloc(length, 1).toString('base64');
    for (const length of [24, 32, 64]) {
      expect(webhookKey(bytes(length))).toHaveLength(length);
      expect(webhookKey(`whsec_${bytes(length)}`)).toHaveLength(length);
    }
    for (const secret of [
      '',
      'whsec_',
      bytes(23),
      bytes(65),
      'a secret of words that is long enough',
      `${bytes(32)}\n`,
    ])
      expect(webhookKey(secret)).toBeNull();
    // The last bits that no byte is made of may not differ.
    expect(webhookKey(bytes(25).replace(/..==$/, 'AR=='))).toBeNull();
    expect(signWebhook({ ...PUBLISHED, secret: 'short' })).toBeNull();
    expect(provedWebhook({ ...given(), secrets: ['short', ''] })).toBeNull();
  });

  it('is proved wherever it was signed, whatever the body, and never with one byte of it changed', () => {
    const sound = fc.record({
      key: fc.uint8Array({ minLength: 24, maxLength: 64 }),
      id: fc.stringMatching(/^[A-Za-z0-9_-]{1,60}$/),
      at: fc.integer({ min: 0, max: 4_102_444_800_000 }),
      body: fc.uint8Array({ minLength: 1, maxLength: 200 }),
      flip: fc.nat(),
    });
    fc.assert(
      fc.property(sound, ({ key, id, at, body, flip }) => {
        const secret = `whsec_${Buffer.from(key).toString('base64')}`;
        const signed = signWebhook({ secret, id, at, body });
        const headers = {
          id,
          timestamp: signed?.['webhook-timestamp'] ?? '',
          signature: signed?.['webhook-signature'] ?? '',
        };
        expect(provedWebhook({ secrets: [OTHER, secret], headers, body })).toEqual({
          at: Math.floor(at / 1_000) * 1_000,
        });
        const changed = Uint8Array.from(body);
        const where = flip % changed.length;
        changed[where] = (changed[where] ?? 0) ^ (1 + (flip % 255));
        expect(provedWebhook({ secrets: [secret], headers, body: changed })).toBeNull();
      }),
    );
  });

  it('reads whatever else comes without throwing, and proves nothing by it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (id, timestamp, signature, body) => {
        expect(provedWebhook({ secrets: [OTHER], headers: { id, timestamp, signature }, body })).toBeNull();
      }),
    );
  });
});
