/** Where chats can be reached, sealed, and for how long that is kept. */
import type { DatabaseSync } from 'node:sqlite';
import type { References } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { numberOf, textOf } from './rows.ts';
import type { Shredder } from './shredder.ts';
import type { Transactions } from './transactions.ts';

/** Nobody has more chats of their own with one bot. */
const MOST_LISTED = 100;

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
    `INSERT INTO chat_references (tenant, key, owner, value, until) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (tenant, key) DO UPDATE SET owner = excluded.owner, value = excluded.value, until = excluded.until`,
  );
  const owned = o.db.prepare(
    "SELECT key, value, until FROM chat_references WHERE tenant = ? AND owner = ? AND owner <> '' AND until > ? LIMIT ?",
  );
  const remove = o.db.prepare('DELETE FROM chat_references WHERE tenant = ? AND key = ?');
  return {
    keep: async ({ tenant, key, owner, value, until }) => {
      await o.transactions.write('keep a reference', () => void upsert.run(tenant, key, owner, value, whole(until)));
      // It may have replaced one.
      o.shredder.shredded();
    },
    find: ({ tenant, key, now }) =>
      o.transactions.read('find a reference', () => {
        const row = select.get(tenant, key, whole(now));
        return row === undefined ? null : textOf(row, 'value');
      }),
    of: ({ tenant, owner, now }) =>
      o.transactions.read('find references', () =>
        owned.all(tenant, owner, whole(now), MOST_LISTED).map((row) => ({
          key: textOf(row, 'key'),
          value: textOf(row, 'value'),
          until: numberOf(row, 'until'),
        })),
      ),
    forget: async ({ tenant, key }) => {
      await o.transactions.write('forget a reference', () => void remove.run(tenant, key));
      o.shredder.shredded();
    },
  };
};
