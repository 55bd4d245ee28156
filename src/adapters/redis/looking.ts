/** Looking for what is due in many places: as much as was asked for, fairly, and each time beginning elsewhere. */
import type { Connection } from './connection.ts';
import { numberOf } from './replies.ts';
import type { Shards } from './shards.ts';

/** More is never claimed at once, whatever a caller asks for. */
const MOST_CLAIMED = 500;

/** Others may be faster everywhere we look; then we look again, so often at most. */
const MOST_ROUNDS = 12;

/** Shares `limit` out among those that have so much each: none gets more than it has, none waits while another gets more than its share. */
export const shareOut = (has: readonly number[], limit: number): readonly number[] => {
  const shares = has.map(() => 0);
  let left = limit;
  for (;;) {
    const hungry = has.flatMap((most, at) => (most > (shares[at] ?? 0) ? [at] : []));
    if (left <= 0 || hungry.length === 0) return shares;
    const each = Math.max(1, Math.floor(left / hungry.length));
    for (const at of hungry) {
      const share = shares[at] ?? 0;
      const more = Math.min(each, left, (has[at] ?? 0) - share);
      shares[at] = share + more;
      left -= more;
    }
  }
};

export interface Looking {
  /** Claims up to `limit` of what is due by `now` in the sorted sets of that name, over all tags on record. */
  claim<T>(o: {
    readonly what: string;
    readonly set: string;
    readonly now: number;
    readonly limit: number;
    readonly take: (tag: string, limit: number) => Promise<readonly T[]>;
  }): Promise<readonly T[]>;
}

export const createLooking = (o: {
  readonly connection: Connection;
  readonly shards: Shards;
  readonly base: (tag: string) => string;
}): Looking => {
  let turn = 0;
  return {
    claim: async ({ what, set, now, limit, take }) => {
      const most = Math.max(0, Math.min(MOST_CLAIMED, Math.floor(limit)));
      const got: Awaited<ReturnType<typeof take>>[number][] = [];
      for (let round = 0; round < MOST_ROUNDS && got.length < most; round++) {
        const known = await o.shards.known();
        turn += 1;
        const start = known.length === 0 ? 0 : turn % known.length;
        const tags = [...known.slice(start), ...known.slice(0, start)];
        const due = await Promise.all(
          tags.map(async (tag) =>
            numberOf(await o.connection.ask(what, 'ZCOUNT', `${o.base(tag)}${set}`, '-inf', now)),
          ),
        );
        const shares = shareOut(due, most - got.length);
        const taken = await Promise.all(
          tags.flatMap((tag, at) => {
            const share = shares[at] ?? 0;
            return share === 0 ? [] : [take(tag, share)];
          }),
        );
        got.push(...taken.flat());
        // All that was due is here, and nobody else was faster.
        const promised = shares.reduce((sum, share) => sum + share, 0);
        if (due.reduce((sum, has) => sum + has, 0) === promised && taken.flat().length === promised) break;
      }
      return got;
    },
  };
};
