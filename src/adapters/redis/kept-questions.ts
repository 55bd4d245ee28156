/**
 * All that is kept of questions, for what operators order about people: read page by page, kept for longer, or dropped. What waits is
 * found through the first one of its conversation, in `heads`; what is parked is a head of its own; dead letters stand in `dead`.
 */
import type { Inbox, KeptQuestion } from '../../core/ports.ts';
import { packParts, unpackParts, whole } from '../../core/stored.ts';
import { draining, script } from './connection.ts';
import type { InboxOptions } from './inbox.ts';
import { LEAVE } from './inbox-scripts.ts';
import { nameOf, tagOf, textOfName } from './keys.ts';
import { listOf, numberOf, textOf, textOrNull, wordOf } from './replies.ts';
import { name as nameWho } from './state-scripts.ts';
import { BELT_MS, REPEATS_MS } from './step.ts';

/** Members of a page; Redis does nothing else meanwhile. */
const MOST_LISTED = 500;

const FIELDS = `'tenant', 'conversation', 'account', 'inbound', 'at'`;

/** heads or parked · base cursor count due ('' for all). What is behind a head comes with it */
const questions = script(`
local base, cursor, count, due = unpack(ARGV)
local rows = {}
local function add(name)
  local f = redis.call('HMGET', base .. 'q:' .. name, ${FIELDS}, 'lease', 'parked')
  if not f[1] or (due ~= '' and (f[6] or not f[7])) then return end
  rows[#rows + 1] = {name, f[1], f[2], f[3], f[4], f[5], f[6] and 'leased' or f[7] and 'parked' or 'queued', f[7]}
end
local found = redis.call('ZSCAN', KEYS[1], cursor, 'COUNT', count)
for i = 1, #found[2], 2 do
  local name = found[2][i]
  if due == '' or tonumber(found[2][i + 1]) <= tonumber(due) then
    local w = due == '' and redis.call('HMGET', base .. 'q:' .. name, 'w', 'parked')
    local line = w and w[1] and not w[2] and redis.call('LRANGE', base .. 'w:' .. w[1], 0, -1) or {}
    if #line == 0 then add(name) end
    for _, each in ipairs(line) do add(each) end
  end
end
return {found[1], rows}
`);

/** dead · base cursor count due */
const letters = script(`
local base, cursor, count, due = unpack(ARGV)
local rows = {}
local found = redis.call('ZSCAN', KEYS[1], cursor, 'COUNT', count)
for i = 1, #found[2], 2 do
  local name = found[2][i]
  if due == '' or tonumber(found[2][i + 1]) <= tonumber(due) then
    local f = redis.call('HMGET', base .. 'd:' .. name, ${FIELDS}, 'until')
    if f[1] then rows[#rows + 1] = {name, f[1], f[2], f[3], f[4], f[5], 'dead', f[6]} end
  end
end
return {found[1], rows}
`);

/** q heads parked words d dead · name seen until. Its letter stays however long nobody sweeps: somebody ordered that it be kept */
const move = draining(`
local q, heads, parked, words, d, dead = unpack(KEYS)
local name, seen, till = unpack(ARGV)
local f = redis.call('HMGET', q, 'parked', 'lease', 'person')
if f[1] and not f[2] and tonumber(f[1]) == tonumber(seen) then
  redis.call('HSET', q, 'parked', till)
  for _, set in ipairs({heads, parked, words}) do redis.call('ZADD', set, till, name) end
  return {'kept', f[3]}
end
local ends = redis.call('HGET', d, 'until')
if not ends or tonumber(ends) ~= tonumber(seen) then return {'moved'} end
redis.call('HSET', d, 'until', till)
redis.call('PERSIST', d)
redis.call('ZADD', dead, till, name)
return {'kept'}
`);

/** q e w heads unsettled parked words d dead · name base belt */
const drop = draining(`${LEAVE}
local q, e, w, heads, unsettled, parked, words, d, dead = unpack(KEYS)
local name, base, belt = unpack(ARGV)
if redis.call('EXISTS', q) == 0 then
  redis.call('ZREM', dead, name)
  return redis.call('DEL', d) == 1 and 'dropped' or 'gone'
end
if redis.call('HEXISTS', q, 'lease') == 1 then return 'leased' end
redis.call('DEL', q)
redis.call('SET', e, 'ignored', 'PX', belt)
redis.call('ZREM', parked, name)
redis.call('ZREM', words, name)
redis.call('DECR', unsettled)
-- Whoever is not first has no turn to hand on.
if redis.call('LINDEX', w, 0) == name then leave(base, w, heads, name)
else
  redis.call('LREM', w, 1, name)
  redis.call('ZREM', heads, name)
end
return 'dropped'
`);

const keptOf = (row: unknown): KeptQuestion => {
  const [name, tenant, conversation, account, inbound, at, state, until] = listOf(row);
  const word = wordOf(state, ['queued', 'leased', 'parked', 'dead']);
  return {
    id: textOfName(textOf(name)),
    tenant: textOf(tenant),
    conversation: textOf(conversation),
    account: textOf(account),
    state: word,
    inbound: textOf(inbound),
    acceptedAt: numberOf(at),
    until: word === 'parked' || word === 'dead' ? numberOf(until) : null,
  };
};

export const createKeptQuestions = (o: InboxOptions): Pick<Inbox, 'scan' | 'keepUntil' | 'drop'> => {
  const { connection, keys, shards } = o;
  const lie = (tenant: string, conversation: string, id: string) => {
    const tag = tagOf(tenant, conversation);
    return { tag, base: keys.base(tag), name: nameOf(id), talk: nameOf(conversation) };
  };
  return {
    scan: async ({ dueBy, cursor, limit }) => {
      const tags = (await shards.known()).toSorted();
      const [tag = tags[0], place = 'waiting', at = '0'] = cursor === null ? [] : unpackParts(cursor);
      if (tag === undefined) return { questions: [], cursor: null };
      const base = keys.base(tag);
      const most = Math.max(1, Math.min(MOST_LISTED, Math.floor(limit)));
      const set = dueBy === null ? 'heads' : 'parked';
      const reply = await connection.run(place === 'dead' ? letters : questions, {
        what: 'look through the questions',
        keys: [`${base}${place === 'dead' ? 'dead' : set}`],
        args: [base, at, most, dueBy === null ? '' : whole(dueBy)],
      });
      const [goesOn, rows] = listOf(reply);
      const after = String(goesOn);
      const next = tags[tags.indexOf(tag) + 1];
      const beyond = next === undefined || !tags.includes(tag) ? null : packParts([next, 'waiting', '0']);
      const end = place === 'dead' ? beyond : packParts([tag, 'dead', '0']);
      return { questions: listOf(rows).map(keptOf), cursor: after === '0' ? end : packParts([tag, place, after]) };
    },
    keepUntil: async ({ tenant, conversation, id, seen, until }) => {
      const { tag, base, name } = lie(tenant, conversation, id);
      const till = whole(until);
      const reply = await connection.run(move, {
        what: 'keep a question for longer',
        keys: [`q:${name}`, 'heads', 'parked', 'words', `d:${name}`, 'dead'].map((key) => base + key),
        args: [name, whole(seen), till],
      });
      const [word, person] = listOf(reply);
      const who = textOrNull(person);
      // Who waits for it is told of it for as long.
      if (who !== null)
        await connection.run(nameWho, {
          what: 'note who waits',
          keys: [keys.people(who)],
          args: ['-inf', till, packParts([tag, name]), whole(Math.max(0, until - seen) + BELT_MS)],
        });
      return wordOf(word, ['kept', 'moved']);
    },
    drop: async ({ tenant, conversation, id }) => {
      const { base, name, talk } = lie(tenant, conversation, id);
      const sets = ['heads', 'unsettled', 'parked', 'words', `d:${name}`, 'dead'];
      const reply = await connection.run(drop, {
        what: 'drop a question',
        keys: [`q:${name}`, `e:${name}`, `w:${talk}`, ...sets].map((key) => base + key),
        args: [name, base, REPEATS_MS],
      });
      return wordOf(reply, ['dropped', 'leased', 'gone']);
    },
  };
};
