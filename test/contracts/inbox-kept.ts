import { describe, expect, it } from '@jest/globals';
import type { KeptQuestion, Store } from '../../src/core/ports.ts';
import { buryOf, claimed, commitOf, LEASE, NOW, onlyClaim, parkOf, questionOf, settleOf } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const all = async (
  store: Store,
  o: { readonly dueBy?: number; readonly limit?: number } = {},
): Promise<ReadonlyMap<string, KeptQuestion>> => {
  const { dueBy = null, limit = 2 } = o;
  const found = new Map<string, KeptQuestion>();
  let cursor: string | null = null;
  for (let page = 0; page === 0 || cursor !== null; page++) {
    if (page > 500) throw new Error('the pages have no end');
    const seen: Awaited<ReturnType<Store['inbox']['scan']>> = await store.inbox.scan({ dueBy, cursor, limit });
    for (const question of seen.questions) found.set(question.id, question);
    cursor = seen.cursor;
  }
  return found;
};

const statesOf = (found: ReadonlyMap<string, KeptQuestion>): Readonly<Record<string, string>> =>
  Object.fromEntries([...found].map(([id, { state }]) => [id, state]));

/** A question in each state, and more of one that waits. */
const oneOfEach = async (store: Store): Promise<void> => {
  const parked = await claimed(store, questionOf('parked', { conversation: 'c-parked' }));
  await store.inbox.park(parkOf(parked, { until: NOW + 1_000 }));
  const dead = await claimed(store, questionOf('dead', { conversation: 'c-dead' }));
  await store.inbox.bury(buryOf(dead, { until: NOW + 2_000 }));
  await claimed(store, questionOf('leased', { conversation: 'c-talk' }));
  for (const id of ['queued-1', 'queued-2', 'queued-3'])
    await store.inbox.accept(questionOf(id, { conversation: 'c-talk' }));
  await store.inbox.accept(questionOf('alone', { conversation: 'c-alone', tenant: 'T2', claim: false }));
};

/** What every inbox promises of what it keeps, to operators who ask about people. */
export const inboxKeptContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);
  const at = (id: string, conversation: string, tenant = 'T1') => ({ id, conversation, tenant });

  describe(`${name} tells all that it keeps of questions`, () => {
    it('in every state, once they were accepted and until they have ended', async () => {
      const store = await open();
      expect(statesOf(await all(store))).toEqual({});
      await oneOfEach(store);
      const states = {
        parked: 'parked',
        dead: 'dead',
        leased: 'leased',
        'queued-1': 'queued',
        'queued-2': 'queued',
        'queued-3': 'queued',
        alone: 'queued',
      };
      for (const limit of [1, 2, 500, 100_000]) expect(statesOf(await all(store, { limit }))).toEqual(states);
      const ended = await claimed(store, questionOf('ended', { conversation: 'c-ended' }));
      await store.inbox.commit(commitOf(ended));
      await store.inbox.settle(settleOf(ended));
      expect(statesOf(await all(store))).toEqual(states);
    });

    it('whole: whose it is, its sealed words, and when they go', async () => {
      const store = await open();
      await oneOfEach(store);
      const found = await all(store);
      expect(found.get('queued-2')).toEqual({
        ...at('queued-2', 'c-talk'),
        account: 'slack:U1',
        state: 'queued',
        inbound: 'sealed-queued-2',
        acceptedAt: NOW,
        until: null,
      });
      expect(found.get('parked')).toMatchObject({ inbound: 'sealed-parked', until: NOW + 1_000 });
      expect(found.get('dead')).toMatchObject({ inbound: 'sealed-dead', until: NOW + 2_000 });
      expect(found.get('alone')).toMatchObject({ tenant: 'T2' });
    });

    it('or only what is set aside and ends by then', async () => {
      const store = await open();
      await oneOfEach(store);
      const due = async (dueBy: number) => [...(await all(store, { dueBy })).keys()].toSorted();
      expect(await due(NOW + 999)).toEqual([]);
      expect(await due(NOW + 1_000)).toEqual(['parked']);
      expect(await due(NOW + 2_000)).toEqual(['dead', 'parked']);
      // Somebody refuses it already.
      await store.inbox.claim({ now: NOW + 1_000, leaseMs: 60_000, limit: 10 });
      expect(await due(NOW + 2_000)).toEqual(['dead']);
    });

    it('however many there are', async () => {
      const store = await open();
      const ids = Array.from({ length: 300 }, (_, i) => `q${i}`);
      for (const id of ids)
        await store.inbox.accept(questionOf(id, { conversation: `c${Number(id.slice(1)) % 130}`, claim: false }));
      expect([...(await all(store, { limit: 7 })).keys()].toSorted()).toEqual(ids.toSorted());
    });
  });

  describe(`${name} keeps what is set aside for longer`, () => {
    it('where it still ends as it was seen to, and not what waits or is worked on', async () => {
      const store = await open();
      await oneOfEach(store);
      const keep = (id: string, conversation: string, seen: number, until = NOW + 9_000) =>
        store.inbox.keepUntil({ ...at(id, conversation), seen, until });
      expect(await keep('parked', 'c-parked', NOW + 999)).toBe('moved');
      expect(await keep('parked', 'c-parked', NOW + 1_000)).toBe('kept');
      expect(await keep('parked', 'c-parked', NOW + 1_000)).toBe('moved');
      expect(await keep('dead', 'c-dead', NOW + 2_000)).toBe('kept');
      expect(await keep('queued-1', 'c-talk', NOW)).toBe('moved');
      expect(await keep('leased', 'c-talk', NOW + LEASE)).toBe('moved');
      expect(await keep('nobody', 'c-none', NOW)).toBe('moved');
      const found = await all(store);
      expect([found.get('parked')?.until, found.get('dead')?.until]).toEqual([NOW + 9_000, NOW + 9_000]);
      expect(await store.inbox.sweep({ now: NOW + 8_999 })).toEqual([]);
      expect((await all(store)).get('parked')?.inbound).toBe('sealed-parked');
    });

    it('so that it comes back later by itself, and is told for as long to whoever waits', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      await store.inbox.park(parkOf(claim, { until: NOW + 1_000, person: 'p1' }));
      await store.inbox.keepUntil({ ...at('q1', 'c1'), seen: NOW + 1_000, until: NOW + 9_000 });
      expect(await store.inbox.claim({ now: NOW + 8_999, leaseMs: LEASE, limit: 10 })).toEqual([]);
      expect((await store.inbox.waiting({ person: 'p1', now: NOW + 8_999 })).map(({ id }) => id)).toEqual(['q1']);
      expect(await onlyClaim(store, NOW + 9_000)).toMatchObject({ id: 'q1', overdue: true });
    });

    it('and lets it go when it is moved nearer again', async () => {
      const store = await open();
      await oneOfEach(store);
      const dead = at('dead', 'c-dead');
      await store.inbox.keepUntil({ ...dead, seen: NOW + 2_000, until: NOW + 9_000 });
      await store.inbox.keepUntil({ ...dead, seen: NOW + 9_000, until: NOW + 100 });
      expect((await store.inbox.sweep({ now: NOW + 100 })).map(({ id }) => id)).toEqual(['dead']);
    });
  });

  describe(`${name} drops a question`, () => {
    it('in whatever state, but not while somebody works on it', async () => {
      const store = await open();
      await oneOfEach(store);
      const drop = (id: string, conversation: string, tenant = 'T1') =>
        store.inbox.drop({ ...at(id, conversation, tenant), now: NOW });
      expect(await drop('leased', 'c-talk')).toBe('leased');
      expect(await drop('queued-2', 'c-other')).toBe('gone');
      expect(await drop('nobody', 'c-talk')).toBe('gone');
      expect(await drop('queued-2', 'c-talk')).toBe('dropped');
      expect(await drop('queued-2', 'c-talk')).toBe('gone');
      expect(await drop('parked', 'c-parked')).toBe('dropped');
      expect(await drop('dead', 'c-dead')).toBe('dropped');
      expect(await drop('alone', 'c-alone', 'T2')).toBe('dropped');
      expect(statesOf(await all(store))).toEqual({ leased: 'leased', 'queued-1': 'queued', 'queued-3': 'queued' });
      expect(await store.inbox.census({ now: NOW })).toEqual({ queued: 2, leased: 1, parked: 0, dead: 0 });
    });

    it('and knows it again as a repeat', async () => {
      const store = await open();
      await oneOfEach(store);
      for (const [id, conversation] of [
        ['queued-1', 'c-talk'],
        ['parked', 'c-parked'],
        ['dead', 'c-dead'],
      ] as const) {
        await store.inbox.drop({ ...at(id, conversation), now: NOW });
        expect([id, await store.inbox.accept(questionOf(id, { conversation }))]).toEqual([id, { status: 'repeat' }]);
      }
    });

    it('and the next of its conversation has its turn', async () => {
      const store = await open();
      for (const id of ['q1', 'q2']) await store.inbox.accept(questionOf(id, { claim: false }));
      expect(await store.inbox.drop({ ...at('q1', 'c1'), now: NOW })).toBe('dropped');
      expect((await onlyClaim(store, NOW)).id).toBe('q2');
    });

    it('and whoever has the turn keeps it, alone, when one behind is dropped', async () => {
      const store = await open();
      const parked = await claimed(store, questionOf('parked'));
      await store.inbox.park(parkOf(parked));
      await claimed(store, questionOf('working'));
      await store.inbox.accept(questionOf('behind'));
      await store.inbox.unpark({ ...at('parked', 'c1'), now: NOW });
      expect(await store.inbox.drop({ ...at('behind', 'c1'), now: NOW })).toBe('dropped');
      // Nothing may be claimed: one of the conversation is being worked on.
      expect(await store.inbox.claim({ now: NOW, leaseMs: LEASE, limit: 10 })).toEqual([]);
      expect((await onlyClaim(store, NOW + LEASE)).id).toBe('working');
    });
  });
};
