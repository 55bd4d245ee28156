import { describe, expect, it } from '@jest/globals';
import {
  claimed,
  commitOf,
  LEASE,
  leavingOf,
  NOW,
  onlyClaim,
  outboxOf,
  parkOf,
  questionOf,
  refOf,
  settleOf,
} from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

/** What every inbox promises, up to the outcome. `inbox-showing.ts` has the rest of a question's life. */
export const inboxContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} accepts`, () => {
    it('a question of an idle conversation, claimed at once, as it came', async () => {
      const store = await open();
      const accepted = await store.inbox.accept(questionOf('q1'));
      expect(accepted).toEqual({
        status: 'claimed',
        claim: {
          id: 'q1',
          conversation: 'c1',
          tenant: 'T1',
          inbound: 'sealed-q1',
          account: 'slack:U1',
          acceptedAt: NOW,
          attempts: 1,
          lease: expect.any(String),
          state: null,
          counts: {},
          outbox: null,
          parked: null,
          overdue: false,
          failure: null,
        },
      });
    });

    it('a question once: again while it is worked on, while it waits and after its end is a repeat', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      await store.inbox.accept(questionOf('q2'));
      expect(await store.inbox.accept(questionOf('q1'))).toEqual({ status: 'repeat' });
      expect(await store.inbox.accept(questionOf('q2'))).toEqual({ status: 'repeat' });
      await store.inbox.settle(settleOf(claim));
      const dayLater = NOW + 24 * 60 * 60_000;
      await store.conversations.sweep({ now: dayLater });
      expect(await store.inbox.accept(questionOf('q1', { now: dayLater }))).toEqual({ status: 'repeat' });
    });

    it('ten deliveries of one question at once as one question', async () => {
      const store = await open();
      const all = await Promise.all(Array.from({ length: 10 }, () => store.inbox.accept(questionOf('q1'))));
      expect(all.filter(({ status }) => status === 'claimed')).toHaveLength(1);
      expect(all.filter(({ status }) => status === 'repeat')).toHaveLength(9);
    });

    it('a question behind another of its conversation as queued', async () => {
      const store = await open();
      const first = await claimed(store, questionOf('q1'));
      expect(await store.inbox.accept(questionOf('q2'))).toEqual({ status: 'queued' });
      expect(await store.inbox.claim({ now: NOW, leaseMs: LEASE, limit: 10 })).toEqual([]);
      await store.inbox.settle(settleOf(first));
      expect((await onlyClaim(store, NOW)).id).toBe('q2');
    });

    it('a question as queued where it is told not to claim', async () => {
      const store = await open();
      expect(await store.inbox.accept(questionOf('q1', { claim: false }))).toEqual({ status: 'queued' });
      expect(await onlyClaim(store, NOW)).toMatchObject({ id: 'q1', attempts: 1 });
    });

    it('and counts, but a repeat only once, and hands the counts to whoever claims', async () => {
      const store = await open();
      const counts = [{ name: 'person', key: 'p', windowMs: 60_000 }];
      const at = NOW - (NOW % 60_000);
      expect((await claimed(store, questionOf('q1', { counts, now: at }))).counts).toEqual({ person: 1 });
      await store.inbox.accept(questionOf('q1', { counts, now: at }));
      await store.inbox.accept(questionOf('q2', { counts, now: at, conversation: 'c2', claim: false }));
      expect((await onlyClaim(store, at)).counts).toEqual({ person: 2 });
      expect(await store.counters.read({ key: 'p', windowMs: 60_000, now: at })).toBe(2);
    });
  });

  describe(`${name} claims`, () => {
    it('in order of acceptance within a conversation, one at a time, other conversations beside it', async () => {
      const store = await open();
      for (const [id, conversation] of [
        ['a1', 'a'],
        ['a2', 'a'],
        ['b1', 'b'],
        ['a3', 'a'],
      ] as const) {
        await store.inbox.accept(questionOf(id, { conversation, claim: false }));
      }
      const order: string[] = [];
      for (let round = 0; round < 3; round++) {
        const claims = await store.inbox.claim({ now: NOW, leaseMs: LEASE, limit: 10 });
        order.push(
          claims
            .map(({ id }) => id)
            .toSorted()
            .join('+'),
        );
        for (const claim of claims) await store.inbox.settle(settleOf(claim));
      }
      expect(order).toEqual(['a1+b1', 'a2', 'a3']);
    });

    it('no more than it was asked for', async () => {
      const store = await open();
      for (const id of ['q1', 'q2', 'q3']) await store.inbox.accept(questionOf(id, { conversation: id, claim: false }));
      expect(await store.inbox.claim({ now: NOW, leaseMs: LEASE, limit: 2 })).toHaveLength(2);
      expect(await store.inbox.claim({ now: NOW, leaseMs: LEASE, limit: 0 })).toHaveLength(0);
      expect(await store.inbox.claim({ now: NOW, leaseMs: LEASE, limit: 2 })).toHaveLength(1);
    });

    it('what a lease lapsed on, under a new lease, and then the old lease changes nothing', async () => {
      const store = await open();
      const stale = await claimed(store, questionOf('q1'));
      expect(await store.inbox.claim({ now: NOW + LEASE - 1, leaseMs: LEASE, limit: 1 })).toEqual([]);
      const fresh = await onlyClaim(store, NOW + LEASE);
      expect(fresh).toMatchObject({ id: 'q1', attempts: 2, inbound: 'sealed-q1' });
      expect(fresh.lease).not.toBe(stale.lease);
      expect(await store.inbox.commit(commitOf(stale))).toBe('lost');
      expect(await store.inbox.hold({ ...stale, ...leavingOf(refOf('1'), NOW) })).toBe('lost');
      expect(await store.inbox.renew({ ...stale, until: NOW + 10 * LEASE })).toBe('lost');
      await store.inbox.release({ ...stale, notBefore: NOW });
      expect(await store.inbox.settle(settleOf(stale, { expiry: leavingOf(refOf('1'), NOW) }))).toBe('lost');
      expect(await store.inbox.claim({ now: NOW + LEASE, leaseMs: LEASE, limit: 1 })).toEqual([]);
      expect(await store.expiries.next()).toBeNull();
      expect(await store.inbox.settle(settleOf(fresh))).toBe('settled');
    });

    it('together with what the last attempt failed with: the code it was released with, or that its lease lapsed', async () => {
      const store = await open();
      const first = await claimed(store, questionOf('q1'));
      await store.inbox.release({ ...first, notBefore: NOW, code: 'store-unavailable' });
      const second = await onlyClaim(store, NOW);
      expect(second.failure).toBe('store-unavailable');
      const third = await onlyClaim(store, NOW + LEASE);
      expect(third.failure).toBe('lease-lapsed');
      await store.inbox.release({ ...third, notBefore: NOW });
      expect((await onlyClaim(store, NOW)).failure).toBe('lease-lapsed');
    });

    it('without counting an attempt that only waited for a budget, but for the first: what was begun stays begun', async () => {
      const store = await open();
      const parked = await claimed(store, questionOf('q0'));
      await store.inbox.park(parkOf(parked, { until: NOW + LEASE }));
      let claim = await claimed(store, questionOf('q1'));
      for (let turn = 1; turn <= 5; turn++) {
        await store.inbox.release({ ...claim, notBefore: NOW, paced: true });
        claim = await onlyClaim(store, NOW);
        expect(claim).toMatchObject({ id: 'q1', attempts: 2, failure: null });
      }
      await store.inbox.release({ ...claim, notBefore: NOW, code: 'odd' });
      claim = await onlyClaim(store, NOW);
      await store.inbox.release({ ...claim, notBefore: NOW, paced: true });
      await store.inbox.unpark({ tenant: 'T1', conversation: parked.conversation, id: 'q0', now: NOW });
      expect(await onlyClaim(store, NOW)).toMatchObject({ id: 'q1', attempts: 3, failure: 'odd' });
    });

    it('nothing under a lease that was renewed, until that lapses too', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      expect(await store.inbox.renew({ ...claim, until: NOW + 2 * LEASE })).toBe('renewed');
      expect(await store.inbox.claim({ now: NOW + 2 * LEASE - 1, leaseMs: LEASE, limit: 1 })).toEqual([]);
      expect((await onlyClaim(store, NOW + 2 * LEASE)).attempts).toBe(2);
    });

    it('what was released from its time on, and nothing behind it before', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      await store.inbox.accept(questionOf('q2'));
      await store.inbox.release({ ...claim, notBefore: NOW + 500 });
      expect(await store.inbox.renew({ ...claim, until: NOW })).toBe('lost');
      expect(await store.inbox.claim({ now: NOW + 499, leaseMs: LEASE, limit: 5 })).toEqual([]);
      expect(await onlyClaim(store, NOW + 500)).toMatchObject({ id: 'q1', attempts: 2 });
    });

    it('each thing once, however many ask at the same time', async () => {
      const store = await open();
      const ids = Array.from({ length: 20 }, (_, index) => `q${index}`);
      for (const id of ids) await store.inbox.accept(questionOf(id, { conversation: id, claim: false }));
      const asked = Array.from({ length: 10 }, () => store.inbox.claim({ now: NOW, leaseMs: LEASE, limit: 5 }));
      const got = (await Promise.all(asked)).flat().map(({ id }) => id);
      expect(got.toSorted()).toEqual(ids.toSorted());
    });
  });

  describe(`${name} tells`, () => {
    it('when something can be claimed next, never a time that is over', async () => {
      const store = await open();
      expect(await store.inbox.next({ now: NOW })).toBeNull();
      const claim = await claimed(store, questionOf('q1'));
      expect(await store.inbox.next({ now: NOW })).toBe(NOW + LEASE);
      await store.inbox.release({ ...claim, notBefore: NOW + 700 });
      expect(await store.inbox.next({ now: NOW })).toBe(NOW + 700);
      expect(await store.inbox.next({ now: NOW + 900 })).toBe(NOW + 900);
    });

    it('how much waits and how much is worked on', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      await store.inbox.accept(questionOf('q2'));
      await store.inbox.accept(questionOf('q3', { conversation: 'c3', claim: false }));
      expect(await store.inbox.backlog()).toEqual({ waiting: 2, claimed: 1 });
      await store.inbox.settle(settleOf(claim, { end: 'ignored' }));
      expect(await store.inbox.backlog()).toEqual({ waiting: 2, claimed: 0 });
    });

    it('a claim that comes back what was committed', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      const outbox = outboxOf({ placeholder: false, expiresMs: null });
      expect(await store.inbox.commit(commitOf(claim, { outbox }))).toBe('committed');
      expect((await onlyClaim(store, NOW + LEASE)).outbox).toEqual(outbox);
    });
  });
};
