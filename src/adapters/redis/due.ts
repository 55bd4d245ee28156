/**
 * Looking for removals that are due in many places: fairly, each time beginning elsewhere, and no more of a tenant than its
 * allowance. Where there is much due, whole stretches of one place are taken at once, and what is known to be due is not
 * looked for again.
 */
import type { Allowance } from '../../core/ports.ts';
import type { Connection } from './connection.ts';
import { type Keys, tenantOf } from './keys.ts';
import { listOf, numberOrNull } from './replies.ts';
import type { Shards } from './shards.ts';

/** More is never claimed at once, whatever a caller asks for. */
const MOST_CLAIMED = 500;

/** Taken from one place at once, where it has as much. */
const STRETCH = 64;

/** So long what was known to be due is taken without a look at all the other places, ms. */
const UNLOOKED_MS = 20;

export interface Taken<T> {
  readonly got: readonly T[];
  /** When the next one of this tag is due; null: it has none. */
  readonly next: number | null;
}

export interface Due {
  claim<T>(o: {
    readonly now: number;
    readonly limit: number;
    readonly allow: Allowance | undefined;
    readonly take: (tag: string, limit: number) => Promise<Taken<T>>;
  }): Promise<readonly T[]>;
  next(o: { readonly allow: Allowance | undefined }): Promise<number | null>;
}

export const createDue = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly shards: Shards;
}): Due => {
  let turn = 0;
  /** Tags that had more than was taken from them. */
  const known = new Set<string>();
  let lookedAt = Number.NEGATIVE_INFINITY;

  const firsts = (tags: readonly string[]): Promise<readonly (number | null)[]> =>
    Promise.all(
      tags.map(async (tag) => {
        const first = await o.connection.ask(
          'find the next removal',
          'ZRANGE',
          `${o.keys.base(tag)}first`,
          0,
          0,
          'WITHSCORES',
        );
        return numberOrNull(listOf(first)[1]);
      }),
    );

  /** All tags that may give, beginning elsewhere each time. */
  const inTurn = async (mayGive: (tag: string) => boolean): Promise<readonly string[]> => {
    const all = (await o.shards.known()).filter(mayGive);
    turn += 1;
    const start = all.length === 0 ? 0 : turn % all.length;
    return [...all.slice(start), ...all.slice(0, start)];
  };

  /** Those of them that have something due. */
  const look = async (tags: readonly string[], now: number): Promise<readonly string[]> => {
    lookedAt = performance.now();
    const times = await firsts(tags);
    return tags.filter((_, at) => (times[at] ?? Number.POSITIVE_INFINITY) <= now);
  };

  return {
    claim: async ({ now, limit, allow, take }) => {
      const most = Math.max(0, Math.min(MOST_CLAIMED, Math.floor(limit)));
      if (most === 0) return [];
      const left = new Map<string, number>();
      const allowed = (tenant: string): number => {
        const some = left.get(tenant) ?? Math.max(0, Math.floor(allow?.(tenant) ?? most));
        left.set(tenant, some);
        return some;
      };
      const got: Awaited<ReturnType<typeof take>>['got'][number][] = [];
      const takeFrom = async (from: readonly string[]): Promise<void> => {
        let tags = from;
        while (tags.length > 0 && got.length < most) {
          let free = most - got.length;
          const stretch = Math.max(STRETCH, Math.ceil(free / tags.length));
          const asked: { readonly tag: string; readonly tenant: string; readonly share: number }[] = [];
          for (const tag of tags) {
            if (free <= 0) break;
            const tenant = tenantOf(tag);
            const share = Math.min(stretch, free, allowed(tenant));
            if (share <= 0) continue;
            free -= share;
            left.set(tenant, allowed(tenant) - share);
            asked.push({ tag, tenant, share });
          }
          if (asked.length === 0) return;
          const more: string[] = [];
          const taken = asked.map(async ({ tag, tenant, share }) => {
            const { got: some, next } = await take(tag, share);
            left.set(tenant, allowed(tenant) + share - some.length);
            got.push(...some);
            if (next !== null && next <= now) {
              known.add(tag);
              if (some.length > 0) more.push(tag);
            } else known.delete(tag);
          });
          await Promise.all(taken);
          const tried = new Set(asked.map(({ tag }) => tag));
          tags = [...tags.filter((tag) => !tried.has(tag)), ...more];
        }
      };
      const tags = await inTurn((tag) => allowed(tenantOf(tag)) > 0);
      const hot = tags.filter((tag) => known.has(tag));
      const unlooked = hot.length * STRETCH >= most && performance.now() - lookedAt < UNLOOKED_MS;
      await takeFrom(unlooked ? hot : await look(tags, now));
      // Where the known ones had less than they seemed to, the others are looked at all the same.
      if (unlooked && got.length < most) await takeFrom(await look(tags, now));
      return got;
    },
    next: async ({ allow }) => {
      const tags = await o.shards.known();
      const may = new Map<string, boolean>();
      const mine = tags.filter((tag) => {
        const tenant = tenantOf(tag);
        const yes = may.get(tenant) ?? (allow === undefined || allow(tenant) > 0);
        may.set(tenant, yes);
        return yes;
      });
      const times = (await firsts(mine)).flatMap((at) => (at === null ? [] : [at]));
      return times.length === 0 ? null : Math.min(...times);
    },
  };
};
