/**
 * Policy requests of questions, without words: `at` has their names by when they were asked, `kept` whose each is and what is sealed.
 * What would be too many, or too old, goes with whatever is added; and all of it goes by itself once nothing was added for so long.
 */
import type { Decisions, KeptDecision, Log } from '../../core/ports.ts';
import { packParts, unpackParts, whole } from '../../core/stored.ts';
import { DECISIONS_MS } from '../../core/stored-restrictions.ts';
import { type Connection, type Script, script } from './connection.ts';
import { type Keys, nameOf, textOfName } from './keys.ts';
import { damaged, listOf, numberOf, textOf, textOrNull, wordOf } from './replies.ts';

/** In one script, and of a page: Redis does nothing else meanwhile. */
const MOST_AT_ONCE = 500;

/** Of the memory that Redis may take, what may be used before nothing is added here. */
const MOST_SHARE = 0.75;

const LETS_GO = `
local function letGo(names)
  for _, name in ipairs(names) do
    redis.call('ZREM', KEYS[1], name)
    redis.call('HDEL', KEYS[2], name)
  end
  return #names
end
`;

/**
 * at kept · belt eldest most atOnce share, then of each: name at kept. The same name again changes nothing. Where more than this share of the memory
 * is used that Redis may take, some go instead: questions need the room. Who may not ask Redis for that is not told, and adds.
 */
const add = script(`${LETS_GO}
local info = redis.pcall('INFO', 'memory')
if type(info) == 'string' then
  local used, most = string.match(info, 'used_memory:(%d+)'), string.match(info, 'maxmemory:(%d+)')
  if used and most and tonumber(most) > 0 and tonumber(used) > tonumber(most) * tonumber(ARGV[5]) then
    letGo(redis.call('ZRANGE', KEYS[1], 0, 2 * tonumber(ARGV[4]) - 1))
    return 'tight'
  end
end
for i = 6, #ARGV, 3 do
  if redis.call('HSETNX', KEYS[2], ARGV[i], ARGV[i + 2]) == 1 then redis.call('ZADD', KEYS[1], ARGV[i + 1], ARGV[i]) end
end
letGo(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[2], 'LIMIT', 0, ARGV[4]))
local over = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[3])
if over > 0 then letGo(redis.call('ZRANGE', KEYS[1], 0, math.min(over, 2 * tonumber(ARGV[4])) - 1)) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[1])
return 'added'
`);

/** at kept · since limit score name ('' and '' at the beginning). Where the last one is gone, at its time. */
const page = script(`
local since, limit, score, name = unpack(ARGV)
local start
local stands = score ~= '' and redis.call('ZSCORE', KEYS[1], name)
if score == '' then start = redis.call('ZCOUNT', KEYS[1], '-inf', '(' .. since)
elseif stands and tonumber(stands) == tonumber(score) then start = redis.call('ZRANK', KEYS[1], name) + 1
else start = redis.call('ZCOUNT', KEYS[1], '-inf', '(' .. score) end
local found = redis.call('ZRANGE', KEYS[1], start, start + tonumber(limit) - 1, 'WITHSCORES')
local rows = {}
for i = 1, #found, 2 do rows[#rows + 1] = {found[i], found[i + 1], redis.call('HGET', KEYS[2], found[i])} end
return rows
`);

/** at kept · before limit */
const sweep = script(`${LETS_GO}
return letGo(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[1], 'LIMIT', 0, ARGV[2]))
`);

/** at kept · cursor count, then whose */
const forget = script(`${LETS_GO}
local found = redis.call('HSCAN', KEYS[2], ARGV[1], 'COUNT', ARGV[2])
local theirs = {}
for i = 3, #ARGV do theirs[ARGV[i]] = true end
local names = {}
for i = 1, #found[2], 2 do
  if theirs[string.match(found[2][i + 1], '^([^|]*)|')] then names[#names + 1] = found[2][i] end
end
return {found[1], letGo(names)}
`);

/** What stands in \`kept\` before the sealed part. */
export const ownedBy = (owner: string): string => `${packParts([owner])}|`;

/** Whose, and what is sealed. */
export const splitOwned = (text: string): { readonly owner: string; readonly value: string } => {
  const end = text.indexOf('|');
  if (end === -1) throw damaged();
  return { owner: unpackParts(text.slice(0, end))[0] ?? '', value: text.slice(end + 1) };
};

export const createDecisions = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly most: number;
  readonly log?: Log | undefined;
}): Decisions => {
  let tight = false;
  const both = [o.keys.decisions('at'), o.keys.decisions('kept')];
  const run = (call: Script, what: string, args: readonly (string | number)[]) =>
    o.connection.run(call, { what, keys: both, args });

  const put = async (decisions: readonly KeptDecision[]): Promise<void> => {
    const eldest = Math.max(...decisions.map(({ at }) => whole(at))) - DECISIONS_MS;
    const rows = decisions.flatMap(({ id, at, owner, value }) => [nameOf(id), whole(at), ownedBy(owner) + value]);
    const bounds = [DECISIONS_MS, eldest, o.most, MOST_AT_ONCE, MOST_SHARE];
    const said = wordOf(await run(add, 'keep what was asked', [...bounds, ...rows]), ['added', 'tight']);
    // Said once, until there is room again.
    if (said === 'tight' && !tight) o.log?.warn('redis.decisions-shed', { name: 'maxmemory' });
    tight = said === 'tight';
  };

  return {
    add: async ({ decisions }) => {
      for (let at = 0; at < decisions.length; at += MOST_AT_ONCE) await put(decisions.slice(at, at + MOST_AT_ONCE));
    },
    scan: async ({ since, cursor, limit }) => {
      const most = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(limit)));
      const [score = '', name = ''] = cursor === null ? [] : unpackParts(cursor);
      const reply = listOf(await run(page, 'look through what was asked', [whole(since), most, score, name]));
      const rows = reply.map((row) => {
        const [member, at, text] = listOf(row);
        return { member: textOf(member), at: numberOf(at), text: textOrNull(text) };
      });
      const last = rows.length < most ? undefined : rows.at(-1);
      return {
        // Of two keys that end in the same moment one may be gone first.
        decisions: rows.flatMap(({ member, at, text }) =>
          text === null ? [] : [{ id: textOfName(member), at, ...splitOwned(text) }],
        ),
        cursor: last === undefined ? null : packParts([String(last.at), last.member]),
      };
    },
    forget: async ({ owners }) => {
      if (owners.length === 0) return 0;
      const whose = owners.map((owner) => packParts([owner]));
      let gone = 0;
      for (let cursor = '0', first = true; first || cursor !== '0'; first = false) {
        const reply = listOf(await run(forget, 'forget what was asked', [cursor, MOST_AT_ONCE, ...whose]));
        cursor = textOf(reply[0]);
        gone += numberOf(reply[1]);
      }
      return gone;
    },
    sweep: async ({ before, limit }) => {
      let gone = 0;
      for (let last = MOST_AT_ONCE; last === MOST_AT_ONCE && gone < limit; gone += last) {
        const most = Math.min(MOST_AT_ONCE, Math.floor(limit) - gone);
        last = numberOf(await run(sweep, 'forget what was asked long ago', [whole(before), most]));
      }
      return gone;
    },
  };
};
