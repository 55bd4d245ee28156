/**
 * Links to the sign-in page and sign-ins that were begun: by when they go, what each is (owner, then what is sealed), and whose they are
 * (owner and key as one member, so that one person's are a range).
 */
import type { SignIns } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { MOST_SIGN_INS_OF_ONE } from '../../core/stored-sign-ins.ts';
import { type Connection, type Script, script } from './connection.ts';
import { type Keys, nameOf } from './keys.ts';
import { numberOf, textOrNull, wordOf } from './replies.ts';
import { BELT_MS, STRETCH } from './step.ts';

/** In one script: Redis does nothing else meanwhile. */
const MOST_AT_ONCE = 1_000;

/** Names are escaped, so that `|` divides, and `}` is greater than all that stands in one. */
const HELPERS = `
local function letGo(name)
  local kept = redis.call('HGET', KEYS[2], name)
  if kept then redis.call('ZREM', KEYS[3], string.match(kept, '^([^|]*)|') .. '|' .. name) end
  redis.call('ZREM', KEYS[1], name)
  redis.call('HDEL', KEYS[2], name)
end
local function sweep(now, limit)
  local names = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, limit)
  for _, name in ipairs(names) do letGo(name) end
  return #names
end
local function namesOf(owner)
  local names = {}
  for i, member in ipairs(redis.call('ZRANGEBYLEX', KEYS[3], '[' .. owner .. '|', '(' .. owner .. '}')) do
    names[i] = string.sub(member, #owner + 2)
  end
  return names
end
local function stands(name, now)
  local until_ = redis.call('ZSCORE', KEYS[1], name)
  return until_ and tonumber(until_) > tonumber(now)
end
local function valueOf(name, now)
  local kept = stands(name, now) and redis.call('HGET', KEYS[2], name)
  return kept and string.match(kept, '^[^|]*|(.*)$')
end
`;

/** until kept of · now until name owner value, most, most of one, at once, belt */
const keep = script(`${HELPERS}${STRETCH}
local now, until_, name, owner, value, most, mostOfOne, atOnce, belt = unpack(ARGV)
sweep(now, atOnce)
if stands(name, now) then return 'kept' end
letGo(name)
local theirs = 0
for _, one in ipairs(namesOf(owner)) do
  if stands(one, now) then theirs = theirs + 1 else letGo(one) end
end
if theirs >= tonumber(mostOfOne) or redis.call('ZCARD', KEYS[1]) >= tonumber(most) then return 'full' end
redis.call('ZADD', KEYS[1], until_, name)
redis.call('HSET', KEYS[2], name, owner .. '|' .. value)
redis.call('ZADD', KEYS[3], 0, owner .. '|' .. name)
stretch(until_, now, belt)
return 'kept'
`);

/** until kept of · now name */
const read = script(`${HELPERS}
return valueOf(ARGV[2], ARGV[1]) or false
`);

/** until kept of · now name seen value */
const swap = script(`${HELPERS}
local now, name, seen, value = unpack(ARGV)
if valueOf(name, now) ~= seen then return 'moved' end
redis.call('HSET', KEYS[2], name, string.match(redis.call('HGET', KEYS[2], name), '^[^|]*|') .. value)
return 'swapped'
`);

/** until kept of · now name */
const take = script(`${HELPERS}
local value = valueOf(ARGV[2], ARGV[1])
if not value then return false end
letGo(ARGV[2])
return value
`);

/** until kept of · owners */
const end_ = script(`${HELPERS}
local gone = 0
for i = 1, #ARGV do
  for _, name in ipairs(namesOf(ARGV[i])) do
    letGo(name)
    gone = gone + 1
  end
end
return gone
`);

/** until kept of · now limit */
const sweep = script(`${HELPERS}
return sweep(ARGV[1], ARGV[2])
`);

const keysOf = (keys: Keys): readonly string[] => ['sign-ins-until', 'sign-ins', 'sign-ins-of'].map(keys.all);

export const createSignIns = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  /** All together; see `MOST_SIGN_INS`. */
  readonly most: number;
}): SignIns => {
  const keys = keysOf(o.keys);
  const run = (call: Script, what: string, args: readonly (string | number)[]) =>
    o.connection.run(call, { what, keys, args });
  return {
    keep: async ({ key, owner, value, now, until }) => {
      const bounds = [o.most, MOST_SIGN_INS_OF_ONE, MOST_AT_ONCE, BELT_MS];
      const args = [whole(now), whole(until), nameOf(key), nameOf(owner), value, ...bounds];
      return wordOf(await run(keep, 'keep a sign-in that was begun', args), ['kept', 'full']);
    },
    read: async ({ key, now }) =>
      textOrNull(await run(read, 'read a sign-in that was begun', [whole(now), nameOf(key)])),
    swap: async ({ key, seen, value, now }) =>
      wordOf(await run(swap, 'go on with a sign-in', [whole(now), nameOf(key), seen, value]), ['swapped', 'moved']),
    take: async ({ key, now }) =>
      textOrNull(await run(take, 'take a sign-in that was begun', [whole(now), nameOf(key)])),
    end: async ({ owners }) =>
      numberOf(await run(end_, 'end sign-ins that were begun', [...new Set(owners)].map(nameOf))),
  };
};

/** Forgets those whose time is over; returns how many. */
export const sweepSignIns = async (
  o: { readonly connection: Connection; readonly keys: Keys },
  { now, limit }: { readonly now: number; readonly limit: number },
): Promise<number> =>
  numberOf(
    await o.connection.run(sweep, {
      what: 'forget old sign-ins that were begun',
      keys: keysOf(o.keys),
      args: [whole(now), Math.min(MOST_AT_ONCE, whole(limit))],
    }),
  );
