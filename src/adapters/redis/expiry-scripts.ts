/**
 * What must leave: `exp` is a sorted set of packed references by when they can be claimed, and nothing else for what only waits
 * (Engine requirement 1). `more` has `removeAt|attempts|leased` of those for which that time is another than their deadline
 * or an attempt has failed (Engine requirement 5).
 */
import { draining } from './connection.ts';

/** The deadline, the attempts, and whether it is being removed; nil where nothing is on record. */
const LOOK = `
local function look(exp, more, member)
  local score = redis.call('ZSCORE', exp, member)
  if not score then return nil end
  local removeAt, attempts, leased = string.match(redis.call('HGET', more, member) or '', '^(%-?%d+)|(%d+)|(%d)$')
  if removeAt then return removeAt, attempts, leased end
  return score, '0', '0'
end
`;

/** The same again moves the deadline and ends a lease; the same deadline again changes nothing. */
export const SCHEDULE = `${LOOK}
local function move(exp, more, member, at, attempts)
  redis.call('ZADD', exp, at, member)
  if attempts == '0' then redis.call('HDEL', more, member)
  else redis.call('HSET', more, member, at .. '|' .. attempts .. '|0') end
end
local function schedule(exp, more, member, at)
  local removeAt, attempts = look(exp, more, member)
  if not removeAt then redis.call('ZADD', exp, at, member)
  elseif tonumber(removeAt) ~= tonumber(at) then move(exp, more, member, at, attempts) end
end
`;

/** exp more · ref removeAt */
export const schedule = draining(`${SCHEDULE}
schedule(KEYS[1], KEYS[2], ARGV[1], ARGV[2])
return 'scheduled'
`);

/** exp more · ref removeAt. Only where it lies already. */
export const reschedule = draining(`${SCHEDULE}
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 'none' end
schedule(KEYS[1], KEYS[2], ARGV[1], ARGV[2])
return 'scheduled'
`);

/** exp more · ref removeAt. What is being removed now is left alone: nearer than now there is nothing. */
export const sooner = draining(`${SCHEDULE}
local removeAt, attempts, leased = look(KEYS[1], KEYS[2], ARGV[1])
if not removeAt then return false end
if leased == '1' or tonumber(removeAt) <= tonumber(ARGV[2]) then return removeAt end
move(KEYS[1], KEYS[2], ARGV[1], ARGV[2], attempts)
return ARGV[2]
`);

/** exp more · now until limit */
export const claim = draining(`${LOOK}
local exp, more = KEYS[1], KEYS[2]
local due = {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', exp, '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])) do
  local removeAt, attempts = look(exp, more, member)
  redis.call('ZADD', exp, ARGV[2], member)
  redis.call('HSET', more, member, removeAt .. '|' .. attempts .. '|1')
  due[#due + 1] = {member, removeAt, attempts}
end
return due
`);

/** exp more · ref removeAt, ref removeAt … */
export const ack = draining(`${LOOK}
for i = 1, #ARGV, 2 do
  local removeAt = look(KEYS[1], KEYS[2], ARGV[i])
  if removeAt and tonumber(removeAt) == tonumber(ARGV[i + 1]) then
    redis.call('ZREM', KEYS[1], ARGV[i])
    redis.call('HDEL', KEYS[2], ARGV[i])
  end
end
return 'done'
`);

/** exp more · ref removeAt retryAt */
export const fail = draining(`${LOOK}
local removeAt, attempts = look(KEYS[1], KEYS[2], ARGV[1])
if not removeAt or tonumber(removeAt) ~= tonumber(ARGV[2]) then return 'gone' end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], removeAt .. '|' .. (tonumber(attempts) + 1) .. '|0')
return 'put off'
`);
