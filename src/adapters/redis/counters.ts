/** Sliding counts: two buckets each (`core/stored.ts`), on a tag of their own, gone by themselves when they are over. */
import type { Counters } from '../../core/ports.ts';
import { createShares, RECONCILE_MS } from '../../core/shared-counts.ts';
import { type Buckets, slidingCount, turned, whole } from '../../core/stored.ts';
import { type Connection, script } from './connection.ts';
import type { Counting } from './counting.ts';
import type { Keys } from './keys.ts';
import { listOf, numberOf } from './replies.ts';

export interface CounterKeys {
  readonly key: string;
  readonly windowMs: number;
}

/** For clocks that differ. */
const SPARE_MS = 60_000;

/** count · bucket by belt. A clock that was set back does not bring an old bucket back. */
const add = script(`
local kept = redis.call('HMGET', KEYS[1], 'b', 'c', 'p')
local bucket, current, previous = kept[1] or ARGV[1], tonumber(kept[2] or '0'), tonumber(kept[3] or '0')
local later = tonumber(ARGV[1]) - tonumber(bucket)
if later > 0 then
  previous = later == 1 and current or 0
  current = 0
  bucket = ARGV[1]
end
current = current + tonumber(ARGV[2])
redis.call('HSET', KEYS[1], 'b', bucket, 'c', current, 'p', previous)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {bucket, current, previous}
`);

const bucketsOf = (reply: unknown): Buckets | null => {
  const [bucket, current, previous] = listOf(reply);
  if (bucket === null) return null;
  return { bucket: numberOf(bucket), current: numberOf(current), previous: numberOf(previous) };
};

export interface CounterRows {
  add(o: CounterKeys & { readonly now: number; readonly by: number }): Promise<Buckets>;
}

export const createCounterRows = (o: { readonly connection: Connection; readonly keys: Keys }): CounterRows => ({
  add: async ({ key, windowMs, now, by }) => {
    const bucket = Math.floor(now / whole(windowMs));
    const reply = await o.connection.run(add, {
      what: 'count',
      keys: [o.keys.count({ key, windowMs })],
      args: [whole(bucket), by, 2 * whole(windowMs) + SPARE_MS],
    });
    return bucketsOf(reply) ?? { bucket, current: by, previous: 0 };
  },
});

export interface RedisCounters extends Counters {
  /** Brings to Redis what was only counted here. */
  close(): Promise<void>;
}

export const createCounters = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly rows: CounterRows;
  readonly counting: Counting;
}): RedisCounters => {
  let timer: NodeJS.Timeout | undefined;
  const shares = createShares({
    add: (all) => Promise.all(all.map(o.rows.add)),
    waiting: () => {
      timer = setTimeout(() => void shares.reconcile(), RECONCILE_MS).unref();
    },
  });
  return {
    add: async (count) => slidingCount(count, await o.rows.add({ ...count, by: 1 })),
    share: shares.share,
    read: async (count) => {
      await o.counting.sent();
      const kept = await o.connection.ask('read a count', 'HMGET', o.keys.count(count), 'b', 'c', 'p');
      return slidingCount(count, turned(count, bucketsOf(kept)));
    },
    close: () => {
      clearTimeout(timer);
      return shares.reconcile();
    },
  };
};
