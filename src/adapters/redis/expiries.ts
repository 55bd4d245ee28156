/**
 * What must leave and when; it stays on record until its removal is acknowledged. A removal that came with a question lies on the
 * tag of its conversation, written in the same stroke; one that came by itself lies on a tag of its reference. So the
 * rare verbs that know only a reference ask all tags of its tenant, in one round trip. One that first came by itself and later with
 * a question stands twice: it leaves at the earlier time, and the later removal finds it gone.
 */
import type { DueRemoval, Expiries } from '../../core/ports.ts';
import { packRef, unpackRef, whole } from '../../core/stored.ts';
import type { Call, Connection, Script } from './connection.ts';
import * as scripts from './expiry-scripts.ts';
import { isTag, type Keys, tagOf, tagsOf } from './keys.ts';
import type { Looking } from './looking.ts';
import { listOf, numberOf, numberOrNull, textOf } from './replies.ts';
import type { Shards } from './shards.ts';

/** Removals acknowledged by one script. */
const BATCH = 500;

const dueRemoval = (tag: string, row: unknown): readonly DueRemoval[] => {
  const [member, removeAt, attempts] = listOf(row);
  const ref = unpackRef(textOf(member));
  return ref === null ? [] : [{ ref, removeAt: numberOf(removeAt), attempts: numberOf(attempts), lease: tag }];
};

export const createExpiries = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly shards: Shards;
  readonly looking: Looking;
}): Expiries => {
  const { connection, keys } = o;

  const run = (script: Script, tag: string, what: string, args: Call['args']): Promise<unknown> => {
    const base = keys.base(tag);
    return connection.run(script, { what, keys: [`${base}exp`, `${base}more`], args });
  };

  const everywhere = (script: Script, tenant: string, what: string, args: Call['args']): Promise<readonly unknown[]> =>
    Promise.all(tagsOf(tenant).map((tag) => run(script, tag, what, args)));

  const acknowledge = async (tag: string, removals: readonly DueRemoval[]): Promise<void> => {
    for (let from = 0; from < removals.length; from += BATCH) {
      const some = removals.slice(from, from + BATCH);
      const args = some.flatMap(({ ref, removeAt }) => [packRef(ref), removeAt]);
      await run(scripts.ack, tag, 'acknowledge removals', args);
    }
  };

  return {
    schedule: async ({ ref, removeAt }) => {
      const what = 'schedule a removal';
      const [member, at] = [packRef(ref), whole(removeAt)];
      const moved = await everywhere(scripts.reschedule, ref.tenant, what, [member, at]);
      if (moved.includes('scheduled')) return;
      const tag = tagOf(ref.tenant, member);
      await o.shards.ready(tag);
      await run(scripts.schedule, tag, what, [member, at]);
    },
    sooner: async ({ ref, removeAt }) => {
      const args = [packRef(ref), whole(removeAt)];
      const stand = await everywhere(scripts.sooner, ref.tenant, 'bring a removal forward', args);
      const times = stand.map(numberOrNull).flatMap((at) => (at === null ? [] : [at]));
      return times.length === 0 ? null : Math.min(...times);
    },
    claim: async ({ now, leaseMs, limit }) => {
      const what = 'claim removals';
      const due = await o.looking.claim({
        what,
        set: 'exp',
        now: whole(now),
        limit,
        take: async (tag, most) => {
          const rows = await run(scripts.claim, tag, what, [whole(now), whole(now + leaseMs), most]);
          return listOf(rows).flatMap((row) => dueRemoval(tag, row));
        },
      });
      return due.toSorted((a, b) => a.removeAt - b.removeAt);
    },
    ack: async ({ removals }) => {
      const byTag = Map.groupBy(
        removals.filter(({ lease }) => isTag(lease)),
        ({ lease }) => lease,
      );
      await Promise.all([...byTag].map(([tag, some]) => acknowledge(tag, some)));
    },
    fail: async ({ removal, retryAt }) => {
      if (!isTag(removal.lease)) return;
      const args = [packRef(removal.ref), removal.removeAt, whole(retryAt)];
      await run(scripts.fail, removal.lease, 'put a removal off', args);
    },
    next: async () => {
      const tags = await o.shards.known();
      const firsts = await Promise.all(
        tags.map((tag) =>
          connection.ask('find the next removal', 'ZRANGE', `${keys.base(tag)}exp`, 0, 0, 'WITHSCORES'),
        ),
      );
      const times = firsts.map((first) => numberOrNull(listOf(first)[1])).flatMap((at) => (at === null ? [] : [at]));
      return times.length === 0 ? null : Math.min(...times);
    },
  };
};
