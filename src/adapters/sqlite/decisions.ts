/** Policy requests of questions, without words. What would be too many goes with whatever is added. */
import type { DatabaseSync } from 'node:sqlite';
import type { Decisions, KeptDecision } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { DECISIONS_MS } from '../../core/stored-restrictions.ts';
import { numberOf, type Row, textOf } from './rows.ts';
import type { Shredder } from './shredder.ts';
import type { Transactions } from './transactions.ts';

/** Rows in one transaction, and of a page: the loop is blocked meanwhile. */
const MOST_AT_ONCE = 1_000;

const decisionOf = (row: Row): KeptDecision => ({
  id: textOf(row, 'id'),
  at: numberOf(row, 'at'),
  owner: textOf(row, 'owner'),
  value: textOf(row, 'value'),
});

export interface SqliteDecisions extends Decisions {
  /** A transaction was undone: what was counted may not be there. */
  recount(): void;
}

export const createDecisions = (o: {
  readonly db: DatabaseSync;
  readonly transactions: Transactions;
  readonly shredder: Shredder;
  readonly most: number;
}): SqliteDecisions => {
  const { db, transactions, shredder } = o;
  const count = db.prepare('SELECT count(*) AS n FROM decisions');
  const insert = db.prepare(
    'INSERT INTO decisions (id, at, owner, value) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
  );
  const page = db.prepare(
    'SELECT * FROM decisions WHERE (at, seq) > (:at, :seq) AND at >= :since ORDER BY at, seq LIMIT :limit',
  );
  const oldest = db.prepare('DELETE FROM decisions WHERE seq IN (SELECT seq FROM decisions ORDER BY at, seq LIMIT ?)');
  const older = db.prepare(
    'DELETE FROM decisions WHERE seq IN (SELECT seq FROM decisions WHERE at < ? ORDER BY at, seq LIMIT ?)',
  );
  const theirs = db.prepare('DELETE FROM decisions WHERE seq IN (SELECT seq FROM decisions WHERE owner = ? LIMIT ?)');

  /** How many there are; null: it is counted when it must be known. */
  let kept: number | null = null;
  const counted = (): number => kept ?? numberOf(count.get() ?? {}, 'n');
  /** Within a transaction. */
  const letGo = (run: () => number | bigint): number => {
    const before = counted();
    const gone = Number(run());
    kept = before - gone;
    return gone;
  };
  const put = (decisions: readonly KeptDecision[]): number => {
    const before = counted();
    const added = decisions.map(({ id, at, owner, value }) => insert.run(id, whole(at), owner, value).changes);
    kept = added.reduce<number>((sum, one) => sum + Number(one), before);
    const eldest = Math.max(...decisions.map(({ at }) => whole(at))) - DECISIONS_MS;
    const old = letGo(() => older.run(eldest, MOST_AT_ONCE).changes);
    const over = Math.min(2 * MOST_AT_ONCE, counted() - o.most);
    return old + (over <= 0 ? 0 : letGo(() => oldest.run(over).changes));
  };
  const write = async <T>(what: string, run: () => T): Promise<T> => {
    try {
      return await transactions.write(what, run);
    } catch (error) {
      // It was undone.
      kept = null;
      throw error;
    }
  };

  /** Until nothing is left, or enough is gone: a transaction for every thousand. */
  const shred = async (what: string, most: number, some: (limit: number) => number | bigint): Promise<number> => {
    let sum = 0;
    for (let last = MOST_AT_ONCE; last === MOST_AT_ONCE && sum < most; sum += last)
      last = await write(what, () => letGo(() => some(Math.min(MOST_AT_ONCE, most - sum))));
    if (sum > 0) shredder.shredded();
    return sum;
  };

  return {
    add: async ({ decisions }) => {
      let over = 0;
      for (let at = 0; at < decisions.length; at += MOST_AT_ONCE)
        over += await write('keep what was asked', () => put(decisions.slice(at, at + MOST_AT_ONCE)));
      if (over > 0) shredder.shredded();
    },
    scan: ({ since, cursor, limit }) =>
      transactions.read('look through what was asked', () => {
        const most = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(limit)));
        const from = whole(since);
        const [at = from, seq = -1] = cursor === null ? [] : cursor.split('|').map(Number);
        const rows: readonly Row[] = page.all({ at, seq, since: from, limit: most });
        const last = rows.length < most ? undefined : rows.at(-1);
        return {
          decisions: rows.map(decisionOf),
          cursor: last === undefined ? null : `${numberOf(last, 'at')}|${numberOf(last, 'seq')}`,
        };
      }),
    forget: async ({ owners }) => {
      let sum = 0;
      for (const owner of new Set(owners))
        sum += await shred(
          'forget what was asked',
          Number.POSITIVE_INFINITY,
          (some) => theirs.run(owner, some).changes,
        );
      return sum;
    },
    sweep: ({ before, limit }) =>
      shred('forget what was asked long ago', Math.floor(limit), (some) => older.run(whole(before), some).changes),
    recount: () => {
      kept = null;
    },
  };
};
