/** Orders of the operators in memory. */
import type { ClaimedOrder, KeptOrder, Orders } from '../../../src/core/ports.ts';
import { MOST_ORDERS, MOST_WAITING_ORDERS, whole } from '../../../src/core/stored.ts';
import type { MadeOrder, Shelf } from './tables.ts';

const shownOf = ({ id, state, body, needed, confirmations, until, receipt }: MadeOrder): KeptOrder => ({
  id,
  state,
  body,
  needed,
  confirmations,
  until,
  receipt,
});

export const createOrders = ({ tables }: Shelf): Orders => {
  const { orders } = tables;
  /** What has had its time is shredded by whatever verb comes next. */
  const kept = (now: number): ReadonlyMap<string, MadeOrder> => {
    for (const [id, { keepUntil }] of orders) if (keepUntil !== null && keepUntil <= whole(now)) orders.delete(id);
    return orders;
  };
  const waits = (id: string, now: number): MadeOrder | undefined => {
    const order = kept(now).get(id);
    return order?.state === 'waiting' && order.until > whole(now) ? order : undefined;
  };
  const change = (order: MadeOrder, o: Partial<MadeOrder>): MadeOrder => {
    const changed = { ...order, ...o };
    orders.set(order.id, changed);
    return changed;
  };
  const held = (o: { readonly id: string; readonly lease: string }): MadeOrder | undefined => {
    const order = orders.get(o.id);
    return order?.lease === o.lease && o.lease !== '' ? order : undefined;
  };
  return {
    place: async ({ id, body, needed, now, until, keepUntil }) => {
      const all = [...kept(now).values()];
      const waiting = all.filter((order) => order.state === 'waiting' && order.until > whole(now)).length;
      if (all.length >= MOST_ORDERS || waiting >= MOST_WAITING_ORDERS) return 'full';
      const times = { until: whole(until), keepUntil: whole(keepUntil), freeAt: 0 };
      const fresh = { confirmations: [], receipt: null, attempts: 0, lease: '', turn: 0 };
      orders.set(id, { id, state: 'waiting', body, needed, ...times, ...fresh });
      return 'placed';
    },
    all: async ({ now }) => [...kept(now).values()].map(shownOf),
    find: async ({ id, now }) => {
      const order = kept(now).get(id);
      return order === undefined ? null : shownOf(order);
    },
    confirm: async ({ id, confirmation, now }) => {
      const order = waits(id, now);
      if (order === undefined) return 'gone';
      if (order.confirmations.some(({ person }) => person === confirmation.person)) return 'repeat';
      const confirmations = [...order.confirmations, { ...confirmation, at: whole(confirmation.at) }];
      const more = confirmations.length < order.needed;
      if (!more) tables.turnsGiven += 1;
      const complete = { state: 'confirmed', keepUntil: null, freeAt: whole(now), turn: tables.turnsGiven } as const;
      change(order, { confirmations, ...(more ? {} : complete) });
      return more ? 'more' : 'confirmed';
    },
    burn: async ({ id, now }) => {
      const order = waits(id, now);
      if (order === undefined) return 'gone';
      change(order, { state: 'burnt' });
      return 'burnt';
    },
    claim: async ({ now, leaseMs, limit }) =>
      [...kept(now).values()]
        .filter(({ state, freeAt }) => state === 'confirmed' && freeAt <= whole(now))
        .slice(0, Math.max(0, limit))
        .map((order): ClaimedOrder => {
          tables.leasesGiven += 1;
          const lease = `lease-${tables.leasesGiven}`;
          const taken = change(order, { lease, freeAt: whole(now + leaseMs), attempts: order.attempts + 1 });
          return { ...shownOf(taken), attempts: taken.attempts, lease, turn: taken.turn };
        }),
    renew: async ({ until, ...o }) => {
      const order = held(o);
      if (order === undefined) return 'lost';
      change(order, { freeAt: whole(until) });
      return 'renewed';
    },
    finish: async ({ receipt, keepUntil, now, ...o }) => {
      const order = held(o);
      if (order !== undefined) change(order, { state: 'done', receipt, keepUntil: whole(keepUntil), lease: '' });
      kept(now);
      return order === undefined ? 'lost' : 'finished';
    },
  };
};
