/**
 * What a backup takes and a restore puts back; see `core/store/snapshot.ts`. References are found by their tags.
 */
import type { Leaving, Restored, Snapshots } from '../../core/ports.ts';
import {
  closedHome,
  notRestoring,
  packParts,
  packRef,
  storedRestored,
  storedRestriction,
  unpackParts,
  whole,
} from '../../core/stored.ts';
import { MOST_CHANGES } from '../../core/stored-restrictions.ts';
import { type Connection, script } from './connection.ts';
import { leavingArgs } from './expiries.ts';
import { SCHEDULE } from './expiry-scripts.ts';
import { isTag, type Keys, tagOf, tenantOf, textOfName } from './keys.ts';
import type { Paging } from './paging.ts';
import { PIN_FIELDS, pinOf, pinTexts } from './pins.ts';
import { jsonOf, listOf, numberOf, textOf, textOrNull, wordOf } from './replies.ts';
import { changeName, changeOf, NEXT } from './restrictions.ts';
import type { Shards } from './shards.ts';
import { holdText, pauseText, recallText, standingOf } from './standing.ts';

/** Keys that a scan looks at in one call. */
const LOOKED_AT = 1_000;

/** Written before anything is kept: the schema, and what a backup or a restore notes of itself. */
const OWN = ['schema', 'schema-reached', 'lineage', 'restored'] as const;

/** What stands, in the order in which the scripts take it. */
const STANDS = [
  'version',
  'restrictions',
  'paused',
  'holds',
  'recalls',
  'origins',
  'restrictions-hash',
  'changed',
  'change-details',
  'pin',
] as const;

/** What stands · the fields of a pin. In one look, so that it belongs together. */
const stands = script(`
local changes = {}
for i, name in ipairs(redis.call('ZREVRANGE', KEYS[8], 0, -1)) do
  changes[i] = {name, redis.call('HGET', KEYS[9], name)}
end
return {redis.call('GET', KEYS[1]) or '0', redis.call('HVALS', KEYS[2]), redis.call('GET', KEYS[3]),
  redis.call('HVALS', KEYS[4]), redis.call('HVALS', KEYS[5]), redis.call('HGETALL', KEYS[6]),
  redis.call('GET', KEYS[7]), changes, redis.call('HMGET', KEYS[10], unpack(ARGV))}
`);

/** lineage · lineage. Gives the one that stands. */
const name = script(`
redis.call('SET', KEYS[1], ARGV[1], 'NX')
return redis.call('GET', KEYS[1])
`);

/**
 * restored lineage, what stands, tags hash-keys proposals · restored lineage least pause hash, then so many restrictions, holds, recalls,
 * origins, changes and fields of the pin, each as field and value. The version is at least \`least\`, and the time.
 */
const begin = script(`${NEXT}
local stood = redis.call('GET', KEYS[1])
if stood then return stood == ARGV[1] and 'begun' or 'used' end
for i = 3, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 then return 'used' end
end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('SET', KEYS[2], ARGV[2])
if ARGV[4] ~= '' then redis.call('SET', KEYS[5], ARGV[4]) end
if ARGV[5] ~= '' then redis.call('SET', KEYS[9], ARGV[5]) end
local groups = {KEYS[4], KEYS[6], KEYS[7], KEYS[8], KEYS[11], KEYS[12]}
local at = 6 + #groups
for n, key in ipairs(groups) do
  for _ = 1, tonumber(ARGV[5 + n]) do
    redis.call('HSET', key, ARGV[at], ARGV[at + 1])
    if key == KEYS[11] then redis.call('ZADD', KEYS[10], string.match(ARGV[at], '^%d+'), ARGV[at]) end
    at = at + 2
  end
end
redis.call('SET', KEYS[3], ARGV[3])
nextVersion(KEYS[3])
return 'begun'
`);

/** restored · from to. Where it is not as it was read, somebody else was faster. */
const turn = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'changed' end
redis.call('SET', KEYS[1], ARGV[2])
return 'turned'
`);

/** first · base, then of each: bucket entry removeAt again ('': none) */
const scheduleAll = script(`${SCHEDULE}
local base = ARGV[1]
for i = 2, #ARGV, 4 do
  local again = ARGV[i + 3]
  schedule(base, ARGV[i], ARGV[i + 1], ARGV[i + 2], again ~= '' and again or nil)
end
return 'scheduled'
`);

/** Removals in one script. */
const BATCH = 200;

export const createSnapshots = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly prefix: string;
  readonly shards: Shards;
  readonly paging: Paging;
  readonly keep: (reference: {
    readonly tenant: string;
    readonly key: string;
    readonly owner: string;
    readonly value: string;
    readonly until: number;
  }) => Promise<void>;
}): Snapshots => {
  const { connection, keys } = o;
  const marked = keys.all('restored');
  const standing = STANDS.map((key) => keys.all(key));

  const scanKeys = async (what: string, cursor: string, match: string) => {
    const reply = await connection.ask(what, 'SCAN', cursor, 'MATCH', match, 'COUNT', LOOKED_AT);
    const [next, found] = listOf(reply);
    return { next: textOf(next), found: listOf(found).map(textOf) };
  };

  const read = async (): Promise<{ readonly text: string; readonly restored: Restored } | null> => {
    const text = textOrNull(await connection.ask('look whether it was restored', 'GET', marked));
    return text === null ? null : { text, restored: jsonOf(text, storedRestored) };
  };

  const isEmpty = async (): Promise<boolean> => {
    if ((await read()) !== null) return false;
    const own = OWN.map((key) => keys.all(key));
    for (let cursor = '0', first = true; first || cursor !== '0'; first = false) {
      const page = await scanKeys('look whether it is empty', cursor, `${globSafe(o.prefix)}*`);
      if (page.found.some((key) => !own.includes(key))) return false;
      cursor = page.next;
    }
    return true;
  };

  const schedule = async (removals: readonly Leaving[]): Promise<void> => {
    const tags = Map.groupBy(removals, ({ ref }) => tagOf(ref.tenant, packRef(ref)));
    const all = [...tags].map(async ([tag, some]) => {
      await o.shards.ready(tag);
      const base = keys.base(tag);
      for (let from = 0; from < some.length; from += BATCH) {
        const args = some.slice(from, from + BATCH).flatMap((leaving) => {
          const [bucket = 0, member = '', at = 0, again = ''] = leavingArgs(tag, leaving, leaving.removeAt);
          return [bucket, member, at, again];
        });
        await connection.run(scheduleAll, { what: 'put removals back', keys: [`${base}first`], args: [base, ...args] });
      }
    });
    await Promise.all(all);
  };

  return {
    lineage: async ({ lineage }) =>
      textOf(await connection.run(name, { what: 'name its line', keys: [keys.all('lineage')], args: [lineage] })),
    stands: async () => {
      const reply = await connection.run(stands, { what: 'take what stands', keys: standing, args: PIN_FIELDS });
      const [version, bodies, paused, holds, recalls, origins, hash, changes, pin] = listOf(reply);
      const flat = listOf(origins).map(textOf);
      return {
        ...standingOf({ version, paused, holds, recalls }),
        restrictions: listOf(bodies)
          .map((body) => jsonOf(body, storedRestriction))
          .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
        hash: textOrNull(hash),
        changes: listOf(changes).map(changeOf),
        pin: pinOf(pin),
        origins: flat
          .flatMap((origin, at) =>
            at % 2 === 0 ? [{ origin, size: numberOf(unpackParts(flat[at + 1] ?? '')[1]) }] : [],
          )
          .toSorted((a, b) => (a.origin < b.origin ? -1 : 1)),
      };
    },
    references: async ({ cursor, limit }) => {
      const all = (await o.shards.known()).toSorted();
      const [tag = all[0] ?? '', within = ''] = cursor === null ? [] : unpackParts(cursor);
      if (!isTag(tag)) return { references: [], cursor: null };
      const page = await o.paging.page({
        what: 'take the references',
        kind: 'r:',
        fields: ['o', 's'],
        from: Number.NEGATIVE_INFINITY,
        to: Number.POSITIVE_INFINITY,
        cursor: within === '' ? null : within,
        limit,
        tags: [tag],
      });
      const references = page.kept.map(({ member, until, fields: [owner, value] }) => ({
        tenant: tenantOf(tag),
        key: textOfName(member.slice('r:'.length)),
        owner: textOrNull(owner) ?? '',
        value: textOf(value),
        until,
      }));
      const next = page.cursor === null ? all.find((one) => one > tag) : tag;
      return { references, cursor: next === undefined ? null : packParts([next, page.cursor ?? '']) };
    },
    restored: async () => (await read())?.restored ?? null,
    isEmpty,
    begin: async ({ lineage, restored, stands: kept }) => {
      const stood = await read();
      if (stood === null && !(await isEmpty())) return 'used';
      const text = JSON.stringify({
        archive: restored.archive,
        madeAt: restored.madeAt,
        home: restored.home,
        state: 'restoring',
      } satisfies Restored);
      const origins = kept.origins.map(({ origin, size }) => [
        origin,
        packParts(['0', `${whole(size)}`, '', closedHome(restored.home)]),
      ]);
      const groups = [
        kept.restrictions.map((restriction) => [restriction.id, JSON.stringify(restriction)]),
        kept.holds.map((hold) => [hold.id, holdText(hold)]),
        kept.recalls.map((recall) => [recall.id, `${recall.version}|${recallText(recall)}`]),
        origins,
        kept.changes.slice(0, MOST_CHANGES).map((change) => [changeName(change), change.detail]),
        kept.pin === null ? [] : pinTexts(kept.pin),
      ];
      const reply = await connection.run(begin, {
        what: 'begin to restore',
        keys: [marked, keys.all('lineage'), ...standing, ...['tags', 'hash-keys', 'proposals'].map(keys.all)],
        args: [
          text,
          lineage,
          whole(kept.version),
          kept.paused === null ? '' : pauseText(kept.paused),
          kept.hash ?? '',
          ...groups.map(({ length }) => length),
          ...groups.flat(2),
        ],
      });
      return wordOf(reply, ['begun', 'used']);
    },
    put: async ({ references, removals }) => {
      if ((await read())?.restored.state !== 'restoring') throw notRestoring();
      await Promise.all([...references.map(o.keep), schedule(removals)]);
    },
    finish: async () => {
      const of = await read();
      if (of === null) throw notRestoring();
      const args = [of.text, JSON.stringify({ ...of.restored, state: 'restored' } satisfies Restored)];
      await connection.run(turn, { what: 'end the restore', keys: [marked], args });
    },
    settle: async () => {
      await connection.ask('settle the restore', 'DEL', marked);
    },
  };
};

/** For a pattern of Redis: what means something there stands for itself. */
const globSafe = (text: string): string => text.replace(/[*?[\]\\^]/g, (sign) => `\\${sign}`);
