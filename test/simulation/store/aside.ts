/** Questions that are not on their way in memory: parked, set aside, listed for operators. */
import type { DeadLetter, Inbox, KeptQuestion as Listed } from '../../../src/core/ports.ts';
import { keptCode, MOST_PARKED_TOLD, whole } from '../../../src/core/stored.ts';
import { paged } from './pages.ts';
import type { KeptLetter, KeptQuestion, Shelf, Tables } from './tables.ts';
import { comeBack, find, leave, owned, queue } from './turns.ts';

type Aside = Pick<
  Inbox,
  | 'backlog'
  | 'park'
  | 'unpark'
  | 'waiting'
  | 'bury'
  | 'dead'
  | 'retry'
  | 'census'
  | 'sweep'
  | 'scan'
  | 'keepUntil'
  | 'drop'
>;

const letterOf = ({ id, tenant, code, attempts, acceptedAt, diedAt, until }: KeptLetter): DeadLetter => ({
  id,
  tenant,
  code,
  attempts,
  acceptedAt,
  diedAt,
  until,
});

const counted = ({ waiting, parked, dead }: Tables) => {
  const rows = [...waiting.values()].flat();
  const all = [...rows, ...parked.values()];
  const leased = all.filter(({ lease }) => lease !== null).length;
  const still = [...parked.values()].filter(({ lease }) => lease === null).length;
  return { queued: all.length - leased - still, leased, parked: still, dead: dead.size };
};

const listed = (tables: Tables): readonly Listed[] => {
  const { waiting, parked, dead } = tables;
  const one = (
    { id, tenant, conversation, account, inbound, acceptedAt }: KeptQuestion,
    state: Listed['state'],
    until: number | null,
  ): Listed => ({ id, tenant, conversation, account, state, inbound, acceptedAt, until });
  return [
    ...[...waiting.values()].flat().map((kept) => one(kept, kept.lease === null ? 'queued' : 'leased', null)),
    ...[...parked.values()].map((kept) =>
      kept.lease === null ? one(kept, 'parked', kept.parking?.until ?? null) : one(kept, 'leased', null),
    ),
    ...[...dead.values()].map(({ question, until }) => one(question, 'dead', until)),
  ];
};

export const createAside = (o: Shelf & { readonly repeatsMs: number }): Aside => {
  const { tables, note } = o;
  const over = (id: string, end: string, now: number): void => {
    const until = Math.max(whole(now + o.repeatsMs), tables.ended.get(id)?.until ?? 0);
    tables.ended.set(id, { end, until });
  };
  const parkedOf = (q: { readonly id: string; readonly tenant: string; readonly conversation: string }) => {
    const kept = tables.parked.get(q.id);
    const same = kept?.tenant === q.tenant && kept.conversation === q.conversation && kept.lease === null;
    return same ? kept : undefined;
  };
  const letterFor = (q: { readonly id: string; readonly tenant: string; readonly conversation: string }) => {
    const letter = tables.dead.get(q.id);
    return letter?.tenant === q.tenant && letter.question.conversation === q.conversation ? letter : undefined;
  };
  return {
    backlog: async () => {
      const { queued, leased } = counted(tables);
      return { waiting: queued, claimed: leased };
    },
    park: async ({ id, lease, until, why, person, what }) => {
      const kept = owned(tables, { id, lease });
      if (kept === undefined) return 'lost';
      leave(tables, kept);
      const end = whole(until);
      const parking = { why, person, what, until: end };
      Object.assign(kept, {
        lease: null,
        freeAt: end,
        attempts: 0,
        failure: null,
        outbox: null,
        ahead: false,
        parking,
      });
      tables.parked.set(id, kept);
      note({ kind: 'parked', id, conversation: kept.conversation });
      return 'parked';
    },
    unpark: async ({ now, overdue = false, ...q }) => {
      const kept = parkedOf(q);
      if (kept?.parking == null || kept.parking.until <= whole(now)) return 'gone';
      kept.freeAt = overdue ? whole(now) : 0;
      if (overdue) kept.parking.until = whole(now);
      else {
        tables.parked.delete(q.id);
        kept.ahead = true;
        comeBack(tables, kept);
      }
      return 'queued';
    },
    waiting: async ({ person, now }) =>
      [...tables.parked.values()]
        .filter(({ lease, parking }) => lease === null && parking?.person === person && parking.until > now)
        .toSorted((a, b) => a.acceptedAt - b.acceptedAt || a.seq - b.seq)
        .slice(-MOST_PARKED_TOLD)
        .map(({ id, tenant, conversation, account, acceptedAt, parking }) => ({
          id,
          tenant,
          conversation,
          account,
          what: parking?.what ?? '',
          why: parking?.why ?? 'sign-in',
          acceptedAt,
          until: parking?.until ?? 0,
        })),
    bury: async ({ id, lease, code, until, now }) => {
      const question = owned(tables, { id, lease });
      if (question === undefined) return 'lost';
      leave(tables, question);
      over(id, 'dead', now);
      const { tenant, attempts, acceptedAt } = question;
      const times = { acceptedAt, diedAt: whole(now), until: whole(until) };
      tables.dead.set(id, { id, tenant, code: keptCode(code), attempts, question, ...times });
      note({ kind: 'settled', id, conversation: question.conversation, end: 'buried' });
      return 'buried';
    },
    dead: async ({ limit }) =>
      [...tables.dead.values()]
        .toSorted((a, b) => b.diedAt - a.diedAt || (a.id < b.id ? -1 : 1))
        .slice(0, Math.max(0, limit))
        .map(letterOf),
    retry: async ({ id, as, now }) => {
      const done = find(tables, as) !== undefined || tables.ended.has(as) || tables.dead.has(as);
      const letter = tables.dead.get(id);
      if (done) return letter === undefined ? 'queued' : 'gone';
      if (letter === undefined || letter.until <= whole(now)) return 'gone';
      tables.dead.delete(id);
      over(id, 'dead', now);
      tables.accepted += 1;
      const at = whole(now);
      const fresh = { acceptedAt: at, freeAt: at, attempts: 0, lease: null, outbox: null, failure: null };
      const kept = { ...letter.question, ...fresh, seq: tables.accepted, id: as, ahead: false, parking: null };
      queue(tables, kept);
      note({ kind: 'kept', id: as, conversation: kept.conversation, stored: kept.inbound });
      return 'queued';
    },
    census: async () => counted(tables),
    sweep: async ({ now }) => {
      for (const kept of tables.parked.values()) {
        const over = (kept.parking?.until ?? 0) <= now && kept.lease === null && kept.freeAt <= now;
        if (over) kept.inbound = '';
      }
      const gone = [...tables.dead.values()].filter(({ until }) => until <= now);
      for (const { id } of gone) tables.dead.delete(id);
      return gone.map(letterOf);
    },
    scan: async ({ dueBy, ...page }) => {
      const all = listed(tables).filter(({ until }) => dueBy === null || (until !== null && until <= dueBy));
      const { items, cursor } = paged(all, ({ id, state }) => `${state === 'dead' ? 1 : 0} ${id}`, page);
      return { questions: items, cursor };
    },
    keepUntil: async ({ seen, until, ...q }) => {
      const kept = parkedOf(q);
      const end = whole(until);
      if (kept?.parking != null && kept.parking.until === seen) {
        kept.parking.until = end;
        kept.freeAt = end;
        return 'kept';
      }
      const letter = letterFor(q);
      if (letter?.until !== seen) return 'moved';
      letter.until = end;
      return 'kept';
    },
    drop: async ({ now, ...q }) => {
      const kept = find(tables, q.id);
      if (kept?.tenant === q.tenant && kept.conversation === q.conversation) {
        if (kept.lease !== null) return 'leased';
        leave(tables, kept);
        over(q.id, 'ignored', now);
        note({ kind: 'settled', id: q.id, conversation: q.conversation, end: 'ignored' });
        return 'dropped';
      }
      if (letterFor(q) === undefined) return 'gone';
      tables.dead.delete(q.id);
      return 'dropped';
    },
  };
};
