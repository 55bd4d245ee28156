/** By what sealed names open: one row of a person. */
import type { DatabaseSync } from 'node:sqlite';
import type { KeptNameKey, NameKeys } from '../../core/ports.ts';
import { MOST_NAME_KEYS } from '../../core/stored.ts';
import { numberOf, textOf } from './rows.ts';
import type { Shredder } from './shredder.ts';
import type { Transactions } from './transactions.ts';

export const createNameKeys = (o: {
  readonly db: DatabaseSync;
  readonly transactions: Transactions;
  readonly shredder: Shredder;
  readonly most?: number;
}): NameKeys => {
  const { db, transactions, shredder, most = MOST_NAME_KEYS } = o;
  const select = db.prepare('SELECT owner, value FROM name_keys WHERE owner = ?');
  const insert = db.prepare('INSERT INTO name_keys (owner, value) VALUES (?, ?)');
  const remove = db.prepare('DELETE FROM name_keys WHERE owner = ?');
  // Only ever a person's first: the count is not worth keeping beside.
  const count = db.prepare('SELECT count(*) AS n FROM name_keys');

  const found = (owners: readonly string[]): KeptNameKey | null => {
    for (const owner of owners) {
      const row = select.get(owner);
      if (row !== undefined) return { owner: textOf(row, 'owner'), value: textOf(row, 'value') };
    }
    return null;
  };

  return {
    find: ({ owners }) => transactions.read('read the key of a name', () => found(owners)),
    keep: ({ owners, value }) =>
      transactions.write('keep the key of a name', () => {
        const [owner] = owners;
        const stands = found(owners);
        if (stands !== null || owner === undefined) return stands;
        if (numberOf(count.get() ?? {}, 'n') >= most) return null;
        insert.run(owner, value);
        return { owner, value };
      }),
    forget: async ({ owners }) => {
      const gone = await transactions.write('forget the key of a name', () =>
        [...new Set(owners)].reduce((sum, owner) => sum + Number(remove.run(owner).changes), 0),
      );
      if (gone > 0) shredder.shredded();
      return gone;
    },
  };
};
