import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createExpiring, type Expiring } from '../../src/core/expire.ts';
import { askButton } from '../../src/core/interact.ts';
import { giveMore } from '../../src/core/more.ts';
import { standingView } from '../../src/core/standing.ts';
import type { Button, Card, Decision, MessageRef, Press } from '../../src/core/types.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import {
  createTestWorld,
  EVAN,
  HOLD,
  MONA,
  PERMIT,
  pressOf,
  question,
  REFUSE,
  recognised,
  recordOf,
  type TestWorld,
} from '../support/world.ts';

const SECONDS = 120;
const HOUR_MS = 60 * 60_000;

/** Shown for two minutes, which may be taken again so often. */
const timed = (moreTime: number): Decision =>
  HOLD.effect === 'permit' ? { ...HOLD, obligations: { ...HOLD.obligations, moreTime } } : HOLD;

let t: TestWorld;
let work: Work;
let expiring: Expiring;
let clock: FakeClock;

beforeEach(() => {
  clock = createFakeClock();
  t = createTestWorld({ clock });
  t.script.decide = () => timed(1);
  work = createWork(t.world);
  expiring = createExpiring(t.world);
});
afterEach(async () => {
  const stopped = Promise.all([work.stop({ graceMs: 2_000 }), expiring.stop({ graceMs: 2_000 })]);
  await clock.advance(3_000);
  await stopped;
  await t.close();
});

/** Asks, and returns the message that stands then. */
const shown = async () => {
  const before = t.messages.length;
  const settled = () => t.calls.filter((call) => call.startsWith('settle')).length;
  const ended = settled();
  await work.accept(question());
  await until(() => settled() > ended);
  const message = t.messages[before];
  if (message === undefined) throw new Error('nothing was shown');
  return message;
};

const moreOf = (card: Card): Button | undefined => card.buttons.find(({ action }) => action === 'sotto.more');

/** What a press is told. */
const told = async (press: Press): Promise<Card> => {
  const said: Card[] = [];
  await giveMore(t.world, press, async (card) => void said.push(card));
  expect(said).toHaveLength(1);
  return said[0] as Card;
};

const takeMore = (message: { readonly card: Card; readonly ref: MessageRef }): Promise<Card> =>
  told(pressOf(moreOf(message.card), message.ref));

const deadline = (ref: MessageRef): Promise<number | null> =>
  t.store.expiries.sooner({ ref, removeAt: 8_640_000_000_000_000 });

const decisions = () => t.entries.flatMap((entry) => (entry.kind === 'decision' ? [entry] : []));

/** Lets time pass with the removals at work, and lets them finish. */
const pass = async (ms: number): Promise<void> => {
  for (let left = ms; left > 0; left -= 1_000) {
    await clock.advance(Math.min(1_000, left));
    await new Promise((resolve) => setImmediate(resolve));
  }
};

describe('more time', () => {
  it('is offered where a rule allows it, in words that stay true, and nowhere else', async () => {
    const message = await shown();
    expect(message.card.note).toContain('2 minutes after showing it, unless you take more time');
    expect(moreOf(message.card)?.label).toBe('More time');
    t.script.decide = () => HOLD;
    const other = await shown();
    expect(other.card.note).not.toContain('more time');
    expect(other.card.buttons).toEqual([]);
  });

  it('moves the deadline by the same time again, on record before it moves, and leaves the answer alone', async () => {
    const message = await shown();
    const before = await deadline(message.ref);
    const updates = t.calls.filter((call) => call === 'update').length;
    await clock.advance(60_000);
    t.calls.length = 0;
    const said = await takeMore(message);
    expect(said.text).toBe('You have more time: the answer now leaves in 3 minutes.');
    expect(await deadline(message.ref)).toBe((before ?? 0) + SECONDS * 1_000);
    expect(decisions().at(-1)).toMatchObject({
      verdict: 'answer',
      reasons: ['a-permit', 'more-time'],
      intent: 'leave.balance',
    });
    expect(t.calls).toEqual(['directory.find', 'sooner', 'decide leave.balance', 'audit decision', 'later']);
    expect(updates).toBe(1);
    expect(message.card.text).toBe('You have 12 days.');
  });

  it('is given no more often than the rule says', async () => {
    t.script.decide = () => timed(2);
    const message = await shown();
    const first = (await deadline(message.ref)) ?? 0;
    await takeMore(message);
    await takeMore(message);
    const said = await takeMore(message);
    expect(said.text).toBe('There is no more time to give: the answer leaves in 6 minutes.');
    expect(await deadline(message.ref)).toBe(first + 2 * SECONDS * 1_000);
    expect(decisions().at(-1)).toMatchObject({ verdict: 'refuse', reasons: ['no-more-time'] });
  });

  it('is given no more often than was offered, though the rule allows more by now', async () => {
    const message = await shown();
    const first = (await deadline(message.ref)) ?? 0;
    t.script.decide = () => timed(5);
    await takeMore(message);
    expect((await takeMore(message)).text).toContain('There is no more time to give');
    expect(await deadline(message.ref)).toBe(first + SECONDS * 1_000);
  });

  it('is decided by the rules that stand in the store, not by those that this process knew a moment ago', async () => {
    const message = await shown();
    const before = await deadline(message.ref);
    const policyCaughtUp = async (): Promise<void> => {
      t.script.decide = () => REFUSE;
    };
    const said: Card[] = [];
    const press = pressOf(moreOf(message.card), message.ref);
    await giveMore({ ...t.world, policyCaughtUp }, press, async (card) => void said.push(card));
    expect(said[0]?.text).not.toContain('You have more time');
    expect(await deadline(message.ref)).toBe(before);
  });

  it('moves nothing when the same press is delivered again', async () => {
    t.script.decide = () => timed(5);
    const message = await shown();
    const press = pressOf(moreOf(message.card), message.ref);
    const first = await told(press);
    const end = await deadline(message.ref);
    expect((await told(press)).text).toBe(first.text);
    expect(await deadline(message.ref)).toBe(end);
  });

  it('gives one step to a press that comes again under another id, and the next to one that comes a while later', async () => {
    t.script.decide = () => timed(5);
    const message = await shown();
    const press = () => ({ ...pressOf(moreOf(message.card), message.ref), copies: 'teams:copies' });
    await told(press());
    const end = (await deadline(message.ref)) ?? 0;
    await told(press());
    expect(await deadline(message.ref)).toBe(end);
    await told({ ...press(), copies: 'teams:others' });
    expect(await deadline(message.ref)).toBe(end + SECONDS * 1_000);
  });

  it('gives one step to many presses at the same moment, and never more than all', async () => {
    t.script.decide = () => timed(3);
    const message = await shown();
    const first = (await deadline(message.ref)) ?? 0;
    await Promise.all(Array.from({ length: 8 }, () => takeMore(message)));
    const end = (await deadline(message.ref)) ?? 0;
    expect((end - first) % (SECONDS * 1_000)).toBe(0);
    expect(end - first).toBeGreaterThan(0);
    expect(end - first).toBeLessThanOrEqual(3 * SECONDS * 1_000);
  });

  it('is authorised afresh: what HR restricted meanwhile is told so, and leaves as was announced', async () => {
    const message = await shown();
    const end = await deadline(message.ref);
    t.script.decide = () => REFUSE;
    const said = await takeMore(message);
    expect(said.text).toContain('is restricted');
    expect(said.buttons).toEqual([]);
    expect(await deadline(message.ref)).toBe(end);
    expect(decisions().at(-1)).toMatchObject({ verdict: 'refuse', reasons: ['a-forbid'] });
  });

  it('is not given where the rules allow none by now', async () => {
    const message = await shown();
    const end = await deadline(message.ref);
    t.script.decide = () => PERMIT;
    expect((await takeMore(message)).text).toContain('no more time');
    expect(await deadline(message.ref)).toBe(end);
  });

  it('is decided about the same person as the answer was', async () => {
    t.script.recognition = recognised('leave.balance');
    t.script.decide = ({ about }) => (about === 'self' ? timed(1) : REFUSE);
    const message = await shown();
    const asked: string[] = [];
    t.script.decide = ({ about }) => {
      asked.push(about);
      return timed(1);
    };
    await takeMore(message);
    expect(asked).toEqual(['self']);
  });

  it('is refused to anybody else, and to whoever the directory does not know', async () => {
    const message = await shown();
    const end = await deadline(message.ref);
    const mona = { platform: 'slack', tenant: 'T1', user: 'UMONA', external: false } as const;
    t.script.find = async () => ({ ok: true, person: MONA });
    const press = pressOf(moreOf(message.card), message.ref, { account: mona });
    expect((await told(press)).text).toContain('made for somebody else');
    t.script.find = async () => ({ ok: false, why: 'deactivated' });
    expect((await takeMore(message)).text).toContain('people who work at this company');
    expect(await deadline(message.ref)).toBe(end);
    expect(decisions().map(({ reasons }) => reasons)).toEqual([
      ['a-permit'],
      ['button-not-yours'],
      ['account-deactivated'],
    ]);
  });

  it('moves no deadline but the one of its own message, whatever message a press names', async () => {
    const [one, two] = [await shown(), await shown()];
    const end = await deadline(two.ref);
    await told(pressOf(moreOf(one.card), two.ref));
    expect(await deadline(two.ref)).toBe(end);
  });

  it('is not read from a value that is no such button', async () => {
    const message = await shown();
    const forged = { ...pressOf(moreOf(message.card), message.ref), value: 'forged' };
    expect((await told(forged)).text).toContain('made for somebody else');
  });

  it.each([
    ['paused', 'knew of before the press', 'by its operators'],
    ['paused', 'hears of while it decides', 'by its operators'],
    ['closed', 'knew of before the press', 'until its rules have been approved'],
    ['closed', 'hears of while it decides', 'until its rules have been approved'],
  ])(
    'is not given while Sotto is %s, which it %s: the press is told so, on record, and nothing moves',
    async (still, when, why) => {
      const message = await shown();
      const before = await deadline(message.ref);
      const pause = () => {
        const paused = { since: clock.now(), by: 'f00d' };
        if (still === 'closed') t.script.closed = true;
        else t.script.standing = standingView({ paused, holds: [] }, () => () => false);
      };
      if (when === 'knew of before the press') pause();
      const said: Card[] = [];
      const world = { ...t.world, policyCaughtUp: async () => pause() };
      await giveMore(world, pressOf(moreOf(message.card), message.ref), async (card) => void said.push(card));
      expect(said.map(({ text }) => text)).toEqual([`Sotto is paused ${why}. Please ask again later.`]);
      expect(decisions().at(-1)).toMatchObject({ verdict: 'refuse', reasons: [still] });
      expect(await deadline(message.ref)).toBe(before);
    },
  );

  it('is throttled like a question', async () => {
    const message = await shown();
    for (let i = 0; i < 60; i++) await told({ ...pressOf(moreOf(message.card), message.ref), value: 'x' });
    expect((await takeMore(message)).text).toContain('a lot at once');
  });

  it('moves nothing where the log is full, and says that something went wrong', async () => {
    const message = await shown();
    const end = await deadline(message.ref);
    t.script.auditFails = ({ kind }) => kind === 'decision';
    expect((await takeMore(message)).text).toContain('went wrong');
    expect(await deadline(message.ref)).toBe(end);
  });

  it('does not keep what was called off before its time', async () => {
    const message = await shown();
    await clock.advance(10_321);
    await t.store.expiries.sooner({ ref: message.ref, removeAt: clock.now() + 1 });
    expect((await takeMore(message)).text).toContain('expired');
    expect(await deadline(message.ref)).toBe(clock.now() + 1);
  });

  it('does not hold back what is called off while the press is decided', async () => {
    const message = await shown();
    const world = {
      ...t.world,
      // Between the deadline that the press saw and the one that it would give.
      policyCaughtUp: async () => {
        await t.store.expiries.sooner({ ref: message.ref, removeAt: clock.now() });
      },
    };
    const said: Card[] = [];
    await giveMore(world, pressOf(moreOf(message.card), message.ref), async (card) => void said.push(card));
    expect(said.map(({ text }) => text)).toEqual([expect.stringContaining('expired')]);
    expect(await deadline(message.ref)).toBe(clock.now());
  });

  it('lets the answer leave at the new time and not at the old', async () => {
    const message = await shown();
    await takeMore(message);
    expiring.start();
    await pass(SECONDS * 1_000 + 5_000);
    expect(message.card.text).toBe('You have 12 days.');
    await pass(SECONDS * 1_000);
    expect(message.card.text).toBe('This answer has left. You can ask for it again.');
  });
});

describe('what an answer with more time leaves behind', () => {
  const left = async () => {
    const message = await shown();
    expiring.start();
    await pass(SECONDS * 1_000 + 2_000);
    return message;
  };

  it('is a line with a button that asks the same again, which leaves after an hour', async () => {
    const message = await left();
    expect(message.card).toMatchObject({
      text: 'This answer has left. You can ask for it again.',
      note: null,
      buttons: [{ action: 'sotto.ask', label: 'Ask again' }],
    });
    expect(t.entries.findLast(({ kind }) => kind === 'removal')).toMatchObject({ state: 'blanked' });
    await pass(HOUR_MS - 10_000);
    expect(t.messages).toHaveLength(1);
    await pass(20_000);
    expect(t.messages).toEqual([]);
    expect(t.entries.findLast(({ kind }) => kind === 'removal')).toMatchObject({ state: 'removed' });
    expect(await deadline(message.ref)).toBeNull();
  });

  it('asks afresh: answered in a message of its own, or refused by what holds now', async () => {
    const message = await left();
    const button = message.card.buttons[0];
    await work.accept(pressOf(button, message.ref));
    await until(() => t.messages.length === 2);
    await until(() => t.messages[1]?.card.text === 'You have 12 days.');
    t.script.decide = () => REFUSE;
    await work.accept(pressOf(button, message.ref));
    await until(() => t.messages.length === 3);
    expect(t.messages[2]?.card.text).toContain('is restricted');
  });

  it('says that it has expired to a late press on more time, and offers to ask again', async () => {
    const message = await shown();
    const press = pressOf(moreOf(message.card), message.ref);
    expiring.start();
    await pass(SECONDS * 1_000 + 2_000);
    const end = await deadline(message.ref);
    const said = await told(press);
    expect(said.text).toContain('expired');
    expect(said.buttons).toMatchObject([{ action: 'sotto.ask', label: 'Ask again' }]);
    expect(await deadline(message.ref)).toBe(end);
    expect(decisions().at(-1)).toMatchObject({ verdict: 'refuse', reasons: ['button-expired'] });
    await work.accept(pressOf(said.buttons[0], message.ref));
    await until(() => t.messages.some(({ card }) => card.text === 'You have 12 days.'));
  });

  it('tells a late press from one in time even where the line’s own end falls on a step', async () => {
    t.script.decide = () => timed(5);
    const message = await shown();
    const press = pressOf(moreOf(message.card), message.ref);
    const first = (await deadline(message.ref)) ?? 0;
    await clock.advance(first - clock.now());
    expiring.start();
    await pass(500);
    expect(message.card.text).toContain('has left');
    expect((await told(press)).text).toContain('expired');
  });

  it('is in the language of whoever asked', async () => {
    t.script.find = async () => ({ ok: true, person: { ...EVAN, locale: 'de' } });
    const message = await left();
    expect(message.card.text).toBe('Diese Antwort ist verschwunden. Du kannst noch einmal danach fragen.');
    expect(message.card.buttons[0]?.label).toBe('Noch einmal fragen');
  });

  it('asks about the same colleague, as more time was decided about them', async () => {
    t.script.fetch = () => ({ ok: true, records: [recordOf('mona')] });
    const { account } = question();
    const ask = { sealer: t.world.sealer, account, intent: 'leave.balance', subject: 'mona', label: 'Mona' };
    await work.accept(pressOf(askButton({ ...ask, now: clock.now() }), null));
    await until(() => t.messages[0]?.card.text === 'Mona Keller has 12 days.');
    const [message] = t.messages;
    if (message === undefined) throw new Error('nothing was shown');
    const subjects = () => decisions().map(({ about, subject }) => [about, subject !== null]);
    await takeMore(message);
    expiring.start();
    await pass(2 * SECONDS * 1_000 + 2_000);
    await work.accept(pressOf(message.card.buttons[0], message.ref));
    await until(() => t.messages.filter(({ card }) => card.text === 'Mona Keller has 12 days.').length === 1);
    expect(subjects()).toEqual([
      ['other', true],
      ['other', true],
      ['other', true],
    ]);
  });

  it('is put again after a crash between the line and its own end on record', async () => {
    const message = await shown();
    let crashed = false;
    const { expiries } = t.world.store;
    const store = {
      ...t.world.store,
      expiries: {
        ...expiries,
        schedule: async (leaving: Parameters<typeof expiries.schedule>[0]) => {
          if (!crashed) {
            crashed = true;
            throw new Error('the process died here');
          }
          return expiries.schedule(leaving);
        },
      },
    };
    expiring = createExpiring({ ...t.world, store });
    expiring.start();
    await pass(SECONDS * 1_000 + 2_000);
    expect(crashed).toBe(true);
    expect(message.card.text).toContain('has left');
    await pass(40_000);
    expect(await deadline(message.ref)).toBeGreaterThan(clock.now() + HOUR_MS - 60_000);
    await pass(HOUR_MS);
    expect(t.messages).toEqual([]);
  });

  it('is nothing where the platform will not have it, or the key is gone: the message leaves as any other', async () => {
    t.script.update = (_ref, card) =>
      card.text.includes('has left') ? { ok: false, fault: 'never', code: 'cant_update_message' } : null;
    await left();
    expect(t.messages).toEqual([]);
    expect(t.entries.findLast(({ kind }) => kind === 'removal')).toMatchObject({ state: 'removed' });
  });

  it('takes one update of what the platform allows, and no more, so that many leave one after another', async () => {
    const slack = t.world.platforms.get('slack');
    if (slack === undefined) throw new Error('no platform');
    const one = { perMinute: 60, burst: 1 };
    const limits = { keptBy: 'core', update: { name: 'u', ...one }, remove: { name: 'r', ...one } } as const;
    const messages = [await shown(), await shown(), await shown()];
    expiring = createExpiring({ ...t.world, platforms: new Map([['slack', { ...slack, limits }]]) });
    expiring.start();
    await pass(SECONDS * 1_000 + 10_000);
    expect(messages.map(({ card }) => card.text.includes('has left'))).toEqual([true, true, true]);
  });

  it('is tried again where the platform is busy, and until then the answer is due', async () => {
    let busy = 2;
    t.script.update = (_ref, card) =>
      card.text.includes('has left') && busy-- > 0 ? { ok: false, fault: 'later', code: 'ratelimited' } : null;
    const message = await left();
    await pass(20_000);
    expect(message.card.text).toContain('has left');
  });
});
