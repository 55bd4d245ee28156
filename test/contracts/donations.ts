import { describe, expect, it } from '@jest/globals';
import type { Donations, KeptDonation } from '../../src/core/ports.ts';
import {
  DONATED_DAY_MS,
  DONATIONS_MS,
  MOST_DONATIONS,
  MOST_OF_ONE,
  MOST_OF_ONE_A_DAY,
} from '../../src/core/stored-donations.ts';
import { NOW } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const donationOf = (id: string, o: Partial<KeptDonation> = {}): KeptDonation => ({
  id,
  at: NOW,
  owner: 'owner-1',
  value: `sealed-${id}`,
  ...o,
});

const everyDonation = async (
  donations: Donations,
  { now = NOW, limit = 3 }: { readonly now?: number; readonly limit?: number } = {},
): Promise<readonly KeptDonation[]> => {
  const found: KeptDonation[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 3_000; page++) {
    const got: Awaited<ReturnType<Donations['scan']>> = await donations.scan({ now, cursor, limit });
    found.push(...got.donations);
    cursor = got.cursor;
    if (cursor === null) return found;
  }
  throw new Error('the walk has no end');
};

const ids = (all: readonly KeptDonation[]): readonly string[] => all.map(({ id }) => id).toSorted();

/** What every keeper of donated phrases promises. */
export const donationsContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);
  const fill = async (donations: Donations, all: readonly KeptDonation[], now = NOW): Promise<void> => {
    for (const one of all) await donations.add({ ...one, now });
  };

  describe(`${name} keeps donated phrases`, () => {
    it('whole, each once, the oldest first, whatever the pages', async () => {
      const { donations } = await open();
      expect(await everyDonation(donations)).toEqual([]);
      const odd = donationOf('a|%:{b}', { owner: 'o|%{}', value: 'v|a|l%', at: NOW + 0.5 });
      const many = Array.from({ length: 9 }, (_, n) => donationOf(`d${n}`, { at: NOW + (n % 4) * 1_000 }));
      await fill(donations, [odd, ...many]);
      const all = [{ ...odd, at: NOW + 1 }, ...many].toSorted((x, y) => (x.id < y.id ? -1 : 1));
      for (const limit of [1, 3, 10, 11, 10_000]) {
        const found = await everyDonation(donations, { limit });
        expect(found.toSorted((x, y) => (x.id < y.id ? -1 : 1))).toEqual(all);
        expect(found.map(({ at }) => at)).toEqual(found.map(({ at }) => at).toSorted((x, y) => x - y));
      }
    });

    it('once for each id: the same again changes nothing and is kept', async () => {
      const { donations } = await open();
      const first = donationOf('d1');
      expect(await donations.add({ ...first, now: NOW })).toBe('kept');
      expect(await donations.add({ ...donationOf('d1', { owner: 'other', value: 'other' }), now: NOW })).toBe('kept');
      expect(await everyDonation(donations)).toEqual([first]);
    });

    it('until one is removed, and no other', async () => {
      const { donations } = await open();
      await fill(donations, [donationOf('d1'), donationOf('d2'), donationOf('d|3')]);
      expect(await donations.remove({ id: 'd|3' })).toBe('removed');
      expect(await donations.remove({ id: 'd|3' })).toBe('gone');
      expect(await donations.remove({ id: 'd4' })).toBe('gone');
      expect(ids(await everyDonation(donations))).toEqual(['d1', 'd2']);
    });

    it('until somebody’s are forgotten, all of them and nobody else’s', async () => {
      const { donations } = await open();
      await fill(
        donations,
        ['a', 'a|', 'b', 'c'].flatMap((owner, of) =>
          Array.from({ length: 4 }, (_, n) => donationOf(`${of}-${n}`, { owner, at: NOW + n })),
        ),
      );
      expect(await donations.forget({ owners: [] })).toBe(0);
      expect(await donations.forget({ owners: ['a', 'c', 'nobody', 'a'] })).toBe(8);
      const left = await everyDonation(donations, { now: NOW + 10 });
      expect(new Set(left.map(({ owner }) => owner))).toEqual(new Set(['a|', 'b']));
      expect(left).toHaveLength(8);
      expect(await donations.forget({ owners: ['a', 'c'] })).toBe(0);
    });

    it('for ninety days: then none is shown, and a sweep shreds it for good', async () => {
      const { donations } = await open();
      await fill(donations, [donationOf('d1'), donationOf('d2', { at: NOW + 1 })]);
      expect(ids(await everyDonation(donations, { now: NOW + DONATIONS_MS - 1 }))).toEqual(['d1', 'd2']);
      expect(ids(await everyDonation(donations, { now: NOW + DONATIONS_MS }))).toEqual(['d2']);
      expect(await donations.sweep({ now: NOW + DONATIONS_MS - 1 })).toBe(0);
      expect(await donations.sweep({ now: NOW + DONATIONS_MS })).toBe(1);
      // Whatever time one says it is.
      expect(ids(await everyDonation(donations, { now: NOW }))).toEqual(['d2']);
    });

    it('and shreds what has had its time with whatever is added', async () => {
      const { donations } = await open();
      await fill(donations, [donationOf('d1')]);
      const now = NOW + DONATIONS_MS;
      await donations.add({ ...donationOf('d2', { at: now }), now });
      expect(ids(await everyDonation(donations, { now: NOW }))).toEqual(['d2']);
    });

    it(`and no more than ${MOST_DONATIONS}: the next is refused until there is room`, async () => {
      const { donations } = await open();
      const many = Array.from({ length: MOST_DONATIONS }, (_, n) =>
        donationOf(`d${n}`, { at: NOW + n, owner: `o${n % 100}` }),
      );
      for (let from = 0; from < many.length; from += 100)
        await Promise.all(many.slice(from, from + 100).map((one) => donations.add({ ...one, now: NOW })));
      expect(await donations.add({ ...donationOf('more'), now: NOW })).toBe('full');
      // What is there is kept, however often it is sent.
      expect(await donations.add({ ...donationOf('d7'), now: NOW })).toBe('kept');
      await donations.remove({ id: 'd7' });
      expect(await donations.add({ ...donationOf('more'), now: NOW })).toBe('kept');
      expect(await donations.add({ ...donationOf('d7'), now: NOW })).toBe('full');
      expect(await everyDonation(donations, { limit: 400 })).toHaveLength(MOST_DONATIONS);
    });

    it(`and no more than ${MOST_OF_ONE_A_DAY} of one person’s day and ${MOST_OF_ONE} of theirs in all, whatever others gave`, async () => {
      const { donations } = await open();
      const give = (id: string, now: number, owner = 'o|1') =>
        donations.add({ ...donationOf(id, { at: now, owner }), now });
      const days = MOST_OF_ONE / MOST_OF_ONE_A_DAY;
      for (let day = 0; day < days; day++) {
        const now = NOW + day * DONATED_DAY_MS;
        for (let n = 0; n < MOST_OF_ONE_A_DAY; n++) expect(await give(`d${day}-${n}`, now)).toBe('kept');
        expect(await give('more', now)).toBe('enough');
        expect(await give('more', now + DONATED_DAY_MS - 1)).toBe('enough');
        // Sent again it is what it was.
        expect(await give(`d${day}-0`, now)).toBe('kept');
        expect(await give(`other-${day}`, now, 'o')).toBe('kept');
      }
      const now = NOW + days * DONATED_DAY_MS;
      expect(await give('more', now)).toBe('enough');
      await donations.remove({ id: 'd0-0' });
      expect(await give('more', now)).toBe('kept');
      expect(await give('and more', now)).toBe('enough');
      await donations.forget({ owners: ['o|1'] });
      expect(await give('and more', now)).toBe('kept');
      expect(await everyDonation(donations, { now })).toHaveLength(days + 1);
    });

    it('and each once while others come and go', async () => {
      const { donations } = await open();
      await fill(
        donations,
        Array.from({ length: 20 }, (_, n) => donationOf(`s${n}`, { at: NOW + 2 * n })),
      );
      const seen: string[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < 200; page++) {
        const got: Awaited<ReturnType<Donations['scan']>> = await donations.scan({ now: NOW, cursor, limit: 3 });
        seen.push(...ids(got.donations));
        const gone = got.donations.find(({ id }) => Number(id.slice(1)) % 5 === 1);
        if (gone !== undefined) await donations.remove({ id: gone.id });
        cursor = got.cursor;
        if (cursor === null) break;
      }
      expect(cursor).toBeNull();
      expect(seen.toSorted()).toEqual(Array.from({ length: 20 }, (_, n) => `s${n}`).toSorted());
    });
  });
};
