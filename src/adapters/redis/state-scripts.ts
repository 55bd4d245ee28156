/**
 * What waits for somebody, and what was set aside. Parked: `parked` (until when) in the question's hash; `parked` and `words` (what
 * the sweep has yet to shred) are sorted sets by that time. Un-parked: it goes into its conversation's list behind what was begun
 * and before the rest, by `n`, its place in the order of first parking, which is that of acceptance; as a head it is free since `n`, which
 * is before all that waits in whatever conversation. A dead letter is the hash `d:ID`,
 * known to the sweep by the sorted set `dead`.
 */
import { draining, script } from './connection.ts';
import { LEAVE, OURS } from './inbox-scripts.ts';

/** q w heads held parked words order · token name base until why person what */
export const park = draining(`${OURS}${LEAVE}
local q, w, heads, held, parked, words, order = unpack(KEYS)
local _, name, base, till, why, person, what = unpack(ARGV)
redis.call('HDEL', q, 'lease', 'out', 'ref', 'attempts', 'failure')
redis.call('HSET', q, 'parked', till, 'why', why, 'person', person, 'what', what)
if redis.call('HEXISTS', q, 'n') == 0 then redis.call('HSET', q, 'n', redis.call('INCR', order)) end
redis.call('SREM', held, name)
leave(base, w, heads, name)
redis.call('ZADD', heads, till, name)
redis.call('ZADD', parked, till, name)
redis.call('ZADD', words, till, name)
return 'parked'
`);

/** q w heads parked words · name base now overdue conversation */
export const unpark = draining(`
local q, w, heads, parked, words = unpack(KEYS)
local name, base, now, overdue, conversation = unpack(ARGV)
local f = redis.call('HMGET', q, 'parked', 'lease', 'n', 'conversation')
if not f[1] or f[2] or f[4] ~= conversation or tonumber(f[1]) <= tonumber(now) then return 'gone' end
if overdue == '1' then
  redis.call('HSET', q, 'parked', now)
  for _, set in ipairs({heads, parked, words}) do redis.call('ZADD', set, now, name) end
  return 'queued'
end
redis.call('HDEL', q, 'parked')
for _, set in ipairs({heads, parked, words}) do redis.call('ZREM', set, name) end
local first = redis.call('LINDEX', w, 0)
local at = 0
if first and redis.call('HEXISTS', base .. 'q:' .. first, 'attempts') == 1 then at = 1 end
local before
while true do
  before = redis.call('LINDEX', w, at)
  if not before then break end
  local other = redis.call('HGET', base .. 'q:' .. before, 'n')
  if not other or tonumber(other) > tonumber(f[3]) then break end
  at = at + 1
end
if before then redis.call('LINSERT', w, 'BEFORE', before, name) else redis.call('RPUSH', w, name) end
if at == 0 then
  if first then redis.call('ZREM', heads, first) end
  redis.call('ZADD', heads, f[3], name)
end
return 'queued'
`);

/** q */
export const look = script(`
return redis.call('HMGET', KEYS[1], 'parked', 'lease', 'person', 'tenant', 'conversation', 'account', 'what', 'why', 'at')
`);

/** people · now until member belt. Who waits for what, over all tags; what it names is looked at before it is believed. */
export const name = draining(`
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 'named'
`);

/** q e w heads held unsettled parked words d dead · token name base code now until repeats belt most */
export const bury = draining(`${OURS}${LEAVE}
local q, e, w, heads, held, unsettled, parked, words, d, dead = unpack(KEYS)
local _, name, base, code, now, till, repeats, belt, most = unpack(ARGV)
local f = redis.call('HMGET', q, 'w', 'conversation', 'tenant', 'account', 'inbound', 'counts', 'at', 'attempts')
redis.call('DEL', q)
redis.call('SET', e, 'dead', 'PX', repeats)
redis.call('SREM', held, name)
redis.call('ZREM', parked, name)
redis.call('ZREM', words, name)
redis.call('DECR', unsettled)
leave(base, w, heads, name)
if redis.call('ZCARD', dead) >= tonumber(most) then return 'full' end
redis.call('HSET', d, 'w', f[1], 'conversation', f[2], 'tenant', f[3], 'account', f[4], 'inbound', f[5], 'counts', f[6],
  'at', f[7], 'attempts', f[8], 'code', code, 'died', now, 'until', till)
redis.call('PEXPIRE', d, belt)
redis.call('ZADD', dead, till, name)
return 'buried'
`);

const LETTER = `
local function letter(base, name)
  local f = redis.call('HMGET', base .. 'd:' .. name, 'tenant', 'code', 'attempts', 'at', 'died', 'until')
  return f[1] and {name, f[1], f[2], f[3], f[4], f[5], f[6]}
end
`;

/** dead · base limit. Those whose time is over last stand first, which are those that died last. */
export const dead = script(`${LETTER}
local letters = {}
for _, name in ipairs(redis.call('ZREVRANGE', KEYS[1], 0, ARGV[2] - 1)) do
  local found = letter(ARGV[1], name)
  if found then letters[#letters + 1] = found end
end
return letters
`);

/** d dead e q unsettled heads, where q is of the new id · name base now repeats most as. Refused where memory is full, like accepting */
export const retry = script(`
local d, dead, e, q, unsettled, heads = unpack(KEYS)
local name, base, now, repeats, most, as = unpack(ARGV)
local f = redis.call('HMGET', d, 'w', 'conversation', 'tenant', 'account', 'inbound', 'counts', 'until')
local known = redis.call('EXISTS', q, base .. 'e:' .. as, base .. 'd:' .. as) > 0
if not f[1] then return known and 'queued' or 'gone' end
if known or tonumber(f[7]) <= tonumber(now) then return 'gone' end
if tonumber(redis.call('GET', unsettled) or '0') >= tonumber(most) then return 'full' end
redis.call('INCR', unsettled)
redis.call('DEL', d)
redis.call('ZREM', dead, name)
redis.call('SET', e, 'dead', 'PX', repeats)
redis.call('HSET', q, 'at', now, 'w', f[1], 'conversation', f[2], 'tenant', f[3], 'account', f[4], 'inbound', f[5], 'counts', f[6])
if redis.call('RPUSH', base .. 'w:' .. f[1], as) == 1 then redis.call('ZADD', heads, now, as) end
return 'queued'
`);

/**
 * words dead heads · base now limit. The words of what is parked too long; the letters whose time is over, which are told. What is
 * leased is passed over, and what was released until later: whoever ends it may have to keep its words
 */
export const sweep = draining(`${LETTER}
local words, dead, heads = unpack(KEYS)
local base, now, limit = unpack(ARGV)
for _, name in ipairs(redis.call('ZRANGEBYSCORE', words, '-inf', now, 'LIMIT', 0, limit)) do
  local q = base .. 'q:' .. name
  local known = redis.call('EXISTS', q) == 1
  local free = tonumber(redis.call('ZSCORE', heads, name) or '0') <= tonumber(now)
  if not known or (free and redis.call('HEXISTS', q, 'lease') == 0) then
    if known then redis.call('HSET', q, 'inbound', '') end
    redis.call('ZREM', words, name)
  end
end
local letters = {}
for _, name in ipairs(redis.call('ZRANGEBYSCORE', dead, '-inf', now, 'LIMIT', 0, limit)) do
  local found = letter(base, name)
  if found then letters[#letters + 1] = found end
  redis.call('DEL', base .. 'd:' .. name)
  redis.call('ZREM', dead, name)
end
return letters
`);

/** unsettled held parked dead · base. What is parked and worked on, since its time is over, is leased */
export const census = script(`
local unsettled, held, parked, dead = unpack(KEYS)
local leased, both = 0, 0
for _, name in ipairs(redis.call('SMEMBERS', held)) do
  leased = leased + 1
  if redis.call('HEXISTS', ARGV[1] .. 'q:' .. name, 'parked') == 1 then both = both + 1 end
end
local waits = redis.call('ZCARD', parked) - both
return {tonumber(redis.call('GET', unsettled) or '0') - leased - waits, leased, waits, redis.call('ZCARD', dead)}
`);
