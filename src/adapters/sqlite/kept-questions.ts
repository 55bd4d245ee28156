/** All that is kept of questions, for what operators order about people: read page by page, kept for longer, or dropped. */
import type { DatabaseSync } from 'node:sqlite';
import type { Inbox, KeptQuestion } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { numberOf, numberOrNull, type Row, textOf } from './rows.ts';
import type { Turns } from './turns.ts';

/** Rows of a page; the loop is blocked meanwhile. */
const MOST_LISTED = 500;

/** For use inside a transaction. */
export interface KeptQuestions {
  scan(o: Parameters<Inbox['scan']>[0]): Awaited<ReturnType<Inbox['scan']>>;
  keepUntil(o: Parameters<Inbox['keepUntil']>[0]): 'kept' | 'moved';
  /** `unsettled`: it was one of those that had not ended. */
  drop(o: Parameters<Inbox['drop']>[0]): {
    readonly outcome: 'dropped' | 'leased' | 'gone';
    readonly unsettled: boolean;
  };
}

const stateOf = (row: Row): KeptQuestion['state'] => {
  if (row['place'] === 'dead') return 'dead';
  if (row['lease'] !== null) return 'leased';
  return numberOf(row, 'parked') === 1 ? 'parked' : 'queued';
};

const keptOf = (row: Row): KeptQuestion => {
  const state = stateOf(row);
  return {
    id: textOf(row, 'id'),
    tenant: textOf(row, 'tenant'),
    conversation: textOf(row, 'conversation'),
    account: textOf(row, 'account'),
    state,
    inbound: textOf(row, 'inbound'),
    acceptedAt: numberOf(row, 'accepted_at'),
    until: state === 'parked' || state === 'dead' ? numberOrNull(row, 'until') : null,
  };
};

export const createKeptQuestions = (o: {
  readonly db: DatabaseSync;
  readonly turns: Turns;
  readonly repeatsMs: number;
}): KeptQuestions => {
  const { db, turns } = o;
  const columns = 'id, tenant, conversation, account, inbound, accepted_at';
  // First the inbox, then the dead letters: a question that dies between two pages is met in its new place.
  const inbox = db.prepare(
    `SELECT 'inbox' AS place, seq AS at, ${columns}, lease, parked, parked_until AS until FROM inbox
     WHERE seq > :after AND (:due IS NULL OR parked = 1 AND lease IS NULL AND parked_until <= :due) ORDER BY seq LIMIT :limit`,
  );
  const dead = db.prepare(
    `SELECT 'dead' AS place, rowid AS at, ${columns}, NULL AS lease, 0 AS parked, until FROM dead
     WHERE rowid > :after AND (:due IS NULL OR until <= :due) ORDER BY rowid LIMIT :limit`,
  );
  const one = 'id = :id AND tenant = :tenant AND conversation = :conversation';
  const moveParked = db.prepare(
    `UPDATE inbox SET parked_until = :until, free_at = :until
     WHERE ${one} AND parked = 1 AND lease IS NULL AND parked_until = :seen`,
  );
  const moveDead = db.prepare(`UPDATE dead SET until = :until WHERE ${one} AND until = :seen`);
  const dropDead = db.prepare(`DELETE FROM dead WHERE ${one}`);
  const drop = db.prepare(`DELETE FROM inbox WHERE ${one} AND lease IS NULL RETURNING conversation, parked, head`);
  const stands = db.prepare(`SELECT 1 FROM inbox WHERE ${one}`);
  const keep = db.prepare("INSERT INTO ended (id, end, at, until) VALUES (?, 'ignored', ?, ?)");
  return {
    scan: ({ dueBy, cursor, limit }) => {
      const most = Math.max(1, Math.min(MOST_LISTED, Math.floor(limit)));
      const due = dueBy === null ? null : whole(dueBy);
      const [place = 'inbox', after = '0'] = cursor?.split('|') ?? [];
      const rows = (place === 'dead' ? dead : inbox).all({ after: Number(after), due, limit: most });
      const last = rows.at(-1);
      const end = place === 'dead' ? null : 'dead|0';
      return {
        questions: rows.map(keptOf),
        cursor: last === undefined || rows.length < most ? end : `${place}|${numberOf(last, 'at')}`,
      };
    },
    keepUntil: ({ tenant, conversation, id, seen, until }) => {
      const found = { tenant, conversation, id, seen: whole(seen), until: whole(until) };
      return moveParked.run(found).changes === 0 && moveDead.run(found).changes === 0 ? 'moved' : 'kept';
    },
    drop: ({ tenant, conversation, id, now }) => {
      const found = { tenant, conversation, id };
      const row = drop.get(found);
      if (row === undefined) {
        if (stands.get(found) !== undefined) return { outcome: 'leased', unsettled: false };
        return { outcome: dropDead.run(found).changes === 0 ? 'gone' : 'dropped', unsettled: false };
      }
      // Whoever is not first has no turn to hand on.
      if (numberOf(row, 'head') === 1) turns.left(row);
      keep.run(id, whole(now), whole(now + o.repeatsMs));
      return { outcome: 'dropped', unsettled: true };
    },
  };
};
