/**
 * What must leave, each step one script on one tag. What waits lies in buckets, `x:N` (`expiry-layout.ts`): entries by when they
 * can be claimed. What is being removed now lies in `going`, by what its entry begins with, as
 * `removeAt|attempts|leased until|code|bucket|entry`, and in `leases` by the end of its lease: so that an acknowledgement of
 * hundreds is a few commands. `first` has each bucket that holds anything, by its earliest, and `going` as one of them. `late` has
 * `removeAt|attempts|claimable|mark|code` of those few that wait and were tried in vain or put off (Engine requirement 5);
 * `again` what is shown in the place of those that have such. All keys are made of the tag's base.
 */
import { draining, script } from './connection.ts';

/** Finds an entry, wherever it lies, and what is known of it; nil where nothing is on record. */
const LOOK = `
local function prefixOf(member)
  return (string.match(member, '^[^|]*|[^|]*|'))
end
local function markOf(prefix, member)
  return string.sub(member, #prefix + 1, #prefix + 1)
end
local function hasAgain(prefix, member)
  local mark = markOf(prefix, member)
  return mark == 'R' or mark == 'F'
end
-- deadline attempts until code bucket entry
local function readHeld(value)
  return string.match(value or '', '^(%-?%d+)|(%d+)|(%-?%d+)|([^|]*)|(%d+)|(.*)$')
end
-- deadline attempts code, of one that waits with this score
local function readLate(base, prefix, score)
  local at, attempts, code =
    string.match(redis.call('HGET', base .. 'late', prefix) or '', '^(%-?%d+)|(%d+)|%-?%d+|.|(.*)$')
  if at then return at, attempts, code end
  return score, '0', ''
end
-- entry deadline attempts leased code
local function look(base, bucket, prefix)
  local at, attempts, _, code, _, member = readHeld(redis.call('HGET', base .. 'going', prefix))
  if at then return member, at, attempts, true, code end
  local key, cursor = base .. 'x:' .. bucket, '0'
  repeat
    local page = redis.call('ZSCAN', key, cursor, 'MATCH', prefix .. '*', 'COUNT', 1000)
    if page[2][1] then
      at, attempts, code = readLate(base, prefix, page[2][2])
      return page[2][1], at, attempts, false, code
    end
    cursor = page[1]
  until cursor == '0'
end
local function index(base, bucket, key)
  local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  if first[2] then redis.call('ZADD', base .. 'first', first[2], bucket)
  else redis.call('ZREM', base .. 'first', bucket) end
end
local function letGo(base, prefix)
  redis.call('HDEL', base .. 'going', prefix)
  redis.call('ZREM', base .. 'leases', prefix)
  index(base, 'going', base .. 'leases')
end
-- It waits, claimable from then on.
local function wait(base, bucket, prefix, member, at, attempts, claimable, code)
  local key = base .. 'x:' .. bucket
  redis.call('ZADD', key, claimable, member)
  if attempts == '0' and tonumber(claimable) == tonumber(at) then redis.call('HDEL', base .. 'late', prefix)
  else
    local late = {at, attempts, claimable, markOf(prefix, member), code}
    redis.call('HSET', base .. 'late', prefix, table.concat(late, '|'))
  end
  index(base, bucket, key)
end
`;

/** The same again replaces what was on record, and ends a lease; the very same again changes nothing. */
export const SCHEDULE = `${LOOK}
-- One of which nothing is on record yet.
local function add(base, bucket, member, at, again)
  redis.call('ZADD', base .. 'x:' .. bucket, at, member)
  local first = redis.call('ZSCORE', base .. 'first', bucket)
  if not first or tonumber(first) > tonumber(at) then redis.call('ZADD', base .. 'first', at, bucket) end
  if again then redis.call('HSET', base .. 'again', prefixOf(member), again) end
end
local function schedule(base, bucket, member, at, again)
  local prefix = prefixOf(member)
  local old, removeAt, attempts, leased, code = look(base, bucket, prefix)
  if not old then return add(base, bucket, member, at, again) end
  local same = old == member and tonumber(removeAt) == tonumber(at)
  if same and (not again or redis.call('HGET', base .. 'again', prefix) == again) then return end
  if leased then letGo(base, prefix)
  elseif old ~= member then redis.call('ZREM', base .. 'x:' .. bucket, old) end
  if hasAgain(prefix, old) and not again then redis.call('HDEL', base .. 'again', prefix) end
  wait(base, bucket, prefix, member, at, attempts, at, code)
  if again then redis.call('HSET', base .. 'again', prefix, again) end
end
`;

/** first · base bucket member removeAt, and again where there is one */
export const schedule = draining(`${SCHEDULE}
schedule(unpack(ARGV))
return 'scheduled'
`);

/** first · the same. Only where it lies already. */
export const reschedule = draining(`${SCHEDULE}
if not look(ARGV[1], ARGV[2], prefixOf(ARGV[3])) then return 'none' end
schedule(unpack(ARGV))
return 'scheduled'
`);

/**
 * first · base bucket prefix removeAt, and what must stand where it is to be later. What is being removed now is left alone: nearer
 * than now there is nothing, and later is too late.
 */
export const shift = draining(`${LOOK}
local base, bucket, prefix, at, seen = unpack(ARGV)
local member, removeAt, attempts, leased, code = look(base, bucket, prefix)
if not member then return false end
local by = tonumber(at) - tonumber(removeAt)
if leased or by == 0 or (by < 0) ~= (seen == nil) then return removeAt end
if seen and tonumber(removeAt) ~= tonumber(seen) then return removeAt end
wait(base, bucket, prefix, member, at, attempts, at, code)
return at
`);

/** first · base now until limit. The first of the answer is when the next one of this tag is due, false where none is. */
export const claim = draining(`${LOOK}
local base, now, till, limit = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local held, leases, firsts = base .. 'going', base .. 'leases', KEYS[1]
local due, fields, ends, indexed, emptied, lates = {false}, {}, {}, {}, {}, {}
local anyLate = redis.call('EXISTS', base .. 'late') == 1
local function take(bucket, prefix, member, at, attempts, code, ready)
  fields[#fields + 1] = prefix
  fields[#fields + 1] = table.concat({at, attempts, till, code, bucket, member}, '|')
  ends[#ends + 1] = till
  ends[#ends + 1] = prefix
  local again = hasAgain(prefix, member) and redis.call('HGET', base .. 'again', prefix)
  due[#due + 1] = {member, at, attempts, ready, again or false}
end
for _, bucket in ipairs(redis.call('ZRANGEBYSCORE', firsts, '-inf', now, 'LIMIT', 0, limit)) do
  local left = limit - #due + 1
  if left <= 0 then break end
  if bucket == 'going' then
    local some = redis.call('ZRANGEBYSCORE', leases, '-inf', now, 'WITHSCORES', 'LIMIT', 0, left)
    for i = 1, #some, 2 do
      local at, attempts, _, code, from, member = readHeld(redis.call('HGET', held, some[i]))
      if at then take(from, some[i], member, at, attempts, code, some[i + 1])
      else redis.call('ZREM', leases, some[i]) end
    end
  else
    local key, names = base .. 'x:' .. bucket, {}
    local some = redis.call('ZRANGEBYSCORE', key, '-inf', now, 'WITHSCORES', 'LIMIT', 0, left)
    for i = 1, #some, 2 do
      local member, score = some[i], some[i + 1]
      local prefix = prefixOf(member)
      if prefix then
        local at, attempts, code = score, '0', ''
        if anyLate then
          at, attempts, code = readLate(base, prefix, score)
          lates[#lates + 1] = prefix
        end
        names[#names + 1] = member
        take(bucket, prefix, member, at, attempts, code, score)
      else
        -- Nobody can read it; it is kept, and looked at again.
        redis.call('ZADD', key, till, member)
      end
    end
    if names[1] then redis.call('ZREM', key, unpack(names)) end
    local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
    if first[2] then
      indexed[#indexed + 1] = first[2]
      indexed[#indexed + 1] = bucket
    else emptied[#emptied + 1] = bucket end
  end
end
if fields[1] then
  redis.call('HSET', held, unpack(fields))
  redis.call('ZADD', leases, unpack(ends))
end
if lates[1] then redis.call('HDEL', base .. 'late', unpack(lates)) end
if emptied[1] then redis.call('ZREM', firsts, unpack(emptied)) end
if indexed[1] then redis.call('ZADD', firsts, unpack(indexed)) end
index(base, 'going', leases)
due[1] = redis.call('ZRANGE', firsts, 0, 0, 'WITHSCORES')[2] or false
return due
`);

/** The one that was claimed, where it was neither replaced nor moved since: what its entry begins with, attempts, leased, code. */
const CLAIMED = `${LOOK}
local function waiting(base, bucket, prefix, member, removeAt)
  local score = redis.call('ZSCORE', base .. 'x:' .. bucket, member)
  if not score then return nil end
  local at, attempts, code = readLate(base, prefix, score)
  if tonumber(at) == tonumber(removeAt) then return prefix, attempts, false, code end
end
local function claimed(base, bucket, member, removeAt)
  local prefix = prefixOf(member)
  local at, attempts, _, code, _, entry = readHeld(redis.call('HGET', base .. 'going', prefix))
  if not at then return waiting(base, bucket, prefix, member, removeAt) end
  if entry == member and tonumber(at) == tonumber(removeAt) then return prefix, attempts, true, code end
end
`;

/** first · base, then bucket member removeAt of each */
export const ack = draining(`${CLAIMED}
local base, prefixes = ARGV[1], {}
for i = 3, #ARGV, 3 do prefixes[#prefixes + 1] = prefixOf(ARGV[i]) end
local helds = redis.call('HMGET', base .. 'going', unpack(prefixes))
local gone, agains = {}, {}
for n, prefix in ipairs(prefixes) do
  local bucket, member, removeAt = ARGV[3 * n - 1], ARGV[3 * n], ARGV[3 * n + 1]
  local ended = false
  if helds[n] then
    local at, _, _, _, _, entry = readHeld(helds[n])
    ended = entry == member and tonumber(at) == tonumber(removeAt)
    if ended then gone[#gone + 1] = prefix end
  elseif waiting(base, bucket, prefix, member, removeAt) then
    local key = base .. 'x:' .. bucket
    ended = true
    redis.call('ZREM', key, member)
    redis.call('HDEL', base .. 'late', prefix)
    index(base, bucket, key)
  end
  if ended and hasAgain(prefix, member) then agains[#agains + 1] = prefix end
end
if agains[1] then redis.call('HDEL', base .. 'again', unpack(agains)) end
if gone[1] then
  redis.call('HDEL', base .. 'going', unpack(gone))
  redis.call('ZREM', base .. 'leases', unpack(gone))
  index(base, 'going', base .. 'leases')
end
return 'done'
`);

/** first · base bucket member removeAt retryAt code */
export const fail = draining(`${CLAIMED}
local base, bucket, member, removeAt, retryAt, code = unpack(ARGV)
local prefix, attempts, leased = claimed(base, bucket, member, removeAt)
if not prefix then return 'gone' end
if leased then letGo(base, prefix) end
wait(base, bucket, prefix, member, removeAt, string.format('%.0f', tonumber(attempts) + 1), retryAt, code)
return 'put off'
`);

/** first · base, then bucket member removeAt until of each */
export const putOff = draining(`${CLAIMED}
local base = ARGV[1]
for i = 2, #ARGV, 4 do
  local bucket, member, removeAt, till = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local prefix, attempts, leased, code = claimed(base, bucket, member, removeAt)
  if leased then
    letGo(base, prefix)
    wait(base, bucket, prefix, member, removeAt, attempts, till, code)
  end
end
return 'done'
`);

/** What is being removed now, of these buckets: it is looked at with them, so that nothing slips through while it moves. */
const HELD_OF = `${LOOK}
local function heldOf(base, from, to, seen)
  local all = redis.call('HGETALL', base .. 'going')
  for i = 2, #all, 2 do
    local at, attempts, _, _, bucket, member = readHeld(all[i])
    local n = tonumber(bucket)
    if at and n >= from and n < to then seen(n, all[i - 1], member, at, attempts) end
  end
end
`;

/** first · base from buckets limit. Whole buckets, from one on, until there are enough entries; and the bucket to go on with. */
export const scan = script(`${HELD_OF}
local base, from, total, limit = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local rows, n = {}, from
local function row(bucket, prefix, member, at, attempts, leased)
  local again = hasAgain(prefix, member) and redis.call('HGET', base .. 'again', prefix)
  rows[#rows + 1] = {bucket, member, at, attempts, leased, again or false}
end
local anyLate = redis.call('EXISTS', base .. 'late') == 1
while n < total and #rows < limit do
  local all = redis.call('ZRANGE', base .. 'x:' .. n, 0, -1, 'WITHSCORES')
  for i = 1, #all, 2 do
    local prefix = prefixOf(all[i]) or ''
    local at, attempts = all[i + 1], '0'
    if anyLate then at, attempts = readLate(base, prefix, at) end
    row(n, prefix, all[i], at, attempts, '0')
  end
  n = n + 1
end
heldOf(base, from, n, function(bucket, prefix, member, at, attempts) row(bucket, prefix, member, at, attempts, '1') end)
return {n, rows}
`);

/**
 * first · base from to now hour. By platform's letter: pending, recallable, due, within the hour, the earliest that is due; of what
 * stands in `late` by when it can be claimed, which is put right by whoever asks.
 */
export const count = script(`${HELD_OF}
local base, from, to, now, hour = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local sums = {}
local function add(prefix, member, at)
  local letter, mark = string.sub(prefix, 1, 1), markOf(prefix, member)
  local sum = sums[letter] or {letter, 0, 0, 0, 0, false}
  sums[letter] = sum
  if mark == 'f' or mark == 'F' then sum[3] = sum[3] + 1
  else
    sum[2] = sum[2] + 1
    if at <= now then
      sum[4] = sum[4] + 1
      if not sum[6] or at < sum[6] then sum[6] = at end
    elseif at <= hour then sum[5] = sum[5] + 1 end
  end
end
for n = from, to - 1 do
  local all = redis.call('ZRANGE', base .. 'x:' .. n, 0, -1, 'WITHSCORES')
  for i = 1, #all, 2 do
    local prefix = prefixOf(all[i])
    if prefix then add(prefix, all[i], tonumber(all[i + 1])) end
  end
end
heldOf(base, from, to, function(_, prefix, member, at) add(prefix, member, tonumber(at)) end)
local rows = {}
for _, sum in pairs(sums) do
  sum[6] = sum[6] and string.format('%.0f', sum[6])
  rows[#rows + 1] = sum
end
return rows
`);
