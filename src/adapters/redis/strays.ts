/**
 * Claims that nobody works on: Redis may have given them although its answer was lost, or could not be told that they were let
 * go. Their questions, and all behind them in their conversations, would wait for the end of the lease; so they are let go
 * as soon as Redis answers again. A process that dies takes its strays along, and the lease frees them.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { LAPSED } from '../../core/stored.ts';
import { type Connection, script } from './connection.ts';
import type { Keys } from './keys.ts';

/** What is beyond is not remembered and waits for its lease. */
const MOST_REMEMBERED = 5_000;

/** Let go of by one script. */
const BATCH = 200;

const FIRST_PAUSE_MS = 250;
const MOST_PAUSE_MS = 1_000;

/** heads held · base, then token and notBefore of each; a token stands for every claim that was numbered under it, too. */
const letGo = script(`
local heads, held = KEYS[1], KEYS[2]
for _, name in ipairs(redis.call('SMEMBERS', held)) do
  local q = ARGV[1] .. 'q:' .. name
  local lease = redis.call('HGET', q, 'lease')
  for i = 2, #ARGV, 2 do
    if lease and (lease == ARGV[i] or string.sub(lease, 1, #ARGV[i] + 1) == ARGV[i] .. '.') then
      redis.call('HDEL', q, 'lease')
      redis.call('HSET', q, 'failure', '${LAPSED}')
      redis.call('ZADD', heads, ARGV[i + 1], name)
      redis.call('SREM', held, name)
      break
    end
  end
end
return 'done'
`);

export interface Strays {
  /** Nobody holds what was claimed on this tag under this token, and nobody may before `notBefore`. */
  add(o: { readonly tag: string; readonly token: string; readonly notBefore: number }): void;
  close(): void;
}

export const createStrays = (o: { readonly connection: Connection; readonly keys: Keys }): Strays => {
  /** By tag, each token with its time. */
  const tokens = new Map<string, Map<string, number>>();
  let remembered = 0;
  let closed = false;
  let running = false;

  const letGoOn = async (tag: string, of: Map<string, number>): Promise<void> => {
    const base = o.keys.base(tag);
    const some = [...of].slice(0, BATCH);
    await o.connection.run(letGo, {
      what: 'let go of questions',
      keys: [`${base}heads`, `${base}held`],
      args: [base, ...some.flat()],
    });
    for (const [token] of some) of.delete(token);
    remembered -= some.length;
    if (of.size === 0) tokens.delete(tag);
  };

  const run = async (): Promise<void> => {
    let wait = FIRST_PAUSE_MS;
    while (remembered > 0) {
      await pause(wait, undefined, { ref: false });
      if (closed) return;
      const done = await Promise.allSettled([...tokens].map(([tag, of]) => letGoOn(tag, of)));
      wait = done.some(({ status }) => status === 'rejected') ? Math.min(MOST_PAUSE_MS, wait * 2) : FIRST_PAUSE_MS;
    }
    running = false;
  };

  return {
    add: ({ tag, token, notBefore }) => {
      if (remembered >= MOST_REMEMBERED) return;
      const of = tokens.get(tag) ?? new Map<string, number>();
      tokens.set(tag, of);
      if (of.has(token)) return;
      of.set(token, notBefore);
      remembered += 1;
      if (running) return;
      running = true;
      void run();
    },
    close: () => {
      closed = true;
    },
  };
};
