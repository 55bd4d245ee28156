/** Who was told what everybody is told once. */
import type { DatabaseSync } from 'node:sqlite';
import type { Marks } from '../../core/ports.ts';
import { MOST_MARKS, whole } from '../../core/stored.ts';
import { numberOf, numberOrNull } from './rows.ts';
import type { Shredder } from './shredder.ts';
import type { Transactions } from './transactions.ts';

export const createMarks = (o: {
  readonly db: DatabaseSync;
  readonly transactions: Transactions;
  readonly shredder: Shredder;
  /** For tests. */
  readonly most?: number;
}): Marks => {
  const { db, transactions, shredder, most = MOST_MARKS } = o;
  const select = db.prepare('SELECT at, until FROM marks WHERE owner = ?');
  const count = db.prepare('SELECT count(*) AS n FROM marks');
  const insert = db.prepare('INSERT INTO marks (owner, at, until) VALUES (?, ?, ?)');
  const again = db.prepare('UPDATE marks SET at = ?, until = ? WHERE owner = ?');
  const told = db.prepare('UPDATE marks SET at = ?, until = NULL WHERE owner = ?');
  const remove = db.prepare('DELETE FROM marks WHERE owner = ?');

  /** The first of them under which something stands. */
  const found = (owners: readonly string[]) => {
    for (const owner of owners) {
      const row = select.get(owner);
      if (row !== undefined) return { owner, at: numberOf(row, 'at'), until: numberOrNull(row, 'until') };
    }
    return null;
  };

  return {
    begin: ({ owners, now, until }) =>
      transactions.write('begin to tell somebody', () => {
        const before = found(owners);
        if (before === null) {
          const [owner] = owners;
          if (owner === undefined || numberOf(count.get() ?? {}, 'n') >= most) return 'full';
          insert.run(owner, whole(now), whole(until));
          return 'first';
        }
        if (before.until === null) return 'told';
        if (before.until > now) return 'busy';
        again.run(whole(now), whole(until), before.owner);
        return 'again';
      }),
    done: ({ owners, now }) =>
      transactions.write('note that somebody was told', () => {
        const before = found(owners);
        if (before !== null) told.run(whole(now), before.owner);
      }),
    find: ({ owners }) =>
      transactions.read('look whether somebody was told', () => {
        const before = found(owners);
        return before === null ? null : { at: before.at, told: before.until === null };
      }),
    forget: async ({ owners }) => {
      const gone = await transactions.write('forget that somebody was told', () =>
        [...new Set(owners)].reduce((sum, owner) => sum + Number(remove.run(owner).changes), 0),
      );
      if (gone > 0) shredder.shredded();
      return gone;
    },
  };
};
