/** The inbox in memory: the oldest of each conversation can be claimed when it is free, and a lease is good until it is taken. */
import type { Claim, Inbox } from '../../../src/core/ports.ts';
import { whole } from '../../../src/core/stored.ts';
import { countIn } from './counters.ts';
import { scheduleIn } from './expiries.ts';
import type { KeptQuestion, Shelf } from './tables.ts';

/** Repeats are known for a day after the end, and an hour more for clocks that differ. */
const REPEATS_MS = 25 * 60 * 60_000;

export const createInbox = ({ tables, note }: Shelf): Inbox => {
  const { waiting } = tables;

  const find = (id: string): KeptQuestion | undefined => {
    for (const row of waiting.values()) {
      const found = row.find((kept) => kept.id === id);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const owned = (o: { readonly id: string; readonly lease: string }): KeptQuestion | undefined => {
    const kept = find(o.id);
    return kept?.lease === o.lease ? kept : undefined;
  };

  const claimed = (kept: KeptQuestion, o: { readonly now: number; readonly leaseMs: number }): Claim => {
    tables.leasesGiven += 1;
    kept.lease = `lease-${tables.leasesGiven}`;
    kept.freeAt = whole(o.now + o.leaseMs);
    kept.attempts += 1;
    const state = tables.states.get(kept.conversation);
    note({ kind: 'claimed', id: kept.id, attempts: kept.attempts });
    return {
      id: kept.id,
      conversation: kept.conversation,
      tenant: kept.tenant,
      inbound: kept.inbound,
      account: kept.account,
      acceptedAt: kept.acceptedAt,
      attempts: kept.attempts,
      lease: kept.lease,
      state: state === undefined || state.until <= o.now ? null : state.state,
      counts: kept.counts,
      outbox: kept.outbox,
    };
  };

  const heads = (): readonly KeptQuestion[] => [...waiting.values()].flatMap((row) => row.slice(0, 1));

  return {
    accept: async (o) => {
      if (find(o.id) !== undefined || tables.ended.has(o.id)) return { status: 'repeat' };
      const row = waiting.get(o.conversation) ?? [];
      const kept: KeptQuestion = {
        id: o.id,
        conversation: o.conversation,
        tenant: o.tenant,
        account: o.account,
        inbound: o.inbound,
        acceptedAt: whole(o.now),
        counts: Object.fromEntries(o.counts.map((count) => [count.name, countIn(tables, { ...count, now: o.now })])),
        attempts: 0,
        freeAt: whole(o.now),
        lease: null,
        outbox: null,
      };
      waiting.set(o.conversation, row);
      row.push(kept);
      note({ kind: 'kept', id: o.id, conversation: o.conversation, stored: o.inbound });
      return row.length > 1 || !o.claim ? { status: 'queued' } : { status: 'claimed', claim: claimed(kept, o) };
    },
    claim: async (o) =>
      heads()
        .filter(({ freeAt }) => freeAt <= o.now)
        .toSorted((a, b) => a.freeAt - b.freeAt)
        .slice(0, Math.max(0, o.limit))
        .map((kept) => claimed(kept, o)),
    commit: async (o) => {
      const kept = owned(o);
      if (kept === undefined) return 'lost';
      if (tables.restrictions.version > o.restrictionsVersion) return 'superseded';
      kept.outbox = o.outbox;
      kept.freeAt = whole(o.now + o.leaseMs);
      tables.states.set(kept.conversation, { state: o.state, until: whole(o.stateUntil) });
      note({
        kind: 'committed',
        id: o.id,
        key: o.outbox.key,
        version: tables.restrictions.version,
        stored: `${o.outbox.reply} ${o.state}`,
      });
      return 'committed';
    },
    hold: async (o) => {
      const kept = owned(o);
      if (kept === undefined || kept.outbox === null) return 'lost';
      kept.outbox = { ...kept.outbox, ref: o.ref };
      note({ kind: 'held', id: o.id, ref: o.ref });
      if (o.removeAt !== null) scheduleIn({ tables, note }, { ref: o.ref, removeAt: o.removeAt });
      return 'held';
    },
    settle: async (o) => {
      const kept = owned(o);
      if (kept === undefined) return 'lost';
      const row = (waiting.get(kept.conversation) ?? []).filter((other) => other !== kept);
      if (row.length === 0) waiting.delete(kept.conversation);
      else waiting.set(kept.conversation, row);
      tables.ended.set(o.id, { end: o.end, until: whole(o.now + REPEATS_MS) });
      note({ kind: 'settled', id: o.id, conversation: kept.conversation, end: o.end });
      if (o.expiry !== null) scheduleIn({ tables, note }, o.expiry);
      return 'settled';
    },
    release: async (o) => {
      const kept = owned(o);
      if (kept !== undefined) Object.assign(kept, { lease: null, freeAt: whole(o.notBefore) });
    },
    renew: async (o) => {
      const kept = owned(o);
      if (kept === undefined) return 'lost';
      kept.freeAt = whole(o.until);
      return 'renewed';
    },
    next: async ({ now }) => {
      const all = heads();
      return all.length === 0 ? null : Math.max(now, Math.min(...all.map(({ freeAt }) => freeAt)));
    },
    backlog: async () => {
      const all = [...waiting.values()].flat();
      const held = all.filter(({ lease }) => lease !== null).length;
      return { waiting: all.length - held, claimed: held };
    },
  };
};
