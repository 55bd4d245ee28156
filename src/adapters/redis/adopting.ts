/**
 * Removals as the first layout had them: one sorted set a tag (`exp`), and `more` of what was tried. They are brought over, some
 * at a time, each in one stroke, so that none is ever in neither: at the first touch of a tag, and again every second, for while
 * processes of the older program still run beside this one they go on writing there.
 */
import { unpackRef } from '../../core/stored.ts';
import { type Connection, draining } from './connection.ts';
import { memberOf, spotOf } from './expiry-layout.ts';
import { SCHEDULE } from './expiry-scripts.ts';
import type { Keys } from './keys.ts';
import { listOf, numberOf, textOf, textOrNull } from './replies.ts';

/** Brought over by one script. */
const BATCH = 250;

/** A tag is looked at again after so long, ms. */
const AGAIN_MS = 1_000;

/** exp more · base, then of each: old entry, its score, its state (''), bucket, prefix, entry, deadline, attempts */
const adopt = draining(`${SCHEDULE}
local exp, more, base = KEYS[1], KEYS[2], ARGV[1]
local adopted = 0
for i = 2, #ARGV, 8 do
  local old, score, state, bucket, prefix, member, at, attempts = unpack(ARGV, i, i + 7)
  -- One that changed since it was read is read again.
  if redis.call('ZSCORE', exp, old) == score and (redis.call('HGET', more, old) or '') == state then
    if not look(base, bucket, prefix) then
      wait(base, bucket, prefix, member, at, attempts, score, '')
    end
    redis.call('ZREM', exp, old)
    redis.call('HDEL', more, old)
    adopted = adopted + 1
  end
end
return adopted
`);

const STATE = /^(-?\d+)\|(\d+)\|\d$/;

export interface Adopting {
  /** Resolves once nothing of the first layout is left on these tags that stood there a second ago. */
  done(tags: readonly string[]): Promise<void>;
}

export const createAdopting = (o: { readonly connection: Connection; readonly keys: Keys }): Adopting => {
  const { connection } = o;
  const looked = new Map<string, number>();
  const what = 'bring removals over';
  // Another Redis, or one that lost its last moments.
  connection.onBack(() => looked.clear());

  const argsOf = (entry: string, score: string, state: string): readonly (string | number)[] => {
    const ref = unpackRef(entry);
    if (ref === null) return [];
    const [, at = score, attempts = '0'] = STATE.exec(state) ?? [];
    const leaving = { about: null, then: 'remove', again: null } as const;
    const spot = spotOf(ref);
    return [entry, score, state, spot.bucket, spot.prefix, memberOf(spot, leaving), at, attempts];
  };

  const bring = async (tag: string): Promise<void> => {
    const base = o.keys.base(tag);
    const [exp, more] = [`${base}exp`, `${base}more`];
    for (let skipped = 0; ; ) {
      const rows = listOf(await connection.ask(what, 'ZRANGE', exp, skipped, skipped + BATCH - 1, 'WITHSCORES')).map(
        textOf,
      );
      if (rows.length === 0) return;
      const entries = rows.filter((_, at) => at % 2 === 0);
      const states = listOf(await connection.ask(what, 'HMGET', more, ...entries)).map(textOrNull);
      const args = entries.flatMap((entry, at) => argsOf(entry, rows[2 * at + 1] ?? '', states[at] ?? ''));
      const adopted = numberOf(await connection.run(adopt, { what, keys: [exp, more], args: [base, ...args] }));
      // What nobody can read stays where it is; what changed meanwhile is found by the next look.
      skipped += entries.length - adopted;
    }
  };

  const one = async (tag: string): Promise<void> => {
    const now = performance.now();
    await bring(tag);
    looked.set(tag, now);
  };

  return {
    done: async (tags) => {
      const now = performance.now();
      const due = tags.filter((tag) => now - (looked.get(tag) ?? Number.NEGATIVE_INFINITY) >= AGAIN_MS);
      if (due.length > 0) await Promise.all(due.map(one));
    },
  };
};
