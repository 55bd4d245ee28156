import { describe, expect, it } from '@jest/globals';
import type { Hold } from '../../src/core/ports.ts';
import { MOST_HOLD_HASHES, MOST_HOLDS, MOST_LIFTED, MOST_RECALLS } from '../../src/core/stored.ts';
import { claimed, commitOf, NOW, questionOf } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const holdOf = (id: string, o: Partial<Hold> = {}): Hold => ({
  id,
  on: 'person',
  what: 'evan',
  placedAt: NOW,
  by: 'fingerprint-of-hana',
  ...o,
});

/** What every keeper of standing orders promises. */
export const standingContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} keeps standing orders`, () => {
    it('of which there are none at first', async () => {
      const { standing, restrictions } = await open();
      const { version } = await restrictions.current();
      expect(await standing.current()).toEqual({ version, paused: null, holds: [], recalls: [] });
    });

    it('as one switch: the first pause stands until it is ended', async () => {
      const { standing } = await open();
      const first = { since: NOW, by: 'fingerprint-of-hana' };
      expect(await standing.pause({ ...first, turn: 1 })).toEqual({ paused: first });
      const { version } = await standing.current();
      expect(await standing.pause({ since: NOW + 5, by: 'another', turn: 2 })).toEqual({ paused: first });
      expect(await standing.current()).toEqual({ version, paused: first, holds: [], recalls: [] });
      expect(await standing.resume({ turn: 3 })).toEqual({ paused: null });
      const resumed = await standing.current();
      expect(resumed.paused).toBeNull();
      await standing.resume({ turn: 4 });
      expect((await standing.current()).version).toBe(resumed.version);
    });

    it('as the last order left it: one that comes again, or after one that was confirmed later, changes nothing', async () => {
      const { standing } = await open();
      const pause = { since: NOW, by: 'fingerprint-of-hana' };
      expect(await standing.pause({ ...pause, turn: 5 })).toEqual({ paused: pause });
      expect(await standing.resume({ turn: 4 })).toEqual({ paused: pause });
      expect(await standing.resume({ turn: 6 })).toEqual({ paused: null });
      const { version } = await standing.current();
      for (const turn of [4, 5, 6]) expect(await standing.pause({ ...pause, turn })).toEqual({ paused: null });
      expect(await standing.current()).toEqual({ version, paused: null, holds: [], recalls: [] });
      expect(await standing.pause({ ...pause, turn: 7 })).toEqual({ paused: pause });
      expect(await standing.resume({ turn: 6 })).toEqual({ paused: pause });
    });

    it('of which a hold that was lifted is not placed again by its own order', async () => {
      const { standing } = await open();
      for (const id of ['a', 'b']) await standing.placeHold(holdOf(id));
      expect(await standing.liftHold({ id: 'a' })).toBe('lifted');
      const { version } = await standing.current();
      expect(await standing.placeHold(holdOf('a'))).toBe('lifted');
      expect(await standing.current()).toEqual({ version, paused: null, holds: [holdOf('b')], recalls: [] });
      expect(await standing.placeHold(holdOf('c'))).toBe('placed');
    });

    it('and of what was lifted no more than it can hold', async () => {
      const { standing } = await open();
      for (let at = 0; at <= MOST_LIFTED; at++) {
        await standing.placeHold(holdOf(`h${at}`));
        await standing.liftHold({ id: `h${at}` });
      }
      expect(await standing.placeHold(holdOf('h1'))).toBe('lifted');
      expect(await standing.placeHold(holdOf('h0'))).toBe('placed');
    });

    it('of which every change makes what is in flight be judged anew', async () => {
      const store = await open();
      const { standing, restrictions, inbox } = store;
      const changes: (() => Promise<unknown>)[] = [
        () => standing.pause({ since: NOW, by: 'x', turn: 1 }),
        () => standing.resume({ turn: 2 }),
        () => standing.placeHold(holdOf('h1')),
        () => standing.liftHold({ id: 'h1' }),
        () => standing.placeRecall({ id: 'r1', intent: null, topic: 'leave', since: null }),
      ];
      for (const [at, change] of changes.entries()) {
        const before = (await restrictions.current()).version;
        const claim = await claimed(store, questionOf(`q${at}`, { conversation: `c${at}` }));
        await change();
        const { version } = await restrictions.current();
        expect(version).toBeGreaterThan(before);
        expect((await standing.current()).version).toBe(version);
        expect(await inbox.commit(commitOf(claim, { restrictionsVersion: before }))).toBe('superseded');
        expect(await inbox.commit(commitOf(claim, { restrictionsVersion: version }))).toBe('committed');
      }
    });

    it('with every hold whole, the oldest first, and each once', async () => {
      const { standing } = await open();
      const topic = holdOf('b', { on: 'topic', what: 'salary', placedAt: NOW - 1 });
      const talk = holdOf('c', { on: 'conversation', what: 'slack:T1:D1|%', placedAt: NOW + 1 });
      for (const hold of [talk, holdOf('a'), topic]) expect(await standing.placeHold(hold)).toBe('placed');
      const { version, holds } = await standing.current();
      expect(holds).toEqual([topic, holdOf('a'), talk]);
      expect(await standing.placeHold(holdOf('a', { what: 'pia' }))).toBe('placed');
      expect(await standing.current()).toEqual({ version, paused: null, holds, recalls: [] });
    });

    it('with the hashes of a hold, to which new ones are added, at most so many, and what is in flight is judged anew', async () => {
      const { standing } = await open();
      const hashes = async () => (await standing.current()).holds.map((hold) => hold.hashes);
      await standing.placeHold(holdOf('a', { hashes: ['AAAAAA'] }));
      await standing.placeHold(holdOf('b'));
      expect(await hashes()).toEqual([['AAAAAA'], undefined]);
      const { version } = await standing.current();
      await standing.hashHold({ id: 'a', hashes: ['AAAAAA'] });
      await standing.hashHold({ id: 'unknown', hashes: ['BBBBBB'] });
      expect((await standing.current()).version).toBe(version);
      await Promise.all([
        standing.hashHold({ id: 'a', hashes: ['AAAAAA', 'B-B_BB'] }),
        standing.hashHold({ id: 'b', hashes: ['CCCC'] }),
      ]);
      expect(await hashes()).toEqual([['AAAAAA', 'B-B_BB'], ['CCCC']]);
      expect((await standing.current()).version).toBeGreaterThan(version);
      // Several processes at once, each with its own: none is lost.
      const many = Array.from({ length: 8 }, (_, at) => `D${at}`);
      await Promise.all(many.map((hash) => standing.hashHold({ id: 'b', hashes: [hash] })));
      expect(new Set((await hashes())[1])).toEqual(new Set(['CCCC', ...many]));
      await standing.hashHold({ id: 'b', hashes: Array.from({ length: 100 }, (_, at) => `E${at}`) });
      expect((await hashes())[1]?.slice(-2)).toEqual(['E98', 'E99']);
      expect((await hashes())[1]).toHaveLength(MOST_HOLD_HASHES);
    });

    it('until a hold is lifted, which happens once', async () => {
      const { standing } = await open();
      await standing.placeHold(holdOf('a'));
      await standing.placeHold(holdOf('b'));
      expect(await standing.liftHold({ id: 'a' })).toBe('lifted');
      expect(await standing.liftHold({ id: 'a' })).toBe('unknown');
      expect((await standing.current()).holds).toEqual([holdOf('b')]);
    });

    it('of which there are only so many, and says so', async () => {
      const { standing } = await open();
      const many = Array.from({ length: MOST_HOLDS }, (_, at) => standing.placeHold(holdOf(`h${at}`)));
      expect(new Set(await Promise.all(many))).toEqual(new Set(['placed']));
      expect(await standing.placeHold(holdOf('more'))).toBe('full');
      expect(await standing.placeHold(holdOf('h0'))).toBe('placed');
      expect((await standing.current()).holds).toHaveLength(MOST_HOLDS);
    });

    it('with every recall under the version that it made, each once', async () => {
      const { standing } = await open();
      const first = { id: 'z', intent: 'leave.balance', topic: null, since: NOW + 0.5 };
      const second = { id: 'a', intent: null, topic: 'salary|%', since: null };
      const before = (await standing.current()).version;
      await standing.placeRecall(first);
      const { version } = await standing.current();
      expect(version).toBeGreaterThan(before);
      await standing.placeRecall(second);
      const both = await standing.current();
      expect(both.recalls).toEqual([
        { ...first, since: NOW + 1, version },
        { ...second, version: both.version },
      ]);
      await standing.placeRecall({ ...first, topic: 'leave' });
      expect(await standing.current()).toEqual(both);
    });

    it('of which the newest recalls stand', async () => {
      const { standing } = await open();
      for (let at = 0; at < MOST_RECALLS + 2; at++)
        await standing.placeRecall({ id: `r${at}`, intent: null, topic: null, since: null });
      const { recalls } = await standing.current();
      expect(recalls.map(({ id }) => id)).toEqual(Array.from({ length: MOST_RECALLS }, (_, at) => `r${at + 2}`));
    });
  });
};
