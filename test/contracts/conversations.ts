import { describe, expect, it } from '@jest/globals';
import { claimed, commitOf, NOW, questionOf, settleOf } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

/** What every memory of conversations promises. */
export const conversationsContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} remembers a conversation`, () => {
    it('no longer than it was told to, swept or not', async () => {
      const store = await open();
      const claim = await claimed(store, questionOf('q1'));
      await store.inbox.commit(commitOf(claim, { state: 'sealed', stateUntil: NOW + 1_000 }));
      await store.inbox.settle(settleOf(claim));
      const second = await claimed(store, questionOf('q2', { now: NOW + 999 }));
      expect(second.state).toBe('sealed');
      await store.inbox.settle(settleOf(second));
      expect((await claimed(store, questionOf('q3', { now: NOW + 1_000 }))).state).toBeNull();
    });

    it('for whoever reads it, without a question', async () => {
      const store = await open();
      const read = (now: number, conversation = 'c1') => store.conversations.read({ tenant: 'T1', conversation, now });
      expect(await read(NOW)).toBeNull();
      const claim = await claimed(store, questionOf('q1'));
      expect(await read(NOW)).toBeNull();
      await store.inbox.commit(commitOf(claim, { state: 'sealed', stateUntil: NOW + 1_000 }));
      expect(await read(NOW + 999)).toBe('sealed');
      expect(await read(NOW + 1_000)).toBeNull();
      expect(await read(NOW, 'c2')).toBeNull();
      await store.conversations.sweep({ now: NOW + 1_000 });
      expect(await read(NOW)).toBeNull();
    });

    it('as it was last committed', async () => {
      const store = await open();
      for (const id of ['q1', 'q2']) {
        const claim = await claimed(store, questionOf(id));
        await store.inbox.commit(commitOf(claim));
        await store.inbox.settle(settleOf(claim));
      }
      expect((await claimed(store, questionOf('q3'))).state).toBe('state-after-q2');
    });

    it('until it is swept, and says how many were', async () => {
      const store = await open();
      for (const [id, stateUntil] of [
        ['q1', NOW + 10],
        ['q2', NOW + 20],
        ['q3', NOW + 5_000],
      ] as const) {
        const claim = await claimed(store, questionOf(id, { conversation: id }));
        await store.inbox.commit(commitOf(claim, { stateUntil }));
        await store.inbox.settle(settleOf(claim));
      }
      expect(await store.conversations.sweep({ now: NOW + 9 })).toBe(0);
      expect(await store.conversations.sweep({ now: NOW + 20 })).toBe(2);
      expect(await store.conversations.sweep({ now: NOW + 20 })).toBe(0);
      expect((await claimed(store, questionOf('q4', { conversation: 'q3' }))).state).toBe('state-after-q3');
    });
  });
};
