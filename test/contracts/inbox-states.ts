import { describe, expect, it } from '@jest/globals';
import type { Store } from '../../src/core/ports.ts';
import { buryOf, claimed, commitOf, LEASE, NOW, onlyClaim, parkOf, questionOf, settleOf } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const C1 = { tenant: 'T1', conversation: 'c1' };
const UNTIL = NOW + 600_000;

const park = async (store: Store, id: string, o: Parameters<typeof parkOf>[1] = {}): Promise<void> => {
  expect(await store.inbox.park(parkOf(await claimed(store, questionOf(id)), o))).toBe('parked');
};

/** Claims and settles until nothing is left, and tells the order. */
const drained = async (store: Store, now: number): Promise<readonly string[]> => {
  const order: string[] = [];
  for (;;) {
    const claims = await store.inbox.claim({ now, leaseMs: LEASE, limit: 10 });
    if (claims.length === 0) return order;
    for (const claim of claims) {
      order.push(claim.id);
      await store.inbox.settle(settleOf(claim, { now }));
    }
  }
};

/** What every inbox promises of questions that wait for somebody and of those that are set aside. */
export const inboxStatesContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} parks`, () => {
    it('a question so that it blocks nobody: the next of its conversation is claimable at once', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      await store.inbox.accept(questionOf('q2'));
      expect(await store.inbox.park(parkOf(claim))).toBe('parked');
      expect((await onlyClaim(store, NOW)).id).toBe('q2');
      expect(await store.inbox.census({ now: NOW })).toEqual({ queued: 0, leased: 1, parked: 1, dead: 0 });
      expect(await store.inbox.backlog()).toEqual({ waiting: 0, claimed: 1 });
    });

    it('and a conversation with nothing else is idle', async () => {
      const store = await open();
      await park(store, 'q1');
      expect((await store.inbox.accept(questionOf('q2'))).status).toBe('claimed');
    });

    it('once under a lease; repeats of it are repeats', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      expect(await store.inbox.park(parkOf(claim))).toBe('parked');
      expect(await store.inbox.park(parkOf(claim))).toBe('lost');
      expect(await store.inbox.settle(settleOf(claim))).toBe('lost');
      expect(await store.inbox.accept(questionOf('q1'))).toEqual({ status: 'repeat' });
    });

    it('without what was shown: it comes back with its words, and counts its attempts anew', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      await store.inbox.release({ ...claim, notBefore: NOW, code: 'odd' });
      const again = await onlyClaim(store, NOW);
      await store.inbox.commit(commitOf(again));
      await store.inbox.park(parkOf(again));
      expect(await store.inbox.unpark({ ...C1, id: 'q1', now: NOW })).toBe('queued');
      expect(await onlyClaim(store, NOW)).toMatchObject({
        id: 'q1',
        inbound: 'sealed-q1',
        outbox: null,
        attempts: 1,
        parked: 'sign-in',
        overdue: false,
        failure: null,
        state: 'state-after-q1',
      });
    });

    it('and finds it by the person, the oldest first, until it is un-parked or its time is over', async () => {
      const store = await open();
      await park(store, 'q1');
      const other = await claimed(store, questionOf('q2', { conversation: 'c2', tenant: 'T2', now: NOW + 5 }));
      await store.inbox.park(parkOf(other, { until: UNTIL + 5, why: 'confirmation', what: 'what-2', now: NOW + 5 }));
      await park(store, 'q3', { person: 'person-2' });
      const first = {
        id: 'q1',
        tenant: 'T1',
        conversation: 'c1',
        account: 'slack:U1',
        what: 'what-1',
        why: 'sign-in',
        acceptedAt: NOW,
        until: UNTIL,
      };
      const second = {
        ...first,
        id: 'q2',
        tenant: 'T2',
        conversation: 'c2',
        what: 'what-2',
        why: 'confirmation',
        acceptedAt: NOW + 5,
        until: UNTIL + 5,
      };
      const waiting = (now: number) => store.inbox.waiting({ person: 'person-1', now });
      expect(await waiting(NOW)).toEqual([first, second]);
      expect(await waiting(UNTIL)).toEqual([second]);
      expect(await store.inbox.unpark({ tenant: 'T2', conversation: 'c2', id: 'q2', now: NOW })).toBe('queued');
      expect(await waiting(NOW)).toEqual([first]);
      expect(await store.inbox.waiting({ person: 'person-9', now: NOW })).toEqual([]);
    });

    it('and tells the newest hundred of them', async () => {
      const store = await open();
      for (let at = 0; at < 105; at++) {
        const conversation = `c${at % 7}`;
        const claim = await claimed(store, questionOf(`q${at}`, { conversation, now: NOW + at }));
        await store.inbox.park(parkOf(claim, { until: UNTIL + at, now: NOW + at }));
      }
      const told = await store.inbox.waiting({ person: 'person-1', now: NOW });
      expect(told.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, at) => `q${at + 5}`));
    });

    it('until its time is over: then it is claimable as overdue, whatever else its conversation does', async () => {
      const store = await open();
      await park(store, 'q1');
      const busy = await claimed(store, questionOf('q2'));
      await store.inbox.renew({ ...busy, until: UNTIL + LEASE });
      await store.inbox.accept(questionOf('q3'));
      expect(await store.inbox.next({ now: NOW })).toBe(UNTIL);
      expect(await store.inbox.claim({ now: UNTIL - 1, leaseMs: LEASE, limit: 5 })).toEqual([]);
      const overdue = await onlyClaim(store, UNTIL);
      expect(overdue).toMatchObject({ id: 'q1', parked: 'sign-in', overdue: true });
      expect(await store.inbox.census({ now: UNTIL })).toEqual({ queued: 1, leased: 2, parked: 0, dead: 0 });
      expect(await store.inbox.unpark({ ...C1, id: 'q1', now: UNTIL })).toBe('gone');
      expect(await store.inbox.settle(settleOf(overdue, { end: 'lapsed', now: UNTIL }))).toBe('settled');
      // The one that is worked on keeps its turn.
      expect(await store.inbox.claim({ now: UNTIL + 1, leaseMs: LEASE, limit: 5 })).toEqual([]);
      expect(await store.inbox.settle(settleOf(busy))).toBe('settled');
      expect((await onlyClaim(store, UNTIL)).id).toBe('q3');
    });

    it('and is told to nobody while it is worked on, though the clock of whoever does so is ahead', async () => {
      const store = await open();
      await park(store, 'q1');
      const waiting = () => store.inbox.waiting({ person: 'person-1', now: UNTIL - 1 });
      expect(await waiting()).toHaveLength(1);
      const overdue = await onlyClaim(store, UNTIL);
      expect(await waiting()).toEqual([]);
      await store.inbox.release({ ...overdue, notBefore: UNTIL });
      expect(await waiting()).toHaveLength(1);
    });

    it('and what is overdue stays so through releases and lapsed leases', async () => {
      const store = await open();
      await park(store, 'q1');
      const overdue = await onlyClaim(store, UNTIL);
      await store.inbox.release({ ...overdue, notBefore: UNTIL + 50 });
      expect(await store.inbox.unpark({ ...C1, id: 'q1', now: UNTIL })).toBe('gone');
      expect(await store.inbox.unpark({ ...C1, id: 'q1', now: UNTIL - 1 })).toBe('queued');
      const { id, overdue: late } = await onlyClaim(store, UNTIL + 50);
      expect({ id, late }).toEqual({ id: 'q1', late: false });
    });

    it('and shreds its words at its time, though nobody should claim it', async () => {
      const store = await open();
      await park(store, 'q1');
      expect(await store.inbox.sweep({ now: UNTIL - 1 })).toEqual([]);
      expect(await store.inbox.unpark({ ...C1, id: 'q1', now: NOW })).toBe('queued');
      const back = await onlyClaim(store, NOW);
      expect(back.inbound).toBe('sealed-q1');
      await store.inbox.park(parkOf(back));
      expect(await store.inbox.sweep({ now: UNTIL })).toEqual([]);
      expect(await onlyClaim(store, UNTIL)).toMatchObject({ id: 'q1', overdue: true, inbound: '' });
    });

    it('but never while somebody ends it, who may have to keep them, nor before it may be claimed again', async () => {
      const store = await open();
      await park(store, 'q1');
      const first = await onlyClaim(store, UNTIL);
      await store.inbox.sweep({ now: UNTIL });
      // Its lease has lapsed: whoever claims it next ends it.
      await store.inbox.sweep({ now: UNTIL + 2 * LEASE });
      const second = await onlyClaim(store, UNTIL + 2 * LEASE);
      expect([first, second]).toMatchObject([{ inbound: 'sealed-q1' }, { overdue: true, inbound: 'sealed-q1' }]);
      const later = UNTIL + 3 * LEASE;
      await store.inbox.release({ id: second.id, lease: second.lease, notBefore: later });
      await store.inbox.sweep({ now: later - 1 });
      const third = await onlyClaim(store, later);
      expect(third).toMatchObject({ overdue: true, inbound: 'sealed-q1' });
      await store.inbox.release({ id: third.id, lease: third.lease, notBefore: later });
      await store.inbox.sweep({ now: later });
      expect(await onlyClaim(store, later)).toMatchObject({ overdue: true, inbound: '' });
    });
  });

  describe(`${name} un-parks`, () => {
    it('before what nobody has begun, in order of acceptance, and behind what is worked on', async () => {
      const store = await open();
      for (const id of ['p1', 'p2', 'p3']) await park(store, id);
      const busy = await claimed(store, questionOf('q1'));
      for (const id of ['q2', 'q3']) await store.inbox.accept(questionOf(id));
      for (const id of ['p3', 'p1', 'p2']) expect(await store.inbox.unpark({ ...C1, id, now: NOW })).toBe('queued');
      expect(await store.inbox.claim({ now: NOW, leaseMs: LEASE, limit: 5 })).toEqual([]);
      expect(await store.inbox.census({ now: NOW })).toEqual({ queued: 5, leased: 1, parked: 0, dead: 0 });
      await store.inbox.settle(settleOf(busy));
      expect(await drained(store, NOW)).toEqual(['p1', 'p2', 'p3', 'q2', 'q3']);
    });

    it('before a question that waits at the head of its conversation, and behind one that was begun and released', async () => {
      const store = await open();
      await park(store, 'p1');
      await park(store, 'p2');
      const begun = await claimed(store, questionOf('q1'));
      await store.inbox.accept(questionOf('q2'));
      await store.inbox.release({ ...begun, notBefore: NOW + 100 });
      await store.inbox.unpark({ ...C1, id: 'p2', now: NOW });
      expect(await store.inbox.claim({ now: NOW + 99, leaseMs: LEASE, limit: 5 })).toEqual([]);
      await store.inbox.settle(settleOf(await onlyClaim(store, NOW + 100)));
      await store.inbox.unpark({ ...C1, id: 'p1', now: NOW + 100 });
      expect(await drained(store, NOW + 100)).toEqual(['p1', 'p2', 'q2']);
    });

    it('before what waits in other conversations, however long that has waited, also behind what was worked on', async () => {
      const store = await open();
      for (const id of ['p1', 'p2']) await park(store, id);
      const idle = questionOf('p3', { conversation: 'c3' });
      expect(await store.inbox.park(parkOf(await claimed(store, idle)))).toBe('parked');
      const busy = await claimed(store, questionOf('q1'));
      for (let n = 0; n < 200; n++) {
        await store.inbox.accept(questionOf(`w${n}`, { conversation: `w${n}`, now: NOW - 30_000, claim: false }));
      }
      for (const id of ['p2', 'p1']) await store.inbox.unpark({ ...C1, id, now: NOW });
      await store.inbox.unpark({ ...C1, conversation: 'c3', id: 'p3', now: NOW });
      await store.inbox.settle(settleOf(busy, { now: NOW }));
      expect(await store.inbox.next({ now: NOW })).toBe(NOW);
      const some = { now: NOW, leaseMs: LEASE, limit: 40 };
      const first = await store.inbox.claim(some);
      expect(first.map(({ id }) => id)).toEqual(expect.arrayContaining(['p1', 'p3']));
      for (const claim of first) await store.inbox.settle(settleOf(claim, { now: NOW }));
      expect((await store.inbox.claim(some)).map(({ id }) => id)).toContain('p2');
    });

    it('once, only where it lies, and never what its lease or its time has taken', async () => {
      const store = await open();
      await park(store, 'q1');
      const unpark = (o: Partial<Parameters<Store['inbox']['unpark']>[0]> = {}) =>
        store.inbox.unpark({ ...C1, id: 'q1', now: NOW, ...o });
      expect(await unpark({ conversation: 'c9' })).toBe('gone');
      expect(await unpark({ tenant: 'T9' })).toBe('gone');
      expect(await unpark({ id: 'q9' })).toBe('gone');
      expect(await unpark({ now: UNTIL })).toBe('gone');
      expect(await unpark()).toBe('queued');
      expect(await unpark()).toBe('gone');
    });

    it('or says that its time is over now', async () => {
      const store = await open();
      await park(store, 'q1');
      expect(await store.inbox.unpark({ ...C1, id: 'q1', now: NOW + 1, overdue: true })).toBe('queued');
      expect(await store.inbox.waiting({ person: 'person-1', now: NOW + 1 })).toEqual([]);
      expect(await onlyClaim(store, NOW + 1)).toMatchObject({ id: 'q1', overdue: true, parked: 'sign-in' });
    });
  });

  describe(`${name} buries`, () => {
    it('a question that ends so: the next goes on, and an admin reads when, how often and why, without words', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      await store.inbox.accept(questionOf('q2', { now: NOW + 1 }));
      expect(await store.inbox.bury(buryOf(claim, { code: 'store-unavailable', now: NOW + 5 }))).toBe('buried');
      expect(await store.inbox.dead({ limit: 10 })).toEqual([
        {
          id: 'q1',
          tenant: 'T1',
          code: 'store-unavailable',
          attempts: 1,
          acceptedAt: NOW,
          diedAt: NOW + 5,
          until: NOW + 86_400_000,
        },
      ]);
      expect((await onlyClaim(store, NOW + 1)).id).toBe('q2');
      expect(await store.inbox.census({ now: NOW })).toEqual({ queued: 0, leased: 1, parked: 0, dead: 1 });
    });

    it('once under a lease; repeats of it are repeats, and it is never claimed again', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      expect(await store.inbox.bury(buryOf(claim))).toBe('buried');
      expect(await store.inbox.bury(buryOf(claim))).toBe('lost');
      const later = NOW + 86_400_000 - 1;
      await store.conversations.sweep({ now: later });
      expect(await store.inbox.accept(questionOf('q1', { now: later }))).toEqual({ status: 'repeat' });
      expect(await store.inbox.claim({ now: later, leaseMs: LEASE, limit: 5 })).toEqual([]);
      expect(await store.inbox.next({ now: later })).toBeNull();
    });

    it('with its words until their time is over: then it is shredded, told, and cannot be retried', async () => {
      const store = await open();
      const until = NOW + 1_000;
      await store.inbox.bury(buryOf(await claimed(store, questionOf('q1')), { until }));
      expect(await store.inbox.sweep({ now: until - 1 })).toEqual([]);
      expect(await store.inbox.retry({ id: 'q1', as: 'r1', now: until })).toBe('gone');
      expect(await store.inbox.sweep({ now: until })).toMatchObject([{ id: 'q1', code: 'unexpected' }]);
      expect(await store.inbox.sweep({ now: until })).toEqual([]);
      expect(await store.inbox.dead({ limit: 10 })).toEqual([]);
      expect(await store.inbox.accept(questionOf('q1'))).toEqual({ status: 'repeat' });
    });

    it('and tells no more letters than it is asked for, what died last first', async () => {
      const store = await open();
      for (const at of [1, 2, 3]) {
        const claim = await claimed(store, questionOf(`q${at}`, { conversation: `c${at}` }));
        await store.inbox.bury(buryOf(claim, { now: NOW + at, until: NOW + 1_000 + at }));
      }
      expect((await store.inbox.dead({ limit: 2 })).map(({ id }) => id)).toEqual(['q3', 'q2']);
      expect(await store.inbox.dead({ limit: 0 })).toEqual([]);
    });
  });

  describe(`${name} retries`, () => {
    it('a dead letter under its new id, with its words, behind all that wait in its conversation', async () => {
      const store = await open();
      const counts = [{ name: 'person', key: 'p', windowMs: 60_000 }];
      const claim = await claimed(store, questionOf('q1', { counts }));
      await store.inbox.bury(buryOf(claim));
      await store.inbox.accept(questionOf('q2', { claim: false }));
      expect(await store.inbox.retry({ id: 'q1', as: 'r1', now: NOW + 7 })).toBe('queued');
      expect(await store.inbox.retry({ id: 'q1', as: 'r2', now: NOW + 7 })).toBe('gone');
      expect(await store.inbox.retry({ id: 'q1', as: 'r1', now: NOW + 8 })).toBe('queued');
      expect(await store.inbox.dead({ limit: 10 })).toEqual([]);
      await store.inbox.settle(settleOf(await onlyClaim(store, NOW)));
      expect(await onlyClaim(store, NOW + 7)).toMatchObject({
        id: 'r1',
        conversation: 'c1',
        tenant: 'T1',
        account: 'slack:U1',
        inbound: 'sealed-q1',
        acceptedAt: NOW + 7,
        attempts: 1,
        counts: { person: 1 },
        parked: null,
        failure: null,
      });
      for (const id of ['q1', 'r1']) expect(await store.inbox.accept(questionOf(id))).toEqual({ status: 'repeat' });
    });

    it('nothing that is not dead, and not under an id that is known', async () => {
      const store = await open();
      expect(await store.inbox.retry({ id: 'q1', as: 'r1', now: NOW })).toBe('gone');
      await store.inbox.bury(buryOf(await claimed(store, questionOf('q1'))));
      await store.inbox.accept(questionOf('q2'));
      for (const as of ['q1', 'q2']) expect(await store.inbox.retry({ id: 'q1', as, now: NOW })).toBe('gone');
      expect(await store.inbox.dead({ limit: 10 })).toHaveLength(1);
    });

    it('and a conversation with nothing else has it at its head', async () => {
      const store = await open();
      await store.inbox.bury(buryOf(await claimed(store, questionOf('q1'))));
      await store.inbox.retry({ id: 'q1', as: 'r1', now: NOW });
      expect(await store.inbox.accept(questionOf('q2'))).toEqual({ status: 'queued' });
      expect(await drained(store, NOW)).toEqual(['r1', 'q2']);
    });
  });
};
