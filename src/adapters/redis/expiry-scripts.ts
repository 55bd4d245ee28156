/**
 * What must leave, each step one script on one tag. `x:N` are the buckets (`expiry-layout.ts`): entries by when they can be
 * claimed. `first` has each bucket that holds anything, by its earliest. `late` has, by what an entry begins with,
 * `removeAt|attempts|leased|claimable|code` of those few that are being removed or were tried in vain (Engine requirement 5);
 * `again` what is shown in the place of those that have such. All keys are made of the tag's base.
 */
import { draining, script } from './connection.ts';

/** Finds an entry, and what is known of it; nil where nothing is on record. */
const LOOK = `
local function stateOf(base, prefix, score)
  local at, attempts, leased, code =
    string.match(redis.call('HGET', base .. 'late', prefix) or '', '^(%-?%d+)|(%d+)|(%d)|%-?%d+|(.*)$')
  if at then return at, attempts, leased, code end
  return score, '0', '0', ''
end
local function look(base, bucket, prefix)
  local key, cursor = base .. 'x:' .. bucket, '0'
  repeat
    local page = redis.call('ZSCAN', key, cursor, 'MATCH', prefix .. '*', 'COUNT', 1000)
    if page[2][1] then return page[2][1], stateOf(base, prefix, page[2][2]) end
    cursor = page[1]
  until cursor == '0'
end
local function prefixOf(member)
  return (string.match(member, '^[^|]*|[^|]*|'))
end
local function remember(base, prefix, at, attempts, leased, claimable, code)
  redis.call('HSET', base .. 'late', prefix, table.concat({at, attempts, leased, claimable, code}, '|'))
end
local function index(base, bucket)
  local first = redis.call('ZRANGE', base .. 'x:' .. bucket, 0, 0, 'WITHSCORES')
  if first[2] then redis.call('ZADD', base .. 'first', first[2], bucket)
  else redis.call('ZREM', base .. 'first', bucket) end
end
`;

/** The same again replaces what was on record, and ends a lease; the very same again changes nothing. */
export const SCHEDULE = `${LOOK}
local function move(base, bucket, prefix, member, at, attempts, code)
  redis.call('ZADD', base .. 'x:' .. bucket, at, member)
  if attempts == '0' then redis.call('HDEL', base .. 'late', prefix)
  else remember(base, prefix, at, attempts, '0', at, code) end
  index(base, bucket)
end
-- One of which nothing is on record yet.
local function add(base, bucket, member, at, again)
  redis.call('ZADD', base .. 'x:' .. bucket, at, member)
  local first = redis.call('ZSCORE', base .. 'first', bucket)
  if not first or tonumber(first) > tonumber(at) then redis.call('ZADD', base .. 'first', at, bucket) end
  if again then redis.call('HSET', base .. 'again', prefixOf(member), again) end
end
local function schedule(base, bucket, member, at, again)
  local prefix = prefixOf(member)
  local old, removeAt, attempts, _, code = look(base, bucket, prefix)
  if not old then return add(base, bucket, member, at, again) end
  local same = old == member and tonumber(removeAt) == tonumber(at)
  if same and (not again or redis.call('HGET', base .. 'again', prefix) == again) then return end
  if old ~= member then
    redis.call('ZREM', base .. 'x:' .. bucket, old)
    redis.call('HDEL', base .. 'again', prefix)
  end
  move(base, bucket, prefix, member, at, attempts, code)
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

/** first · base bucket prefix removeAt sooner|later. What is being removed now is left alone: nearer than now there is nothing, and later is too late. */
export const shift = draining(`${SCHEDULE}
local base, bucket, prefix, at, way = unpack(ARGV)
local member, removeAt, attempts, leased, code = look(base, bucket, prefix)
if not member then return false end
local by = tonumber(at) - tonumber(removeAt)
if leased == '1' or by == 0 or (by < 0) ~= (way == 'sooner') then return removeAt end
move(base, bucket, prefix, member, at, attempts, code)
return at
`);

/** first · base now until limit. The first of the answer is when the next one of this tag is due, false where none is. */
export const claim = draining(`${LOOK}
local base, now, till, limit = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local due = {false}
for _, bucket in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, limit)) do
  local left = limit - #due + 1
  if left <= 0 then break end
  local key = base .. 'x:' .. bucket
  local some = redis.call('ZRANGEBYSCORE', key, '-inf', now, 'WITHSCORES', 'LIMIT', 0, left)
  for i = 1, #some, 2 do
    local member, score = some[i], some[i + 1]
    local prefix, mark = string.match(member, '^([^|]*|[^|]*|)(.?)')
    if prefix then
      local at, attempts, _, code = stateOf(base, prefix, score)
      redis.call('ZADD', key, till, member)
      remember(base, prefix, at, attempts, '1', till, code)
      local again = (mark == 'R' or mark == 'F') and redis.call('HGET', base .. 'again', prefix)
      due[#due + 1] = {member, at, attempts, score, again or false}
    else
      -- Nobody can read it; it is kept, and looked at again.
      redis.call('ZADD', key, till, member)
    end
  end
  index(base, bucket)
end
due[1] = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] or false
return due
`);

/** Whether an entry is the one that was claimed: neither replaced nor moved since. */
const AS_CLAIMED = `${LOOK}
local function claimed(base, bucket, member, removeAt)
  local score = redis.call('ZSCORE', base .. 'x:' .. bucket, member)
  if not score then return nil end
  local prefix = prefixOf(member)
  local at, attempts, leased, code = stateOf(base, prefix, score)
  if tonumber(at) ~= tonumber(removeAt) then return nil end
  return prefix, attempts, leased, code
end
`;

/** first · base, then bucket member removeAt of each */
export const ack = draining(`${AS_CLAIMED}
local base, lates, agains, buckets = ARGV[1], {}, {}, {}
for i = 2, #ARGV, 3 do
  local bucket, member = ARGV[i], ARGV[i + 1]
  local prefix = claimed(base, bucket, member, ARGV[i + 2])
  if prefix then
    redis.call('ZREM', base .. 'x:' .. bucket, member)
    lates[#lates + 1] = prefix
    local mark = string.sub(member, #prefix + 1, #prefix + 1)
    if mark == 'R' or mark == 'F' then agains[#agains + 1] = prefix end
    buckets[bucket] = true
  end
end
if lates[1] then redis.call('HDEL', base .. 'late', unpack(lates)) end
if agains[1] then redis.call('HDEL', base .. 'again', unpack(agains)) end
for bucket in pairs(buckets) do index(base, bucket) end
return 'done'
`);

/** first · base bucket member removeAt retryAt code */
export const fail = draining(`${AS_CLAIMED}
local base, bucket, member, removeAt, retryAt, code = unpack(ARGV)
local prefix, attempts = claimed(base, bucket, member, removeAt)
if not prefix then return 'gone' end
redis.call('ZADD', base .. 'x:' .. bucket, retryAt, member)
remember(base, prefix, removeAt, string.format('%.0f', tonumber(attempts) + 1), '0', retryAt, code)
index(base, bucket)
return 'put off'
`);

/** first · base, then bucket member removeAt until of each */
export const putOff = draining(`${AS_CLAIMED}
local base = ARGV[1]
for i = 2, #ARGV, 4 do
  local bucket, member, removeAt, till = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local prefix, attempts, leased, code = claimed(base, bucket, member, removeAt)
  if leased == '1' then
    redis.call('ZADD', base .. 'x:' .. bucket, till, member)
    if attempts == '0' and tonumber(till) == tonumber(removeAt) then redis.call('HDEL', base .. 'late', prefix)
    else remember(base, prefix, removeAt, attempts, '0', till, code) end
    index(base, bucket)
  end
end
return 'done'
`);

/** first · base from buckets limit. Whole buckets, from one on, until there are enough entries; and the bucket to go on with. */
export const scan = script(`${LOOK}
local base, n, total, limit = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local rows = {}
while n < total and #rows < limit do
  local all = redis.call('ZRANGE', base .. 'x:' .. n, 0, -1, 'WITHSCORES')
  for i = 1, #all, 2 do
    local prefix, mark = string.match(all[i], '^([^|]*|[^|]*|)(.?)')
    local at, attempts, leased = stateOf(base, prefix or '', all[i + 1])
    local again = (mark == 'R' or mark == 'F') and redis.call('HGET', base .. 'again', prefix)
    rows[#rows + 1] = {n, all[i], at, attempts, leased, again or false}
  end
  n = n + 1
end
return {n, rows}
`);

/**
 * first · base from to now hour. By platform's letter: pending, recallable, due, within the hour, the earliest that is due; all by when
 * they can be claimed, so that what stands in \`late\` is put right by whoever asks.
 */
export const count = script(`
local base, now, hour = ARGV[1], tonumber(ARGV[4]), tonumber(ARGV[5])
local sums = {}
for n = tonumber(ARGV[2]), tonumber(ARGV[3]) - 1 do
  local all = redis.call('ZRANGE', base .. 'x:' .. n, 0, -1, 'WITHSCORES')
  for i = 1, #all, 2 do
    local letter, mark = string.match(all[i], '^(.)[^|]*|[^|]*|(.)')
    if letter then
      local sum = sums[letter] or {letter, 0, 0, 0, 0, false}
      sums[letter] = sum
      local at = tonumber(all[i + 1])
      if mark == 'f' or mark == 'F' then sum[3] = sum[3] + 1
      else
        sum[2] = sum[2] + 1
        if at <= now then
          sum[4] = sum[4] + 1
          if not sum[6] or at < sum[6] then sum[6] = at end
        elseif at <= hour then sum[5] = sum[5] + 1 end
      end
    end
  end
end
local rows = {}
for _, sum in pairs(sums) do
  sum[6] = sum[6] and string.format('%.0f', sum[6])
  rows[#rows + 1] = sum
end
return rows
`);
