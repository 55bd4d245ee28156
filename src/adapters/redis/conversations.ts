/** What conversations and references hold, sealed, and for how long. Both are found by the sweep through `until`, and go by themselves if nobody sweeps. */
import type { Conversations, Transcript } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { type Connection, script } from './connection.ts';
import { sweepGrants } from './grants.ts';
import { type Keys, nameOf, tagOf, textOfName } from './keys.ts';
import type { Kept, Paging } from './paging.ts';
import { listOf, numberOf, numberOrNull, textOf, textOrNull, wordOf } from './replies.ts';
import type { Shards } from './shards.ts';
import { sweepSignIns } from './sign-ins.ts';

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

/** s until · seen until belt member. The call does not say what time it is, so the belt goes by the clock of Redis. */
const move = script(`
if tonumber(redis.call('HGET', KEYS[1], 'u') or '-1') ~= tonumber(ARGV[1]) then return 'moved' end
local time = redis.call('TIME')
local left = tonumber(ARGV[2]) - tonumber(time[1]) * 1000
redis.call('HSET', KEYS[1], 'u', ARGV[2])
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.max(0, left) + tonumber(ARGV[3])))
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[4])
return 'kept'
`);

/** s until · member */
const shred = script(`
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.call('DEL', KEYS[1])
`);

/** A state that nobody sweeps goes by itself so long after its time. */
const BELT_MS = 60 * 60_000;

const FIELDS = ['t', 'a', 'b', 's', 'u'];

/** What went meanwhile, or was written by an older version that did not say whose it is, has no fields of that kind. */
const transcriptOf = ({ member, until, fields }: Kept): readonly Transcript[] => {
  const [tenant, account, about, state] = fields;
  if (textOrNull(state) === null) return [];
  return [
    {
      tenant: textOrNull(tenant) ?? '',
      conversation: textOfName(member.slice('s:'.length)),
      account: textOrNull(account) ?? '',
      about: textOrNull(about) ?? '',
      state: textOf(state),
      until,
    },
  ];
};

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
  readonly paging: Paging;
}): Conversations => {
  const { connection, keys } = o;
  const at = (tenant: string, conversation: string) => {
    const base = keys.base(tagOf(tenant, conversation));
    const member = `s:${nameOf(conversation)}`;
    return { member, keys: [base + member, `${base}until`] };
  };
  return {
    scan: async ({ from, to, cursor, limit }) => {
      const what = 'look through the conversations';
      const page = await o.paging.page({ what, kind: 's:', fields: FIELDS, from, to, cursor, limit });
      return { transcripts: page.kept.flatMap(transcriptOf), cursor: page.cursor };
    },
    keepUntil: async ({ tenant, conversation, seen, until }) => {
      const { member, keys: both } = at(tenant, conversation);
      const args = [whole(seen), whole(until), BELT_MS, member];
      return wordOf(await connection.run(move, { what: 'keep a conversation', keys: both, args }), ['kept', 'moved']);
    },
    shred: async ({ tenant, conversation }) => {
      const { member, keys: both } = at(tenant, conversation);
      const gone = await connection.run(shred, { what: 'shred a conversation', keys: both, args: [member] });
      return numberOf(gone) === 0 ? 'gone' : 'shredded';
    },
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
      const over = { now, limit: MOST_SWEPT };
      const signIns = [await sweepGrants(o, over), await sweepSignIns(o, over)];
      return [...swept.map(numberOf), ...signIns].reduce((sum, one) => sum + one, 0);
    },
  };
};
