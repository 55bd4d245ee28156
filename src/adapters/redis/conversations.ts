/** What conversations and references hold, sealed, and for how long. Both are found by the sweep through `until`, and go by themselves if nobody sweeps. */
import type { Conversations } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { type Connection, script } from './connection.ts';
import { type Keys, nameOf, tagOf } from './keys.ts';
import { listOf, numberOf, numberOrNull, textOf } from './replies.ts';
import type { Shards } from './shards.ts';

/** Of one tag in one sweep: Redis does nothing else meanwhile, and the next sweep goes on. */
const MOST_SWEPT = 2_000;

/** until · base now limit */
const sweep = script(`
local over = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2], 'LIMIT', 0, ARGV[3])
for _, name in ipairs(over) do
  redis.call('DEL', ARGV[1] .. name)
  redis.call('ZREM', KEYS[1], name)
end
return #over
`);

/** Reads `u` (until) and `s` (sealed) of a key. */
export const readSealed = async (
  connection: Connection,
  o: { readonly what: string; readonly key: string; readonly now: number },
): Promise<string | null> => {
  const [until, sealed] = listOf(await connection.ask(o.what, 'HMGET', o.key, 'u', 's'));
  const at = numberOrNull(until);
  return at === null || at <= o.now ? null : textOf(sealed);
};

export const createConversations = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly shards: Shards;
}): Conversations => {
  const { connection, keys } = o;
  return {
    read: async ({ tenant, conversation, now }) => {
      const key = `${keys.base(tagOf(tenant, conversation))}s:${nameOf(conversation)}`;
      return readSealed(connection, { what: 'read a conversation', key, now: whole(now) });
    },
    sweep: async ({ now }) => {
      const tags = await o.shards.known();
      const swept = await Promise.all(
        tags.map((tag) => {
          const base = keys.base(tag);
          return connection.run(sweep, {
            what: 'be swept',
            keys: [`${base}until`],
            args: [base, whole(now), MOST_SWEPT],
          });
        }),
      );
      return swept.map(numberOf).reduce((sum, one) => sum + one, 0);
    },
  };
};
