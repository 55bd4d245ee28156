/**
 * Standing orders of the operators: whether Sotto is paused, and what is under hold. Every change raises the restrictions'
 * version, and is said to be done once that has been brought to every tag (see `restrictions.ts`).
 */
import { z } from 'zod';
import { SottoError } from '../../core/errors.ts';
import type { Hold, Pause, Recall, Standing } from '../../core/ports.ts';
import { MOST_HOLDS, MOST_LIFTED, MOST_RECALLS, moreHashes, whole } from '../../core/stored.ts';
import { type Connection, draining, script } from './connection.ts';
import type { Keys } from './keys.ts';
import { jsonOf, listOf, numberOf, textOf, textOrNull, wordOf } from './replies.ts';
import { NEXT } from './restrictions.ts';
import type { Shards } from './shards.ts';

const pauses = z.strictObject({ since: z.number(), by: z.string() });

const kept = z.strictObject({
  id: z.string(),
  on: z.enum(['person', 'conversation', 'topic']),
  what: z.string(),
  placedAt: z.number(),
  by: z.string(),
  hashes: z.array(z.string()).optional(),
});

const recalled = z.strictObject({
  id: z.string(),
  intent: z.string().nullable(),
  topic: z.string().nullable(),
  since: z.number().nullable(),
});

/** version paused holds recalls · in one look, so that they belong together */
const current = script(`
return {tonumber(redis.call('GET', KEYS[1]) or '0'), redis.call('GET', KEYS[2]), redis.call('HVALS', KEYS[3]), redis.call('HVALS', KEYS[4])}
`);

/** Answers the version, and what else it says. */
const change = (lua: string) => draining(`${NEXT}\n${lua}`);

/** Whether this order is taken: it is newer than the last. `switched`: the turn of that one. */
const TAKES = `
local function takes(switched, turn)
  if tonumber(turn) <= tonumber(redis.call('GET', switched) or '0') then return false end
  redis.call('SET', switched, turn)
  return true
end
`;

/** version paused switched · turn pause */
const pause = change(`${TAKES}
if takes(KEYS[3], ARGV[1]) and redis.call('SET', KEYS[2], ARGV[2], 'NX') then nextVersion(KEYS[1]) end
return {redis.call('GET', KEYS[1]) or '0', redis.call('GET', KEYS[2])}
`);

/** version paused switched · turn */
const resume = change(`${TAKES}
if takes(KEYS[3], ARGV[1]) and redis.call('DEL', KEYS[2]) == 1 then nextVersion(KEYS[1]) end
return {redis.call('GET', KEYS[1]) or '0', redis.call('GET', KEYS[2])}
`);

/** version holds lifted · id hold most */
const placeHold = change(`
local word = 'placed'
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then
  if redis.call('ZSCORE', KEYS[3], ARGV[1]) then
    word = 'lifted'
  elseif redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[3]) then
    word = 'full'
  else
    redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
    nextVersion(KEYS[1])
  end
end
return {redis.call('GET', KEYS[1]) or '0', word}
`);

/** version holds · id had has. Where somebody else was faster, whoever asks looks again. */
const swapHold = change(`
local word = 'moved'
if redis.call('HGET', KEYS[2], ARGV[1]) == ARGV[2] then
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
  nextVersion(KEYS[1])
  word = 'swapped'
end
return {redis.call('GET', KEYS[1]) or '0', word}
`);

/** Every process may add its own hashes at once. */
const MOST_SWAPS = 64;

/** version holds lifted · id most. What was lifted stands there by the version that this gave. */
const liftHold = change(`
local word = 'unknown'
if redis.call('HDEL', KEYS[2], ARGV[1]) == 1 then
  word = 'lifted'
  redis.call('ZADD', KEYS[3], nextVersion(KEYS[1]), ARGV[1])
  redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1 - tonumber(ARGV[2]))
end
return {redis.call('GET', KEYS[1]) or '0', word}
`);

const pausedOf = (kept: unknown) => ({ paused: kept === null ? null : jsonOf(kept, pauses) });

const withoutNone = ({ hashes, ...hold }: z.infer<typeof kept>): Hold =>
  hashes === undefined || hashes.length === 0 ? hold : { ...hold, hashes };
/** version recalls · id recall most. Kept behind the version that it made; the oldest go. */
const placeRecall = change(`
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then
  redis.call('HSET', KEYS[2], ARGV[1], nextVersion(KEYS[1]) .. '|' .. ARGV[2])
  while redis.call('HLEN', KEYS[2]) > tonumber(ARGV[3]) do
    local all, oldest, first = redis.call('HGETALL', KEYS[2]), nil, nil
    for i = 1, #all, 2 do
      local version = tonumber(string.match(all[i + 1], '^(%d+)|') or '0')
      if not first or version < first then oldest, first = all[i], version end
    end
    redis.call('HDEL', KEYS[2], oldest)
  end
end
return {redis.call('GET', KEYS[1]) or '0', 'placed'}
`);

/** As `placeRecall` keeps it. */
const recallOf = (kept: string): Recall => {
  const bar = kept.indexOf('|');
  return { ...jsonOf(kept.slice(bar + 1), recalled), version: numberOf(kept.slice(0, bar)) };
};

/** What stands, as its keys hold it. */
export const standingOf = (o: {
  readonly version: unknown;
  readonly paused: unknown;
  readonly holds: unknown;
  readonly recalls: unknown;
}): Awaited<ReturnType<Standing['current']>> => ({
  version: numberOf(o.version),
  ...pausedOf(o.paused),
  holds: listOf(o.holds)
    .map((one) => withoutNone(jsonOf(one, kept)))
    .toSorted((a, b) => a.placedAt - b.placedAt || (a.id < b.id ? -1 : 1)),
  recalls: listOf(o.recalls)
    .map((one) => recallOf(textOf(one)))
    .toSorted((a, b) => a.version - b.version),
});

/** As they are kept: values of the keys `paused`, `holds` and `recalls`. */
export const pauseText = ({ since, by }: Pause): string => JSON.stringify({ since: whole(since), by });
export const holdText = ({ id, on, what, placedAt, by, hashes }: Hold): string =>
  JSON.stringify({ id, on, what, placedAt: whole(placedAt), by, hashes });
export const recallText = ({ id, intent, topic, since }: Omit<Recall, 'version'>): string =>
  JSON.stringify({ id, intent, topic, since: since === null ? null : whole(since) });

export const createStanding = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly shards: Shards;
}): Standing => {
  const { connection, shards } = o;
  const [version, paused, holds] = [o.keys.all('version'), o.keys.all('paused'), o.keys.all('holds')];
  const [pausing, holding] = [
    [version, paused, o.keys.all('switched')],
    [version, holds, o.keys.all('lifted')],
  ];
  const recalls = o.keys.all('recalls');
  /** Runs a change, brings the version everywhere, and gives what else was answered. */
  const changed = async (
    call: ReturnType<typeof change>,
    what: string,
    keys: readonly string[],
    args: readonly string[],
  ) => {
    const [at, said] = listOf(await connection.run(call, { what, keys, args }));
    await shards.raise(numberOf(at));
    return said;
  };
  return {
    current: async () => {
      const reply = await connection.run(current, {
        what: 'read the standing orders',
        keys: [version, paused, holds, recalls],
        args: [],
      });
      const [at, pausedAs, heldAs, recalledAs] = listOf(reply);
      return standingOf({ version: at, paused: pausedAs, holds: heldAs, recalls: recalledAs });
    },
    pause: async ({ since, by, turn }) => {
      return pausedOf(await changed(pause, 'pause', pausing, [`${turn}`, pauseText({ since, by })]));
    },
    resume: async ({ turn }) => pausedOf(await changed(resume, 'end the pause', pausing, [`${turn}`])),
    placeHold: async (hold) => {
      const said = await changed(placeHold, 'place a hold', holding, [hold.id, holdText(hold), `${MOST_HOLDS}`]);
      return wordOf(said, ['placed', 'full', 'lifted']);
    },
    hashHold: async ({ id, hashes }) => {
      for (let swap = 0; swap < MOST_SWAPS; swap++) {
        const had = textOrNull(await connection.ask('read a hold', 'HGET', holds, id));
        if (had === null) return;
        const hold = jsonOf(had, kept);
        const more = moreHashes(hold.hashes ?? [], hashes);
        if (more === null) return;
        const args = [id, had, JSON.stringify({ ...hold, hashes: more })];
        if ((await changed(swapHold, 'keep hashes of a hold', holding, args)) === 'swapped') return;
      }
      throw new SottoError(
        'store-unavailable',
        'Others changed the same hold all the time, so nothing was kept. Try again.',
      );
    },
    liftHold: async ({ id }) =>
      wordOf(await changed(liftHold, 'lift a hold', holding, [id, `${MOST_LIFTED}`]), ['lifted', 'unknown']),
    placeRecall: async (recall) => {
      const args = [recall.id, recallText(recall), `${MOST_RECALLS}`];
      await changed(placeRecall, 'place a recall', [version, recalls], args);
    },
  };
};
