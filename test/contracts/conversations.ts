import { describe, expect, it } from '@jest/globals';
import type { Store, Transcript } from '../../src/core/ports.ts';
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

  describe(`${name} finds what it remembers of conversations`, () => {
    const remember = async (store: Store, conversation: string, until: number, tenant = 'T1'): Promise<void> => {
      const id = `q-${tenant}-${conversation}-${until}`;
      const claim = await claimed(store, questionOf(id, { conversation, tenant, account: `slack:${conversation}` }));
      const more = { state: `state-of-${conversation}`, stateUntil: until, stateAbout: `about-${conversation}` };
      await store.inbox.commit(commitOf(claim, more));
      await store.inbox.settle(settleOf(claim));
    };
    const all = async (
      store: Store,
      o: { readonly from?: number; readonly to?: number; readonly limit?: number } = {},
    ): Promise<readonly Transcript[]> => {
      const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, limit = 2 } = o;
      const found: Transcript[] = [];
      let cursor: string | null = null;
      for (let page = 0; page === 0 || cursor !== null; page++) {
        if (page > 200) throw new Error('the pages have no end');
        const seen: Awaited<ReturnType<Store['conversations']['scan']>> = await store.conversations.scan({
          from,
          to,
          cursor,
          limit,
        });
        expect(seen.transcripts.length).toBeLessThanOrEqual(limit);
        found.push(...seen.transcripts);
        cursor = seen.cursor;
      }
      return found;
    };
    const named = (found: readonly Transcript[]): readonly string[] =>
      found.map(({ conversation }) => conversation).toSorted();

    it('whole: whose it is, what it holds, and when it goes', async () => {
      const store = await open();
      expect(await all(store)).toEqual([]);
      await remember(store, 'c1', NOW + 500);
      expect(await all(store)).toEqual([
        {
          tenant: 'T1',
          conversation: 'c1',
          account: 'slack:c1',
          about: 'about-c1',
          state: 'state-of-c1',
          until: NOW + 500,
        },
      ]);
    });

    it('as it was committed last, and once', async () => {
      const store = await open();
      await remember(store, 'c1', NOW + 500);
      await remember(store, 'c1', NOW + 600);
      expect((await all(store)).map(({ until }) => until)).toEqual([NOW + 600]);
    });

    it('as somebody’s as it was told last, also where a commit does not tell', async () => {
      const store = await open();
      for (const stateAbout of ['about-1', 'about-2', '']) {
        const claim = await claimed(store, questionOf(`q-${stateAbout}`));
        await store.inbox.commit(commitOf(claim, { stateAbout }));
        await store.inbox.settle(settleOf(claim));
      }
      expect(await all(store)).toMatchObject([{ about: 'about-2', state: 'state-after-q-' }]);
    });

    it('every one of them, in pages, also where many go at the same moment, and nothing but them', async () => {
      const store = await open();
      const names = Array.from({ length: 11 }, (_, i) => `c${i}`).toSorted();
      for (const each of names) await remember(store, each, NOW + 500, each > 'c5' ? 'T2' : 'T1');
      await store.references.keep({ tenant: 'T1', key: 'c1', owner: '', value: 'x', until: NOW + 500 });
      for (const limit of [1, 3, 11, 100_000]) expect(named(await all(store, { limit }))).toEqual(names);
    });

    it('after one moment and up to another', async () => {
      const store = await open();
      for (const at of [10, 20, 30, 40]) await remember(store, `at${at}`, NOW + at);
      expect(named(await all(store, { from: NOW + 10, to: NOW + 30 }))).toEqual(['at20', 'at30']);
      expect(named(await all(store, { to: NOW + 10 }))).toEqual(['at10']);
      expect(named(await all(store, { from: NOW + 40 }))).toEqual([]);
    });

    it('all that stands throughout, while others go and are moved between the pages', async () => {
      const store = await open();
      for (let i = 0; i < 8; i++) await remember(store, `c${i}`, NOW + 500 + Math.floor(i / 4));
      const first = await store.conversations.scan({ from: NOW, to: NOW + 1_000, cursor: null, limit: 3 });
      const last = first.transcripts.at(-1);
      if (last === undefined) throw new Error('nothing was found');
      // The one that the next page would begin after is moved out of reach.
      const moved = { tenant: 'T1', conversation: last.conversation, seen: last.until, until: NOW + 9_000 };
      expect(await store.conversations.keepUntil(moved)).toBe('kept');
      const seen = new Set(first.transcripts.map(({ conversation }) => conversation));
      for (let { cursor } = first; cursor !== null; ) {
        const page = await store.conversations.scan({ from: NOW, to: NOW + 1_000, cursor, limit: 3 });
        for (const { conversation } of page.transcripts) seen.add(conversation);
        cursor = page.cursor;
      }
      expect([...seen].toSorted()).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7']);
    });

    it('and moves its end only where it stands as it was seen', async () => {
      const store = await open();
      const { conversations } = store;
      await remember(store, 'c1', NOW + 500);
      const move = (seen: number, until: number, conversation = 'c1') =>
        conversations.keepUntil({ tenant: 'T1', conversation, seen, until });
      expect(await move(NOW + 499, NOW + 9_000)).toBe('moved');
      expect(await move(NOW + 500, NOW + 9_000, 'c2')).toBe('moved');
      expect(await move(NOW + 500, NOW + 9_000)).toBe('kept');
      expect(await conversations.sweep({ now: NOW + 8_999 })).toBe(0);
      expect(await conversations.read({ tenant: 'T1', conversation: 'c1', now: NOW + 8_999 })).toBe('state-of-c1');
      // And nearer again.
      expect(await move(NOW + 9_000, NOW + 700)).toBe('kept');
      expect(await conversations.read({ tenant: 'T1', conversation: 'c1', now: NOW + 700 })).toBeNull();
      expect(await conversations.sweep({ now: NOW + 700 })).toBe(1);
    });

    it('and shreds one at once, and no other', async () => {
      const store = await open();
      const { conversations } = store;
      await remember(store, 'c1', NOW + 500);
      await remember(store, 'c2', NOW + 500);
      expect(await conversations.shred({ tenant: 'T1', conversation: 'c1' })).toBe('shredded');
      expect(await conversations.shred({ tenant: 'T1', conversation: 'c1' })).toBe('gone');
      expect(named(await all(store))).toEqual(['c2']);
      expect(await conversations.read({ tenant: 'T1', conversation: 'c1', now: NOW })).toBeNull();
      expect(await conversations.sweep({ now: NOW + 500 })).toBe(1);
    });
  });
};
