/** That somebody looked at what is kept or logged of a person: by when, and whose each is with what it was. They are few. */
import type { Look, Looks } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { LOOKS_MS, MOST_LOOKS } from '../../core/stored-looks.ts';
import { type Connection, script } from './connection.ts';
import { createDatedRows, LETS_GO, ownedBy, splitOwned } from './dated.ts';
import { type Keys, nameOf, textOfName } from './keys.ts';
import { damaged, listOf, numberOf, textOf, wordOf } from './replies.ts';

/** at kept · belt over most name at whose what entries ('': not known) */
const put = script(`${LETS_GO}
local belt, over, most, name, at, whose, what, entries = unpack(ARGV)
letGo(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', over))
local kept = redis.call('HGET', KEYS[2], name)
if kept then
  if entries ~= '' then redis.call('HSET', KEYS[2], name, string.match(kept, '^(.* )%d*$') .. entries) end
  return 'kept'
end
if redis.call('ZCARD', KEYS[1]) >= tonumber(most) then return 'full' end
redis.call('HSET', KEYS[2], name, whose .. what .. ' ' .. entries)
redis.call('ZADD', KEYS[1], at, name)
redis.call('PEXPIRE', KEYS[1], belt)
redis.call('PEXPIRE', KEYS[2], belt)
return 'kept'
`);

/** at kept · over, then whose */
const ofOne = script(`
local found = {}
local rows = redis.call('HGETALL', KEYS[2])
for i = 1, #rows, 2 do
  local at = tonumber(redis.call('ZSCORE', KEYS[1], rows[i]) or '0')
  for j = 2, #ARGV do
    if at > tonumber(ARGV[1]) and string.sub(rows[i + 1], 1, #ARGV[j]) == ARGV[j] then
      found[#found + 1] = {rows[i], at, rows[i + 1]}
      break
    end
  end
end
return found
`);

const lookOf = (name: string, at: number, text: string): Look => {
  const [what, entries = ''] = splitOwned(text).value.split(' ');
  if (what !== 'log' && what !== 'export') throw damaged();
  return { id: textOfName(name), at, what, entries: entries === '' ? null : numberOf(entries) };
};

export const createLooks = ({ connection, keys }: { connection: Connection; keys: Keys }): Looks => {
  const both = [keys.all('looks-at'), keys.all('looks')];
  const rows = createDatedRows({ connection, both, what: 'looks' });
  const over = (now: number): number => whole(now) - LOOKS_MS;
  return {
    put: async ({ id, at, owner, what, entries, now }) => {
      const args = [LOOKS_MS, over(now), MOST_LOOKS, nameOf(id), whole(at), ownedBy(owner), what, entries ?? ''];
      const said = await connection.run(put, { what: 'keep that somebody was looked at', keys: both, args });
      return wordOf(said, ['kept', 'full']);
    },
    of: async ({ owners, now }) => {
      const args = [over(now), ...new Set(owners.map(ownedBy))];
      const reply = listOf(await connection.run(ofOne, { what: 'read who was looked at', keys: both, args }));
      return reply
        .map((row) => {
          const [name, at, text] = listOf(row);
          return lookOf(textOf(name), numberOf(at), textOf(text));
        })
        .toSorted((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1));
    },
    sweep: ({ now }) => rows.sweep({ before: over(now) + 1, limit: MOST_LOOKS }),
  };
};
