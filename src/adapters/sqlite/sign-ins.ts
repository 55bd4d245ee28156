/** Links to the sign-in page and sign-ins that were begun. */
import type { DatabaseSync } from 'node:sqlite';
import type { SignIns } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { MOST_SIGN_INS_OF_ONE } from '../../core/stored-sign-ins.ts';
import { numberOf, textOf } from './rows.ts';
import type { Shredder } from './shredder.ts';
import type { Transactions } from './transactions.ts';

export const createSignIns = (o: {
  readonly db: DatabaseSync;
  readonly transactions: Transactions;
  readonly shredder: Shredder;
  /** All together; see `MOST_SIGN_INS`. */
  readonly most: number;
}): SignIns => {
  const { db, transactions, shredder, most } = o;
  const select = db.prepare('SELECT value FROM sign_ins WHERE key = ? AND until > ?');
  const countOf = db.prepare('SELECT count(*) AS n FROM sign_ins WHERE owner = ? AND until > ?');
  const count = db.prepare('SELECT count(*) AS n FROM sign_ins');
  const countNow = db.prepare('SELECT count(*) AS n FROM sign_ins WHERE until > ?');
  const upsert = db.prepare(
    `INSERT INTO sign_ins (key, owner, value, until) VALUES (?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, value = excluded.value, until = excluded.until`,
  );
  const update = db.prepare('UPDATE sign_ins SET value = ? WHERE key = ? AND value = ? AND until > ?');
  const remove = db.prepare('DELETE FROM sign_ins WHERE key = ?');
  const theirs = db.prepare('DELETE FROM sign_ins WHERE owner = ?');

  const standing = (key: string, now: number): string | null => {
    const row = select.get(key, whole(now));
    return row === undefined ? null : textOf(row, 'value');
  };

  return {
    keep: ({ key, owner, value, now, until }) =>
      transactions.write('keep a sign-in that was begun', () => {
        if (standing(key, now) !== null) return 'kept';
        if (numberOf(countOf.get(owner, whole(now)) ?? {}, 'n') >= MOST_SIGN_INS_OF_ONE) return 'full';
        const full = numberOf(count.get() ?? {}, 'n') >= most && numberOf(countNow.get(whole(now)) ?? {}, 'n') >= most;
        if (full) return 'full';
        upsert.run(key, owner, value, whole(until));
        return 'kept';
      }),
    read: ({ key, now }) => transactions.read('read a sign-in that was begun', () => standing(key, now)),
    swap: async ({ key, seen, value, now }) => {
      const swapped = await transactions.write(
        'go on with a sign-in',
        () => update.run(value, key, seen, whole(now)).changes > 0,
      );
      if (swapped) shredder.shredded();
      return swapped ? 'swapped' : 'moved';
    },
    take: async ({ key, now }) => {
      const value = await transactions.write('take a sign-in that was begun', () => {
        const kept = standing(key, now);
        if (kept !== null) remove.run(key);
        return kept;
      });
      if (value !== null) shredder.shredded();
      return value;
    },
    end: async ({ owners }) => {
      const gone = await transactions.write('end sign-ins that were begun', () =>
        [...new Set(owners)].reduce((sum, owner) => sum + Number(theirs.run(owner).changes), 0),
      );
      if (gone > 0) shredder.shredded();
      return gone;
    },
  };
};

/** For use inside the sweep: forgets those whose time is over; returns how many. */
export const createSignInSweep = (
  db: DatabaseSync,
): ((o: { readonly now: number; readonly limit: number }) => number) => {
  const over = db.prepare('DELETE FROM sign_ins WHERE key IN (SELECT key FROM sign_ins WHERE until <= ? LIMIT ?)');
  return ({ now, limit }) => Number(over.run(whole(now), limit).changes);
};
