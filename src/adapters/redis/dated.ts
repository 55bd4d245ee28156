/**
 * What is sealed and kept for a time: `at` has the names by when they came, `kept` whose each is and what is sealed.
 */
import { packParts, unpackParts, whole } from '../../core/stored.ts';
import { type Connection, type Script, script } from './connection.ts';
import { textOfName } from './keys.ts';
import { damaged, listOf, numberOf, textOf, textOrNull } from './replies.ts';

/** In one script, and of a page: Redis does nothing else meanwhile. */
export const MOST_AT_ONCE = 500;

/** Of both keys, the first two of a script. */
export const LETS_GO = `
local function letGo(names)
  for _, name in ipairs(names) do
    redis.call('ZREM', KEYS[1], name)
    redis.call('HDEL', KEYS[2], name)
  end
  return #names
end
`;

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

/** One that is kept. */
export interface Dated {
  readonly id: string;
  readonly at: number;
  readonly owner: string;
  readonly value: string;
}

export interface DatedRows {
  page(o: { readonly since: number; readonly cursor: string | null; readonly limit: number }): Promise<{
    readonly rows: readonly Dated[];
    readonly cursor: string | null;
  }>;
  forget(owners: readonly string[]): Promise<number>;
  sweep(o: { readonly before: number; readonly limit: number }): Promise<number>;
}

/** `what` is called so in what is said of a failure. */
export const createDatedRows = (o: {
  readonly connection: Connection;
  /** `at` and `kept`. */
  readonly both: readonly string[];
  readonly what: string;
}): DatedRows => {
  const run = (call: Script, what: string, args: readonly (string | number)[]) =>
    o.connection.run(call, { what, keys: o.both, args });
  return {
    page: async ({ since, cursor, limit }) => {
      const most = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(limit)));
      const [score = '', name = ''] = cursor === null ? [] : unpackParts(cursor);
      const reply = listOf(await run(page, `look through ${o.what}`, [whole(since), most, score, name]));
      const rows = reply.map((row) => {
        const [member, at, text] = listOf(row);
        return { member: textOf(member), at: numberOf(at), text: textOrNull(text) };
      });
      const last = rows.length < most ? undefined : rows.at(-1);
      return {
        // Of two keys that end in the same moment one may be gone first.
        rows: rows.flatMap(({ member, at, text }) =>
          text === null ? [] : [{ id: textOfName(member), at, ...splitOwned(text) }],
        ),
        cursor: last === undefined ? null : packParts([String(last.at), last.member]),
      };
    },
    forget: async (owners) => {
      if (owners.length === 0) return 0;
      const whose = owners.map((owner) => packParts([owner]));
      let gone = 0;
      for (let cursor = '0', first = true; first || cursor !== '0'; first = false) {
        const reply = listOf(await run(forget, `forget ${o.what}`, [cursor, MOST_AT_ONCE, ...whose]));
        cursor = textOf(reply[0]);
        gone += numberOf(reply[1]);
      }
      return gone;
    },
    sweep: async ({ before, limit }) => {
      let gone = 0;
      for (let last = MOST_AT_ONCE; last === MOST_AT_ONCE && gone < limit; gone += last) {
        const most = Math.min(MOST_AT_ONCE, Math.floor(limit) - gone);
        last = numberOf(await run(sweep, `forget old ${o.what}`, [whole(before), most]));
      }
      return gone;
    },
  };
};
