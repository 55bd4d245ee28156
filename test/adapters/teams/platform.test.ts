import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GENERAL } from '../../../playground/teams/conversations.ts';
import { readableTeams } from '../../../playground/teams/readable.ts';
import { type MessageRef, VIEW_CHANNEL } from '../../../src/core/types.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { EVAN, type OutwardBench, openOutward, TENANT, XENA } from './outward.ts';

let bench: OutwardBench;
beforeEach(async () => {
  bench = await openOutward({ deadlineMs: 400 });
});
afterEach(() => bench.close());

const card = (text: string) => ({ text, note: null, buttons: [], fallback: null });
const to = (channel: string | null = bench.direct) => ({ tenant: TENANT, user: EVAN, channel });
const post = async (text = 'Hello'): Promise<MessageRef> => {
  const posted = await bench.platform.post({ to: to(), card: card(text), key: 'key-1' });
  if (!posted.ok) throw new Error(posted.code);
  return posted.ref;
};
const verbs = () =>
  bench.standIn
    .requests()
    .map(({ verb }) => verb)
    .filter((verb) => verb !== 'token');

describe('Teams as the core sees it', () => {
  it('looks nothing up, so that every answer starts as a placeholder', async () => {
    expect(bench.platform.looksUp(to())).toBe(false);
    expect(bench.platform.looksUp(to(null))).toBe(false);
    expect(await bench.platform.find({ to: to(), key: 'k' })).toMatchObject({ ok: false, fault: 'never' });
    expect(verbs()).toEqual([]);
  });

  it('carries the key where nobody sees it', async () => {
    await post();
    const [message] = bench.standIn.history({ user: EVAN });
    expect(message?.channelData).toEqual({ sotto: { key: 'key-1' } });
    expect(message === undefined ? '' : JSON.stringify(readableTeams(message))).not.toContain('key-1');
  });

  it('R11 shows an answer as one message that holds a card and no text, before and after it is filled in', async () => {
    const ref = await post('One moment');
    await bench.platform.update({ ref, card: { ...card('Your pay: 4,711'), fallback: 'Sotto has answered.' } });
    const seen = bench.standIn.history({ user: EVAN });
    expect(seen).toMatchObject([{ text: '', summary: 'Sotto has answered.', ts: ref.id }]);
    expect(seen[0]?.attachments).toHaveLength(1);
    expect(bench.standIn.past().map(({ event }) => event)).toEqual(['posted', 'edited']);
  });

  it('R11 does not promise to remove what came back without an id', async () => {
    bench.standIn.fail({ verb: 'activity.create', how: 'empty-id' });
    expect(await bench.platform.post({ to: to(), card: card('x'), key: 'k' })).toEqual({
      ok: false,
      fault: 'lost',
      code: 'id_missing',
    });
    expect(bench.logged.join()).toContain('id_missing');
  });

  it('R9 posts once: a post whose answer failed is not made again', async () => {
    for (const how of ['502-after', '500-before', 'reset', 'reset-after', 'hang', 'hang-after']) {
      bench.standIn.fail({ verb: 'activity.create', how });
      expect(await bench.platform.post({ to: to(), card: card('x'), key: how })).toMatchObject({ fault: 'lost' });
    }
    expect(verbs()).toHaveLength(6);
    expect(bench.standIn.history()).toHaveLength(3);
  });

  it('R9 lets a failed change or removal be made again, and a 412 or a bare 429 later', async () => {
    const ref = await post();
    for (const how of ['502-before', 'hang', '412', '429-bare']) {
      const other = await openOutward({ deadlineMs: 300 });
      try {
        for (const verb of ['activity.update', 'activity.delete'] as const) other.standIn.fail({ verb, how });
        const there = { ...ref, channel: other.direct };
        expect(await other.platform.update({ ref: there, card: card('x') })).toMatchObject({ fault: 'later' });
        if (how !== '429-bare')
          expect(await other.platform.remove({ ref: there })).toMatchObject({ ok: false, fault: 'later' });
      } finally {
        await other.close();
      }
    }
    bench.standIn.fail({ verb: 'activity.create', how: '412' });
    expect(await bench.platform.post({ to: to(), card: card('x'), key: 'k' })).toMatchObject({
      fault: 'later',
      afterMs: 1_000,
    });
  });

  it('R9 spreads what is tried again, and has nothing come before Teams said', async () => {
    for (const [how, least] of [
      ['429', 1_000],
      ['429-bare', 5_000],
      ['412', 1_000],
    ] as const) {
      for (const fraction of [0, 0.5, 1]) {
        const spread = await openOutward({ fraction: () => fraction });
        try {
          spread.standIn.fail({ verb: 'activity.create', how });
          expect(await spread.platform.post({ to: to(spread.direct), card: card('x'), key: 'k' })).toMatchObject({
            fault: 'later',
            afterMs: least * (1 + fraction / 4),
          });
        } finally {
          await spread.close();
        }
      }
    }
  });

  it('R10 tells removed from gone, from refused for good, from later', async () => {
    const ref = await post();
    for (const [how, outcome] of [
      ['BotNotInConversationRoster', 'never'],
      ['BotDisabledByAdmin', 'never'],
      ['ConversationBlockedByUser', 'never'],
      ['MessageWritesBlocked', 'never'],
      ['403-before', 'never'],
      ['403-html', 'never'],
      ['404-html', 'later'],
      ['500-before', 'later'],
      ['412', 'later'],
      ['ConversationNotFound', 'gone'],
    ] as const) {
      bench.standIn.fail({ verb: 'activity.delete', how });
      expect(await bench.platform.remove({ ref })).toMatchObject({ ok: false, fault: outcome });
    }
    bench.standIn.fail({ verb: 'activity.delete', how: '204' });
    expect(await bench.platform.remove({ ref })).toEqual({ ok: true });
    expect(await bench.platform.remove({ ref })).toMatchObject({ fault: 'gone' });
  });

  it('R8 sends nothing to an address that somebody planted among the stored ones', async () => {
    const ref = await post();
    const before = verbs().length;
    bench.references.set(`${TENANT} ${bench.direct}`, 'https://evil.example/');
    expect(await bench.platform.post({ to: to(), card: card('x'), key: 'k' })).toMatchObject({
      fault: 'never',
      code: 'host_not_allowed',
    });
    expect(await bench.platform.update({ ref, card: card('x') })).toMatchObject({ fault: 'never' });
    expect(await bench.platform.remove({ ref })).toMatchObject({ fault: 'never' });
    expect(verbs()).toHaveLength(before);
  });

  it('R24 calls a chat under its own address, else under the tenant’s latest, else later', async () => {
    bench.references.set(`${TENANT} ${bench.direct}`, bench.standIn.serviceUrl().replace(/\/$/, ''));
    bench.references.set(`${TENANT} `, 'https://evil.example/');
    expect(await bench.platform.post({ to: to(), card: card('x'), key: 'k' })).toMatchObject({ ok: true });
    bench.references.clear();
    expect(await bench.platform.post({ to: to(), card: card('x'), key: 'k' })).toEqual({
      ok: false,
      fault: 'later',
      code: 'service_url_unknown',
    });
    const blind = await openOutward({ find: async () => Promise.reject(new Error('the store is away')) });
    try {
      expect(await blind.platform.post({ to: to(blind.direct), card: card('x'), key: 'k' })).toMatchObject({
        fault: 'later',
      });
      expect(blind.standIn.requests()).toEqual([]);
    } finally {
      await blind.close();
    }
  });

  it('R24 calls a chat whose address is of long ago under its tenant’s latest, once', async () => {
    const ref = await post();
    bench.references.set(`${TENANT} ${bench.direct}`, bench.standIn.serviceUrl());
    bench.standIn.move('emea');
    bench.references.set(`${TENANT} `, bench.standIn.serviceUrl());
    const before = bench.standIn.requests().length;
    expect(await bench.platform.update({ ref, card: card('Filled in') })).toEqual({ ok: true });
    const made = bench.standIn.requests().slice(before);
    expect(made.map(({ status, path }) => [status, path.startsWith('/emea/')])).toEqual([
      [403, false],
      [200, true],
    ]);
    expect(await bench.platform.post({ to: to(), card: card('x'), key: 'k' })).toMatchObject({ ok: true });
    expect(bench.standIn.history()).toHaveLength(2);
    expect(await bench.platform.remove({ ref })).toEqual({ ok: true });
    // Where a person wants nothing from the bot, no other address is tried.
    const asked = bench.standIn.requests().length;
    bench.standIn.fail({ verb: '*', how: 'ConversationBlockedByUser' });
    expect(await bench.platform.remove({ ref })).toMatchObject({ fault: 'never', code: 'ConversationBlockedByUser' });
    expect(bench.standIn.requests()).toHaveLength(asked + 1);
  });

  it('posts into the thread that it is asked in, and changes and removes what stands there', async () => {
    const { ts } = await bench.standIn.say({ user: EVAN, text: 'hi', channel: GENERAL });
    const posted = await bench.platform.post({
      to: { ...to(GENERAL), thread: ts },
      card: card('One moment'),
      key: 'k',
    });
    if (!posted.ok) throw new Error(posted.code);
    expect(bench.standIn.history({ user: EVAN })[1]).toMatchObject({ channel: GENERAL, threadTs: ts });
    expect(await bench.platform.update({ ref: posted.ref, card: card('x') })).toEqual({ ok: true });
    expect(await bench.platform.remove({ ref: posted.ref })).toEqual({ ok: true });
  });

  it('R24 keeps the address of a chat that it opened, without a thread or a token', async () => {
    expect(await bench.platform.post({ to: to(null), card: card('x'), key: 'k' })).toMatchObject({ ok: true });
    expect(verbs()).toEqual(['conversation.create', 'activity.create']);
    expect([...bench.references]).toEqual([
      [`${TENANT} `, bench.standIn.serviceUrl()],
      [`${TENANT} ${bench.direct}`, bench.standIn.serviceUrl()],
    ]);
    // So that it is forgotten with them.
    expect([...bench.owners]).toEqual([[`${TENANT} ${bench.direct}`, EVAN]]);
  });

  it('posts nothing where the chat cannot be opened: later while that is unclear, never where it is refused', async () => {
    for (const [how, outcome] of [
      ['502-after', 'later'],
      ['hang', 'later'],
      ['429', 'later'],
      ['not-json', 'later'],
      ['BotDisabledByAdmin', 'never'],
    ] as const) {
      const other = await openOutward({ deadlineMs: 300 });
      other.standIn.fail({ verb: 'conversation.create', how });
      expect(await other.platform.post({ to: to(null), card: card('x'), key: 'k' })).toMatchObject({ fault: outcome });
      expect(other.standIn.history()).toEqual([]);
      await other.close();
    }
  });

  it('cannot reach into an open dialog', async () => {
    const ref: MessageRef = { platform: 'teams', tenant: TENANT, channel: VIEW_CHANNEL, id: 'x' };
    expect(await bench.platform.update({ ref, card: card('x') })).toMatchObject({ fault: 'gone' });
    expect(await bench.platform.remove({ ref })).toMatchObject({ fault: 'gone' });
    expect(verbs()).toEqual([]);
  });

  it('refuses a button whose sealed value Teams would not take, rather than cut it', async () => {
    const buttons = [{ action: 'a', label: 'b', value: 'x'.repeat(12_000) }];
    expect(await bench.platform.post({ to: to(), card: { ...card('x'), buttons }, key: 'k' })).toEqual({
      ok: false,
      fault: 'never',
      code: 'button_too_long',
    });
    const ref = await post();
    expect(await bench.platform.update({ ref, card: { ...card('x'), buttons } })).toMatchObject({ fault: 'never' });
  });

  it('whispers into the thread where it was asked, in words that anybody may read', async () => {
    const { ts } = await bench.standIn.say({ user: EVAN, text: 'hi', channel: GENERAL });
    await bench.platform.whisper({ to: to(), channel: GENERAL, thread: ts, text: 'I answered in private.' });
    const [, said] = bench.standIn.history({ user: EVAN });
    expect(said).toMatchObject({ channel: GENERAL, threadTs: ts, bot: bench.standIn.botUserId });
    expect(said === undefined ? '' : readableTeams(said).text).toBe('I answered in private.');
    expect(bench.standIn.history({ user: XENA })).toEqual([]);
  });

  it('has nothing to do where a press is answered in its own request', async () => {
    await expect(bench.platform.respond({ to: 'x', card: card('y') })).resolves.toBeUndefined();
    expect(verbs()).toEqual([]);
  });
});

describe('R13 the pace of Teams', () => {
  it('R13 is kept by itself, so that Teams never has to say so', async () => {
    const clock = createFakeClock();
    const paced = await openOutward({ clock, standIn: { limits: true } });
    try {
      const outcomes: string[] = [];
      for (let round = 0; round < 40; round++) {
        const posting = paced.platform
          .post({ to: to(paced.direct), card: card(`${round}`), key: 'k' })
          .then((posted) => outcomes.push(posted.ok ? 'posted' : posted.code));
        // The answer comes over real http, the waiting by the clock of the test.
        while (outcomes.length <= round) await clock.advance(20);
        await posting;
      }
      expect(new Set(outcomes)).toEqual(new Set(['posted']));
      const statuses = paced.standIn
        .requests()
        .flatMap(({ verb, status }) => (verb === 'activity.create' ? [status] : []));
      expect(new Set(statuses)).toEqual(new Set([201]));
      expect(statuses).toHaveLength(40);
    } finally {
      await paced.close();
    }
  }, 30_000);

  it('R13 sends away at once what would wait too long, and counts it', async () => {
    const clock = createFakeClock();
    const paced = await openOutward({ clock, standIn: { limits: true } });
    try {
      const posting = Array.from({ length: 20 }, (_, n) =>
        paced.platform.post({ to: to(paced.direct), card: card(`${n}`), key: 'k' }),
      );
      let done = 0;
      for (const each of posting) void each.then(() => (done += 1));
      while (done < 20) await clock.advance(50);
      const outcomes = await Promise.all(posting);
      const later = outcomes.filter((outcome) => !outcome.ok);
      expect(later).toHaveLength(12);
      for (const outcome of later) {
        expect(outcome).toMatchObject({ fault: 'later', code: 'paced' });
        expect('afterMs' in outcome ? outcome.afterMs : 0).toBeGreaterThan(2_000);
      }
      expect(await paced.metrics()).toContain('sotto_teams_paced_total 12');
      expect(paced.standIn.requests().filter(({ status }) => status === 429)).toEqual([]);
    } finally {
      await paced.close();
    }
  }, 30_000);

  it('R13 takes a channel for one, whatever the thread', async () => {
    const whisper = (thread: string) =>
      bench.platform.whisper({ to: to(), channel: GENERAL, thread, text: 'I answered in private.' });
    bench.standIn.fail({ verb: 'activity.create', how: '429-bare' });
    await whisper('1');
    await whisper('2');
    expect(verbs()).toEqual(['activity.create']);
  });

  it('R13 waits where Teams says so, in that chat alone', async () => {
    bench.standIn.fail({ verb: 'activity.create', how: 'TooManyRequests' });
    expect(await bench.platform.post({ to: to(), card: card('x'), key: 'k' })).toMatchObject({ afterMs: 5_000 });
    expect(await bench.platform.post({ to: to(), card: card('x'), key: 'k' })).toMatchObject({
      fault: 'later',
      code: 'paced',
    });
    expect(verbs()).toEqual(['activity.create']);
    const elsewhere = { tenant: TENANT, user: XENA, channel: bench.standIn.direct(XENA) };
    expect(await bench.platform.post({ to: elsewhere, card: card('x'), key: 'k' })).toMatchObject({ ok: true });
  });
});
