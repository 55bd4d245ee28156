/** Strong sign-ins that count: one row of a person. */
import type { DatabaseSync } from 'node:sqlite';
import type { Grants, KeptGrant } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { numberOf, type Row, textOf } from './rows.ts';
import type { Shredder } from './shredder.ts';
import type { Transactions } from './transactions.ts';

/** Rows of a page; the loop is blocked meanwhile. */
const MOST_AT_ONCE = 500;

const grantOf = (row: Row): KeptGrant => ({
  owner: textOf(row, 'owner'),
  value: textOf(row, 'value'),
  until: numberOf(row, 'until'),
});

export const createGrants = (o: {
  readonly db: DatabaseSync;
  readonly transactions: Transactions;
  readonly shredder: Shredder;
}): Grants => {
  const { db, transactions, shredder } = o;
  const select = db.prepare('SELECT * FROM sealed_grants WHERE owner = ? AND until > ?');
  const insert = db.prepare('INSERT INTO sealed_grants (owner, value, until) VALUES (?, ?, ?)');
  const remove = db.prepare('DELETE FROM sealed_grants WHERE owner = ?');
  const page = db.prepare('SELECT * FROM sealed_grants WHERE owner > ? AND until > ? ORDER BY owner LIMIT ?');

  const found = (owners: readonly string[], now: number): KeptGrant | null => {
    for (const owner of owners) {
      const row = select.get(owner, whole(now));
      if (row !== undefined) return grantOf(row);
    }
    return null;
  };
  const ended = (owners: readonly string[]): number =>
    [...new Set(owners)].reduce((sum, owner) => sum + Number(remove.run(owner).changes), 0);

  return {
    find: ({ owners, now }) => transactions.read('read a sign-in', () => found(owners, now)),
    put: async ({ owners, seen, value, now, until }) => {
      const [outcome, gone] = await transactions.write('keep a sign-in', () => {
        const [owner] = owners;
        if (owner === undefined || (found(owners, now)?.value ?? null) !== seen) return ['moved', 0] as const;
        const before = ended(owners);
        insert.run(owner, value, whole(until));
        return ['put', before] as const;
      });
      if (gone > 0) shredder.shredded();
      return outcome;
    },
    end: async ({ owners }) => {
      const gone = await transactions.write('end a sign-in', () => ended(owners));
      if (gone > 0) shredder.shredded();
      return gone;
    },
    scan: ({ now, cursor, limit }) =>
      transactions.read('look through the sign-ins', () => {
        const most = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(limit)));
        const grants = page.all(cursor ?? '', whole(now), most).map(grantOf);
        return { grants, cursor: grants.length < most ? null : (grants.at(-1)?.owner ?? null) };
      }),
  };
};

/** For use inside the sweep: forgets those whose time is over; returns how many. */
export const createGrantSweep = (
  db: DatabaseSync,
): ((o: { readonly now: number; readonly limit: number }) => number) => {
  const grants = db.prepare(
    'DELETE FROM sealed_grants WHERE owner IN (SELECT owner FROM sealed_grants WHERE until <= ? LIMIT ?)',
  );
  return ({ now, limit }) => Number(grants.run(whole(now), limit).changes);
};
