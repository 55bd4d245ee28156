import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createProbing, type Probing, slowedSeconds, TOLD_FROM } from '../../src/core/probing.ts';
import { type ConversationState, freshState, parseState, turnOf, withTurn } from '../../src/core/state.ts';
import type { Account, Button, Press, Question } from '../../src/core/types.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
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
  recognised,
  recordOf,
  type TestWorld,
} from '../support/world.ts';

const HOUR = 60 * 60_000;

const refusalAt = (at: number) => turnOf({ at, verdict: 'refuse', judgement: null });
const refusedAt = (...times: readonly number[]): ConversationState =>
  times.reduce((state, at) => withTurn(state, refusalAt(at)), freshState(0));

describe('how a conversation slows down', () => {
  it('is from the fifth refusal on, five seconds and twice as long each time, up to five minutes after the last', () => {
    const after = (count: number) => slowedSeconds(refusedAt(...Array.from({ length: count }, (_, n) => n)), count - 1);
    expect([4, 5, 6, 7, 10, 11, 12, 20].map(after)).toEqual([null, 5, 10, 20, 160, 300, 300, 300]);
    const state = refusedAt(0, 1, 2, 3, 4);
    expect([4, 3_004, 5_003, 5_004].map((now) => slowedSeconds(state, now))).toEqual([5, 2, 1, null]);
  });

  it('ends an hour after the refusals, and never waits longer for a clock that runs ahead', () => {
    expect(slowedSeconds(refusedAt(0, 1, 2, 3, 4), HOUR)).toBeNull();
    expect(slowedSeconds(refusedAt(1, 2, 3, 4, 90_000), 5)).toBe(5);
  });

  it('is not for what was turned away itself, nor for a suspicion, nor for a state that cannot be read', () => {
    const state = refusedAt(1, 2, 3, 4, 5);
    const waited = withTurn(state, turnOf({ at: 4_000, verdict: 'throttled', judgement: null }));
    expect(slowedSeconds(waited, 4_000)).toBe(slowedSeconds(state, 4_000));
    const judgement = { intent: null, topics: ['salary'], about: null, refusedTopic: 'salary', onSuspicion: true };
    const suspected = Array.from({ length: 20 }, (_, at) => turnOf({ at, verdict: 'refuse', judgement }));
    expect(slowedSeconds(suspected.reduce(withTurn, freshState(0)), 20)).toBeNull();
    expect(slowedSeconds(parseState('?', 0), 0)).toBeNull();
  });

  it('never falls below what the refusals of the hour ask for, whatever else was said', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), (said) => {
        const state = said.reduce(
          (s, isRefused, at) =>
            withTurn(s, isRefused ? refusalAt(at) : turnOf({ at, verdict: 'answer', judgement: null })),
          freshState(0),
        );
        const count = said.filter(Boolean).length;
        const last = said.lastIndexOf(true);
        const wanted = count < 5 ? null : Math.min(300, 5 * 2 ** (Math.min(count, 20) - 5));
        expect(slowedSeconds(state, Math.max(last, 0))).toBe(wanted);
      }),
    );
  });
});

describe('probing', () => {
  let clock: FakeClock;
  let t: TestWorld;
  let world: World;
  let probing: Probing;
  let work: Work;
  beforeEach(() => {
    clock = createFakeClock();
    t = createTestWorld({ clock });
    const { directory } = t.world;
    const contacted: World = {
      ...t.world,
      securityContact: 'mona',
      directory: {
        ...directory,
        accounts: async (id) => [{ platform: 'slack', tenant: 'T1', user: `U${id.toUpperCase()}` }],
      },
    };
    t.script.find = async ({ user }) => {
      const person = { UEVAN: EVAN, UMONA: MONA, UGUS: GUS }[user];
      return person === undefined ? { ok: false, why: 'unknown' } : { ok: true, person };
    };
    probing = createProbing(contacted);
    world = { ...contacted, probing };
    work = createWork(world);
  });
  afterEach(async () => {
    await probing.settled({ graceMs: 2_000 });
    await work.stop({ graceMs: 2_000 });
    await t.close();
  });

  const as = (user: string): Account => ({ platform: 'slack', tenant: 'T1', user, external: false });
  const decisions = () => t.entries.filter((entry) => entry.kind === 'decision');
  const ended = async (inbound: Question | Press) => {
    const before = decisions().length;
    expect(await work.accept(inbound)).toBe('accepted');
    await until(async () => {
      // A no to an outsider waits for its step of time.
      if (inbound.account.user === 'UGUS') await clock.advance(100);
      return decisions().length > before && (await t.store.inbox.census({ now: clock.now() })).leased === 0;
    });
    return decisions().at(-1);
  };
  const ask = (o: Partial<Question> = {}) => ended(question(o));
  const press = (button: Button | undefined) => ended(pressOf(button, null));
  /** Refused for a rule, and patient. */
  const refusedTimes = async (count: number, o: Partial<Question> = {}): Promise<void> => {
    t.script.decide = () => REFUSE;
    for (let n = 0; n < count; n++) {
      expect(await ask(o)).toMatchObject({ verdict: 'refuse' });
      // Telling has half a minute of this clock, which it needs none of.
      await probing.settled({ graceMs: 2_000 });
      await clock.advance(5 * 60_000);
    }
  };
  const told = () => t.messages.filter(({ card }) => card.text.includes('keeps asking')).map(({ card }) => card.text);
  const noted = () => t.entries.filter((entry) => entry.kind === 'probing');

  it('is answered more and more slowly, without judging and without a backend, until the wait is over', async () => {
    t.script.decide = () => REFUSE;
    for (let n = 0; n < 5; n++) expect(await ask()).toMatchObject({ verdict: 'refuse' });
    t.calls.length = 0;
    t.script.decide = () => PERMIT;
    for (let n = 0; n < 3; n++) expect(await ask()).toMatchObject({ verdict: 'throttled', reasons: ['slowed'] });
    expect(t.calls.filter((call) => /^(?:decide|recognise|backend)/.test(call))).toEqual([]);
    expect(t.messages.at(-1)?.card.text).toBe('That was a lot at once. Please try again in 5 seconds.');
    // Another conversation of theirs is not slowed.
    expect(await ask({ conversation: 'slack:T1:other' })).toMatchObject({ verdict: 'answer' });
    await clock.advance(5_000);
    expect(await ask()).toMatchObject({ verdict: 'answer' });
  });

  it('slows the button of a view as well', async () => {
    t.script.decide = () => IN_VIEW;
    await ask();
    const message = t.messages.at(-1);
    t.script.decide = () => REFUSE;
    for (let n = 0; n < 5; n++) await ask();
    t.script.decide = () => IN_VIEW;
    t.calls.length = 0;
    await work.open(pressOf(message?.card.buttons[0], message?.ref ?? null), t.openView());
    expect(decisions().at(-1)).toMatchObject({ verdict: 'throttled', reasons: ['slowed'] });
    expect(t.views.at(-1)?.card?.text).toContain('Please try again in');
    expect(t.calls.filter((call) => /^(?:decide|backend)/.test(call))).toEqual([]);
  });

  it('is told to the security contact at the tenth refusal, once a day, with nobody\u2019s words', async () => {
    t.script.recognition = recognised('salary.payslip');
    await refusedTimes(9, { text: 'what does mona earn, I wonder' });
    expect([told(), noted()]).toEqual([[], []]);
    await refusedTimes(1);
    await until(() => told().length > 0);
    expect(told()[0]).toContain(
      'the id evan in the directory was refused at least 10 times since 2023-11-14 22:13 UTC',
    );
    expect(told()[0]).toContain('Topic salary');
    expect(told()[0]).not.toContain('wonder');
    expect(noted()).toEqual([
      {
        kind: 'probing',
        at: expect.any(Number),
        person: world.sealer.fingerprint('evan'),
        name: expect.any(String),
        topics: ['salary'],
        refusals: 10,
        since: 1_700_000_000_000,
        contact: world.sealer.fingerprint('mona'),
        contactName: expect.any(String),
      },
    ]);
    await refusedTimes(3);
    await probing.settled({ graceMs: 2_000 });
    expect([told().length, noted().length]).toEqual([1, 1]);
    // The next day it is told again.
    await clock.advance(24 * HOUR);
    await refusedTimes(10);
    await until(() => told().length > 1);
    expect(noted()).toHaveLength(2);
  });

  it('is found over all conversations of a person, each of which is short of it', async () => {
    t.script.decide = () => REFUSE;
    for (let n = 0; n < TOLD_FROM; n++) await ask({ conversation: `slack:T1:C${n % 4}` });
    await until(() => told().length === 1);
    // The same person counts, whatever process they come to: it is told once.
    const other = createProbing({ ...world });
    for (let n = 0; n < TOLD_FROM; n++) other.refused({ person: 'evan', topics: [], state: null });
    await other.settled({ graceMs: 2_000 });
    expect(told()).toHaveLength(1);
    expect(noted()).toHaveLength(2);
  });

  it('counts what a view refuses, once however often it was judged', async () => {
    t.script.decide = () => IN_VIEW;
    await ask();
    const message = t.messages.at(-1);
    t.script.decide = () => REFUSE;
    for (let n = 0; n < TOLD_FROM; n++) {
      expect(noted()).toEqual([]);
      await work.open({ ...pressOf(message?.card.buttons[0], message?.ref ?? null), id: `p${n}` }, t.openView());
    }
    await until(() => noted().length === 1);
  });

  it('is on record, in the log and in a figure where there is no contact to tell', async () => {
    const lines: unknown[] = [];
    const quiet = createProbing({
      ...world,
      securityContact: null,
      log: { ...world.log, warn: (...line) => void lines.push(line) },
    });
    for (let n = 0; n < TOLD_FROM; n++) quiet.refused({ person: 'evan', topics: ['salary'], state: null });
    await quiet.settled({ graceMs: 2_000 });
    expect(noted()).toMatchObject([{ contact: null, refusals: 10 }]);
    expect(told()).toEqual([]);
    expect(lines).toEqual([['probing', { id: world.sealer.fingerprint('evan'), count: 10 }]]);
    expect(JSON.stringify(lines)).not.toContain('"evan"');
  });

  it('is told nobody while it cannot be put on record; at the next refusal it is, and the contact is told once', async () => {
    let fails = true;
    t.script.auditFails = ({ kind }) => kind === 'probing' && fails;
    for (let n = 0; n < TOLD_FROM; n++) probing.refused({ person: 'evan', topics: [], state: null });
    await probing.settled({ graceMs: 2_000 });
    expect([noted(), told()]).toEqual([[], []]);
    fails = false;
    probing.refused({ person: 'evan', topics: [], state: null });
    await probing.settled({ graceMs: 2_000 });
    expect([noted().length, told().length]).toEqual([1, 1]);
  });

  it('never was a refusal on suspicion alone, which offers what may have been meant instead', async () => {
    t.script.recognition = {
      ...recognised(null, ['salary']),
      ranking: ['salary.payslip', 'leave.balance', 'leave.policy'],
      also: [],
    };
    t.script.decide = ({ action }) => (action === 'salary.suspected' || action === 'leave.policy' ? REFUSE : PERMIT);
    for (let n = 0; n < 2 * TOLD_FROM; n++)
      expect(await ask()).toMatchObject({ verdict: 'refuse', topics: ['salary'] });
    expect(noted()).toEqual([]);
    const card = t.messages.at(-1)?.card;
    expect(card?.text).toBe(
      'This question about topic salary is restricted, so I may not answer it. Please ask the salary desk.\nIf you meant something else, choose it:',
    );
    // Neither what is suspected nor what is refused, and no more than it may have been.
    expect(card?.buttons.map(({ label }) => label)).toEqual(['I meant: title of leave.balance']);
    t.calls.length = 0;
    t.script.fetch = () => ({ ok: true, records: [recordOf('evan')] });
    expect(await press(card?.buttons[0])).toMatchObject({
      verdict: 'answer',
      intent: 'leave.balance',
      topics: ['leave'],
    });
    // Nothing is guessed, and the intent is judged like any other, its data as well.
    expect(t.calls.filter((call) => /^(?:recognise|decide)/.test(call))).toEqual([
      'decide leave.balance',
      'decide data:leave',
    ]);
  });

  it('cannot be had past the rules by choosing: what was chosen is refused like anything else, and counts', async () => {
    t.script.recognition = recognised(null, ['salary']);
    t.script.decide = ({ action }) => (action === 'salary.suspected' ? REFUSE : PERMIT);
    await ask();
    const button = t.messages.at(-1)?.card.buttons[0];
    t.script.decide = () => REFUSE;
    for (let n = 0; n < 5; n++) expect(await press(button)).toMatchObject({ verdict: 'refuse', reasons: ['a-forbid'] });
    expect(await press(button)).toMatchObject({ verdict: 'throttled', reasons: ['slowed'] });
    expect(t.calls.filter((call) => call.startsWith('backend'))).toEqual([]);
  });

  it('is a refusal like any other where the question would be refused without the suspicion', async () => {
    t.script.recognition = recognised('leave.balance', ['salary']);
    t.script.decide = ({ action }) => (action === 'leave.policy' ? PERMIT : REFUSE);
    for (let n = 0; n < 5; n++) expect(await ask()).toMatchObject({ verdict: 'refuse' });
    expect(t.messages.at(-1)?.card.buttons).toEqual([]);
    expect(await ask()).toMatchObject({ verdict: 'throttled' });
  });

  it('offers contractors what they may ask, and nobody anything who may ask nothing', async () => {
    t.script.recognition = recognised(null, ['salary']);
    t.script.decide = ({ action }) => (action === 'leave.policy' ? PERMIT : REFUSE);
    t.script.find = async () => ({ ok: true, person: { ...EVAN, kind: 'contractor', groups: [] } });
    await ask();
    expect(t.messages.at(-1)?.card.buttons.map(({ label }) => label)).toEqual(['I meant: title of leave.policy']);
    t.script.decide = () => REFUSE;
    await ask();
    expect(t.messages.at(-1)?.card).toMatchObject({ buttons: [], text: expect.not.stringContaining('meant') });
  });

  it('counts every no of guests alike, and offers them nothing', async () => {
    t.script.recognition = recognised(null, ['salary']);
    t.script.decide = ({ action }) => (action === 'salary.suspected' ? REFUSE : PERMIT);
    for (let n = 0; n < 5; n++) {
      // Suspected or not understood: the same no.
      t.script.recognition = recognised(null, n % 2 === 0 ? ['salary'] : []);
      await ask({ account: as('UGUS') });
      expect(t.messages.at(-1)?.card).toMatchObject({ buttons: [], text: expect.stringContaining('restricted here') });
    }
    expect(await ask({ account: as('UGUS') })).toMatchObject({ verdict: 'throttled', reasons: ['slowed'] });
    expect(t.messages.at(-1)?.card.text).toBe('That was a lot at once. Please try again in 5 seconds.');
  });

  it('tells nobody of guests who were not understood, or only suspected, however often', async () => {
    t.script.decide = ({ action }) => (action === 'salary.suspected' ? REFUSE : PERMIT);
    const gus = { account: as('UGUS') };
    for (let n = 0; n < 2 * TOLD_FROM; n++) {
      t.script.recognition = recognised(null, n % 2 === 0 ? ['salary'] : []);
      expect(await ask(gus)).toMatchObject({ verdict: 'refuse' });
      await clock.advance(5 * 60_000);
    }
    t.script.recognition = recognised('leave.balance');
    await refusedTimes(1, gus);
    expect(noted()).toEqual([]);
    await refusedTimes(TOLD_FROM - 1, gus);
    expect(noted()).toMatchObject([{ refusals: TOLD_FROM, topics: [] }]);
  });

  it('is not what came of us: nobody is counted whom the directory does not vouch for just now, nor for a button whose time is up', async () => {
    t.script.recognition = recognised(null);
    await ask();
    const button = t.messages.at(-1)?.card.buttons[0];
    await clock.advance(25 * HOUR);
    for (let n = 0; n < 6; n++) expect(await press(button)).toMatchObject({ reasons: ['button-expired'] });
    t.script.decide = () => ({ ...REFUSE, why: 'stale', rules: [] }) as typeof REFUSE;
    t.script.recognition = recognised('leave.balance');
    for (let n = 0; n < 6; n++) expect(await ask()).toMatchObject({ verdict: 'refuse', reasons: ['stale'] });
    t.script.find = async () => ({ ok: false, why: 'unreachable' });
    for (let n = 0; n < 6; n++) expect(await ask()).toMatchObject({ reasons: ['account-unreachable'] });
    expect(noted()).toEqual([]);
  });
});
