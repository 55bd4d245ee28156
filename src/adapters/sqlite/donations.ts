/** Phrases that their authors gave. They are few. */
import type { DatabaseSync } from 'node:sqlite';
import type { Donations, KeptDonation } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import {
  DONATED_DAY_MS,
  DONATIONS_MS,
  MOST_DONATIONS,
  MOST_OF_ONE,
  MOST_OF_ONE_A_DAY,
} from '../../core/stored-donations.ts';
import { numberOf, type Row, textOf } from './rows.ts';
import type { Shredder } from './shredder.ts';
import type { Transactions } from './transactions.ts';

/** Rows of a page: the loop is blocked meanwhile. */
const MOST_AT_ONCE = 500;

const donationOf = (row: Row): KeptDonation => ({
  id: textOf(row, 'id'),
  at: numberOf(row, 'at'),
  owner: textOf(row, 'owner'),
  value: textOf(row, 'value'),
});

export const createDonations = (o: {
  readonly db: DatabaseSync;
  readonly transactions: Transactions;
  readonly shredder: Shredder;
}): Donations => {
  const { db, transactions, shredder } = o;
  const count = db.prepare('SELECT count(*) AS n FROM donations');
  const ofOne = db.prepare(
    'SELECT count(*) AS n, count(*) FILTER (WHERE at > ?) AS today FROM donations WHERE owner = ?',
  );
  const known = db.prepare('SELECT 1 AS yes FROM donations WHERE id = ?');
  const insert = db.prepare('INSERT INTO donations (id, at, owner, value) VALUES (?, ?, ?, ?)');
  const page = db.prepare(
    'SELECT * FROM donations WHERE (at, seq) > (:at, :seq) AND at > :over ORDER BY at, seq LIMIT :limit',
  );
  const remove = db.prepare('DELETE FROM donations WHERE id = ?');
  const theirs = db.prepare('DELETE FROM donations WHERE owner = ?');
  const older = db.prepare('DELETE FROM donations WHERE at <= ?');
  const over = (now: number): number => whole(now) - DONATIONS_MS;

  const shred = async (what: string, run: () => number): Promise<number> => {
    const gone = await transactions.write(what, run);
    if (gone > 0) shredder.shredded();
    return gone;
  };

  return {
    add: async ({ id, at, owner, value, now }) => {
      const [outcome, gone] = await transactions.write('keep a phrase', () => {
        const swept = Number(older.run(over(now)).changes);
        if (known.get(id) !== undefined) return ['kept', swept] as const;
        const theirs = ofOne.get(whole(now) - DONATED_DAY_MS, owner) ?? {};
        if (numberOf(theirs, 'n') >= MOST_OF_ONE || numberOf(theirs, 'today') >= MOST_OF_ONE_A_DAY)
          return ['enough', swept] as const;
        if (numberOf(count.get() ?? {}, 'n') >= MOST_DONATIONS) return ['full', swept] as const;
        insert.run(id, whole(at), owner, value);
        return ['kept', swept] as const;
      });
      if (gone > 0) shredder.shredded();
      return outcome;
    },
    scan: ({ now, cursor, limit }) =>
      transactions.read('look through the phrases', () => {
        const most = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(limit)));
        const [at = Number.MIN_SAFE_INTEGER, seq = -1] = cursor === null ? [] : cursor.split('|').map(Number);
        const rows: readonly Row[] = page.all({ at, seq, over: over(now), limit: most });
        const last = rows.length < most ? undefined : rows.at(-1);
        return {
          donations: rows.map(donationOf),
          cursor: last === undefined ? null : `${numberOf(last, 'at')}|${numberOf(last, 'seq')}`,
        };
      }),
    remove: async ({ id }) =>
      (await shred('shred a phrase', () => Number(remove.run(id).changes))) > 0 ? 'removed' : 'gone',
    forget: ({ owners }) =>
      shred('forget phrases', () =>
        [...new Set(owners)].reduce((sum, owner) => sum + Number(theirs.run(owner).changes), 0),
      ),
    sweep: ({ now }) => shred('forget old phrases', () => Number(older.run(over(now)).changes)),
  };
};
