/** Looking for what is due in many places: as much as was asked for, fairly, and each time beginning elsewhere. */
import { shareOut } from '../../core/share.ts';
import type { Connection } from './connection.ts';
import { numberOf } from './replies.ts';
import type { Shards } from './shards.ts';

/** More is never claimed at once, whatever a caller asks for. */
const MOST_CLAIMED = 500;

/** Others may be faster everywhere we look; then we look again, so often at most. */
const MOST_ROUNDS = 12;

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
