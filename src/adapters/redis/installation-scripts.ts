/** What happens to an installation, each step one script. Its version is the one that the whole had when it was changed. */
import { draining, script } from './connection.ts';

/** Of an installation's hash, in the order in which it is read. Whoever holds it stands beside: `holder`, `till`. */
export const FIELDS = ['state', 'version', 'value', 'mark', 'at', 'ends', 'renew', 'code', 'purging'] as const;

const FIELD_LIST = FIELDS.map((field) => `'${field}'`).join(', ');

/** names version links · base */
export const all = script(`
local rows = {}
for _, name in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  rows[#rows + 1] = {name, redis.call('HMGET', ARGV[1] .. name, ${FIELD_LIST})}
end
return {redis.call('GET', KEYS[2]) or '0', rows, redis.call('HGETALL', KEYS[3])}
`);

const PUT = `
local function put(state, value, mark, at, ends, renew, code, purging)
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'state', state, 'version', redis.call('INCR', KEYS[3]), 'value', value, 'mark', mark,
    'at', at, 'ends', ends, 'renew', renew, 'code', code, 'purging', purging)
end
local function full(name, most)
  return redis.call('SISMEMBER', KEYS[2], name) == 0 and redis.call('SCARD', KEYS[2]) >= tonumber(most)
end
local function seen(version)
  local is = redis.call('HMGET', KEYS[1], 'version', 'state')
  return is[1] == version, is[2]
end
`;

/** row names version · name most value ends renew now */
export const install = script(`${PUT}
if full(ARGV[1], ARGV[2]) then return 'full' end
if redis.call('HGET', KEYS[1], 'purging') == '1' then return 'purging' end
put('installed', ARGV[3], '', ARGV[6], ARGV[4], ARGV[5], '', '0')
redis.call('SADD', KEYS[2], ARGV[1])
return 'installed'
`);

/** row names version · name most mark code now */
export const end = draining(`${PUT}
local is = redis.call('HMGET', KEYS[1], 'state', 'mark')
if is[1] == 'gone' then
  if ARGV[3] ~= '' and ARGV[3] ~= is[2] then
    redis.call('HSET', KEYS[1], 'mark', ARGV[3], 'version', redis.call('INCR', KEYS[3]))
  end
  return 'already'
end
if full(ARGV[1], ARGV[2]) then return 'full' end
put('gone', '', ARGV[3], ARGV[5], '', '', ARGV[4], '1')
redis.call('SADD', KEYS[2], ARGV[1])
return 'ended'
`);

/** row names version · seen to code now */
export const turn = draining(`${PUT}
local same, state = seen(ARGV[1])
if not same or state == 'gone' then return 'changed' end
redis.call('HSET', KEYS[1], 'state', ARGV[2], 'code', ARGV[3], 'at', ARGV[4], 'version', redis.call('INCR', KEYS[3]))
return 'turned'
`);

/** row names version · seen */
export const purged = draining(`${PUT}
local same, state = seen(ARGV[1])
if not same or state ~= 'gone' then return 'changed' end
redis.call('HSET', KEYS[1], 'purging', '0', 'version', redis.call('INCR', KEYS[3]))
redis.call('HDEL', KEYS[1], 'holder', 'till')
return 'purged'
`);

/** row names version · seen name */
export const forget = draining(`${PUT}
local same, state = seen(ARGV[1])
if not same or state ~= 'gone' then return 'changed' end
redis.call('DEL', KEYS[1])
redis.call('SREM', KEYS[2], ARGV[2])
redis.call('INCR', KEYS[3])
return 'forgotten'
`);

/** row · holder now till */
export const lease = draining(`
local is = redis.call('HMGET', KEYS[1], 'state', 'holder', 'till')
if not is[1] then return 'gone' end
if is[2] and is[2] ~= ARGV[1] and tonumber(is[3]) > tonumber(ARGV[2]) then return 'busy' end
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'till', ARGV[3])
return 'leased'
`);

/** row · holder */
export const release = draining(`
if redis.call('HGET', KEYS[1], 'holder') == ARGV[1] then redis.call('HDEL', KEYS[1], 'holder', 'till') end
return 'released'
`);

/** row names version · seen holder value ends renew now. It goes on where the memory is full: what it keeps cannot be had again. */
export const replace = draining(`${PUT}
local same, state = seen(ARGV[1])
if not same or state == 'gone' or redis.call('HGET', KEYS[1], 'holder') ~= ARGV[2] then return 'changed' end
put('installed', ARGV[3], '', ARGV[6], ARGV[4], ARGV[5], '', '0')
return 'replaced'
`);

/** links version · name within most */
export const link = script(`
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then return 'full' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('INCR', KEYS[2])
return 'linked'
`);

/** spent · what until now most */
export const spend = script(`
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then return 'full' end
return redis.call('ZADD', KEYS[1], 'NX', ARGV[2], ARGV[1]) == 1 and 'spent' or 'again'
`);
