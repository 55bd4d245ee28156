/** The inbox in memory: the oldest of each conversation can be claimed when it is free, and a lease is good until it is taken. */
import type { Claim, Inbox } from '../../../src/core/ports.ts';
import { keptCode, LAPSED, whole } from '../../../src/core/stored.ts';
import { createAside } from './aside.ts';
import { countIn } from './counters.ts';
import { scheduleIn } from './expiries.ts';
import type { KeptQuestion, Shelf } from './tables.ts';
import { find, heads, leave, owned, queue } from './turns.ts';

/** Repeats are known for a day after the end, and an hour more for clocks that differ. */
const REPEATS_MS = 25 * 60 * 60_000;

export const createInbox = (shelf: Shelf): Inbox => {
  const { tables, note } = shelf;

  const claimed = (kept: KeptQuestion, o: { readonly now: number; readonly leaseMs: number }): Claim => {
    tables.leasesGiven += 1;
    if (kept.lease !== null) kept.failure = LAPSED;
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
      parked: kept.parking?.why ?? null,
      overdue: tables.parked.has(kept.id),
      failure: kept.failure,
    };
  };
  const free = (now: number): readonly KeptQuestion[] =>
    heads(tables)
      .filter(({ freeAt }) => freeAt <= now)
      .toSorted((a, b) => a.freeAt - b.freeAt || a.seq - b.seq);

  return {
    accept: async (o) => {
      if (find(tables, o.id) !== undefined || tables.ended.has(o.id) || tables.dead.has(o.id))
        return { status: 'repeat' };
      tables.accepted += 1;
      const kept: KeptQuestion = {
        seq: tables.accepted,
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
        failure: null,
        ahead: false,
        parking: null,
      };
      const row = queue(tables, kept);
      note({ kind: 'kept', id: o.id, conversation: o.conversation, stored: o.inbound });
      return row.length > 1 || !o.claim ? { status: 'queued' } : { status: 'claimed', claim: claimed(kept, o) };
    },
    claim: async (o) =>
      free(o.now)
        .slice(0, Math.max(0, o.limit))
        .map((kept) => claimed(kept, o)),
    commit: async (o) => {
      const kept = owned(tables, o);
      if (kept === undefined) return 'lost';
      if (tables.restrictions.version > o.restrictionsVersion) return 'superseded';
      kept.outbox = o.outbox;
      kept.freeAt = whole(o.now + o.leaseMs);
      const { tenant, account, conversation } = kept;
      const about = o.stateAbout === '' ? (tables.states.get(conversation)?.about ?? '') : o.stateAbout;
      const until = whole(o.stateUntil);
      tables.states.set(conversation, { tenant, conversation, account, about, state: o.state, until });
      note({
        kind: 'committed',
        id: o.id,
        key: o.outbox.key,
        version: tables.restrictions.version,
        stored: `${o.outbox.reply} ${o.state} ${o.outbox.again ?? ''}`,
      });
      return 'committed';
    },
    hold: async ({ id, lease, removeAt, ...leaving }) => {
      const kept = owned(tables, { id, lease });
      if (kept === undefined) return 'lost';
      if (kept.outbox !== null) kept.outbox = { ...kept.outbox, ref: leaving.ref };
      note({ kind: 'held', id, ref: leaving.ref });
      if (removeAt !== null) scheduleIn(shelf, { ...leaving, removeAt });
      return 'held';
    },
    settle: async (o) => {
      const kept = owned(tables, o);
      if (kept === undefined) return 'lost';
      leave(tables, kept);
      tables.ended.set(o.id, { end: o.end, until: whole(o.now + REPEATS_MS) });
      note({ kind: 'settled', id: o.id, conversation: kept.conversation, end: o.end });
      if (o.expiry !== null) scheduleIn(shelf, o.expiry);
      return 'settled';
    },
    release: async (o) => {
      const kept = owned(tables, o);
      if (kept === undefined) return;
      const failure = o.code === undefined ? kept.failure : keptCode(o.code);
      const attempts = o.paced === true ? Math.max(1, kept.attempts - 1) : kept.attempts;
      Object.assign(kept, { lease: null, freeAt: whole(o.notBefore), failure, attempts });
    },
    renew: async (o) => {
      const kept = owned(tables, o);
      if (kept === undefined) return 'lost';
      kept.freeAt = whole(o.until);
      return 'renewed';
    },
    next: async ({ now }) => {
      const all = heads(tables);
      return all.length === 0 ? null : Math.max(now, Math.min(...all.map(({ freeAt }) => freeAt)));
    },
    ...createAside({ ...shelf, repeatsMs: REPEATS_MS }),
  };
};
