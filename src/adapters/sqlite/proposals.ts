/** Changes of the restrictions that are not in force. They are few, so every verb first shreds those that have had their time. */
import type { DatabaseSync } from 'node:sqlite';
import type { KeptProposal, Proposals } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { MOST_PROPOSALS } from '../../core/stored-restrictions.ts';
import { numberOf, oneOf, type Row, textOf } from './rows.ts';
import type { Shredder } from './shredder.ts';
import type { Transactions } from './transactions.ts';

/** For use inside a transaction of somebody else's. */
export interface ProposalRows {
  /** Whether it is there and, unless `now` is null, has time left. */
  waits(o: { readonly id: string; readonly now: number | null }): boolean;
  drop(id: string): boolean;
}

export const createProposalRows = (db: DatabaseSync): ProposalRows => {
  const find = db.prepare('SELECT until FROM proposals WHERE id = ?');
  const remove = db.prepare('DELETE FROM proposals WHERE id = ?');
  return {
    waits: ({ id, now }) => {
      const row = find.get(id);
      return row !== undefined && (now === null || numberOf(row, 'until') > whole(now));
    },
    drop: (id) => remove.run(id).changes !== 0,
  };
};

const proposalOf = (row: Row): KeptProposal => ({
  id: textOf(row, 'id'),
  state: oneOf(row, 'state', ['draft', 'waiting']),
  body: textOf(row, 'body'),
  until: numberOf(row, 'until'),
});

export const createProposals = (o: {
  readonly db: DatabaseSync;
  readonly rows: ProposalRows;
  readonly transactions: Transactions;
  readonly shredder: Shredder;
}): Proposals => {
  const { db, transactions, shredder } = o;
  const sweep = db.prepare('DELETE FROM proposals WHERE until <= ?');
  const any = db.prepare('SELECT 1 AS yes FROM proposals WHERE until <= ? LIMIT 1');
  const count = db.prepare('SELECT count(*) AS n FROM proposals WHERE id <> ?');
  const put = db.prepare(
    `INSERT INTO proposals (id, state, body, until) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body, until = excluded.until`,
  );
  const find = db.prepare('SELECT * FROM proposals WHERE id = ?');
  const all = db.prepare('SELECT * FROM proposals ORDER BY id');

  /** A read, which becomes a change where something has had its time. */
  const look = async <T>(what: string, now: number, run: () => T): Promise<T> => {
    const due = await transactions.read(what, () => any.get(whole(now)) !== undefined);
    if (!due) return transactions.read(what, run);
    const result = await transactions.write(what, () => {
      sweep.run(whole(now));
      return run();
    });
    shredder.shredded();
    return result;
  };

  return {
    put: async ({ id, state, body, until, now }) => {
      const outcome = await transactions.write('keep a proposal', () => {
        sweep.run(whole(now));
        if (numberOf(count.get(id) ?? {}, 'n') >= MOST_PROPOSALS) return 'full';
        put.run(id, state, body, whole(until));
        return 'put';
      });
      // It may have replaced one, or have swept some away.
      shredder.shredded();
      return outcome;
    },
    find: ({ id, now }) =>
      look('find a proposal', now, () => {
        const row = find.get(id);
        return row === undefined ? null : proposalOf(row);
      }),
    all: ({ now }) => look('read the proposals', now, () => all.all().map(proposalOf)),
    drop: async ({ id }) => {
      const dropped = await transactions.write('shred a proposal', () => o.rows.drop(id));
      if (dropped) shredder.shredded();
      return dropped ? 'dropped' : 'gone';
    },
  };
};
