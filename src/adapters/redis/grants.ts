/** Strong sign-ins that count: one hash, each field a keyed hash of a person with until when it stands and what is sealed; beside it, by when they go. */
import type { Grants, KeptGrant } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { type Connection, script } from './connection.ts';
import { type Keys, nameOf, textOfName } from './keys.ts';
import { damaged, listOf, numberOf, textOf, textOrNull, wordOf } from './replies.ts';
import { BELT_MS, STRETCH } from './step.ts';

/** In one script, and of a page: Redis does nothing else meanwhile. */
const MOST_AT_ONCE = 500;

/** The first of these owners, from `first` on, whose time is not over: its name and what stands there. */
const FOUND = `
local function found(now, first)
  for i = first, #ARGV do
    local kept = redis.call('HGET', KEYS[1], ARGV[i])
    if kept and tonumber(string.match(kept, '^(%d+)|')) > tonumber(now) then return ARGV[i], kept end
  end
end
local function letGo(name)
  redis.call('ZREM', KEYS[2], name)
  return redis.call('HDEL', KEYS[1], name)
end
`;

/** grants until · now, then owners */
const find = script(`${FOUND}
local name, kept = found(ARGV[1], 2)
return name and {name, kept} or false
`);

/** grants until · now until value what was seen ('': nothing) belt, then owners */
const put = script(`${FOUND}${STRETCH}
local now, until_, value, seen, belt = unpack(ARGV, 1, 5)
local _, kept = found(now, 6)
if (kept and string.match(kept, '^%d+|(.*)$') or '') ~= seen then return 'moved' end
for i = 6, #ARGV do letGo(ARGV[i]) end
redis.call('HSET', KEYS[1], ARGV[6], until_ .. '|' .. value)
redis.call('ZADD', KEYS[2], until_, ARGV[6])
stretch(until_, now, belt)
return 'put'
`);

/** grants until · owners */
const end_ = script(`${FOUND}
local gone = 0
for i = 1, #ARGV do gone = gone + letGo(ARGV[i]) end
return gone
`);

/** grants until · now limit */
const sweep = script(`${FOUND}
local names = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, name in ipairs(names) do letGo(name) end
return #names
`);

/** What stands in a field before the sealed part. */
export const grantHead = (until: number): string => `${until}|`;

/** Until when it stands, and what is sealed. */
export const splitGrant = (text: string): { readonly until: number; readonly value: string } => {
  const at = text.indexOf('|');
  if (at === -1) throw damaged();
  return { until: numberOf(text.slice(0, at)), value: text.slice(at + 1) };
};

const grantOf = (name: string, text: string): KeptGrant => ({ owner: textOfName(name), ...splitGrant(text) });

const keysOf = (keys: Keys): readonly string[] => [keys.all('grants'), keys.all('grants-until')];

export const createGrants = ({ connection, keys }: { connection: Connection; keys: Keys }): Grants => {
  const both = keysOf(keys);
  const [grants = ''] = both;
  return {
    find: async ({ owners, now }) => {
      const args = [whole(now), ...owners.map(nameOf)];
      const reply = await connection.run(find, { what: 'read a sign-in', keys: both, args });
      if (reply === null) return null;
      const [name, text] = listOf(reply);
      return grantOf(textOf(name), textOf(text));
    },
    put: async ({ owners, seen, value, now, until }) => {
      if (owners.length === 0) return 'moved';
      const args = [whole(now), whole(until), value, seen ?? '', BELT_MS, ...owners.map(nameOf)];
      return wordOf(await connection.run(put, { what: 'keep a sign-in', keys: both, args }), ['put', 'moved']);
    },
    end: async ({ owners }) => {
      const args = [...new Set(owners)].map(nameOf);
      return numberOf(await connection.run(end_, { what: 'end a sign-in', keys: both, args }));
    },
    scan: async ({ now, cursor, limit }) => {
      const what = 'look through the sign-ins';
      const most = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(limit)));
      const [next, list] = listOf(await connection.ask(what, 'HSCAN', grants, cursor ?? '0', 'COUNT', most));
      const all = listOf(list).map(textOrNull);
      const found: KeptGrant[] = [];
      for (let at = 0; at + 1 < all.length; at += 2) found.push(grantOf(all[at] ?? '', all[at + 1] ?? ''));
      return { grants: found.filter(({ until }) => until > now), cursor: next === '0' ? null : textOf(next) };
    },
  };
};

/** Forgets those whose time is over; returns how many. */
export const sweepGrants = async (
  { connection, keys }: { readonly connection: Connection; readonly keys: Keys },
  { now, limit }: { readonly now: number; readonly limit: number },
): Promise<number> =>
  numberOf(
    await connection.run(sweep, { what: 'forget old sign-ins', keys: keysOf(keys), args: [whole(now), whole(limit)] }),
  );
