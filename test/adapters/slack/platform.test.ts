import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../../support/until.ts';
import { EVAN, openSlack, type SlackBench, TEAM, XENA } from './support.ts';

const DIRECT = { tenant: TEAM, user: EVAN, channel: 'D0EVAN0000' };
const card = (text: string) => ({ text, note: null, buttons: [], fallback: null });

let bench: SlackBench;
beforeEach(async () => {
  bench = await openSlack();
});
afterEach(() => bench.close());

const post = async (text = 'Hello', key = 'k') => {
  const posted = await bench.slack.platform.post({ to: DIRECT, card: card(text), key });
  if (!posted.ok) throw new Error(posted.code);
  return posted.ref;
};

describe('calls to Slack', () => {
  it('R22 ask for no links, no previews, no names, and carry their key invisibly', async () => {
    await post('Hello', 'key-7');
    expect(bench.standIn.requests()).toMatchObject([
      {
        method: 'chat.postMessage',
        args: {
          channel: 'D0EVAN0000',
          parse: 'none',
          link_names: 'false',
          unfurl_links: 'false',
          unfurl_media: 'false',
          metadata: '{"event_type":"sotto_reply","event_payload":{"key":"key-7"}}',
        },
      },
    ]);
  });

  it('R8 are made once: a post whose answer failed is not made again', async () => {
    for (const how of ['500-after', '500-before', 'reset-after', 'reset', 'internal_error', 'fatal_error']) {
      bench.standIn.fail({ method: 'chat.postMessage', how });
      expect(await bench.slack.platform.post({ to: DIRECT, card: card('x'), key: how })).toMatchObject({
        fault: 'lost',
      });
    }
    expect(bench.standIn.requests()).toHaveLength(6);
  });

  it('R8 find only a message of our own app, not one that says the same', async () => {
    await post('decoy', 'key-1');
    const { platform } = bench.slack;
    expect(await platform.find({ to: DIRECT, key: 'key-2' })).toMatchObject({ fault: 'gone' });
    expect(await platform.find({ to: DIRECT, key: 'key-1' })).toMatchObject({ ok: true });
  });

  it('R8 look through several pages, and admit where they stop looking', async () => {
    const ref = await post('first', 'key-first');
    for (let n = 0; n < 40; n++) await bench.standIn.say({ user: EVAN, text: `more ${n}` });
    expect(await bench.slack.platform.find({ to: DIRECT, key: 'key-first' })).toEqual({ ok: true, ref });
    for (let n = 0; n < 120; n++) await bench.standIn.say({ user: EVAN, text: `more ${n}` });
    expect(await bench.slack.platform.find({ to: DIRECT, key: 'key-first' })).toMatchObject({ fault: 'later' });
  });

  it('look up in private chats alone', () => {
    const { platform } = bench.slack;
    expect(platform.looksUp(DIRECT)).toBe(true);
    expect(platform.looksUp({ ...DIRECT, channel: null })).toBe(false);
    expect(platform.looksUp({ ...DIRECT, channel: 'C0GENERAL0' })).toBe(false);
  });

  it('R14 whisper in the thread where they were asked', async () => {
    await bench.slack.platform.whisper({ to: DIRECT, channel: 'C0GENERAL0', thread: '1.000001', text: 'psst' });
    expect(bench.standIn.history({ user: XENA })).toEqual([]);
    expect(bench.standIn.history({ user: EVAN })).toMatchObject([{ ephemeralFor: EVAN, threadTs: '1.000001' }]);
  });

  it('R26 fail at once where the limit is reached, and say how long to wait', async () => {
    bench.standIn.fail({ method: 'chat.update', how: '429' });
    const ref = await post();
    const began = performance.now();
    expect(await bench.slack.platform.update({ ref, card: card('x') })).toEqual({
      ok: false,
      fault: 'later',
      code: 'ratelimited',
      afterMs: 1_000,
      because: 'limit',
    });
    expect(await bench.slack.platform.remove({ ref })).toEqual({ ok: true });
    expect(performance.now() - began).toBeLessThan(900);
  });

  it('R26 are not made again before Slack said, by that method in that workspace alone', async () => {
    const made = () => bench.standIn.requests().filter(({ method }) => method === 'chat.postMessage').length;
    const { platform } = bench.slack;
    bench.standIn.fail({ method: 'chat.postMessage', how: '429', times: 2 });
    expect(await platform.post({ to: DIRECT, card: card('x'), key: 'k' })).toMatchObject({ code: 'ratelimited' });
    // It says a second; what would have to wait for it is made then, and not before.
    const began = performance.now();
    const next = await platform.post({ to: { ...DIRECT, channel: null }, card: card('x'), key: 'k2' });
    expect([next.ok, made()]).toEqual([false, 2]);
    expect(performance.now() - began).toBeGreaterThanOrEqual(990);
    const whispered = performance.now();
    await platform.whisper({ to: DIRECT, channel: 'C0GENERAL0', thread: null, text: 'psst' });
    expect(performance.now() - whispered).toBeLessThan(900);
  });

  it('R26 end after eight seconds where Slack does not answer', async () => {
    bench.standIn.fail({ method: 'chat.postMessage', how: 'hang' });
    const began = performance.now();
    expect(await bench.slack.platform.post({ to: DIRECT, card: card('x'), key: 'k' })).toMatchObject({ fault: 'lost' });
    expect(performance.now() - began).toBeLessThan(9_500);
  }, 15_000);

  it('were not made at all where nobody listens: later, not lost', async () => {
    const gone = await openSlack();
    await gone.close();
    expect(await gone.slack.platform.post({ to: DIRECT, card: card('x'), key: 'k' })).toMatchObject({
      fault: 'later',
      code: 'ECONNREFUSED',
    });
  });

  it('use the token that the vault holds now', async () => {
    let token = 'xoxb-old';
    const rotating = await openSlack({
      adapter: { botToken: async () => ({ current: token, accepted: [token] }) },
      standIn: { botToken: 'xoxb-old' },
    });
    try {
      const { platform } = rotating.slack;
      expect((await platform.post({ to: DIRECT, card: card('x'), key: '1' })).ok).toBe(true);
      rotating.standIn.setToken({ botToken: 'xoxb-new' });
      expect(await platform.post({ to: DIRECT, card: card('x'), key: '2' })).toMatchObject({
        fault: 'later',
        code: 'invalid_auth',
      });
      token = 'xoxb-new';
      expect((await platform.post({ to: DIRECT, card: card('x'), key: '3' })).ok).toBe(true);
    } finally {
      await rotating.close();
    }
  });

  describe('by a token that is being rotated', () => {
    const OLD = 'xoxb-old';
    const NEW = 'xoxb-new';
    const through = async (
      o: { readonly atSlack: string; readonly vault: readonly string[] },
      test: (rotating: SlackBench, vault: (...accepted: readonly string[]) => void) => Promise<void>,
    ): Promise<void> => {
      let accepted = o.vault;
      const rotating = await openSlack({
        adapter: { botToken: async () => ({ current: accepted[0] ?? '', accepted }) },
        standIn: { botToken: o.atSlack },
      });
      try {
        await test(rotating, (...next) => {
          accepted = next;
        });
      } finally {
        await rotating.close();
      }
    };
    const posts = ({ standIn }: SlackBench): readonly boolean[] =>
      standIn
        .requests()
        .filter(({ method }) => method === 'chat.postMessage')
        .map(({ ok }) => ok);
    const post = ({ slack: { platform } }: SlackBench, key: string) =>
      platform.post({ to: DIRECT, card: card('x'), key });
    const standing = ({ standIn }: SlackBench): number => standIn.history().filter(({ bot }) => bot !== null).length;

    it('lose no post, whichever side goes first, and post none twice', async () => {
      await through({ atSlack: OLD, vault: [OLD] }, async (rotating, vault) => {
        vault(NEW, OLD);
        expect((await post(rotating, '1')).ok).toBe(true);
        expect((await post(rotating, '2')).ok).toBe(true);
        // The new one was refused, so the old one is tried first for a while.
        expect(posts(rotating)).toEqual([false, true, true]);
        rotating.standIn.setToken({ botToken: NEW });
        expect((await post(rotating, '3')).ok).toBe(true);
        vault(NEW);
        expect((await post(rotating, '4')).ok).toBe(true);
        expect(posts(rotating)).toEqual([false, true, true, false, true, true]);
        expect(standing(rotating)).toBe(4);
      });
    });

    it.each(['token_revoked', 'token_expired', 'account_inactive'])(
      'go on by the other one where one is dead: %s',
      async (how) => {
        await through({ atSlack: OLD, vault: [NEW, OLD] }, async (rotating) => {
          rotating.standIn.fail({ method: 'chat.postMessage', how });
          expect((await post(rotating, '1')).ok).toBe(true);
          expect(posts(rotating)).toEqual([false, true]);
        });
      },
    );

    it.each([
      'missing_scope',
      'ratelimited',
      'internal_error',
      '500-before',
      '500-after',
      'reset-after',
      'channel_not_found',
    ])('are made once where it may have happened, or would fail by the other one as well: %s', async (how) => {
      await through({ atSlack: NEW, vault: [NEW, OLD] }, async (rotating) => {
        rotating.standIn.fail({ method: 'chat.postMessage', how });
        expect((await post(rotating, '1')).ok).toBe(false);
        expect(posts(rotating)).toHaveLength(1);
      });
    });

    it('learn who the bot is by the token that is good', async () => {
      await through({ atSlack: OLD, vault: [NEW, OLD] }, async (rotating) => {
        await rotating.slack.start();
        await until(() => rotating.standIn.requests().some(({ method, ok }) => method === 'auth.test' && ok));
        await rotating.slack.stop();
      });
    });
  });

  it('refuse a button whose sealed value Slack would not take, rather than cut it', async () => {
    const buttons = [{ action: 'a', label: 'b', value: 'x'.repeat(2_001) }];
    expect(await bench.slack.platform.post({ to: DIRECT, card: { ...card('x'), buttons }, key: 'k' })).toEqual({
      ok: false,
      fault: 'never',
      code: 'button_too_long',
    });
    expect(bench.standIn.requests()).toEqual([]);
  });
});
