import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OrderEntry } from '../../../src/core/audit.ts';
import { openState } from '../../../src/core/held.ts';
import { writeInbound } from '../../../src/core/inbound.ts';
import { proven, sealBody } from '../../../src/core/orders/body.ts';
import { keyedHash } from '../../../src/core/orders/code.ts';
import { execute } from '../../../src/core/orders/execute.ts';
import { createOrdering, type Ordering } from '../../../src/core/orders/ordering.ts';
import { orderState, type Placed, placeOrder } from '../../../src/core/orders/place.ts';
import { CODE_MS, RECEIPT_MS } from '../../../src/core/orders/times.ts';
import type { Order } from '../../../src/core/orders/types.ts';
import { accountKey, inboundContext } from '../../../src/core/sealing.ts';
import { PATIENCE_MS } from '../../../src/core/shed.ts';
import { NOTHING_STANDS, standingView } from '../../../src/core/standing.ts';
import { countsOf, PERSON_PER_MINUTE, TENANT_PER_MINUTE } from '../../../src/core/throttle.ts';
import type { Person, Place, Question } from '../../../src/core/types.ts';
import { createWork, type Work } from '../../../src/core/work.ts';
import { claimed, questionOf } from '../../contracts/making.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import {
  createTestWorld,
  EVAN,
  MONA,
  pressOf,
  question,
  recognised,
  recordOf,
  type TestWorld,
} from '../../support/world.ts';

const HANA: Person = { ...EVAN, id: 'hana', name: 'Hana Okafor', groups: ['hr', 'operators'] };
const OMAR: Person = { ...EVAN, id: 'omar', name: 'Omar Haddad', groups: ['operators'], locale: 'de' };

const CHANNEL: Place = { kind: 'channel', channel: 'C1', thread: '1.0' };
const SHARED: Place = { kind: 'shared', channel: 'C2', thread: '1.0' };

/** What each conversation remembers. */
const remembered = async (t: TestWorld) => {
  const all = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, cursor: null, limit: 100 };
  const { transcripts } = await t.store.conversations.scan(all);
  return transcripts.map((transcript) => openState(t.world, transcript)?.turns);
};

describe('an order', () => {
  let clock: FakeClock;
  let t: TestWorld;
  let work: Work;
  let ordering: Ordering;
  beforeEach(() => {
    clock = createFakeClock();
    t = createTestWorld({ clock });
    work = createWork(t.world);
    ordering = createOrdering(t.world);
  });
  afterEach(async () => {
    const stopped = Promise.all([ordering.stop({ graceMs: 2_000 }), work.stop({ graceMs: 2_000 })]);
    await clock.advance(3_000);
    await stopped;
    await t.close();
  });

  const place = async (order: Order): Promise<Extract<Placed, { ok: true }>> => {
    const placed = await placeOrder(t.world, order);
    if (!placed.ok) throw new Error(placed.says);
    return placed;
  };
  /** What this person is answered when they send this. */
  const says = async (person: Person, text: string, at?: Place): Promise<string> => {
    t.script.find = async () => ({ ok: true, person });
    const before = t.calls.filter((call) => call.startsWith('settle')).length;
    const place = at ?? ({ kind: 'direct', channel: `D-${person.id}`, thread: null } as const);
    await work.accept(question({ text, place, conversation: `slack:T1:${place.channel}:${person.id}` }));
    await until(() => t.calls.filter((call) => call.startsWith('settle')).length > before);
    return t.messages.at(-1)?.card.text ?? '';
  };
  const decided = () => t.entries.findLast((entry) => entry.kind === 'decision');
  const noted = (): readonly string[] =>
    t.entries.filter((entry): entry is OrderEntry => entry.kind === 'order').map(({ change }) => change);
  const executed = async (id: string): Promise<void> => {
    ordering.start();
    await until(async () => {
      await clock.advance(250);
      return (await orderState(t.world, id))?.state === 'done';
    });
  };

  it('waits until an operator confirms it, is on record at each step, is done once, and can be asked for', async () => {
    const { id, code, until: ends, needed, says: what } = await place({ kind: 'pause' });
    expect({ ends, needed }).toEqual({ ends: clock.now() + CODE_MS, needed: 1 });
    expect(await orderState(t.world, id)).toEqual({ state: 'waiting', confirmations: 0, needed: 1, receipt: null });
    expect((await t.store.standing.current()).paused).toBeNull();

    expect(await says(HANA, code)).toContain(what);
    expect(decided()).toMatchObject({ verdict: 'answer', intent: null, reasons: ['order-confirmed'] });
    expect(t.calls.filter((call) => call === 'recognise' || call.startsWith('decide'))).toEqual([]);
    expect(noted()).toEqual(['placed', 'confirmed']);

    await executed(id);
    expect(noted()).toEqual(['placed', 'confirmed', 'begun', 'done']);
    const by = t.world.sealer.fingerprint('hana');
    const { paused } = await t.store.standing.current();
    expect(paused).toMatchObject({ by });
    const state = await orderState(t.world, id);
    expect(state).toMatchObject({ state: 'done', receipt: { ok: true, data: { paused: true } } });
    await clock.advance(RECEIPT_MS + 1_000);
    expect(await orderState(t.world, id)).toBeNull();
  });

  it('is in force in the process that did it before its receipt can be read', async () => {
    const { id, code } = await place({ kind: 'pause' });
    await says(HANA, code);
    const happened: string[] = [];
    const { audit } = t.world;
    ordering = createOrdering({
      ...t.world,
      policyCaughtUp: async () => void happened.push('in force'),
      audit: {
        append: async (entry) => {
          if (entry.kind === 'order') happened.push(entry.change);
          return audit.append(entry);
        },
      },
    });
    await executed(id);
    expect(happened).toEqual(['begun', 'in force', 'done']);
  });

  it('is nothing that the conversation remembers: its code is about no topic', async () => {
    await says(HANA, (await place({ kind: 'pause' })).code);
    expect(await remembered(t)).toEqual([[]]);
  });

  it('keeps neither its code nor who confirmed it where they could be read', async () => {
    const { code } = await place({ kind: 'pause' });
    await says(HANA, code);
    const kept = JSON.stringify([
      await t.store.orders.all({ now: clock.now() }),
      t.entries.filter(({ kind }) => kind === 'order'),
    ]);
    expect(kept).not.toContain(code);
    expect(kept).not.toContain('hana');
  });

  it.each([
    ['has no group of operators', MONA],
    ['is no employee', { ...HANA, kind: 'contractor' }],
    ['is only known from before', { ...HANA, fresh: false }],
  ] as const)('is not confirmed by somebody who %s: their text is a text like any other', async (_, person) => {
    t.script.recognition = recognised('leave.policy');
    const { id, code } = await place({ kind: 'pause' });
    expect(await says(person, code)).toBe('Ask your manager first.');
    expect(await says(person, '2222-2222')).toBe('Ask your manager first.');
    expect(decided()?.reasons).toEqual(['a-permit']);
    expect(await orderState(t.world, id)).toMatchObject({ state: 'waiting', confirmations: 0 });
    expect(await says(HANA, code)).toContain('Confirmed.');
  });

  it.each([
    ['is an operator no more', { ok: true, person: MONA }],
    ['cannot be asked for', { ok: false, why: 'unreachable' }],
    ['is only known from before', { ok: true, person: { ...HANA, fresh: false } }],
  ] as const)(
    'is not confirmed by somebody who was an operator a moment ago and %s: right or wrong, it is a text',
    async (_, now) => {
      t.script.recognition = recognised('leave.policy');
      const { id, code } = await place({ kind: 'pause' });
      const asked: boolean[] = [];
      const { find } = t.world.directory;
      t.world.directory.find = async (account, o) => {
        asked.push(o?.anew === true);
        return o?.anew === true ? now : find(account);
      };
      expect(await says(HANA, code)).toBe('Ask your manager first.');
      expect(await says(HANA, '2222-2222')).toBe('Ask your manager first.');
      expect(await orderState(t.world, id)).toMatchObject({ state: 'waiting', confirmations: 0 });
      // Whoever asks anything else is not looked up twice.
      await says(HANA, 'how many days of leave have I left?');
      expect(asked).toEqual([false, true, false, true, false]);
    },
  );

  it('is not confirmed by a wrong code, and after five in a minute not by the right one either', async () => {
    const { id, code } = await place({ kind: 'pause' });
    for (let tries = 1; tries <= 5; tries++) {
      expect(await says(HANA, '2222-2222')).toContain('not the code of an order');
      expect(decided()).toMatchObject({ verdict: 'refuse', reasons: ['order-code-wrong'] });
    }
    expect(await says(HANA, code)).toContain('too many codes');
    expect(decided()).toMatchObject({ verdict: 'throttled', reasons: ['order-code-throttled'] });
    expect(await orderState(t.world, id)).toMatchObject({ state: 'waiting', confirmations: 0 });
    await clock.advance(120_000);
    expect(await says(HANA, code)).toContain('Confirmed.');
  });

  it.each([
    ['a channel', CHANNEL],
    ['a channel shared with another company', SHARED],
  ])('is over once its code stood in %s, whoever sent it', async (_, shared) => {
    for (const person of [HANA, MONA]) {
      const { id, code } = await place({ kind: 'pause' });
      const told = await says(person, code, shared);
      expect(told.includes('Others could read that code')).toBe(person === HANA);
      expect(await orderState(t.world, id)).toMatchObject({ state: 'burnt', confirmations: 0 });
      expect(await says(HANA, code)).toContain('does not count any more');
    }
    expect(noted()).toEqual(['placed', 'burnt', 'placed', 'burnt']);
  });

  it('is over once somebody quoted its code in a shared place, also one whom the directory does not know', async () => {
    const { id, code } = await place({ kind: 'pause' });
    t.script.find = async () => ({ ok: false, why: 'external' });
    await work.accept(question({ text: `look, ${code.toLowerCase()}!`, place: SHARED, conversation: 'c-shared' }));
    await until(() => t.calls.some((call) => call.startsWith('settle')));
    expect(decided()?.reasons).toEqual(['account-external']);
    expect(await orderState(t.world, id)).toMatchObject({ state: 'burnt', confirmations: 0 });
    expect(noted()).toEqual(['placed', 'burnt']);
  });

  /** Lies in the store while nobody works. */
  const pile = async (asked: Question): Promise<void> => {
    const { account } = asked;
    await t.store.inbox.accept({
      ...questionOf(asked.id, { conversation: asked.conversation, claim: false, now: clock.now() }),
      counts: countsOf({ account: account.user, tenant: 'T1' }),
      account: `slack:${account.user}`,
      inbound: t.world.sealer.seal(
        inboundContext({ tenant: 'T1', account: accountKey(account), conversation: asked.conversation }),
        writeInbound(asked),
      ),
    });
  };
  const settled = () => t.calls.filter((call) => call.startsWith('settle')).length;

  it('is confirmed, or its code burnt, also where so much waits that questions are turned away unread', async () => {
    t.script.find = async () => ({ ok: true, person: HANA });
    const [confirmed, burnt] = [await place({ kind: 'pause' }), await place({ kind: 'resume' })];
    await pile(question({ text: confirmed.code, conversation: 'c-hana' }));
    await pile(question({ text: `look, ${burnt.code}!`, place: CHANNEL, conversation: 'c-shared' }));
    for (let n = 0; n < 54; n++) await pile(question({ conversation: `c${n}` }));
    await clock.advance(PATIENCE_MS + 1_000);
    work.start();
    await until(() => settled() === 56);
    expect(t.entries.filter((entry) => entry.kind === 'decision' && entry.reasons[0] === 'shed').length).toBe(54);
    expect(await orderState(t.world, confirmed.id)).toMatchObject({ state: 'confirmed' });
    expect(await orderState(t.world, burnt.id)).toMatchObject({ state: 'burnt' });
  });

  it.each([
    { who: 'everybody', key: 'ask:tenant:T1', most: TENANT_PER_MINUTE, state: 'confirmed' },
    { who: 'the operator', key: 'ask:person:UEVAN', most: PERSON_PER_MINUTE, state: 'waiting' },
  ])('is $state where $who asked too much just now', async ({ key, most, state }) => {
    t.script.find = async () => ({ ok: true, person: HANA });
    const { id, code } = await place({ kind: 'pause' });
    for (let n = 0; n < most; n++) await t.store.counters.add({ key, windowMs: 60_000, now: clock.now() });
    await pile(question({ text: code, conversation: 'c-hana' }));
    work.start();
    await until(() => settled() === 1);
    expect(await orderState(t.world, id)).toMatchObject({ state });
  });

  it('is over once its code was quoted in a shared place by a message that never got as far as being read', async () => {
    const { id, code } = await place({ kind: 'pause' });
    await pile(question({ text: `look, ${code}!`, place: CHANNEL, conversation: 'c-shared' }));
    // Whatever looked at it died of it.
    for (let tries = 1; tries <= 5; tries++) {
      await t.store.inbox.claim({ now: clock.now(), leaseMs: 1, limit: 1 });
      await clock.advance(10);
    }
    work.start();
    await until(() => t.messages.length === 1);
    expect(t.messages[0]?.card.text).toContain('Something went wrong');
    expect(await orderState(t.world, id)).toMatchObject({ state: 'burnt' });
    expect(noted()).toEqual(['placed', 'burnt']);
  });

  it('whose quoted code cannot be burnt keeps nobody from the apology', async () => {
    const { code } = await place({ kind: 'pause' });
    await pile(question({ text: `look, ${code}!`, place: CHANNEL, conversation: 'c-shared' }));
    for (let tries = 1; tries <= 5; tries++) {
      await t.store.inbox.claim({ now: clock.now(), leaseMs: 1, limit: 1 });
      await clock.advance(10);
    }
    t.script.auditFails = ({ kind }) => kind === 'order';
    work.start();
    await until(() => t.messages.length === 1);
    expect(t.messages[0]?.card.text).toContain('Something went wrong');
  });

  it('is over after ten minutes', async () => {
    const { id, code } = await place({ kind: 'pause' });
    await clock.advance(CODE_MS);
    expect(await says(HANA, code)).toContain('does not count any more');
    expect(await orderState(t.world, id)).toMatchObject({ state: 'expired' });
    expect(noted()).toEqual(['placed']);
  });

  it('is confirmed once: the same code again does nothing and says so', async () => {
    const { id, code } = await place({ kind: 'pause' });
    await says(HANA, code);
    for (const person of [HANA, OMAR]) await says(person, code);
    expect(t.messages.at(-1)?.card.text).toContain('schon bestätigt');
    await executed(id);
    expect(await says(HANA, code)).toContain('confirmed before');
    expect(noted()).toEqual(['placed', 'confirmed', 'begun', 'done']);
  });

  it('that needs two operators is not done by one who confirms it twice', async () => {
    const hold = { id: 'h1', on: 'person', what: 'evan', placedAt: clock.now(), by: 'x' } as const;
    t.script.standing = standingView({ paused: null, holds: [hold] }, () => () => false);
    const id = 'two';
    const body = {
      order: { kind: 'lift', id: 'h1' },
      key: 'k',
      code: keyedHash({ key: 'k', of: 'code', value: '3333-4444' }),
    } as const;
    const now = clock.now();
    const times = { now, until: now + CODE_MS, keepUntil: now + 2 * CODE_MS };
    await t.store.orders.place({ id, body: sealBody(t.world.sealer, id, body), needed: 2, ...times });
    for (let time = 0; time < 2; time++) {
      expect(await says(HANA, '3333-4444')).toContain('another operator');
      expect(await orderState(t.world, id)).toMatchObject({ state: 'waiting', confirmations: 1, needed: 2 });
    }
    expect(await says(OMAR, '3333-4444')).toContain('Bestätigt.');
    expect(await orderState(t.world, id)).toMatchObject({ state: 'confirmed', confirmations: 2 });
  });

  it('is not confirmed where that cannot be put on record', async () => {
    const { id, code } = await place({ kind: 'pause' });
    t.script.auditFails = ({ kind }) => kind === 'order';
    expect(await says(HANA, code)).toContain('Something went wrong');
    expect(await orderState(t.world, id)).toMatchObject({ state: 'waiting', confirmations: 0 });
    expect(await placeOrder(t.world, { kind: 'pause' }).catch(({ code: why }) => why)).toBe('audit-unavailable');
  });

  it('is done by another process where the first one died in between, and done again it comes to the same', async () => {
    const { id, code } = await place({ kind: 'pause' });
    await says(HANA, code);
    // A process that got as far as the deed, and no further.
    const [claimed] = await t.store.orders.claim({ now: clock.now(), leaseMs: t.world.leaseMs, limit: 1 });
    expect(claimed).toMatchObject({ id, attempts: 1 });
    await t.store.standing.pause({ since: clock.now(), by: 'x', turn: claimed?.turn ?? 0 });
    const first = (await t.store.standing.current()).paused;
    ordering.start();
    await clock.advance(t.world.leaseMs / 2);
    expect(await orderState(t.world, id)).toMatchObject({ state: 'confirmed' });
    await until(async () => {
      await clock.advance(5_000);
      return (await orderState(t.world, id))?.state === 'done';
    });
    expect((await t.store.standing.current()).paused).toEqual(first);
    expect(t.entries.filter((entry) => entry.kind === 'order' && entry.change === 'begun')).toMatchObject([
      { attempt: 2 },
    ]);
  });

  it('is not done by whoever may only write to the store: a confirmation that no operator gave is none', async () => {
    const { id } = await place({ kind: 'pause' });
    const confirmation = {
      person: 'p',
      by: t.world.sealer.fingerprint('hana'),
      at: clock.now(),
      proof: 'f'.repeat(64),
    };
    expect(await t.store.orders.confirm({ id, confirmation, now: clock.now() })).toBe('confirmed');
    await executed(id);
    expect(await orderState(t.world, id)).toMatchObject({ receipt: { ok: false } });
    expect((await t.store.standing.current()).paused).toBeNull();
    expect(noted()).toEqual(['placed', 'failed']);
  });

  it('is not done again after its opposite where its last record failed', async () => {
    let fails = true;
    t.script.auditFails = (entry) => fails && entry.kind === 'order' && entry.change === 'done';
    const pause = await place({ kind: 'pause' });
    await says(HANA, pause.code);
    ordering.start();
    await until(async () => {
      await clock.advance(100);
      return (await t.store.standing.current()).paused !== null;
    });
    fails = false;
    const resume = await place({ kind: 'resume' });
    await says(HANA, resume.code);
    for (const { id } of [resume, pause]) {
      await until(async () => {
        await clock.advance(250);
        return (await orderState(t.world, id))?.state === 'done';
      });
    }
    expect((await t.store.standing.current()).paused).toBeNull();
    expect((await orderState(t.world, resume.id))?.receipt).toMatchObject({ ok: true });
    expect((await orderState(t.world, pause.id))?.receipt).toMatchObject({
      ok: false,
      says: ['Sotto is not paused: an order that was confirmed after this one has ended the pause.'],
    });
  });

  it('that comes to be done only after one that was confirmed later changes nothing, and says so', async () => {
    const [pause, resume] = [await place({ kind: 'pause' }), await place({ kind: 'resume' })];
    await says(HANA, resume.code);
    // Whoever claimed it first died at once.
    await t.store.orders.claim({ now: clock.now(), leaseMs: t.world.leaseMs, limit: 1 });
    await says(HANA, pause.code);
    await executed(pause.id);
    await until(async () => {
      await clock.advance(5_000);
      return (await orderState(t.world, resume.id))?.state === 'done';
    });
    expect((await t.store.standing.current()).paused).not.toBeNull();
    expect((await orderState(t.world, resume.id))?.receipt).toMatchObject({ ok: false, data: { paused: true } });
  });

  it('to hold something does not place the hold again once that was lifted', async () => {
    const ordered = { id: 'h1', by: 'x', confirmed: ['x'], at: clock.now(), turn: 1 };
    const hold = { kind: 'hold', on: 'topic', what: 'leave' } as const;
    expect(await execute(t.world, hold, ordered)).toMatchObject({ ok: true, data: { placed: true } });
    await execute(t.world, { kind: 'lift', id: 'h1' }, { ...ordered, id: 'l1', turn: 2 });
    expect(await execute(t.world, hold, ordered)).toMatchObject({
      ok: true,
      says: ['The hold h1 was placed, and has been lifted since.'],
      data: { placed: false },
    });
    expect((await t.store.standing.current()).holds).toEqual([]);
  });

  it('that needs two operators is not done on the word of one that the store has twice', async () => {
    const key = 'k';
    const body = {
      order: { kind: 'lift', id: 'h1' },
      key,
      code: keyedHash({ key, of: 'code', value: '3333-4444' }),
    } as const;
    const now = clock.now();
    const times = { now, until: now + CODE_MS, keepUntil: now + 2 * CODE_MS };
    await t.store.orders.place({ id: 'two', body: sealBody(t.world.sealer, 'two', body), needed: 1, ...times });
    const once = proven(body, { person: 'p', by: 'x', at: now });
    await t.store.orders.confirm({ id: 'two', confirmation: once, now });
    await executed('two');
    expect(await orderState(t.world, 'two')).toMatchObject({ receipt: { ok: false } });
    expect(noted()).toEqual(['failed']);
  });

  it('that fails is tried again, and in the end given up with a receipt', async () => {
    const { id, code } = await place({ kind: 'pause' });
    await says(HANA, code);
    t.script.auditFails = (entry) => entry.kind === 'order' && entry.change === 'begun';
    ordering.start();
    await until(async () => {
      await clock.advance(10_000);
      return (await orderState(t.world, id))?.state === 'done';
    });
    expect(await orderState(t.world, id)).toMatchObject({ receipt: { ok: false } });
    expect((await t.store.standing.current()).paused).toBeNull();
    expect(noted().at(-1)).toBe('failed');
  });

  it('asks a question again that was set aside, under a name of its own, and only where there is one', async () => {
    expect(await placeOrder(t.world, { kind: 'retry', id: 'q1' })).toMatchObject({ ok: false });
    const claim = await claimed(t.store, questionOf('q1', { now: clock.now() }));
    const { id: question, lease } = claim;
    const buried = { id: question, lease, code: 'deadline', until: clock.now() + 86_400_000, now: clock.now() };
    expect(await t.store.inbox.bury(buried)).toBe('buried');

    const { id, code } = await place({ kind: 'retry', id: 'q1' });
    expect(await says(HANA, code)).toContain('set aside as q1');
    await executed(id);
    expect((await orderState(t.world, id))?.receipt).toMatchObject({ ok: true, data: { id: 'q1', as: `again:${id}` } });
    expect(await t.store.inbox.dead({ limit: 10 })).toEqual([]);
    const again = await t.store.inbox.claim({ now: clock.now(), leaseMs: 1_000, limit: 10 });
    expect(again).toMatchObject([{ id: `again:${id}`, inbound: claim.inbound }]);
    // A process that died before the receipt does it once more, which asks nothing again.
    const ordered = { id, by: 'x', confirmed: ['x'], at: clock.now(), turn: 1 };
    expect(await execute(t.world, { kind: 'retry', id: 'q1' }, ordered)).toMatchObject({ ok: true });
    expect(await t.store.inbox.census({ now: clock.now() })).toMatchObject({ queued: 0, leased: 1, dead: 0 });
  });

  it('is not taken where it could mean nothing here, or where too many wait', async () => {
    expect(await placeOrder(t.world, { kind: 'lift', id: 'h9' })).toMatchObject({ ok: false });
    const placed = [];
    for (let at = 0; at < 20; at++) placed.push(await placeOrder(t.world, { kind: 'pause' }));
    expect(placed.filter(({ ok }) => ok)).toHaveLength(16);
    expect(placed.at(-1)).toMatchObject({ ok: false, says: expect.stringContaining('Too many orders') });
  });
});

describe('while Sotto is paused', () => {
  let t: TestWorld;
  let work: Work;
  beforeEach(() => {
    t = createTestWorld();
    work = createWork(t.world);
    t.script.standing = standingView({ paused: { since: 1, by: 'x' }, holds: [] }, () => () => false);
  });
  afterEach(async () => {
    await work.stop({ graceMs: 2_000 });
    await t.close();
  });
  const through = async (text: string): Promise<string> => {
    const before = t.calls.filter((call) => call.startsWith('settle')).length;
    await work.accept(question({ text, conversation: 'slack:T1:D0EVAN' }));
    await until(() => t.calls.filter((call) => call.startsWith('settle')).length > before);
    return t.messages.at(-1)?.card.text ?? '';
  };

  it('a question is accepted, recorded and answered honestly, and nothing else is touched', async () => {
    expect(await through('how many days of leave have I left?')).toContain('paused by its operators');
    expect(t.calls).toEqual([
      'directory.find',
      'audit decision',
      'commit',
      expect.stringContaining('post Sotto is paused'),
      'audit disclosure',
      'settle shown',
    ]);
    expect(t.entries[0]).toMatchObject({ kind: 'decision', verdict: 'refuse', reasons: ['paused'] });
  });

  it('a question is nothing that its conversation remembers', async () => {
    await through('how many days of leave have I left?');
    expect(await remembered(t)).toEqual([[]]);
  });

  it('whoever is unknown, or cannot be looked up, is told the same', async () => {
    for (const why of ['unknown', 'external', 'unreachable'] as const) {
      t.script.find = async () => ({ ok: false, why });
      expect(await through('hello')).toContain('paused by its operators');
    }
  });

  it('holds for a question that is on its way already: what was read is discarded', async () => {
    let version = (await t.store.restrictions.current()).version;
    const paused = t.script.standing;
    t.script.standing = NOTHING_STANDS;
    t.script.fetch = async () => {
      await t.store.standing.pause({ since: 1, by: 'x', turn: 1 });
      return { ok: true, records: [recordOf('evan')] };
    };
    const { policy } = t.world;
    const moving = createWork({
      ...t.world,
      policy: {
        decide: policy.decide,
        version: policy.version,
        get restrictionsVersion() {
          return version;
        },
      },
      policyCaughtUp: async () => {
        t.script.standing = paused;
        version = (await t.store.restrictions.current()).version;
      },
    });
    await moving.accept(question());
    await until(() => t.calls.some((call) => call.startsWith('settle')));
    await moving.stop({ graceMs: 2_000 });
    expect(t.calls.filter((call) => call === 'commit')).toHaveLength(2);
    expect(t.messages.map(({ card }) => card.text)).toEqual([
      'Sotto is paused by its operators. Please ask again later.',
    ]);
  });

  it('a press that opens a view is told so there, and nothing is looked up', async () => {
    await work.open(pressOf(undefined, null), t.openView());
    expect(t.views.map(({ card }) => card?.text)).toEqual([
      'Sotto is paused by its operators. Please ask again later.',
    ]);
    expect(t.calls).toEqual(['directory.find', 'audit decision', expect.stringContaining('reveal Sotto is paused')]);
  });

  it('an operator can still confirm an order', async () => {
    t.script.find = async () => ({ ok: true, person: HANA });
    const placed = await placeOrder(t.world, { kind: 'resume' });
    if (!placed.ok) throw new Error(placed.says);
    expect(await through(placed.code)).toContain('Confirmed.');
    expect(await through('how many days of leave have I left?')).toContain('paused by its operators');
  });
});
