/** Where chats can be reached, sealed, and for how long that is kept. */
import type { References } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { type Connection, script } from './connection.ts';
import { readSealed } from './conversations.ts';
import { type Keys, nameOf, tagOf, tagsOf, textOfName } from './keys.ts';
import type { Paging } from './paging.ts';
import { textOf } from './replies.ts';
import type { Shards } from './shards.ts';

/** One that nobody sweeps goes by itself so long after its time. */
const BELT_MS = 24 * 60 * 60_000;

/** r until · value until belt name owner. The call does not say what time it is, so the belt goes by the clock of Redis. */
const keep = script(`
local time = redis.call('TIME')
local left = tonumber(ARGV[2]) - tonumber(time[1]) * 1000
redis.call('HSET', KEYS[1], 'u', ARGV[2], 's', ARGV[1], 'o', ARGV[5])
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.max(0, left) + tonumber(ARGV[3])))
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[4])
return 'kept'
`);

/** r until · name */
const forget = script(`
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.call('DEL', KEYS[1])
`);

const PAGE = { kind: 'r:', fields: ['o', 's'], limit: 500 } as const;

/** Nobody has more chats of their own with one bot. */
const MOST_LISTED = 100;

export const createReferences = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly shards: Shards;
  readonly paging: Paging;
}): References => {
  const { connection, keys } = o;
  return {
    keep: async ({ tenant, key, owner, value, until }) => {
      const tag = tagOf(tenant, key);
      await o.shards.ready(tag);
      const base = keys.base(tag);
      const name = `r:${nameOf(key)}`;
      await connection.run(keep, {
        what: 'keep a reference',
        keys: [base + name, `${base}until`],
        args: [value, whole(until), BELT_MS, name, owner],
      });
    },
    find: async ({ tenant, key, now }) => {
      const at = `${keys.base(tagOf(tenant, key))}r:${nameOf(key)}`;
      return readSealed(connection, { what: 'find a reference', key: at, now: whole(now) });
    },
    of: async ({ tenant, owner, now }) => {
      const what = 'find references';
      const tags = tagsOf(tenant);
      const own: { readonly key: string; readonly value: string; readonly until: number }[] = [];
      for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
        const page = await o.paging.page({ ...PAGE, what, from: now, to: Number.POSITIVE_INFINITY, cursor, tags });
        for (const { member, until, fields } of page.kept) {
          const [whose, value] = fields;
          if (owner === '' || whose !== owner) continue;
          own.push({ key: textOfName(member.slice('r:'.length)), value: textOf(value), until });
        }
        if (own.length >= MOST_LISTED) break;
        cursor = page.cursor;
      }
      return own.slice(0, MOST_LISTED);
    },
    forget: async ({ tenant, key }) => {
      const base = keys.base(tagOf(tenant, key));
      const name = `r:${nameOf(key)}`;
      await connection.run(forget, {
        what: 'forget a reference',
        keys: [base + name, `${base}until`],
        args: [name],
      });
    },
  };
};
