/** Sliding counts as rows of two buckets. */
import type { DatabaseSync } from 'node:sqlite';
import type { Counters } from '../../core/ports.ts';
import { createShares, RECONCILE_MS } from '../../core/shared-counts.ts';
import { type Buckets, slidingCount, turned, whole } from '../../core/stored.ts';
import { numberOf, type Row } from './rows.ts';
import type { Transactions } from './transactions.ts';

interface Sliding {
  readonly key: string;
  readonly windowMs: number;
  readonly now: number;
}

const bucketsOf = (row: Row | undefined): Buckets | null =>
  row === undefined
    ? null
    : { bucket: numberOf(row, 'bucket'), current: numberOf(row, 'current'), previous: numberOf(row, 'previous') };

/** For use inside a transaction of somebody else's. */
export interface CounterRows {
  add(o: Sliding): number;
  /** Several at once; how the count stands then. */
  addMany(o: Sliding & { readonly by: number }): Buckets;
  read(o: Sliding): number;
  /** Forgets what is over, a bounded number at a time. */
  purge(o: { readonly now: number; readonly limit: number }): void;
}

export const createCounterRows = (db: DatabaseSync): CounterRows => {
  const select = db.prepare('SELECT bucket, current, previous FROM counters WHERE key = ? AND window_ms = ?');
  const upsert = db.prepare(
    `INSERT INTO counters (key, window_ms, bucket, current, previous, until) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (key, window_ms) DO UPDATE SET bucket = excluded.bucket, current = excluded.current,
       previous = excluded.previous, until = excluded.until`,
  );
  const forget = db.prepare(
    'DELETE FROM counters WHERE (key, window_ms) IN (SELECT key, window_ms FROM counters WHERE until <= ? LIMIT ?)',
  );
  const stand = (o: Sliding): Buckets => turned(o, bucketsOf(select.get(o.key, whole(o.windowMs))));
  const addMany: CounterRows['addMany'] = ({ by, ...o }) => {
    const before = stand(o);
    const after = { ...before, current: before.current + by };
    const until = whole((after.bucket + 2) * o.windowMs);
    upsert.run(o.key, whole(o.windowMs), after.bucket, after.current, after.previous, until);
    return after;
  };
  return {
    add: (o) => slidingCount(o, addMany({ ...o, by: 1 })),
    addMany,
    read: (o) => slidingCount(o, stand(o)),
    purge: ({ now, limit }) => void forget.run(whole(now), limit),
  };
};

export interface SqliteCounters extends Counters {
  /** Brings into the file what was only counted here. */
  close(): void;
}

export const createCounters = (o: {
  readonly rows: CounterRows;
  readonly transactions: Transactions;
}): SqliteCounters => {
  let timer: NodeJS.Timeout | undefined;
  const shares = createShares({
    add: (all) => o.transactions.write('count', () => all.map(o.rows.addMany)),
    waiting: () => {
      timer = setTimeout(() => void shares.reconcile(), RECONCILE_MS).unref();
    },
  });
  return {
    add: (count) => o.transactions.write('count', () => o.rows.add(count)),
    share: shares.share,
    read: (count) => o.transactions.read('read a count', () => o.rows.read(count)),
    close: () => {
      clearTimeout(timer);
      void shares.reconcile();
    },
  };
};
