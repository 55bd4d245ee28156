/**
 * What happens to a question, each step one script. A question is the hash `q:ID`; `w:CONVERSATION` lists the ids of a
 * conversation that have not ended, in their turn; its first one stands in `heads`, by when it can be claimed; `held` has what
 * is claimed, `unsettled` counts all. What is parked (`state-scripts.ts`) has no turn, and stands in `heads` by itself. `e:ID` is what repeats are known by. `s:CONVERSATION` is its state, found by the
 * sweep through `until`. Ids within names are escaped. A claim finds its ids in `heads`, so its keys are made of the tag's base.
 */
import { LAPSED } from '../../core/stored.ts';
import { draining, script } from './connection.ts';
import { ADD, SCHEDULE } from './expiry-scripts.ts';

/** The only one that Redis refuses when its memory is full. q e s w heads held unsettled d · name now until claim most token, then the fields of the question */
export const accept = script(`
local q, e, s, w, heads, held, unsettled, d = unpack(KEYS)
local name, now, till, claim, most, token = unpack(ARGV)
if redis.call('EXISTS', q, e, d) > 0 then return {'repeat'} end
if tonumber(redis.call('GET', unsettled) or '0') >= tonumber(most) then return {'full'} end
redis.call('INCR', unsettled)
local idle = redis.call('RPUSH', w, name) == 1
if not idle or claim == '0' then
  redis.call('HSET', q, 'at', now, unpack(ARGV, 7))
  if idle then redis.call('ZADD', heads, now, name) end
  return {'queued'}
end
redis.call('HSET', q, 'at', now, 'lease', token, 'attempts', '1', unpack(ARGV, 7))
redis.call('ZADD', heads, till, name)
redis.call('SADD', held, name)
local state = redis.call('HMGET', s, 'u', 's')
if state[1] and tonumber(state[1]) > tonumber(now) then return {'claimed', state[2]} end
return {'claimed'}
`);

/** heads held · base now until limit token */
export const claim = draining(`
local heads, held = KEYS[1], KEYS[2]
local base, now, till, limit, token = unpack(ARGV)
local claims = {}
for i, name in ipairs(redis.call('ZRANGEBYSCORE', heads, '-inf', now, 'LIMIT', 0, limit)) do
  local q = base .. 'q:' .. name
  local f = redis.call('HMGET', q, 'conversation', 'tenant', 'account', 'inbound', 'at', 'counts', 'out', 'ref', 'w', 'why', 'parked', 'failure', 'lease')
  if f[1] then
    local lease = token .. '.' .. i
    if f[13] then
      f[12] = '${LAPSED}'
      redis.call('HSET', q, 'failure', f[12])
    end
    local attempts = redis.call('HINCRBY', q, 'attempts', 1)
    redis.call('HSET', q, 'lease', lease)
    redis.call('ZADD', heads, till, name)
    redis.call('SADD', held, name)
    local state = redis.call('HMGET', base .. 's:' .. f[9], 'u', 's')
    local kept = state[1] and tonumber(state[1]) > tonumber(now) and state[2]
    claims[#claims + 1] = {name, lease, attempts, f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], kept, f[10], f[11] and 1 or 0, f[12]}
  else
    redis.call('ZREM', heads, name)
    redis.call('SREM', held, name)
  end
end
return claims
`);

export const OURS = `
if redis.call('HGET', KEYS[1], 'lease') ~= ARGV[1] then return 'lost' end
`;

/** It has left the list or is about to; where it had its turn, that is the next one's: free since it was accepted, or first of all where it was un-parked (`n`). */
export const LEAVE = `
local function leave(base, w, heads, name)
  redis.call('ZREM', heads, name)
  if redis.call('LREM', w, 1, name) == 0 then return end
  local next = redis.call('LINDEX', w, 0)
  if not next then return end
  local f = redis.call('HMGET', base .. 'q:' .. next, 'n', 'at')
  redis.call('ZADD', heads, f[1] or f[2] or '0', next)
end
`;

/** q heads version s until · token name restrictionsVersion till out ref state stateUntil belt member about */
export const commit = draining(`${OURS}
local q, heads, version, s, ends = unpack(KEYS)
local _, name, decided, till, out, ref, state, stateUntil, belt, member, about = unpack(ARGV)
if tonumber(redis.call('GET', version) or '0') > tonumber(decided) then return 'superseded' end
redis.call('HSET', q, 'out', out, 'ref', ref)
redis.call('ZADD', heads, till, name)
local whose = redis.call('HMGET', q, 'tenant', 'account')
redis.call('HSET', s, 'u', stateUntil, 's', state, 't', whose[1], 'a', whose[2])
if about ~= '' then redis.call('HSET', s, 'b', about) end
redis.call('PEXPIRE', s, belt)
redis.call('ZADD', ends, stateUntil, member)
return 'committed'
`);

/** q · token ref, and where it leaves: base bucket member removeAt (again). A message that is new to its question is new altogether. */
export const hold = draining(`
local known = redis.call('HMGET', KEYS[1], 'lease', 'ref')
if known[1] ~= ARGV[1] then return 'lost' end
local base = ARGV[3]
if known[2] == ARGV[2] then
  if base then
    ${SCHEDULE}
    schedule(unpack(ARGV, 3))
  end
  return 'held'
end
redis.call('HSET', KEYS[1], 'ref', ARGV[2])
if not base then return 'held' end
${ADD}
add(unpack(ARGV, 3))
return 'held'
`);

/** q e w heads held unsettled parked words · token name end belt base, and where something leaves: bucket member removeAt (again) */
export const settle = draining(`${OURS}${SCHEDULE}${LEAVE}
local q, e, w, heads, held, unsettled, parked, words = unpack(KEYS)
local _, name, ending, belt, base, bucket = unpack(ARGV)
redis.call('DEL', q)
redis.call('SET', e, ending, 'PX', belt)
redis.call('SREM', held, name)
redis.call('ZREM', parked, name)
redis.call('ZREM', words, name)
redis.call('DECR', unsettled)
leave(base, w, heads, name)
if bucket then schedule(unpack(ARGV, 5)) end
return 'settled'
`);

/** q heads held · token name notBefore code ('' where none failed) paced */
export const release = draining(`${OURS}
redis.call('HDEL', KEYS[1], 'lease')
if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'failure', ARGV[4]) end
if ARGV[5] == '1' and tonumber(redis.call('HGET', KEYS[1], 'attempts')) > 1 then redis.call('HINCRBY', KEYS[1], 'attempts', -1) end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
redis.call('SREM', KEYS[3], ARGV[2])
return 'released'
`);

/** q heads · token name until */
export const renew = draining(`${OURS}
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
return 'renewed'
`);
