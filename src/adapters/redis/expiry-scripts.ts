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

/** Puts one on record of which nothing is yet. */
export const ADD = `
local function add(base, bucket, member, at, again)
  redis.call('ZADD', base .. 'x:' .. bucket, at, member)
  redis.call('ZADD', base .. 'first', 'LT', at, bucket)
  if again then redis.call('HSET', base .. 'again', string.match(member, '^[^|]*|[^|]*|'), again) end
end
`;

/** The same again replaces what was on record, and ends a lease; the very same again changes nothing. */
export const SCHEDULE = `${LOOK}${ADD}
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

/**
 * first · base now until limit. The first of the answer is when the next one of this tag is due, false where none is. Of each: its
 * slip, `removeAt|bucket|entry`, which it is ended by; with attempts, when it was ready, what is shown in its place and the code of its last
 * failure, where any of them is not what it is for nearly all.
 */
export const claim = draining(`${LOOK}
local base, now, till, limit = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local held, leases, firsts, time = base .. 'going', base .. 'leases', KEYS[1], tonumber(ARGV[2])
local due, fields, ends, indexed, emptied, lates, count = {false}, {}, {}, {}, {}, {}, 0
local anyLate = redis.call('EXISTS', base .. 'late') == 1
local function take(bucket, prefix, member, at, attempts, code, ready)
  local entry = bucket .. '|' .. member
  count = count + 1
  fields[2 * count - 1] = prefix
  fields[2 * count] = at .. '|' .. attempts .. '|' .. till .. '|' .. code .. '|' .. entry
  ends[2 * count - 1] = till
  ends[2 * count] = prefix
  local again = hasAgain(prefix, member) and redis.call('HGET', base .. 'again', prefix)
  local slip = at .. '|' .. entry
  if again or attempts ~= '0' or ready ~= at then slip = {slip, attempts, ready, again or false, code or ''} end
  due[count + 1] = slip
end
-- Its few that are due; most have no more than one. The next page is larger.
local function takeFrom(bucket)
  local key, names, read, page, next, odd = base .. 'x:' .. bucket, {}, 0, 3, nil, nil
  repeat
    local some = redis.call('ZRANGE', key, read, read + page - 1, 'WITHSCORES')
    for i = 1, #some, 2 do
      local member, score = some[i], some[i + 1]
      if tonumber(score) > time or count >= limit then
        next = score
        break
      end
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
        odd = odd or {}
        odd[#odd + 1] = till
        odd[#odd + 1] = member
      end
    end
    read = read + page
    local all = #some < 2 * page
    page = 64
  until next or all
  if names[1] then redis.call('ZREM', key, unpack(names)) end
  if odd then
    redis.call('ZADD', key, unpack(odd))
    if not next or tonumber(till) < tonumber(next) then next = till end
  end
  if next then
    indexed[#indexed + 1] = next
    indexed[#indexed + 1] = bucket
  else emptied[#emptied + 1] = bucket end
end
for _, bucket in ipairs(redis.call('ZRANGEBYSCORE', firsts, '-inf', now, 'LIMIT', 0, limit)) do
  if count >= limit then break end
  if bucket == 'going' then
    local some = redis.call('ZRANGEBYSCORE', leases, '-inf', now, 'WITHSCORES', 'LIMIT', 0, limit - count)
    for i = 1, #some, 2 do
      local at, attempts, _, code, from, member = readHeld(redis.call('HGET', held, some[i]))
      if at then take(from, some[i], member, at, attempts, code, some[i + 1])
      else redis.call('ZREM', leases, some[i]) end
    end
  else takeFrom(bucket) end
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
-- removeAt bucket entry prefix
local function readSlip(slip)
  return string.match(slip, '^(%-?%d+)|(%d+)|(([^|]*|[^|]*|).*)$')
end
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

/** first · base, then the slip of each */
export const ack = draining(`${CLAIMED}
local base, prefixes, slips = ARGV[1], {}, {}
for i = 2, #ARGV do
  local removeAt, bucket, member, prefix = readSlip(ARGV[i])
  prefixes[i - 1] = prefix
  slips[i - 1] = {removeAt, bucket, member}
end
local helds = redis.call('HMGET', base .. 'going', unpack(prefixes))
local gone, agains = {}, {}
for n, prefix in ipairs(prefixes) do
  local slip, held = slips[n], helds[n]
  local removeAt, bucket, member = slip[1], slip[2], slip[3]
  local ended = false
  if held then
    local begins, ends = removeAt .. '|', '|' .. bucket .. '|' .. member
    ended = string.sub(held, 1, #begins) == begins and string.sub(held, -#ends) == ends
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

/** first · base slip retryAt code */
export const fail = draining(`${CLAIMED}
local base, slip, retryAt, code = unpack(ARGV)
local removeAt, bucket, member = readSlip(slip)
local prefix, attempts, leased = claimed(base, bucket, member, removeAt)
if not prefix then return 'gone' end
if leased then letGo(base, prefix) end
wait(base, bucket, prefix, member, removeAt, string.format('%.0f', tonumber(attempts) + 1), retryAt, code)
return 'put off'
`);

/** first · base, then slip until of each */
export const putOff = draining(`${CLAIMED}
local base = ARGV[1]
for i = 2, #ARGV, 2 do
  local till = ARGV[i + 1]
  local removeAt, bucket, member = readSlip(ARGV[i])
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
