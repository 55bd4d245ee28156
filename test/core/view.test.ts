import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createExpiring } from '../../src/core/expire.ts';
import { standingView } from '../../src/core/standing.ts';
import type { Card, MessageRef, Press } from '../../src/core/types.ts';
import { VIEW_ACTION, VIEW_CHANNEL } from '../../src/core/types.ts';
import { fillView } from '../../src/core/view.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { PLAIN_RESTRICTION, publishIn } from '../support/restricting.ts';
import { until } from '../support/until.ts';
import {
  createTestWorld,
  EVAN,
  GUS,
  IN_VIEW,
  MONA,
  PERMIT,
  pressOf,
  question,
  REFUSE,
  recordOf,
  type TestWorld,
} from '../support/world.ts';

const RESTRICTION = {
  ...PLAIN_RESTRICTION,
  id: 'r',
  title: 'r',
  forbids: ['leave'],
};

const refOfMessage = ({ message }: Press): MessageRef => {
  if (message === null) throw new Error('the press names no message');
  return message;
};

describe('an answer that is shown in a view', () => {
  let t: TestWorld;
  let work: Work;
  let clock: FakeClock;
  beforeEach(() => {
    clock = createFakeClock();
    t = createTestWorld({ clock });
    work = createWork(t.world);
    t.script.decide = () => IN_VIEW;
  });
  afterEach(async () => {
    await work.stop({ graceMs: 0 });
    await t.close();
  });

  /** Asks, and returns the message with the button and how it is pressed. */
  const askedFor = async (): Promise<{ readonly ref: MessageRef; readonly card: Card; readonly press: Press }> => {
    await work.accept(question());
    await until(() => t.calls.includes('settle shown'));
    const message = t.messages.at(-1);
    if (message === undefined) throw new Error('nothing was posted');
    const { ref, card } = message;
    return { ref, card, press: pressOf(card.buttons[0], ref) };
  };
  const opened = async (press: Press, view = t.openView()): Promise<string> => {
    t.calls.length = 0;
    await work.open(press, view);
    return t.views.at(-1)?.card?.text ?? '';
  };
  /** The same where it takes a while. */
  const openedInTime = async (press: Press): Promise<string> => {
    let words: string | null = null;
    const opening = opened(press).then((text) => {
      words = text;
    });
    await until(async () => {
      await clock.advance(clock.sleeping() > 0 ? 250 : 0);
      return words !== null;
    });
    await opening;
    return words ?? '';
  };
  const closeView = (): void => {
    const [view] = t.views;
    if (view !== undefined) view.open = false;
  };
  const called = (name: string): readonly string[] => t.calls.filter((call) => call.startsWith(name));
  const entries = (kind: string) => t.entries.filter((entry) => entry.kind === kind);
  const removals = async () => t.store.expiries.claim({ now: clock.now() + 86_400_000, leaseMs: 1, limit: 10 });

  it('is not read for the message: that carries a button and what it is about, and leaves by itself', async () => {
    const { card } = await askedFor();
    expect(t.calls).toEqual([
      'directory.find',
      'recognise',
      'decide leave.balance',
      'audit decision',
      'commit',
      expect.stringMatching(/^post title of/),
      'audit disclosure',
      'settle shown',
    ]);
    expect(card.buttons.map(({ action }) => action)).toEqual([VIEW_ACTION]);
    expect(JSON.stringify({ ...card, buttons: [] })).not.toContain('12');
    expect(entries('disclosure')).toMatchObject([{ removeAt: clock.now() + 720_000 }]);
  });

  it('goes through its steps in this order and in no other', async () => {
    const { press } = await askedFor();
    expect(await opened(press)).toBe('You have 12 days.');
    expect(t.calls).toEqual([
      'directory.find',
      'decide leave.balance',
      'audit decision',
      'decide data:leave',
      'backend leave.balance',
      'sooner',
      'schedule',
      'reveal You have 12 days.',
      'audit disclosure',
    ]);
    expect(t.entries.slice(-2)).toMatchObject([
      { kind: 'decision', question: press.id, verdict: 'answer', show: 'view' },
      { kind: 'disclosure', question: press.id, channel: VIEW_CHANNEL, message: 'V1', removeAt: clock.now() + 120_000 },
    ]);
  });

  it('leaves no word of it in a message or in the audit log', async () => {
    const { press } = await askedFor();
    await opened(press);
    expect(JSON.stringify([t.messages, t.entries])).not.toContain('12 days');
  });

  it('touches no backend where it is refused by now, and says so in the view', async () => {
    const { press } = await askedFor();
    t.script.decide = () => REFUSE;
    expect(await opened(press)).toContain('restricted');
    expect([called('backend'), called('sooner'), called('schedule')]).toEqual([[], [], []]);
    expect(t.entries.at(-1)).toMatchObject({ kind: 'decision', verdict: 'refuse', reasons: ['a-forbid'] });
  });

  it('shows nothing that the second check refuses', async () => {
    const { press } = await askedFor();
    t.script.decide = ({ action }) => (action.startsWith('data:') ? REFUSE : IN_VIEW);
    expect(await opened(press)).toContain('restricted');
    expect(called('backend')).toEqual([]);
    t.script.decide = () => IN_VIEW;
    t.script.fetch = () => ({ ok: true, records: [recordOf(null)] });
    expect(await opened(press)).toContain('restricted');
    expect(called('audit')).toEqual(['audit decision', 'audit data-refused']);
    expect(t.entries.at(-1)).toMatchObject({ kind: 'data-refused', policy: 'v1' });
  });

  it('ends in an apology and reads nothing when the decision cannot be recorded', async () => {
    const { press } = await askedFor();
    t.script.auditFails = () => true;
    expect(await opened(press)).toContain('went wrong');
    expect([called('backend'), called('schedule')]).toEqual([[], []]);
  });

  it('ends in an apology and shows nothing when its end cannot be put on record', async () => {
    const { press } = await askedFor();
    const expiries = { ...t.world.store.expiries, schedule: async () => Promise.reject(new Error('the disk is full')) };
    work = createWork({ ...t.world, store: { ...t.world.store, expiries } });
    expect(await opened(press)).toContain('went wrong');
    expect(called('reveal')).toHaveLength(1);
  });

  it('is shown although the disclosure could not be recorded: the decision that permits it is', async () => {
    const { press } = await askedFor();
    t.script.auditFails = ({ kind }) => kind === 'disclosure';
    expect(await opened(press)).toBe('You have 12 days.');
  });

  it('is judged anew when a restriction is published while it is being filled', async () => {
    const { press } = await askedFor();
    t.script.fetch = async () => {
      await publishIn(t.store.restrictions, { restriction: RESTRICTION });
      return { ok: true, records: [recordOf('evan')] };
    };
    const world = {
      ...t.world,
      policy: { ...t.world.policy, restrictionsVersion: 0 },
      policyCaughtUp: async () => {
        world.policy.restrictionsVersion = (await t.store.restrictions.current()).version;
        t.script.decide = () => REFUSE;
      },
    };
    work = createWork(world);
    expect(await opened(press)).toContain('restricted');
    expect(called('reveal')).toHaveLength(1);
    expect(entries('decision').slice(-2)).toMatchObject([{ verdict: 'answer' }, { verdict: 'refuse' }]);
  });

  it.each([
    [
      'paused',
      'Sotto is paused by its operators. Please ask again later.',
      () => {
        t.script.standing = standingView({ paused: { since: 1, by: 'f00d' }, holds: [] }, () => () => false);
      },
    ],
    [
      'closed',
      'Sotto is paused until its rules have been approved. Please ask again later.',
      () => {
        t.script.closed = true;
      },
    ],
  ])('is not shown where Sotto was %s since it was decided, which the view says', async (_what, says, stop) => {
    const { press } = await askedFor();
    const { expiries } = t.world.store;
    const world = {
      ...t.world,
      store: {
        ...t.world.store,
        expiries: {
          ...expiries,
          schedule: (o: Parameters<typeof expiries.schedule>[0]) => {
            stop();
            return expiries.schedule(o);
          },
        },
      },
    };
    await fillView(world, press, t.openView());
    expect(t.views.map(({ card }) => card?.text)).toEqual([says]);
    expect(entries('disclosure').map((entry) => 'channel' in entry && entry.channel)).not.toContain(VIEW_CHANNEL);
  });

  it('ends in an apology when restrictions change faster than it can be filled, or cannot be applied', async () => {
    const { press } = await askedFor();
    const policy = { ...t.world.policy, restrictionsVersion: 0 };
    const policyCaughtUp = async () => {
      policy.restrictionsVersion += 1;
    };
    work = createWork({ ...t.world, policy, policyCaughtUp });
    expect(await opened(press)).toContain('went wrong');
    expect(called('backend')).toHaveLength(3);
    work = createWork({ ...t.world, policyCaughtUp: () => Promise.reject(new Error('the engine is dead')) });
    expect(await opened(press)).toContain('went wrong');
  });

  it('has its whole time to be read when it is opened at the last moment, and is not opened after it', async () => {
    const { press } = await askedFor();
    await clock.advance(595_000);
    expect(await openedInTime(press)).not.toContain('expired');
    const ends = await t.store.expiries.sooner({ ref: refOfMessage(press), removeAt: Number.MAX_SAFE_INTEGER });
    expect((ends ?? 0) - clock.now()).toBeGreaterThan(110_000);
    closeView();
    await clock.advance(10_000);
    expect(await openedInTime(press)).toContain('expired');
  });

  it('says "expired" where the message has left, is due, or is not told', async () => {
    const { press } = await askedFor();
    expect(await opened({ ...press, message: null })).toContain('expired');
    const elsewhere = { platform: 'slack', tenant: 'T1', channel: 'D0EVAN', id: 'none' } as const;
    expect(await openedInTime({ ...press, message: elsewhere })).toContain('expired');
    expect(called('sooner')).toHaveLength(4);
    await clock.advance(600_000);
    expect(await opened(press)).toContain('expired');
    expect([called('schedule'), called('audit disclosure')]).toEqual([[], []]);
  });

  it('brings the end of its message nearer when it is first opened, and both leave together', async () => {
    const { ref, press } = await askedFor();
    await clock.advance(5_000);
    await opened(press);
    const end = clock.now() + 120_000;
    expect(await removals()).toMatchObject([
      { ref, removeAt: end },
      { ref: { channel: VIEW_CHANNEL, id: 'V1' }, removeAt: end },
    ]);
  });

  it('can be opened again within its time, authorised afresh, and that moves no end', async () => {
    const { press } = await askedFor();
    await opened(press);
    const end = clock.now() + 120_000;
    await clock.advance(60_000);
    closeView();
    const again = { ...press, id: `${press.id}-again` };
    expect(await opened(again)).toBe('You have 12 days.');
    expect(called('audit')).toEqual(['audit decision', 'audit disclosure']);
    expect(t.views[1]?.card?.note).toContain('60 seconds');
    expect((await removals()).map(({ removeAt }) => removeAt)).toEqual([end, end, end]);
  });

  it('is empty when its time is up, and a late press is told so', async () => {
    const { press } = await askedFor();
    await opened(press);
    const expiring = createExpiring(t.world);
    expiring.start();
    try {
      await clock.advance(119_000);
      expect(t.views[0]?.card?.text).toBe('You have 12 days.');
      await until(async () => {
        await clock.advance(500);
        return entries('removal').length === 2;
      });
    } finally {
      await expiring.stop({ graceMs: 0 });
    }
    expect({ view: t.views[0]?.card?.text, messages: t.messages }).toEqual({ view: 'blanked', messages: [] });
    expect(entries('removal')).toMatchObject([{ state: 'removed' }, { channel: VIEW_CHANNEL, state: 'blanked' }]);
    expect(await openedInTime(press)).toContain('expired');
  });

  it('is shown to somebody who presses before the end of the message is on record', async () => {
    const { press } = await askedFor();
    const { expiries } = t.world.store;
    let looks = 0;
    const slow = {
      ...expiries,
      sooner: async (o: Parameters<typeof expiries.sooner>[0]) => (++looks < 3 ? null : expiries.sooner(o)),
    };
    work = createWork({ ...t.world, store: { ...t.world.store, expiries: slow } });
    expect(await openedInTime(press)).toBe('You have 12 days.');
  });

  it('is not taken for disclosed when the view was closed before it could be filled', async () => {
    const { press } = await askedFor();
    const before = entries('disclosure').length;
    const view = t.openView();
    closeView();
    await opened(press, view);
    expect(called('reveal')).toHaveLength(1);
    expect(entries('disclosure')).toHaveLength(before);
  });

  it('is taken for disclosed when nobody knows whether it was filled', async () => {
    const { press } = await askedFor();
    t.script.reveal = () => ({ ok: false, fault: 'later', code: 'timeout' });
    await opened(press);
    expect(called('audit')).toEqual(['audit decision', 'audit disclosure']);
  });

  it('is emptied again where filling it took longer than its time', async () => {
    const { press } = await askedFor();
    t.script.reveal = async () => {
      await clock.advance(121_000);
      for (const removal of await t.store.expiries.claim({ now: clock.now(), leaseMs: 1_000, limit: 10 }))
        await t.store.expiries.ack({ removals: [removal] });
      return null;
    };
    await opened(press);
    expect(await removals()).toMatchObject([{ ref: { channel: VIEW_CHANNEL, id: 'V1' }, removeAt: clock.now() }]);
  });

  it('says that it must be closed by hand where it cannot be blanked, and schedules nothing in vain', async () => {
    const { press } = await askedFor();
    await opened(press, t.openView({ blankable: false }));
    expect(t.views[0]?.card?.note).toContain('close it');
    expect(called('schedule')).toEqual([]);
    expect(t.entries.at(-1)).toMatchObject({ kind: 'disclosure', message: press.id, removeAt: null });
  });

  it.each<[string, (press: Press) => Press]>([
    ['somebody else’s', (press) => ({ ...press, account: { ...press.account, user: 'UMONA' } })],
    ['forged', (press) => ({ ...press, value: `${press.value.slice(0, -4)}AAAA` })],
    ['one of another kind', (press) => ({ ...press, action: 'sotto.ask' })],
    ['empty', (press) => ({ ...press, value: '' })],
  ])('refuses a button that is %s', async (_, change) => {
    const { press } = await askedFor();
    t.script.find = async (account) => ({ ok: true, person: account.user === 'UMONA' ? MONA : EVAN });
    expect(await opened(change(press))).toContain('button');
    expect(t.entries.at(-1)).toMatchObject({ kind: 'decision', verdict: 'refuse', reasons: ['button-not-yours'] });
    expect([called('backend'), called('decide'), called('sooner')]).toEqual([[], [], []]);
  });

  it('refuses whoever the directory does not vouch for by now', async () => {
    const { press } = await askedFor();
    t.script.find = async () => ({ ok: false, why: 'deactivated' });
    expect(await opened(press)).toContain('people who work at this company');
    t.script.find = async () => Promise.reject(new Error('down'));
    expect(await opened(press)).toContain('could not check who you are');
    t.script.find = async () => ({ ok: true, person: { ...GUS, id: 'evan' } });
    t.script.decide = () => REFUSE;
    expect(await opened(press)).toContain('only answer questions of the people who work at this company');
    expect(called('backend')).toEqual([]);
  });

  it('counts as a question: more than sixty a minute are throttled', async () => {
    const { press } = await askedFor();
    for (let n = 0; n < 60; n++) await work.open({ ...press, id: `${press.id}-${n}` }, t.openView());
    expect(await opened(press)).toContain('try again in');
    expect(called('backend')).toEqual([]);
    expect(t.entries.at(-1)).toMatchObject({ verdict: 'throttled' });
  });

  it('says that the system could not be reached, and puts no end on record for that', async () => {
    const { press } = await askedFor();
    t.script.fetch = () => ({ ok: false, code: 'unreachable' });
    expect(await opened(press)).toContain('could not be reached');
    expect([called('schedule'), called('audit disclosure')]).toEqual([[], []]);
  });

  it('asks them to sign in where the system is asked as them and no token of theirs is there', async () => {
    const { press } = await askedFor();
    t.script.fetch = () => ({ ok: false, code: 'sign-in' });
    expect(await opened(press)).toMatch(/in your own name.*then press again/);
    expect([called('schedule'), called('audit disclosure')]).toEqual([[], []]);
  });

  it('is shown as the rule of the data wants it, although the rule of the question would have it in a message', async () => {
    t.script.decide = ({ action }) => (action.startsWith('data:') ? IN_VIEW : PERMIT);
    const { press, card } = await askedFor();
    expect(JSON.stringify({ ...card, buttons: [] })).not.toContain('12 days');
    expect(await opened(press)).toBe('You have 12 days.');
  });

  it('is judged as it was asked, where it is about nobody in particular: a list of everybody', async () => {
    t.script.operation = (name) => ({ name, dataClass: 'leave', list: true, bySubject: false });
    t.script.decide = ({ about }) => (about === 'other' ? IN_VIEW : REFUSE);
    t.script.fetch = () => ({ ok: true, records: [recordOf('mona')] });
    await work.accept(question({ text: 'the overview of everybody' }));
    await until(() => t.calls.includes('settle shown'));
    const [message] = t.messages;
    expect(await opened(pressOf(message?.card.buttons[0], message?.ref ?? null))).toContain('12 days');
    expect(t.entries.filter(({ kind }) => kind === 'decision')).toMatchObject([
      { verdict: 'answer', about: 'other', subject: null },
      { verdict: 'answer', about: 'other', subject: null },
    ]);
  });

  it('is not filled any more once the process stops: whoever pressed is told to try again', async () => {
    const { press } = await askedFor();
    await work.stop({ graceMs: 0 });
    expect(await opened(press)).toContain('try again');
    expect(t.calls).toEqual([expect.stringMatching(/^reveal/)]);
  });
});
