/** Where chats can be reached, sealed, and for how long that is kept. */
import type { DatabaseSync } from 'node:sqlite';
import type { References } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { textOf } from './rows.ts';
import type { Shredder } from './shredder.ts';
import type { Transactions } from './transactions.ts';

/** For use inside a transaction of somebody else's. */
export interface ReferenceRows {
  /** Deletes what is past its time, a bounded number at a time; returns how many. */
  sweep(o: { readonly now: number; readonly limit: number }): number;
}

export const createReferenceRows = (db: DatabaseSync): ReferenceRows => {
  const forget = db.prepare(
    `DELETE FROM chat_references WHERE (tenant, key) IN
       (SELECT tenant, key FROM chat_references WHERE until <= ? LIMIT ?)`,
  );
  return { sweep: ({ now, limit }) => Number(forget.run(whole(now), limit).changes) };
};

export const createReferences = (o: {
  readonly db: DatabaseSync;
  readonly transactions: Transactions;
  readonly shredder: Shredder;
}): References => {
  const select = o.db.prepare('SELECT value FROM chat_references WHERE tenant = ? AND key = ? AND until > ?');
  const upsert = o.db.prepare(
    `INSERT INTO chat_references (tenant, key, value, until) VALUES (?, ?, ?, ?)
     ON CONFLICT (tenant, key) DO UPDATE SET value = excluded.value, until = excluded.until`,
  );
  return {
    keep: async ({ tenant, key, value, until }) => {
      await o.transactions.write('keep a reference', () => void upsert.run(tenant, key, value, whole(until)));
      // It may have replaced one.
      o.shredder.shredded();
    },
    find: ({ tenant, key, now }) =>
      o.transactions.read('find a reference', () => {
        const row = select.get(tenant, key, whole(now));
        return row === undefined ? null : textOf(row, 'value');
      }),
  };
};
