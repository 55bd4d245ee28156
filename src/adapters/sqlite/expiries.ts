/** What must leave and when. A row stays until its removal is acknowledged, whatever happens meanwhile. */
import type { DatabaseSync } from 'node:sqlite';
import type { DueRemoval, Expiries } from '../../core/ports.ts';
import { packRef, unpackRef, whole } from '../../core/stored.ts';
import type { MessageRef } from '../../core/types.ts';
import { numberOf, type Row, textOf } from './rows.ts';
import type { Transactions } from './transactions.ts';

/** More are never claimed at once, whatever a caller asks for. */
const MOST_CLAIMED = 500;

/** For use inside a transaction of somebody else's. */
export interface ExpiryRows {
  /** The same message again moves its deadline; the same deadline again changes nothing. */
  schedule(o: { readonly ref: MessageRef; readonly removeAt: number }): void;
}

export const createExpiryRows = (db: DatabaseSync): ExpiryRows => {
  const upsert = db.prepare(
    `INSERT INTO expiries (member, score, remove_at) VALUES (:member, :at, :at)
     ON CONFLICT (member) DO UPDATE SET score = excluded.score, remove_at = excluded.remove_at, leased = 0
     WHERE expiries.remove_at <> excluded.remove_at`,
  );
  return { schedule: ({ ref, removeAt }) => void upsert.run({ member: packRef(ref), at: whole(removeAt) }) };
};

const dueRemoval = (row: Row): readonly DueRemoval[] => {
  const ref = unpackRef(textOf(row, 'member'));
  return ref === null
    ? []
    : [{ ref, removeAt: numberOf(row, 'remove_at'), attempts: numberOf(row, 'attempts'), lease: '' }];
};

export const createExpiries = (o: {
  readonly db: DatabaseSync;
  readonly rows: ExpiryRows;
  readonly transactions: Transactions;
}): Expiries => {
  const due = o.db.prepare(
    'SELECT member, remove_at, attempts FROM expiries WHERE score <= ? ORDER BY score, member LIMIT ?',
  );
  const lease = o.db.prepare('UPDATE expiries SET score = ?, leased = 1 WHERE member = ?');
  const remove = o.db.prepare('DELETE FROM expiries WHERE member = ? AND remove_at = ?');
  const retry = o.db.prepare(
    'UPDATE expiries SET score = ?, leased = 0, attempts = attempts + 1 WHERE member = ? AND remove_at = ?',
  );
  // What is being removed now is left alone: nearer than now there is nothing.
  const nearer = o.db.prepare(
    'UPDATE expiries SET score = :at, remove_at = :at WHERE member = :member AND remove_at > :at AND leased = 0',
  );
  const deadline = o.db.prepare('SELECT remove_at FROM expiries WHERE member = ?');
  const first = o.db.prepare('SELECT min(score) AS score FROM expiries');
  return {
    schedule: (removal) => o.transactions.write('schedule a removal', () => o.rows.schedule(removal)),
    sooner: ({ ref, removeAt }) =>
      o.transactions.write('bring a removal forward', () => {
        const member = packRef(ref);
        nearer.run({ member, at: whole(removeAt) });
        const row = deadline.get(member);
        return row === undefined ? null : numberOf(row, 'remove_at');
      }),
    claim: ({ now, leaseMs, limit }) =>
      o.transactions.write('claim removals', () => {
        const rows = due.all(whole(now), Math.max(0, Math.min(MOST_CLAIMED, Math.floor(limit))));
        const until = whole(now + leaseMs);
        for (const row of rows) lease.run(until, textOf(row, 'member'));
        return rows.flatMap(dueRemoval);
      }),
    ack: ({ removals }) =>
      o.transactions.write('acknowledge removals', () => {
        for (const { ref, removeAt } of removals) remove.run(packRef(ref), removeAt);
      }),
    fail: ({ removal, retryAt }) =>
      o.transactions.write(
        'put a removal off',
        () => void retry.run(whole(retryAt), packRef(removal.ref), removal.removeAt),
      ),
    next: () =>
      o.transactions.read('find the next removal', () => {
        const score = first.get()?.['score'];
        return typeof score === 'number' ? score : null;
      }),
  };
};
