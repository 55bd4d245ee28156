/** That somebody looked at what is kept or logged of a person. They are few. */
import type { DatabaseSync } from 'node:sqlite';
import type { Look, Looks } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { LOOKS_MS, MOST_LOOKS } from '../../core/stored-looks.ts';
import { numberOf, numberOrNull, oneOf, type Row, textOf } from './rows.ts';
import type { Transactions } from './transactions.ts';

const lookOf = (row: Row): Look => ({
  id: textOf(row, 'id'),
  at: numberOf(row, 'at'),
  what: oneOf(row, 'what', ['log', 'export']),
  entries: numberOrNull(row, 'entries'),
});

export const createLooks = (o: { readonly db: DatabaseSync; readonly transactions: Transactions }): Looks => {
  const { db, transactions } = o;
  const counted = db.prepare('UPDATE looks SET entries = coalesce(?, entries) WHERE id = ?');
  const count = db.prepare('SELECT count(*) AS n FROM looks');
  const insert = db.prepare('INSERT INTO looks (id, owner, at, what, entries) VALUES (?, ?, ?, ?, ?)');
  const ofOne = db.prepare('SELECT * FROM looks WHERE owner = ? AND at > ?');
  const older = db.prepare('DELETE FROM looks WHERE at <= ?');
  const over = (now: number): number => whole(now) - LOOKS_MS;

  return {
    put: ({ id, at, owner, what, entries, now }) =>
      transactions.write('keep that somebody was looked at', () => {
        older.run(over(now));
        if (Number(counted.run(entries, id).changes) > 0) return 'kept';
        if (numberOf(count.get() ?? {}, 'n') >= MOST_LOOKS) return 'full';
        insert.run(id, owner, whole(at), what, entries);
        return 'kept';
      }),
    of: ({ owners, now }) =>
      transactions.read('read who was looked at', () =>
        [...new Set(owners)]
          .flatMap((owner) => ofOne.all(owner, over(now)).map(lookOf))
          .toSorted((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1)),
      ),
    sweep: ({ now }) => transactions.write('forget old looks', () => Number(older.run(over(now)).changes)),
  };
};
