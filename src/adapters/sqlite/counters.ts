/**
 * Sliding counts from two fixed buckets: with `t` the share of the current bucket that has passed,
 * count = current + ceil(previous × (1 − t)). Rounded up, so that a limit is never exceeded by rounding. It assumes that
 * the previous bucket filled evenly; each count costs one row of two numbers, whatever the traffic.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Counters } from '../../core/ports.ts';
import { whole } from './errors.ts';
import { numberOf, type Row } from './rows.ts';
import type { Transactions } from './transactions.ts';

interface Sliding {
  readonly key: string;
  readonly windowMs: number;
  readonly now: number;
}

interface Buckets {
  readonly bucket: number;
  readonly current: number;
  readonly previous: number;
}

const EMPTY: Buckets = { bucket: 0, current: 0, previous: 0 };

/** The buckets as they stand at `now`. A clock that was set back does not bring an old bucket back. */
const turned = (o: Sliding, row: Row | undefined): Buckets => {
  const at = Math.floor(o.now / o.windowMs);
  if (row === undefined) return { ...EMPTY, bucket: at };
  const bucket = numberOf(row, 'bucket');
  const current = numberOf(row, 'current');
  if (at <= bucket) return { bucket, current, previous: numberOf(row, 'previous') };
  return { bucket: at, current: 0, previous: at === bucket + 1 ? current : 0 };
};

const slidingCount = (o: Sliding, { bucket, current, previous }: Buckets): number => {
  const passed = Math.min(1, Math.max(0, o.now / o.windowMs - bucket));
  return current + Math.ceil(previous * (1 - passed));
};

/** For use inside a transaction of somebody else's. */
export interface CounterRows {
  add(o: Sliding): number;
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
  const stand = (o: Sliding): Buckets => turned(o, select.get(o.key, whole(o.windowMs)));
  return {
    add: (o) => {
      const before = stand(o);
      const after = { ...before, current: before.current + 1 };
      const until = whole((after.bucket + 2) * o.windowMs);
      upsert.run(o.key, whole(o.windowMs), after.bucket, after.current, after.previous, until);
      return slidingCount(o, after);
    },
    read: (o) => slidingCount(o, stand(o)),
    purge: ({ now, limit }) => void forget.run(whole(now), limit),
  };
};

export const createCounters = (o: { readonly rows: CounterRows; readonly transactions: Transactions }): Counters => ({
  add: (count) => o.transactions.write('count', () => o.rows.add(count)),
  read: (count) => o.transactions.read('read a count', () => o.rows.read(count)),
});
