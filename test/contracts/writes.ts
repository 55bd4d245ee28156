import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { KeptWrite, WriteStands, Writes } from '../../src/core/ports.ts';
import { MOST_WRITES, WRITES_MS, WRITES_WITHIN_MS } from '../../src/core/stored-writes.ts';
import { NOW } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const begin = (writes: Writes, id: string, o: Partial<Parameters<Writes['begin']>[0]> = {}) =>
  writes.begin({ id, owner: 'owner-1', value: `sealed-${id}`, most: null, now: NOW, ...o });

const BEGUN: WriteStands = { state: 'begun', tries: 1, triedAt: NOW, code: null };
const DONE: WriteStands = { ...BEGUN, state: 'done' };

const keptOf = (id: string, o: Partial<KeptWrite> = {}): KeptWrite => ({
  id,
  at: NOW,
  owner: 'owner-1',
  value: `sealed-${id}`,
  ...BEGUN,
  ...o,
});

/** What every keeper of writes promises. */
export const writesContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} keeps what became of writes`, () => {
    it('and begins each once, whoever comes again and however many at once', async () => {
      const { writes } = await open();
      expect(await writes.find({ id: 'w|1', now: NOW })).toBeNull();
      const all = await Promise.all(Array.from({ length: 8 }, () => begin(writes, 'w|1')));
      expect(all.filter(({ status }) => status === 'begun')).toHaveLength(1);
      expect(all.filter(({ status }) => status === 'known')).toHaveLength(7);
      const again = await begin(writes, 'w|1', { owner: 'other', value: 'other', now: NOW + 5 });
      expect(again).toEqual({ status: 'known', write: keptOf('w|1') });
      expect(await writes.find({ id: 'w|1', now: NOW })).toEqual(keptOf('w|1'));
    });

    it('and changes one only where it stands as it was seen: of two that try, one does', async () => {
      const { writes } = await open();
      await begin(writes, 'w1');
      const tried = { ...BEGUN, tries: 2, triedAt: NOW + 10 };
      const change = () => writes.change({ id: 'w1', had: BEGUN, has: tried, value: null });
      expect((await Promise.all([change(), change(), change()])).toSorted()).toEqual(['changed', 'changed', 'put']);
      expect(await writes.find({ id: 'w1', now: NOW })).toEqual(keptOf('w1', tried));
      expect(await writes.change({ id: 'w1', had: BEGUN, has: DONE, value: 'x' })).toBe('changed');
      const done = { ...tried, state: 'done', code: 'a|b %' } as const;
      expect(await writes.change({ id: 'w1', had: tried, has: done, value: 'sealed|new' })).toBe('put');
      expect(await writes.find({ id: 'w1', now: NOW })).toEqual(keptOf('w1', { ...done, value: 'sealed|new' }));
      // Why it stands so is said, and not asked for.
      const undone = { ...done, state: 'undone', code: null } as const;
      expect(await writes.change({ id: 'w1', had: { ...done, code: null }, has: undone, value: null })).toBe('put');
      expect(await writes.find({ id: 'w1', now: NOW })).toEqual(keptOf('w1', { ...undone, value: 'sealed|new' }));
      expect(await writes.change({ id: 'w2', had: BEGUN, has: DONE, value: null })).toBe('gone');
    });

    it('for a week: then none is found, and a sweep or the next write shreds it for good', async () => {
      const { writes } = await open();
      await begin(writes, 'w1');
      await begin(writes, 'w2', { now: NOW + 1 });
      expect(await writes.find({ id: 'w1', now: NOW + WRITES_MS - 1 })).not.toBeNull();
      expect(await writes.find({ id: 'w1', now: NOW + WRITES_MS })).toBeNull();
      expect(await writes.of({ owners: ['owner-1'], now: NOW + WRITES_MS })).toMatchObject([{ id: 'w2' }]);
      expect(await writes.sweep({ now: NOW + WRITES_MS - 1 })).toBe(0);
      expect(await writes.sweep({ now: NOW + WRITES_MS })).toBe(1);
      expect(await writes.find({ id: 'w1', now: NOW })).toBeNull();
      expect(await begin(writes, 'w3', { now: NOW + 1 + WRITES_MS })).toEqual({ status: 'begun' });
      expect(await writes.find({ id: 'w2', now: NOW })).toBeNull();
      expect(await writes.sweep({ now: NOW + 1 + WRITES_MS })).toBe(0);
    });

    it('and gives somebody’s, the newest first, and nobody else’s', async () => {
      const { writes } = await open();
      expect(await writes.of({ owners: ['a'], now: NOW })).toEqual([]);
      await begin(writes, 'w1', { owner: 'a' });
      await begin(writes, 'w2', { owner: 'a|', now: NOW + 2 });
      await begin(writes, 'w3', { owner: 'b', now: NOW + 1 });
      const theirs = await writes.of({ owners: ['a', 'b', 'a'], now: NOW + 3 });
      expect(theirs.map(({ id }) => id)).toEqual(['w3', 'w1']);
      expect(theirs[1]).toEqual(keptOf('w1', { owner: 'a' }));
    });

    it('and forgets what they hold and whose they are, but not that they were begun', async () => {
      const { writes } = await open();
      for (const [id, owner] of [
        ['w1', 'a'],
        ['w2', 'a|'],
        ['w3', 'b'],
      ] as const)
        await begin(writes, id, { owner });
      expect(await writes.forget({ owners: [] })).toBe(0);
      expect(await writes.forget({ owners: ['a', 'nobody', 'a'] })).toBe(1);
      expect(await writes.of({ owners: ['a', ''], now: NOW })).toEqual([]);
      expect(await writes.find({ id: 'w1', now: NOW })).toEqual(keptOf('w1', { owner: '', value: '' }));
      expect(await begin(writes, 'w1')).toMatchObject({ status: 'known' });
      expect(await writes.find({ id: 'w2', now: NOW })).toEqual(keptOf('w2', { owner: 'a|' }));
      expect(await writes.forget({ owners: ['a', ''] })).toBe(0);
    });

    it('and puts nothing into one of which they were forgotten meanwhile, and still notes what became of it', async () => {
      const { writes, sealed } = await open();
      await begin(writes, 'w1', { owner: 'a' });
      await writes.forget({ owners: ['a'] });
      // Whoever was at it knows nothing of that.
      expect(await writes.change({ id: 'w1', had: BEGUN, has: DONE, value: 'sealed-for-a' })).toBe('put');
      expect(await writes.find({ id: 'w1', now: NOW })).toEqual(keptOf('w1', { owner: '', value: '', ...DONE }));
      expect((await sealed.scan({ cursor: null, limit: 9 })).values).toEqual([]);
    });

    it(`and begins no more than it is told to of one person’s hour, whatever others do`, async () => {
      const { writes } = await open();
      const most = MOST_WRITES;
      for (let n = 0; n < most; n++)
        expect(await begin(writes, `w${n}`, { most, owner: 'o|1', now: NOW + n })).toEqual({ status: 'begun' });
      expect(await begin(writes, 'more', { most, owner: 'o|1', now: NOW + most })).toEqual({ status: 'enough' });
      expect(await writes.find({ id: 'more', now: NOW + most })).toBeNull();
      // What stands is known, however many there are; others have their own; and what takes back is not counted.
      expect(await begin(writes, 'w1', { most, owner: 'o|1', now: NOW + most })).toMatchObject({ status: 'known' });
      expect(await begin(writes, 'other', { most, owner: 'o', now: NOW + most })).toEqual({ status: 'begun' });
      expect(await begin(writes, 'undo', { most: null, owner: 'o|1', now: NOW + most })).toEqual({ status: 'begun' });
      const later = NOW + 1 + WRITES_WITHIN_MS;
      expect(await begin(writes, 'more', { most, owner: 'o|1', now: later - 2 })).toEqual({ status: 'enough' });
      expect(await begin(writes, 'more', { most: most, owner: 'o|1', now: later + 1 })).toEqual({ status: 'begun' });
    });

    it('and keeps whatever is given to it as it is', async () => {
      const { writes } = await open();
      let made = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.string(),
          fc.string({ minLength: 1 }),
          fc.string(),
          fc.string(),
          async (id, by, value, code) => {
            const owner = by.toWellFormed();
            const given = `${made++}:${id.toWellFormed()}`;
            await begin(writes, given, { owner, value: value.toWellFormed() });
            const has = { ...DONE, code: code.toWellFormed() || null };
            await writes.change({ id: given, had: BEGUN, has, value: null });
            const found = await writes.find({ id: given, now: NOW });
            expect(found).toEqual(keptOf(given, { owner, value: value.toWellFormed(), ...has }));
          },
        ),
        { numRuns: 50 },
      );
    });
  });
};
