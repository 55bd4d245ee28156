/**
 * What must leave and when; it stays on record until its removal is acknowledged. A removal that came with a question lies on the
 * tag of its conversation, written in the same stroke; one that came by itself lies on a tag of its reference. So the
 * rare verbs that know only a reference ask all tags of its tenant, in one round trip. One that first came by itself and later with
 * a question stands twice: it leaves at the earlier time, and the later removal finds it gone.
 */
import { SottoError } from '../../core/errors.ts';
import type { DueRemoval, Expiries, Leaving } from '../../core/ports.ts';
import { packRef, whole } from '../../core/stored.ts';
import type { MessageRef } from '../../core/types.ts';
import type { Adopting } from './adopting.ts';
import type { Call, Connection, Script } from './connection.ts';
import { createDue } from './due.ts';
import { memberOf, readMember, spotOf } from './expiry-layout.ts';
import * as scripts from './expiry-scripts.ts';
import { createExpiryViews } from './expiry-views.ts';
import { isTag, type Keys, tagOf, tagsOf, tenantOf } from './keys.ts';
import { listOf, numberOf, numberOrNull, textOf, textOrNull } from './replies.ts';
import type { Shards } from './shards.ts';

/** Arguments of one script, about. */
const BATCH = 500;

/** How scripts are told of a removal, after the tag's base. */
export const leavingArgs = (
  tag: string,
  leaving: Omit<Leaving, 'removeAt'>,
  removeAt: number,
): readonly (string | number)[] => {
  // The entry does not name its tenant: on another's tag it would be another's message.
  if (tenantOf(tag) !== leaving.ref.tenant) throw foreign();
  const { again } = leaving;
  const spot = spotOf(leaving.ref);
  const args = [spot.bucket, memberOf(spot, leaving), whole(removeAt)];
  return again === null ? args : [...args, again];
};

const foreign = (): SottoError =>
  new SottoError(
    'store-unavailable',
    'A message of one tenant was to leave with a question of another. Nothing was changed.',
  );

/** A lease is the tag of a removal and its slip, by which scripts are told which one was claimed. */
const leaseOf = (tag: string, slip: string): string => `${tag}|${slip}`;

/** Null where it is none of ours. */
const readLease = (lease: string): { readonly tag: string; readonly slip: string } | null => {
  const at = lease.indexOf('|');
  const tag = lease.slice(0, Math.max(0, at));
  const slip = lease.slice(at + 1);
  return isTag(tag) && SLIP.test(slip) ? { tag, slip } : null;
};

const SLIP = /^-?\d+\|\d+\|[^|]*\|[^|]*\|[^|]+$/;

const dueRemoval = (tenant: string, tag: string, row: unknown): DueRemoval | null => {
  const [given, attempts = 0, ready, more, code] = typeof row === 'string' ? [row] : listOf(row);
  const slip = textOf(given);
  const first = slip.indexOf('|');
  const second = slip.indexOf('|', first + 1);
  const removeAt = numberOf(slip.slice(0, first));
  const leaving = readMember(slip.slice(second + 1), { tenant, removeAt, again: textOrNull(more) });
  if (leaving === null) return null;
  const { ref, about, then, again } = leaving;
  const readyAt = ready === undefined ? removeAt : numberOf(ready);
  return {
    ref,
    removeAt,
    about,
    then,
    again,
    attempts: numberOf(attempts),
    code: textOrNull(code) ?? '',
    readyAt,
    lease: leaseOf(tag, slip),
  };
};

export const createExpiries = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly shards: Shards;
  readonly adopting: Adopting;
}): Expiries => {
  const { connection, keys, adopting } = o;
  const due = createDue({ connection, keys, shards: o.shards });

  const run = (script: Script, tag: string, what: string, args: Call['args']): Promise<unknown> => {
    const base = keys.base(tag);
    return connection.run(script, { what, keys: [`${base}first`], args: [base, ...args] });
  };

  const everywhere = async (
    script: Script,
    tenant: string,
    what: string,
    args: Call['args'],
  ): Promise<readonly unknown[]> => {
    const tags = tagsOf(tenant);
    await adopting.done(tags);
    return Promise.all(tags.map((tag) => run(script, tag, what, args)));
  };

  const shift = async (
    what: string,
    { ref, removeAt, seen }: { readonly ref: MessageRef; readonly removeAt: number; readonly seen: number | null },
  ): Promise<number | null> => {
    const { bucket, prefix } = spotOf(ref);
    const args = [bucket, prefix, whole(removeAt), ...(seen === null ? [] : [whole(seen)])];
    const stand = await everywhere(scripts.shift, ref.tenant, what, args);
    const times = stand.map(numberOrNull).flatMap((at) => (at === null ? [] : [at]));
    return times.length === 0 ? null : Math.min(...times);
  };

  /** Those of each tag, so many at a time; what was not claimed here is passed over. */
  const byTag = async (
    removals: readonly DueRemoval[],
    script: Script,
    what: string,
    argsOf: (slip: string, removal: DueRemoval) => Call['args'],
  ): Promise<void> => {
    const tags = new Map<string, (string | number)[][]>();
    for (const removal of removals) {
      const lease = readLease(removal.lease);
      if (lease === null) continue;
      const batches = tags.get(lease.tag) ?? [];
      tags.set(lease.tag, batches);
      const full = (batches.at(-1)?.length ?? BATCH) >= BATCH;
      if (full) batches.push([]);
      batches.at(-1)?.push(...argsOf(lease.slip, removal));
    }
    // One batch of a tag after the other; the tags side by side.
    const all = [...tags].map(async ([tag, batches]) => {
      for (const args of batches) await run(script, tag, what, args);
    });
    await Promise.all(all);
  };

  return {
    schedule: async (leaving) => {
      const what = 'schedule a removal';
      const { ref } = leaving;
      const tag = tagOf(ref.tenant, packRef(ref));
      const args = leavingArgs(tag, leaving, leaving.removeAt);
      const moved = await everywhere(scripts.reschedule, ref.tenant, what, args);
      if (moved.includes('scheduled')) return;
      await o.shards.ready(tag);
      await run(scripts.schedule, tag, what, args);
    },
    sooner: (of) => shift('bring a removal forward', { ...of, seen: null }),
    later: (of) => shift('put a deadline off', of),
    claim: async ({ now, leaseMs, limit, allow }) => {
      const [at, until] = [whole(now), whole(now + leaseMs)];
      await adopting.done(await o.shards.known());
      const claimed = await due.claim({
        now: at,
        limit,
        allow,
        take: async (tag, most) => {
          const [next, ...rows] = listOf(await run(scripts.claim, tag, 'claim removals', [at, until, most]));
          const tenant = tenantOf(tag);
          const got = rows.flatMap((row) => dueRemoval(tenant, tag, row) ?? []);
          return { next: numberOrNull(next), got };
        },
      });
      return claimed.toSorted((a, b) => a.removeAt - b.removeAt);
    },
    ack: ({ removals }) => byTag(removals, scripts.ack, 'acknowledge removals', (slip) => [slip]),
    fail: async ({ removal, retryAt, code }) => {
      const lease = readLease(removal.lease);
      if (lease === null) return;
      const args = [lease.slip, whole(retryAt), code];
      await run(scripts.fail, lease.tag, 'try a removal again later', args);
    },
    putOff: ({ removals, until }) =>
      byTag(removals, scripts.putOff, 'put removals off', (slip, removal) => [
        slip,
        until === 'as before' ? removal.readyAt : whole(until),
      ]),
    next: async ({ allow } = {}) => {
      await adopting.done(await o.shards.known());
      return due.next({ allow });
    },
    ...createExpiryViews({ connection, keys, shards: o.shards, adopting }),
  };
};
