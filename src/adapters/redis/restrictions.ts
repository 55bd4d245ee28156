/**
 * HR's restrictions and their version, which rises with every change and never falls. A change is on record first, and then the
 * version is brought to every tag, where `commit` compares it; only then is it said to be done. Where that was cut short,
 * whoever reads the restrictions next goes on with it, and every process reads them each second.
 */
import type { RestrictionChange, Restrictions } from '../../core/ports.ts';
import { packParts, storedRestriction, unpackParts, whole } from '../../core/stored.ts';
import { changeRecord, MOST_CHANGES, unpackChange } from '../../core/stored-restrictions.ts';
import { type Connection, draining, script } from './connection.ts';
import { type Keys, nameOf } from './keys.ts';
import { damaged, jsonOf, listOf, numberOf, textOf, textOrNull, wordOf } from './replies.ts';
import type { Shards } from './shards.ts';

/** restrictions version restrictions-hash · in one look, so that they belong together */
const current = script(`
return {tonumber(redis.call('GET', KEYS[2]) or '0'), redis.call('HVALS', KEYS[1]), redis.call('GET', KEYS[3])}
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

/**
 * restrictions version restrictions-hash changed change-details proposals proposal-bodies · expected hash most settles now record detail,
 * how many are put, each as id and body, then what is removed. Empty: none; the
 * name that is settled stands behind a colon. What became of a restriction stands in \`changed\`, by the
 * version that it made, and its sealed part under the same name in \`change-details\`.
 */
const change = draining(`${NEXT}
local expected, hash, most, settles, now, record, detail = unpack(ARGV, 1, 7)
local version = redis.call('GET', KEYS[2]) or '0'
local proposal = string.sub(settles, 2)
if settles ~= '' then
  local till = string.match(redis.call('HGET', KEYS[6], proposal) or '', '^(-?%d+)|')
  if not till or (now ~= '' and tonumber(till) <= tonumber(now)) then return {'gone', version} end
end
if expected ~= '' and tonumber(expected) ~= tonumber(version) then return {'changed', version} end
local puts = tonumber(ARGV[8])
local rises = puts > 0 or settles ~= '' or record ~= ''
for i = 9, 8 + 2 * puts, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
for i = 9 + 2 * puts, #ARGV do
  if redis.call('HDEL', KEYS[1], ARGV[i]) == 1 then rises = true end
end
if not rises then return {'ok', version} end
version = nextVersion(KEYS[2])
if hash == '' then redis.call('DEL', KEYS[3]) else redis.call('SET', KEYS[3], hash) end
if record ~= '' then
  local name = version .. '|' .. record
  redis.call('ZADD', KEYS[4], version, name)
  redis.call('HSET', KEYS[5], name, detail)
  for _, old in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1 - tonumber(most))) do
    redis.call('ZREM', KEYS[4], old)
    redis.call('HDEL', KEYS[5], old)
  end
end
if settles ~= '' then
  redis.call('HDEL', KEYS[6], proposal)
  redis.call('HDEL', KEYS[7], proposal)
end
return {'ok', version}
`);

/** changed change-details · from (exclusive, or +inf) limit */
const changes = script(`
local names = redis.call('ZREVRANGEBYSCORE', KEYS[1], ARGV[1], '-inf', 'LIMIT', 0, ARGV[2])
local rows = {}
for i, name in ipairs(names) do rows[i] = {name, redis.call('HGET', KEYS[2], name)} end
return rows
`);

/** As it stands in `changed`. */
export const changeName = (o: RestrictionChange): string =>
  packParts([String(o.version), ...unpackParts(changeRecord(o))]);

/** Refuses what is none of ours. */
export const changeOfName = (name: string, detail: string): RestrictionChange => {
  const [version = '', ...record] = unpackParts(name);
  const change = unpackChange(packParts(record));
  if (change === null) throw damaged();
  return { version: numberOf(version), ...change, detail };
};

/** A name, and what is sealed beside it. */
export const changeOf = (row: unknown): RestrictionChange => {
  const [name, detail] = listOf(row);
  return changeOfName(textOf(name), textOf(detail));
};

export const createRestrictions = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly shards: Shards;
}): Restrictions => {
  const { connection, shards } = o;
  const keys = ['restrictions', 'version', 'restrictions-hash'].map(o.keys.all);
  const noted = ['changed', 'change-details'].map(o.keys.all);
  const proposed = ['proposals', 'proposal-bodies'].map(o.keys.all);
  return {
    current: async () => {
      const reply = await connection.run(current, { what: 'read the restrictions', keys, args: [] });
      const [at, bodies, hash] = listOf(reply);
      const version = numberOf(at);
      await shards.raise(version);
      const restrictions = listOf(bodies).map((body) => jsonOf(body, storedRestriction));
      return {
        version,
        hash: textOrNull(hash),
        restrictions: restrictions.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      };
    },
    change: async ({ expected, put, remove, hash, record, settles }) => {
      const args = [
        expected ?? '',
        hash ?? '',
        MOST_CHANGES,
        settles === null ? '' : `:${nameOf(settles)}`,
        record === null ? '' : whole(record.at),
        record === null ? '' : changeRecord(record),
        record?.detail ?? '',
        put.length,
        ...put.flatMap((restriction) => [restriction.id, JSON.stringify(restriction)]),
        ...remove,
      ];
      const call = { what: 'change the restrictions', keys: [...keys, ...noted, ...proposed], args };
      const [said, at] = listOf(await connection.run(change, call));
      const version = numberOf(at);
      // Also where somebody else was faster, and may have been cut short: whoever hears so says that theirs is in force.
      await shards.raise(version);
      const word = wordOf(said, ['ok', 'changed', 'gone']);
      return word === 'ok' ? { ok: true, version } : { ok: false, why: word };
    },
    changes: async ({ before, limit }) => {
      const args = [before === null ? '+inf' : `(${before}`, Math.max(0, Math.min(MOST_CHANGES, Math.floor(limit)))];
      const reply = await connection.run(changes, { what: 'read what became of the restrictions', keys: noted, args });
      return listOf(reply).map(changeOf);
    },
  };
};
