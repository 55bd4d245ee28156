/**
 * What is kept with an end, in the order of its end: states of conversations (`s:`) and references (`r:`), both found through
 * `until`. A page begins after the last one's last member; where that was moved meanwhile, at its time, so that nothing which
 * stands is left out and some of it may come twice.
 */
import { packParts, unpackParts } from '../../core/stored.ts';
import { type Connection, script } from './connection.ts';
import type { Keys } from './keys.ts';
import { listOf, numberOf, textOf } from './replies.ts';
import type { Shards } from './shards.ts';

/** Members of a page; Redis does nothing else meanwhile. */
const MOST_LISTED = 500;

/** until · base from to limit kind score member ('' and '' at the beginning), then the fields that are wanted of each */
const page = script(`
local base, from, to, limit, kind, score, member = unpack(ARGV)
local start
if member == '' then
  start = redis.call('ZCOUNT', KEYS[1], '-inf', from)
else
  local stands = redis.call('ZSCORE', KEYS[1], member)
  if stands and tonumber(stands) == tonumber(score) then start = redis.call('ZRANK', KEYS[1], member) + 1
  else start = redis.call('ZCOUNT', KEYS[1], '-inf', '(' .. score) end
end
local found = redis.call('ZRANGE', KEYS[1], start, start + tonumber(limit) - 1, 'WITHSCORES')
local rows = {}
local more = #found == tonumber(limit) * 2
for i = 1, #found, 2 do
  if to ~= '+inf' and tonumber(found[i + 1]) > tonumber(to) then
    more = false
    break
  end
  local row = {found[i], found[i + 1], 0}
  if string.sub(found[i], 1, 2) == kind then
    row[3] = redis.call('HMGET', base .. found[i], unpack(ARGV, 8))
  end
  rows[#rows + 1] = row
end
return {more and 1 or 0, rows}
`);

export interface Kept {
  /** Within its tag: the kind, and the escaped name. */
  readonly member: string;
  readonly until: number;
  readonly fields: readonly unknown[];
}

export interface Paging {
  page(o: {
    readonly what: string;
    readonly kind: 's:' | 'r:';
    readonly fields: readonly string[];
    readonly from: number;
    readonly to: number;
    readonly cursor: string | null;
    readonly limit: number;
    /** Where to look; unless told, everywhere. */
    readonly tags?: readonly string[];
  }): Promise<{ readonly kept: readonly Kept[]; readonly cursor: string | null }>;
}

const bound = (time: number): string => {
  if (time === Number.POSITIVE_INFINITY) return '+inf';
  return time === Number.NEGATIVE_INFINITY ? '-inf' : String(Math.ceil(time));
};

export const createPaging = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly shards: Shards;
}): Paging => ({
  page: async ({ what, kind, fields, from, to, cursor, limit, tags }) => {
    const all = (tags ?? (await o.shards.known())).toSorted();
    const [at = all[0], score = '', member = ''] = cursor === null ? [] : unpackParts(cursor);
    if (at === undefined) return { kept: [], cursor: null };
    const base = o.keys.base(at);
    const most = Math.max(1, Math.min(MOST_LISTED, Math.floor(limit)));
    const reply = await o.connection.run(page, {
      what,
      keys: [`${base}until`],
      args: [base, bound(from), bound(to), most, kind, score, member, ...fields],
    });
    const [more, rows] = listOf(reply);
    const found = listOf(rows).map((row) => {
      const [name, until, values] = listOf(row);
      return { member: textOf(name), until: numberOf(until), values };
    });
    const kept = found.flatMap(({ values, ...rest }) => (Array.isArray(values) ? [{ ...rest, fields: values }] : []));
    const last = found.at(-1);
    const next = all[all.indexOf(at) + 1];
    if (numberOf(more) === 1 && last !== undefined)
      return { kept, cursor: packParts([at, String(last.until), last.member]) };
    return { kept, cursor: next === undefined || !all.includes(at) ? null : packParts([next, '', '']) };
  },
});
