/** Who was told what everybody is told once: one hash, each field a keyed hash with when, and until when whoever tells it has (0: it was told). */
import type { Marks } from '../../core/ports.ts';
import { MOST_MARKS, whole } from '../../core/stored.ts';
import { type Connection, script } from './connection.ts';
import { type Keys, nameOf } from './keys.ts';
import { numberOf, textOrNull, wordOf } from './replies.ts';

/** marks · now until most, then owners */
const begin = script(`
local now, most = tonumber(ARGV[1]), tonumber(ARGV[3])
for i = 4, #ARGV do
  local kept = redis.call('HGET', KEYS[1], ARGV[i])
  if kept then
    local until_ = tonumber(string.match(kept, '|(%d+)$'))
    if until_ == 0 then return 'told' end
    if until_ > now then return 'busy' end
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[1] .. '|' .. ARGV[2])
    return 'again'
  end
end
if #ARGV < 4 or redis.call('HLEN', KEYS[1]) >= most then return 'full' end
redis.call('HSET', KEYS[1], ARGV[4], ARGV[1] .. '|' .. ARGV[2])
return 'first'
`);

/** marks · now, then owners */
const done = script(`
for i = 2, #ARGV do
  if redis.call('HEXISTS', KEYS[1], ARGV[i]) == 1 then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[1] .. '|0')
    return 'done'
  end
end
return 'gone'
`);

/** marks · owners */
const find = script(`
for i = 1, #ARGV do
  local kept = redis.call('HGET', KEYS[1], ARGV[i])
  if kept then return kept end
end
return false
`);

export const createMarks = (o: { readonly connection: Connection; readonly keys: Keys }): Marks => {
  const { connection } = o;
  const keys = [o.keys.all('marks')];
  return {
    begin: async ({ owners, now, until }) => {
      const args = [whole(now), whole(until), MOST_MARKS, ...owners.map(nameOf)];
      const said = await connection.run(begin, { what: 'begin to tell somebody', keys, args });
      return wordOf(said, ['first', 'again', 'told', 'busy', 'full']);
    },
    done: async ({ owners, now }) => {
      const args = [whole(now), ...owners.map(nameOf)];
      wordOf(await connection.run(done, { what: 'note that somebody was told', keys, args }), ['done', 'gone']);
    },
    find: async ({ owners }) => {
      const args = owners.map(nameOf);
      const kept = textOrNull(await connection.run(find, { what: 'look whether somebody was told', keys, args }));
      const [at, until] = kept?.split('|') ?? [];
      return kept === null ? null : { at: numberOf(at), told: numberOf(until) === 0 };
    },
    forget: async ({ owners }) => {
      const names = [...new Set(owners)].map(nameOf);
      if (names.length === 0) return 0;
      return numberOf(await connection.ask('forget that somebody was told', 'HDEL', ...keys, ...names));
    },
  };
};
