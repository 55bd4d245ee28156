/** Strong sign-ins: who, when, and until when that counts. */
import type { DatabaseSync } from 'node:sqlite';
import type { Grants } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { numberOf } from './rows.ts';
import type { Transactions } from './transactions.ts';

export const createGrants = (o: { readonly db: DatabaseSync; readonly transactions: Transactions }): Grants => {
  const select = o.db.prepare('SELECT at FROM grants WHERE person = ? AND until > ?');
  const upsert = o.db.prepare(
    `INSERT INTO grants (person, at, until) VALUES (?, ?, ?)
     ON CONFLICT (person) DO UPDATE SET at = excluded.at, until = excluded.until`,
  );
  const remove = o.db.prepare('DELETE FROM grants WHERE person = ?');
  return {
    lastSignIn: ({ person, now }) =>
      o.transactions.read('read a sign-in', () => {
        const row = select.get(person, whole(now));
        return row === undefined ? null : numberOf(row, 'at');
      }),
    give: ({ person, at, until }) =>
      o.transactions.write('keep a sign-in', () => void upsert.run(person, whole(at), whole(until))),
    end: ({ person }) => o.transactions.write('end a sign-in', () => void remove.run(person)),
  };
};
