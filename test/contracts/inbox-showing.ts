import { describe, expect, it } from '@jest/globals';
import { PLAIN_RESTRICTION, publishIn } from '../support/restricting.ts';
import {
  claimed,
  commitOf,
  LEASE,
  leavingOf,
  NOW,
  onlyClaim,
  outboxOf,
  questionOf,
  refOf,
  settleOf,
  stayingOf,
} from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const restriction = {
  ...PLAIN_RESTRICTION,
  id: 'salary',
  title: 'Salary',
  forbids: ['salary'],
  exceptGroups: ['payroll'],
};

/** What every inbox promises from the outcome to the end. */
export const inboxShowingContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} commits`, () => {
    it('the state together with the outcome: the next question of the conversation reads it', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      expect(await store.inbox.commit(commitOf(claim, { state: 'sealed-state' }))).toBe('committed');
      await store.inbox.settle(settleOf(claim));
      expect((await claimed(store, questionOf('q2'))).state).toBe('sealed-state');
      expect((await claimed(store, questionOf('q3', { conversation: 'other' }))).state).toBeNull();
    });

    it('and keeps the claim for another lease', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      await store.inbox.commit(commitOf(claim, { now: NOW + 10_000 }));
      expect(await store.inbox.next({ now: NOW })).toBe(NOW + 10_000 + LEASE);
    });

    it('nothing where the restrictions are newer than the decision', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      const version = await publishIn(store.restrictions, { restriction });
      expect(await store.inbox.commit(commitOf(claim, { restrictionsVersion: version - 1 }))).toBe('superseded');
      const again = await onlyClaim(store, NOW + LEASE);
      expect(again).toMatchObject({ outbox: null, state: null });
      expect(await store.inbox.commit(commitOf(again, { restrictionsVersion: version }))).toBe('committed');
    });

    it('under a lease that lapsed, as long as nobody else has taken it', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      expect(await store.inbox.commit(commitOf(claim, { now: NOW + 5 * LEASE }))).toBe('committed');
      expect(await store.inbox.claim({ now: NOW + 5 * LEASE, leaseMs: LEASE, limit: 1 })).toEqual([]);
    });
  });

  describe(`${name} holds`, () => {
    it('a placeholder and its removal together', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      await store.inbox.commit(commitOf(claim));
      const ref = refOf('1700.1');
      expect(await store.inbox.hold({ ...claim, ...leavingOf(ref, NOW + 60_000) })).toBe('held');
      expect(await store.expiries.next()).toBe(NOW + 60_000);
      expect((await onlyClaim(store, NOW + LEASE)).outbox).toEqual(outboxOf({ ref }));
    });

    it('a placeholder that stays without a removal', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      await store.inbox.commit(commitOf(claim));
      expect(await store.inbox.hold({ ...claim, ...stayingOf(refOf('1')) })).toBe('held');
      expect(await store.expiries.next()).toBeNull();
    });

    it('a fresh placeholder in place of one that is gone, and still removes both', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      await store.inbox.commit(commitOf(claim));
      await store.inbox.hold({ ...claim, ...leavingOf(refOf('old'), NOW + 100) });
      await store.inbox.hold({ ...claim, ...leavingOf(refOf('new'), NOW + 200) });
      expect((await onlyClaim(store, NOW + LEASE)).outbox?.ref).toEqual(refOf('new'));
      const due = await store.expiries.claim({ now: NOW + 200, leaseMs: LEASE, limit: 10 });
      expect(due.map(({ ref }) => ref.id)).toEqual(['old', 'new']);
    });
  });

  describe(`${name} settles`, () => {
    it('once', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      expect(await store.inbox.settle(settleOf(claim, { end: 'undeliverable' }))).toBe('settled');
      expect(await store.inbox.settle(settleOf(claim))).toBe('lost');
      expect(await store.inbox.backlog()).toEqual({ waiting: 0, claimed: 0 });
      expect(await store.inbox.claim({ now: NOW + 10 * LEASE, leaseMs: LEASE, limit: 5 })).toEqual([]);
    });

    it('and schedules the removal; the deadline that was held before moves with it', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      await store.inbox.commit(commitOf(claim));
      const ref = refOf('1');
      await store.inbox.hold({ ...claim, ...leavingOf(ref, NOW + 100) });
      await store.inbox.settle(settleOf(claim, { expiry: leavingOf(ref, NOW + 300) }));
      expect(await store.expiries.claim({ now: NOW + 299, leaseMs: LEASE, limit: 10 })).toEqual([]);
      expect(await store.expiries.claim({ now: NOW + 300, leaseMs: LEASE, limit: 10 })).toMatchObject([
        { ref, removeAt: NOW + 300, attempts: 0 },
      ]);
    });
  });
};
