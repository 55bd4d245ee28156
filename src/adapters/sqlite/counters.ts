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

const bucketsOf = (row: Row): Buckets => ({
  bucket: numberOf(row, 'bucket'),
  current: numberOf(row, 'current'),
  previous: numberOf(row, 'previous'),
});

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
  // In the bucket that is counted already the time stays, and so its index is left alone, which saves a page of the log.
  const again = db.prepare(
    `UPDATE counters SET current = current + ? WHERE key = ? AND window_ms = ? AND bucket = ?
     RETURNING bucket, current, previous`,
  );
  // `turned` and so many more, in one statement: it runs twice for every question.
  const addTo = db.prepare(
    `INSERT INTO counters (key, window_ms, bucket, current, previous, until) VALUES (?, ?, ?, ?, 0, ?)
     ON CONFLICT (key, window_ms) DO UPDATE SET
       previous = CASE WHEN excluded.bucket <= bucket THEN previous WHEN excluded.bucket = bucket + 1 THEN current ELSE 0 END,
       current = CASE WHEN excluded.bucket <= bucket THEN current + excluded.current ELSE excluded.current END,
       until = max(until, excluded.until),
       bucket = max(bucket, excluded.bucket)
     RETURNING bucket, current, previous`,
  );
  const forget = db.prepare(
    'DELETE FROM counters WHERE (key, window_ms) IN (SELECT key, window_ms FROM counters WHERE until <= ? LIMIT ?)',
  );
  const stand = (o: Sliding): Buckets => {
    const row = select.get(o.key, whole(o.windowMs));
    return turned(o, row === undefined ? null : bucketsOf(row));
  };
  const addMany: CounterRows['addMany'] = ({ by, key, now, ...o }) => {
    const windowMs = whole(o.windowMs);
    const bucket = whole(Math.floor(now / o.windowMs));
    const row =
      again.get(by, key, windowMs, bucket) ?? addTo.get(key, windowMs, bucket, by, whole((bucket + 2) * windowMs));
    return bucketsOf(row ?? {});
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
