import { describe, expect, it } from '@jest/globals';
import type { Confirmation, Orders } from '../../src/core/ports.ts';
import { MOST_ORDERS, MOST_WAITING_ORDERS } from '../../src/core/stored.ts';
import { LEASE, NOW } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

type Placed = Parameters<Orders['place']>[0];

const UNTIL = NOW + 600_000;
const KEEP = UNTIL + 600_000;

const orderOf = (id: string, o: Partial<Placed> = {}): Placed => ({
  id,
  body: `sealed-${id}`,
  needed: 1,
  now: NOW,
  until: UNTIL,
  keepUntil: KEEP,
  ...o,
});

const by = (person: string, at = NOW): Confirmation => ({
  person,
  by: `fingerprint-of-${person}`,
  at,
  proof: `proof-of-${person}`,
});

/** What every keeper of orders promises. */
export const ordersContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);
  const confirm = (orders: Orders, id: string, person: string, now = NOW) =>
    orders.confirm({ id, confirmation: by(person, now), now });
  const claim = (orders: Orders, now = NOW) => orders.claim({ now, leaseMs: LEASE, limit: 10 });

  describe(`${name} keeps orders`, () => {
    it('whole, in the order in which they were placed', async () => {
      const { orders } = await open();
      expect(await orders.all({ now: NOW })).toEqual([]);
      expect(await orders.place(orderOf('b'))).toBe('placed');
      expect(await orders.place(orderOf('a|%', { needed: 2, now: NOW + 1, keepUntil: KEEP + 1 }))).toBe('placed');
      const kept = { state: 'waiting', confirmations: [], until: UNTIL, receipt: null };
      const b = { id: 'b', body: 'sealed-b', needed: 1, ...kept };
      const a = { id: 'a|%', body: 'sealed-a|%', needed: 2, ...kept };
      expect(await orders.all({ now: NOW + 1 })).toEqual([b, a]);
      expect(await orders.find({ id: 'a|%', now: NOW + 1 })).toEqual(a);
      expect(await orders.find({ id: 'other', now: NOW })).toBeNull();
    });

    it('until they have had their time', async () => {
      const { orders } = await open();
      await orders.place(orderOf('a'));
      expect(await orders.find({ id: 'a', now: KEEP - 1 })).not.toBeNull();
      expect(await orders.find({ id: 'a', now: KEEP })).toBeNull();
      expect(await orders.all({ now: KEEP })).toEqual([]);
    });

    it('that wait only up to a number, and say so; whose code counts no more makes room', async () => {
      const { orders } = await open();
      for (let at = 0; at < MOST_WAITING_ORDERS; at++) await orders.place(orderOf(`o${at}`));
      expect(await orders.place(orderOf('more'))).toBe('full');
      await orders.burn({ id: 'o0', now: NOW });
      expect(await orders.place(orderOf('more'))).toBe('placed');
      expect(await orders.place(orderOf('later', { now: UNTIL, until: UNTIL + 1, keepUntil: KEEP }))).toBe('placed');
    });

    it('up to a number, whatever has become of them', async () => {
      const { orders } = await open();
      for (let at = 0; at < MOST_ORDERS; at++) {
        expect(await orders.place(orderOf(`o${at}`))).toBe('placed');
        await orders.burn({ id: `o${at}`, now: NOW });
      }
      expect(await orders.place(orderOf('more'))).toBe('full');
      expect(await orders.place(orderOf('more', { now: KEEP, until: KEEP + 1, keepUntil: KEEP + 2 }))).toBe('placed');
    });

    it('and hands out what is confirmed, once, for the length of a lease', async () => {
      const { orders } = await open();
      await orders.place(orderOf('a'));
      await orders.place(orderOf('b', { now: NOW + 1 }));
      expect(await claim(orders)).toEqual([]);
      expect(await confirm(orders, 'a', 'hana')).toBe('confirmed');
      const [first, ...more] = await claim(orders);
      expect(more).toEqual([]);
      expect(first).toMatchObject({
        id: 'a',
        state: 'confirmed',
        body: 'sealed-a',
        confirmations: [by('hana')],
        attempts: 1,
      });
      expect(await claim(orders, NOW + LEASE - 1)).toEqual([]);
      const [second] = await claim(orders, NOW + LEASE);
      expect(second).toMatchObject({ id: 'a', attempts: 2 });
      expect(second?.lease).not.toBe(first?.lease);
    });

    it('and keeps a lease that is renewed, for whoever still has it', async () => {
      const { orders } = await open();
      await orders.place(orderOf('a'));
      await confirm(orders, 'a', 'hana');
      const [first] = await claim(orders);
      const lease = first?.lease ?? '';
      expect(await orders.renew({ id: 'a', lease, until: NOW + 2 * LEASE })).toBe('renewed');
      expect(await claim(orders, NOW + LEASE)).toEqual([]);
      await claim(orders, NOW + 2 * LEASE);
      expect(await orders.renew({ id: 'a', lease, until: NOW + 9 * LEASE })).toBe('lost');
      const finish = { id: 'a', receipt: 'sealed-receipt', keepUntil: KEEP, now: NOW };
      expect(await orders.finish({ ...finish, lease })).toBe('lost');
    });

    it('and is not done with what is confirmed until it is done, however long that takes', async () => {
      const { orders } = await open();
      await orders.place(orderOf('a'));
      await confirm(orders, 'a', 'hana');
      const later = KEEP + 1_000_000;
      const [late] = await claim(orders, later);
      expect(late).toMatchObject({ id: 'a' });
      const end = {
        id: 'a',
        lease: late?.lease ?? '',
        receipt: 'sealed-receipt',
        keepUntil: later + 600_000,
        now: later,
      };
      expect(await orders.finish(end)).toBe('finished');
      expect(await orders.finish(end)).toBe('lost');
      expect(await orders.find({ id: 'a', now: later })).toMatchObject({ state: 'done', receipt: 'sealed-receipt' });
      expect(await claim(orders, later + 2 * LEASE)).toEqual([]);
      expect(await confirm(orders, 'a', 'mona', later)).toBe('gone');
      expect(await orders.find({ id: 'a', now: later + 600_000 })).toBeNull();
    });

    it('with the turn that each had when its last confirmation came, which rises also once all are gone', async () => {
      const { orders } = await open();
      for (const id of ['a', 'b', 'two']) await orders.place(orderOf(id, { needed: id === 'two' ? 2 : 1 }));
      await confirm(orders, 'two', 'hana');
      await confirm(orders, 'b', 'hana');
      await confirm(orders, 'a', 'hana');
      await confirm(orders, 'two', 'mona');
      const turnsOf = async (now: number) => (await claim(orders, now)).toSorted((x, y) => x.turn - y.turn);
      const all = await turnsOf(NOW);
      expect(all.map(({ id }) => id)).toEqual(['b', 'a', 'two']);
      expect(new Set(all.map(({ turn }) => turn)).size).toBe(3);
      expect(all[0]?.turn).toBeGreaterThan(0);
      for (const { id, lease } of all)
        await orders.finish({ id, lease, receipt: 'sealed-receipt', keepUntil: NOW + 1, now: NOW });
      expect(await orders.all({ now: NOW + 1 })).toEqual([]);
      await orders.place(orderOf('late'));
      await confirm(orders, 'late', 'hana');
      const [late] = await turnsOf(NOW + 1);
      expect(late?.turn).toBeGreaterThan(all[2]?.turn ?? 0);
    });

    it('that need two people: one person counts once', async () => {
      const { orders } = await open();
      await orders.place(orderOf('a', { needed: 2 }));
      expect(await confirm(orders, 'a', 'hana')).toBe('more');
      expect(await confirm(orders, 'a', 'hana')).toBe('repeat');
      expect(await claim(orders)).toEqual([]);
      expect(await confirm(orders, 'a', 'mona', NOW + 1)).toBe('confirmed');
      expect(await orders.find({ id: 'a', now: NOW })).toMatchObject({
        state: 'confirmed',
        confirmations: [by('hana'), by('mona', NOW + 1)],
      });
    });

    it('of which two who confirm in the same moment both count', async () => {
      const { orders } = await open();
      await orders.place(orderOf('a', { needed: 2 }));
      const said = await Promise.all([confirm(orders, 'a', 'hana'), confirm(orders, 'a', 'mona')]);
      expect(said.toSorted()).toEqual(['confirmed', 'more']);
    });

    it('whose code counts no more once it is late, burnt or used', async () => {
      const { orders } = await open();
      for (const id of ['late', 'burnt', 'used']) await orders.place(orderOf(id));
      expect(await confirm(orders, 'late', 'hana', UNTIL)).toBe('gone');
      expect(await orders.burn({ id: 'late', now: UNTIL })).toBe('gone');
      expect(await orders.burn({ id: 'burnt', now: NOW })).toBe('burnt');
      expect(await orders.burn({ id: 'burnt', now: NOW })).toBe('gone');
      expect(await confirm(orders, 'burnt', 'hana')).toBe('gone');
      expect((await orders.find({ id: 'burnt', now: NOW }))?.state).toBe('burnt');
      await confirm(orders, 'used', 'hana');
      expect(await confirm(orders, 'used', 'mona')).toBe('gone');
      expect(await orders.burn({ id: 'used', now: NOW })).toBe('gone');
      expect(await confirm(orders, 'never', 'hana')).toBe('gone');
    });
  });
};
