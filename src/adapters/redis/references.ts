/** Where chats can be reached, sealed, and for how long that is kept. */
import type { References } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { type Connection, script } from './connection.ts';
import { readSealed } from './conversations.ts';
import { type Keys, nameOf, tagOf } from './keys.ts';
import type { Shards } from './shards.ts';

/** One that nobody sweeps goes by itself so long after its time. */
const BELT_MS = 24 * 60 * 60_000;

/** r until · value until belt name. The call does not say what time it is, so the belt goes by the clock of Redis. */
const keep = script(`
local time = redis.call('TIME')
local left = tonumber(ARGV[2]) - tonumber(time[1]) * 1000
redis.call('HSET', KEYS[1], 'u', ARGV[2], 's', ARGV[1])
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.max(0, left) + tonumber(ARGV[3])))
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[4])
return 'kept'
`);

export const createReferences = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly shards: Shards;
}): References => {
  const { connection, keys } = o;
  return {
    keep: async ({ tenant, key, value, until }) => {
      const tag = tagOf(tenant, key);
      await o.shards.ready(tag);
      const base = keys.base(tag);
      const name = `r:${nameOf(key)}`;
      await connection.run(keep, {
        what: 'keep a reference',
        keys: [base + name, `${base}until`],
        args: [value, whole(until), BELT_MS, name],
      });
    },
    find: async ({ tenant, key, now }) => {
      const at = `${keys.base(tagOf(tenant, key))}r:${nameOf(key)}`;
      return readSealed(connection, { what: 'find a reference', key: at, now: whole(now) });
    },
  };
};
