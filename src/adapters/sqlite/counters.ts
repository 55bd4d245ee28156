/** Sliding counts as rows of two buckets. */
import type { DatabaseSync } from 'node:sqlite';
import type { Counters } from '../../core/ports.ts';
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
  read(o: Sliding): number;
  /** Forgets what is over, a bounded number at a time. */
  purge(o: { readonly now: number; readonly limit: number }): void;
}

export const createCounterRows = (db: DatabaseSync): CounterRows => {
  const select = db.prepare('SELECT bucket, current, previous FROM counters WHERE key = ? AND window_ms = ?');
  // In the bucket that is counted already the time stays, and so its index is left alone, which saves a page of the log.
  const oneMore = db.prepare(
    'UPDATE counters SET current = current + 1 WHERE key = ? AND window_ms = ? AND bucket = ? RETURNING bucket, current, previous',
  );
  // `turned` and one more, in one statement: it runs twice for every question.
  const addOne = db.prepare(
    `INSERT INTO counters (key, window_ms, bucket, current, previous, until) VALUES (?, ?, ?, 1, 0, ?)
     ON CONFLICT (key, window_ms) DO UPDATE SET
       previous = CASE WHEN excluded.bucket <= bucket THEN previous WHEN excluded.bucket = bucket + 1 THEN current ELSE 0 END,
       current = CASE WHEN excluded.bucket <= bucket THEN current + 1 ELSE 1 END,
       until = max(until, excluded.until),
       bucket = max(bucket, excluded.bucket)
     RETURNING bucket, current, previous`,
  );
  const forget = db.prepare(
    'DELETE FROM counters WHERE (key, window_ms) IN (SELECT key, window_ms FROM counters WHERE until <= ? LIMIT ?)',
  );
  return {
    add: (o) => {
      const bucket = whole(Math.floor(o.now / o.windowMs));
      const windowMs = whole(o.windowMs);
      const row =
        oneMore.get(o.key, windowMs, bucket) ??
        addOne.get(o.key, windowMs, bucket, whole((bucket + 2) * windowMs)) ??
        {};
      return slidingCount(o, bucketsOf(row));
    },
    read: (o) => {
      const row = select.get(o.key, whole(o.windowMs));
      return slidingCount(o, turned(o, row === undefined ? null : bucketsOf(row)));
    },
    purge: ({ now, limit }) => void forget.run(whole(now), limit),
  };
};

export const createCounters = (o: { readonly rows: CounterRows; readonly transactions: Transactions }): Counters => ({
  add: (count) => o.transactions.write('count', () => o.rows.add(count)),
  read: (count) => o.transactions.read('read a count', () => o.rows.read(count)),
});
