/**
 * Policy requests of questions, without words (`dated.ts`). What would be too many, or too old, goes with whatever is added; and all of
 * it goes by itself once nothing was added for so long.
 */
import type { Decisions, KeptDecision, Log } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { DECISIONS_MS } from '../../core/stored-restrictions.ts';
import { type Connection, script } from './connection.ts';
import { createDatedRows, LETS_GO, MOST_AT_ONCE, ownedBy } from './dated.ts';
import { type Keys, nameOf } from './keys.ts';
import { wordOf } from './replies.ts';

/** Of the memory that Redis may take, what may be used before nothing is added here. */
const MOST_SHARE = 0.75;

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

export const createDecisions = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly most: number;
  readonly log?: Log | undefined;
}): Decisions => {
  let tight = false;
  const both = [o.keys.decisions('at'), o.keys.decisions('kept')];
  const rows = createDatedRows({ connection: o.connection, both, what: 'what was asked' });

  const put = async (decisions: readonly KeptDecision[]): Promise<void> => {
    const eldest = Math.max(...decisions.map(({ at }) => whole(at))) - DECISIONS_MS;
    const added = decisions.flatMap(({ id, at, owner, value }) => [nameOf(id), whole(at), ownedBy(owner) + value]);
    const bounds = [DECISIONS_MS, eldest, o.most, MOST_AT_ONCE, MOST_SHARE];
    const said = wordOf(
      await o.connection.run(add, { what: 'keep what was asked', keys: both, args: [...bounds, ...added] }),
      ['added', 'tight'],
    );
    // Said once, until there is room again.
    if (said === 'tight' && !tight) o.log?.warn('redis.decisions-shed', { name: 'maxmemory' });
    tight = said === 'tight';
  };

  return {
    add: async ({ decisions }) => {
      for (let at = 0; at < decisions.length; at += MOST_AT_ONCE) await put(decisions.slice(at, at + MOST_AT_ONCE));
    },
    scan: async (asked) => {
      const { rows: decisions, cursor } = await rows.page(asked);
      return { decisions, cursor };
    },
    forget: ({ owners }) => rows.forget(owners),
    sweep: (asked) => rows.sweep(asked),
  };
};
