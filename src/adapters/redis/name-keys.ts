/** By what sealed names open: one hash, each field a keyed hash of a person with what is sealed. */
import type { KeptNameKey, NameKeys } from '../../core/ports.ts';
import { MOST_NAME_KEYS } from '../../core/stored.ts';
import { type Connection, script } from './connection.ts';
import { type Keys, nameOf, textOfName } from './keys.ts';
import { listOf, numberOf, textOf } from './replies.ts';

const FOUND = `
local function found(first)
  for i = first, #ARGV do
    local kept = redis.call('HGET', KEYS[1], ARGV[i])
    if kept then return {ARGV[i], kept} end
  end
end
`;

/** name-keys · owners */
const find = script(`${FOUND}
return found(1) or false
`);

/** name-keys · value most, then owners */
const keep = script(`${FOUND}
local stands = found(3)
if stands then return stands end
if #ARGV < 3 or redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[2]) then return false end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[1])
return {ARGV[3], ARGV[1]}
`);

export const createNameKeys = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly most?: number;
}): NameKeys => {
  const { connection, most = MOST_NAME_KEYS } = o;
  const keys = [o.keys.all('name-keys')];
  const keptOf = (reply: unknown): KeptNameKey | null => {
    if (reply === null) return null;
    const [owner, value] = listOf(reply);
    return { owner: textOfName(textOf(owner)), value: textOf(value) };
  };
  return {
    find: async ({ owners }) =>
      keptOf(await connection.run(find, { what: 'read the key of a name', keys, args: owners.map(nameOf) })),
    keep: async ({ owners, value }) => {
      const args = [value, most, ...owners.map(nameOf)];
      return keptOf(await connection.run(keep, { what: 'keep the key of a name', keys, args }));
    },
    forget: async ({ owners }) => {
      const names = [...new Set(owners)].map(nameOf);
      if (names.length === 0) return 0;
      return numberOf(await connection.ask('forget the key of a name', 'HDEL', ...keys, ...names));
    },
  };
};
