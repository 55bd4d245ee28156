/** Orders of the operators. They are few, so every change first shreds those that have had their time. */
import type { DatabaseSync } from 'node:sqlite';
import type { ClaimedOrder, KeptOrder, Orders } from '../../core/ports.ts';
import { MOST_ORDERS, MOST_WAITING_ORDERS, storedConfirmations, whole } from '../../core/stored.ts';
import { createLeases } from './claims.ts';
import { jsonOf, numberOf, oneOf, type Row, textOf, textOrNull } from './rows.ts';
import type { Shredder } from './shredder.ts';
import type { Transactions } from './transactions.ts';

const orderOf = (row: Row): KeptOrder => ({
  id: textOf(row, 'id'),
  state: oneOf(row, 'state', ['waiting', 'confirmed', 'done', 'burnt']),
  body: textOf(row, 'body'),
  needed: numberOf(row, 'needed'),
  confirmations: storedConfirmations.parse(jsonOf(row, 'confirmations')),
  until: numberOf(row, 'until'),
  receipt: textOrNull(row, 'receipt'),
});

export const createOrders = (o: {
  readonly db: DatabaseSync;
  readonly transactions: Transactions;
  readonly shredder: Shredder;
  readonly process: string | undefined;
}): Orders => {
  const { db, transactions } = o;
  const newLease = createLeases(o.process);
  const sweep = db.prepare('DELETE FROM orders WHERE keep_until <= ?');
  const kept = 'keep_until IS NULL OR keep_until > :now';
  const all = db.prepare(`SELECT * FROM orders WHERE ${kept} ORDER BY placed_at, id`);
  const find = db.prepare(`SELECT * FROM orders WHERE id = :id AND (${kept})`);
  const count = db.prepare(
    "SELECT count(*) AS n, count(*) FILTER (WHERE state = 'waiting' AND until > ?) AS waiting FROM orders",
  );
  const insert = db.prepare(
    `INSERT INTO orders (id, state, body, needed, confirmations, placed_at, until, keep_until, free_at, attempts)
     VALUES (?, 'waiting', ?, ?, '[]', ?, ?, ?, 0, 0)`,
  );
  const waiting = db.prepare("SELECT * FROM orders WHERE id = ? AND state = 'waiting' AND until > ?");
  const confirm = db.prepare('UPDATE orders SET confirmations = ? WHERE id = ?');
  const turn = db.prepare('UPDATE turns SET given = given + 1 RETURNING given');
  const complete = db.prepare(
    "UPDATE orders SET state = 'confirmed', keep_until = NULL, free_at = ?, turn = ? WHERE id = ?",
  );
  const burn = db.prepare("UPDATE orders SET state = 'burnt' WHERE id = ? AND state = 'waiting' AND until > ?");
  const claimable = db.prepare(
    "SELECT id FROM orders WHERE state = 'confirmed' AND free_at <= ? ORDER BY placed_at, id LIMIT ?",
  );
  const take = db.prepare('UPDATE orders SET lease = ?, free_at = ?, attempts = attempts + 1 WHERE id = ? RETURNING *');
  const renew = db.prepare('UPDATE orders SET free_at = ? WHERE id = ? AND lease = ?');
  const finish = db.prepare(
    "UPDATE orders SET state = 'done', receipt = ?, keep_until = ?, lease = NULL WHERE id = ? AND lease = ?",
  );

  /** A change, after what has had its time is gone. */
  const change = async <T>(what: string, now: number, run: () => T): Promise<T> => {
    const [result, swept] = await transactions.write(what, () => [run(), sweep.run(whole(now)).changes] as const);
    if (swept !== 0) o.shredder.shredded();
    return result;
  };

  return {
    place: ({ id, body, needed, now, until, keepUntil }) =>
      change('keep an order', now, () => {
        sweep.run(whole(now));
        const counts = count.get(whole(now)) ?? {};
        if (numberOf(counts, 'n') >= MOST_ORDERS || numberOf(counts, 'waiting') >= MOST_WAITING_ORDERS) return 'full';
        insert.run(id, body, needed, whole(now), whole(until), whole(keepUntil));
        return 'placed';
      }),
    all: ({ now }) => transactions.read('read the orders', () => all.all({ now: whole(now) }).map(orderOf)),
    find: ({ id, now }) =>
      transactions.read('find an order', () => {
        const row = find.get({ id, now: whole(now) });
        return row === undefined ? null : orderOf(row);
      }),
    confirm: ({ id, confirmation, now }) =>
      change('confirm an order', now, () => {
        const row = waiting.get(id, whole(now));
        if (row === undefined) return 'gone';
        const { confirmations, needed } = orderOf(row);
        if (confirmations.some(({ person }) => person === confirmation.person)) return 'repeat';
        const more = [...confirmations, { ...confirmation, at: whole(confirmation.at) }];
        confirm.run(JSON.stringify(more), id);
        if (more.length < needed) return 'more';
        complete.run(whole(now), numberOf(turn.get() ?? {}, 'given'), id);
        return 'confirmed';
      }),
    burn: ({ id, now }) =>
      change('burn a code', now, () => (burn.run(id, whole(now)).changes === 0 ? 'gone' : 'burnt')),
    claim: ({ now, leaseMs, limit }) =>
      change('claim orders', now, () =>
        claimable.all(whole(now), limit).map((row): ClaimedOrder => {
          const lease = newLease();
          const taken: Row = take.get(lease, whole(now + leaseMs), textOf(row, 'id')) ?? {};
          const [attempts, turn] = [numberOf(taken, 'attempts'), numberOf(taken, 'turn')];
          return { ...orderOf(taken), attempts, lease, turn };
        }),
      ),
    renew: ({ id, lease, until }) =>
      transactions.write('keep an order', () =>
        renew.run(whole(until), id, lease).changes === 0 ? 'lost' : 'renewed',
      ),
    finish: ({ id, lease, receipt, keepUntil, now }) =>
      change('end an order', now, () =>
        finish.run(receipt, whole(keepUntil), id, lease).changes === 0 ? 'lost' : 'finished',
      ),
  };
};
