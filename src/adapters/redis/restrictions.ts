/**
 * HR's restrictions and their version, which rises with every change and never falls. A change is on record first, and then the
 * version is brought to every tag, where `commit` compares it; only then is it said to be done. Where that was cut short,
 * whoever reads the restrictions next goes on with it, and every process reads them each second.
 */
import type { Restrictions } from '../../core/ports.ts';
import { storedRestriction } from '../../core/stored.ts';
import { type Connection, draining, script } from './connection.ts';
import type { Keys } from './keys.ts';
import { jsonOf, listOf, numberOf } from './replies.ts';
import type { Shards } from './shards.ts';

/** restrictions version · in one look, so that the two belong together */
const current = script(`
return {tonumber(redis.call('GET', KEYS[2]) or '0'), redis.call('HVALS', KEYS[1])}
`);

/**
 * The next version is at least the time, in µs. A Redis that lost its last moments, or that a replica took over from, would otherwise
 * give a number a second time, and whoever still holds the lost version would take the new one for it.
 */
export const NEXT = `
local function nextVersion(key)
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
  local version = string.format('%.0f', math.max(now, tonumber(redis.call('GET', key) or '0') + 1))
  redis.call('SET', key, version)
  return version
end
`;

/** restrictions version · id body */
const publish = draining(`${NEXT}
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return nextVersion(KEYS[2])
`);

/** restrictions version · id */
const lift = draining(`${NEXT}
if redis.call('HDEL', KEYS[1], ARGV[1]) == 1 then return nextVersion(KEYS[2]) end
return redis.call('GET', KEYS[2]) or '0'
`);

export const createRestrictions = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly shards: Shards;
}): Restrictions => {
  const { connection, shards } = o;
  const keys = [o.keys.all('restrictions'), o.keys.all('version')];
  return {
    current: async () => {
      const reply = await connection.run(current, { what: 'read the restrictions', keys, args: [] });
      const [at, bodies] = listOf(reply);
      const version = numberOf(at);
      await shards.raise(version);
      const restrictions = listOf(bodies).map((body) => jsonOf(body, storedRestriction));
      return { version, hash: null, restrictions: restrictions.toSorted((a, b) => (a.id < b.id ? -1 : 1)) };
    },
    change: async ({ put, remove }) => {
      let version = 0;
      for (const restriction of put) {
        const args = [restriction.id, JSON.stringify(restriction)];
        version = numberOf(await connection.run(publish, { what: 'publish a restriction', keys, args }));
      }
      for (const id of remove)
        version = numberOf(await connection.run(lift, { what: 'lift a restriction', keys, args: [id] }));
      await shards.raise(version);
      return { ok: true, version };
    },
    changes: async () => [],
  };
};
