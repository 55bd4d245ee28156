/**
 * Standing orders of the operators: whether Sotto is paused, and what is under hold. Every change raises the restrictions'
 * version, and is said to be done once that has been brought to every tag (see `restrictions.ts`).
 */
import { z } from 'zod';
import type { Recall, Standing } from '../../core/ports.ts';
import { MOST_HOLDS, MOST_RECALLS, whole } from '../../core/stored.ts';
import { type Connection, draining, script } from './connection.ts';
import type { Keys } from './keys.ts';
import { jsonOf, listOf, numberOf, textOf, wordOf } from './replies.ts';
import { NEXT } from './restrictions.ts';
import type { Shards } from './shards.ts';

const pauses = z.strictObject({ since: z.number(), by: z.string() });

const kept = z.strictObject({
  id: z.string(),
  on: z.enum(['person', 'conversation', 'topic']),
  what: z.string(),
  placedAt: z.number(),
  by: z.string(),
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

/** version paused · pause */
const pause = change(`
if redis.call('SET', KEYS[2], ARGV[1], 'NX') then nextVersion(KEYS[1]) end
return {redis.call('GET', KEYS[1]) or '0', redis.call('GET', KEYS[2])}
`);

/** version paused */
const resume = change(`
if redis.call('DEL', KEYS[2]) == 1 then nextVersion(KEYS[1]) end
return {redis.call('GET', KEYS[1]) or '0'}
`);

/** version holds · id hold most */
const placeHold = change(`
local word = 'placed'
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then
  if redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[3]) then
    word = 'full'
  else
    redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
    nextVersion(KEYS[1])
  end
end
return {redis.call('GET', KEYS[1]) or '0', word}
`);

/** version holds · id */
const liftHold = change(`
local word = 'unknown'
if redis.call('HDEL', KEYS[2], ARGV[1]) == 1 then
  word = 'lifted'
  nextVersion(KEYS[1])
end
return {redis.call('GET', KEYS[1]) or '0', word}
`);

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

export const createStanding = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly shards: Shards;
}): Standing => {
  const { connection, shards } = o;
  const [version, paused, holds] = [o.keys.all('version'), o.keys.all('paused'), o.keys.all('holds')];
  const recalls = o.keys.all('recalls');
  /** Runs a change, brings the version everywhere, and gives what else was answered. */
  const changed = async (call: ReturnType<typeof change>, what: string, key: string, args: readonly string[]) => {
    const [at, said] = listOf(await connection.run(call, { what, keys: [version, key], args }));
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
      const held = listOf(heldAs).map((one) => jsonOf(one, kept));
      return {
        version: numberOf(at),
        paused: pausedAs === null ? null : jsonOf(pausedAs, pauses),
        holds: held.toSorted((a, b) => a.placedAt - b.placedAt || (a.id < b.id ? -1 : 1)),
        recalls: listOf(recalledAs)
          .map((one) => recallOf(textOf(one)))
          .toSorted((a, b) => a.version - b.version),
      };
    },
    pause: async ({ since, by }) => {
      const value = JSON.stringify({ since: whole(since), by });
      return { paused: jsonOf(await changed(pause, 'pause', paused, [value]), pauses) };
    },
    resume: async () => {
      await changed(resume, 'end the pause', paused, []);
    },
    placeHold: async ({ id, on, what, placedAt, by }) => {
      const value = JSON.stringify({ id, on, what, placedAt: whole(placedAt), by });
      return wordOf(await changed(placeHold, 'place a hold', holds, [id, value, `${MOST_HOLDS}`]), ['placed', 'full']);
    },
    liftHold: async ({ id }) => wordOf(await changed(liftHold, 'lift a hold', holds, [id]), ['lifted', 'unknown']),
    placeRecall: async ({ id, intent, topic, since }) => {
      const value = JSON.stringify({ id, intent, topic, since: since === null ? null : whole(since) });
      await changed(placeRecall, 'place a recall', recalls, [id, value, `${MOST_RECALLS}`]);
    },
  };
};
