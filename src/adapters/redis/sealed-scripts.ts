/** Reads what is sealed without touching it, and puts something in its place where it still stands. */
import { script } from './connection.ts';

/** heads · base cursor count. What is behind a head comes with it */
export const questions = script(`
local base, cursor, count = unpack(ARGV)
local rows = {}
local function add(name)
  local f = redis.call('HMGET', base .. 'q:' .. name, 'tenant', 'account', 'conversation', 'inbound', 'out', 'lease')
  if f[1] then rows[#rows + 1] = {name, f[1], f[2], f[3], f[4], f[5], f[6] and 1 or 0} end
end
local found = redis.call('ZSCAN', KEYS[1], cursor, 'COUNT', count)
for i = 1, #found[2], 2 do
  local name = found[2][i]
  local w = redis.call('HMGET', base .. 'q:' .. name, 'w', 'parked')
  local line = w[1] and not w[2] and redis.call('LRANGE', base .. 'w:' .. w[1], 0, -1) or {}
  if #line == 0 then add(name) end
  for _, each in ipairs(line) do add(each) end
end
return {found[1], rows}
`);

/** dead · base cursor count */
export const letters = script(`
local base, cursor, count = unpack(ARGV)
local rows = {}
local found = redis.call('ZSCAN', KEYS[1], cursor, 'COUNT', count)
for i = 1, #found[2], 2 do
  local name = found[2][i]
  local f = redis.call('HMGET', base .. 'd:' .. name, 'tenant', 'account', 'conversation', 'inbound')
  if f[1] then rows[#rows + 1] = {name, f[1], f[2], f[3], f[4]} end
end
return {found[1], rows}
`);

/** orders · base */
export const orders = script(`
local rows = {}
local function add(name)
  local f = redis.call('HMGET', ARGV[1] .. name, 'id', 'body', 'receipt', 'lease')
  if f[1] then rows[#rows + 1] = {name, f[1], f[2], f[3], f[4]} end
end
for _, name in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do add(name) end
return rows
`);

/** the hash · field lock had has. A lock that stands there says that somebody works on it. */
export const swap = script(`
local field, lock, had, has = unpack(ARGV)
if lock ~= '' and redis.call('HEXISTS', KEYS[1], lock) == 1 then return 0 end
if redis.call('HGET', KEYS[1], field) ~= had then return 0 end
redis.call('HSET', KEYS[1], field, has)
return 1
`);

/** hash-keys hash-key-ids */
export const hashKeys = script(`
local rows = {}
for _, id in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do
  rows[#rows + 1] = {id, redis.call('HGET', KEYS[1], id)}
end
return rows
`);

/** hash-keys hash-key-ids · id value, then the ids that were seen */
export const addHashKey = script(`
local ids = redis.call('LRANGE', KEYS[2], 0, -1)
if #ids ~= #ARGV - 2 then return 'changed' end
for i, id in ipairs(ids) do
  if id ~= ARGV[i + 2] then return 'changed' end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('RPUSH', KEYS[2], ARGV[1])
return 'added'
`);
