/** What the platforms take, counted for all processes: as `core/budget.ts` counts, one script a bucket, on a tag of its own. */
import type { Budgets } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { type Connection, script } from './connection.ts';
import type { Keys } from './keys.ts';
import { listOf, numberOf } from './replies.ts';

/** One that nobody used for so long is full again, ms; a pause lasts longer by itself. */
const BELT_MS = 60 * 60_000;

const KEPT = `
local kept = redis.call('HMGET', KEYS[1], 't', 'a', 'p')
local function keep(tokens, at, paused, belt)
  redis.call('HSET', KEYS[1], 't', string.format('%.0f', tokens), 'a', string.format('%.0f', at), 'p', string.format('%.0f', paused))
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', belt))
end
`;

/** bucket · want perMinute burst leave now belt */
const take = script(`${KEPT}
local want, rate, burst, leave, now, belt = unpack(ARGV)
want, rate, burst, leave, now, belt = tonumber(want), tonumber(rate), tonumber(burst), tonumber(leave), tonumber(now), tonumber(belt)
local tokens, at, paused = burst * 60000, now, 0
if kept[1] then
  tokens, at, paused = tonumber(kept[1]), tonumber(kept[2]), tonumber(kept[3])
  tokens = math.min(burst * 60000, tokens + math.max(0, now - at) * rate)
  at = math.max(at, now)
end
if paused > now then return {0, string.format('%.0f', paused)} end
leave = math.min(leave, burst - 1)
local granted = math.max(0, math.min(want, math.floor(tokens / 60000) - leave))
tokens = tokens - granted * 60000
keep(tokens, at, paused, math.max(belt, at - now + belt))
if granted == want then return {granted, string.format('%.0f', now)} end
return {granted, string.format('%.0f', at + math.ceil(((1 + leave) * 60000 - tokens) / rate))}
`);

/** bucket · until belt */
const pause = script(`${KEPT}
local till = tonumber(ARGV[1])
local tokens = math.min(60000, tonumber(kept[1] or '60000'))
keep(tokens, math.max(tonumber(kept[2] or '0'), till), math.max(tonumber(kept[3] or '0'), till), tonumber(ARGV[2]))
return 'paused'
`);

export const createBudgets = (o: { readonly connection: Connection; readonly keys: Keys }): Budgets => ({
  take: async ({ key, want, perMinute, burst, leave = 0, now }) => {
    const reply = await o.connection.run(take, {
      what: 'count a call',
      keys: [o.keys.budget(key)],
      args: [want, perMinute, burst, leave, whole(now), BELT_MS],
    });
    const [granted, nextAt] = listOf(reply);
    return { granted: numberOf(granted), nextAt: numberOf(nextAt) };
  },
  pause: async ({ key, until }) => {
    // Redis' own clock ends it, and that may differ from ours; far more than any wait that a platform asks for.
    const args = [whole(until), 25 * BELT_MS];
    await o.connection.run(pause, { what: 'wait for a platform', keys: [o.keys.budget(key)], args });
  },
});
