/**
 * Changes of the restrictions that are not in force: `proposals` has each one's end and state by its name, `proposal-bodies` what is
 * sealed. They are few, so every verb first shreds those that have had their time.
 */
import type { KeptProposal, Proposals } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { MOST_PROPOSALS } from '../../core/stored-restrictions.ts';
import { type Connection, draining, type Script } from './connection.ts';
import { type Keys, nameOf, textOfName } from './keys.ts';
import { damaged, listOf, numberOf, textOf, wordOf } from './replies.ts';

/** proposals proposal-bodies · now … */
const SWEEP = `
local now = tonumber(ARGV[1])
local kept = redis.call('HGETALL', KEYS[1])
local left = 0
for i = 1, #kept, 2 do
  if tonumber(string.match(kept[i + 1], '^(-?%d+)|')) <= now then
    redis.call('HDEL', KEYS[1], kept[i])
    redis.call('HDEL', KEYS[2], kept[i])
  else
    left = left + 1
  end
end
local function proposal(name)
  local what = redis.call('HGET', KEYS[1], name)
  return what and {name, what, redis.call('HGET', KEYS[2], name)}
end
`;

/** … name what body most */
const put = draining(`${SWEEP}
if left >= tonumber(ARGV[5]) and redis.call('HEXISTS', KEYS[1], ARGV[2]) == 0 then return 'full' end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
redis.call('HSET', KEYS[2], ARGV[2], ARGV[4])
return 'put'
`);

/** … name */
const findOne = draining(`${SWEEP}
return {proposal(ARGV[2]) or nil}
`);

const all = draining(`${SWEEP}
local found = {}
for i, name in ipairs(redis.call('HKEYS', KEYS[1])) do found[i] = proposal(name) end
return found
`);

/** proposals proposal-bodies · name */
const drop = draining(`
redis.call('HDEL', KEYS[2], ARGV[1])
return redis.call('HDEL', KEYS[1], ARGV[1]) == 1 and 'dropped' or 'gone'
`);

const proposalOf = (row: unknown): KeptProposal => {
  const [name, what, body] = listOf(row);
  const [, until, state] = /^(-?[0-9]+)\|(draft|waiting)$/.exec(textOf(what)) ?? [];
  if (state !== 'draft' && state !== 'waiting') throw damaged();
  return { id: textOfName(textOf(name)), state, body: textOf(body), until: numberOf(until) };
};

export const createProposals = ({ connection, keys }: { connection: Connection; keys: Keys }): Proposals => {
  const both = ['proposals', 'proposal-bodies'].map(keys.all);
  const run = (call: Script, what: string, args: readonly (string | number)[]) =>
    connection.run(call, { what, keys: both, args });
  return {
    put: async ({ id, state, body, until, now }) => {
      const args = [whole(now), nameOf(id), `${whole(until)}|${state}`, body, MOST_PROPOSALS];
      return wordOf(await run(put, 'keep a proposal', args), ['put', 'full']);
    },
    find: async ({ id, now }) => {
      const [row] = listOf(await run(findOne, 'find a proposal', [whole(now), nameOf(id)]));
      return row === undefined ? null : proposalOf(row);
    },
    all: async ({ now }) => listOf(await run(all, 'read the proposals', [whole(now)])).map(proposalOf),
    drop: async ({ id }) => wordOf(await run(drop, 'shred a proposal', [nameOf(id)]), ['dropped', 'gone']),
  };
};
