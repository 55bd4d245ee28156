/** What waits for somebody. It is a head of its own, free when its time is over, so that it blocks nobody and comes back by itself. */
import type { DatabaseSync } from 'node:sqlite';
import type { Inbox, ParkedRef } from '../../core/ports.ts';
import { MOST_PARKED_TOLD, parkingOf, whole } from '../../core/stored.ts';
import { numberOf, type Row, textOf } from './rows.ts';
import type { Turns } from './turns.ts';

/** For use inside a transaction. */
export interface ParkingRows {
  park(o: Parameters<Inbox['park']>[0]): 'parked' | 'lost';
  unpark(o: Parameters<Inbox['unpark']>[0]): 'queued' | 'gone';
  waiting(o: Parameters<Inbox['waiting']>[0]): readonly ParkedRef[];
  /** Takes the words of what is overdue and nobody works on; returns how many. */
  sweep(o: { readonly now: number; readonly limit: number }): number;
}

const parkedRef = (row: Row): ParkedRef => ({
  id: textOf(row, 'id'),
  tenant: textOf(row, 'tenant'),
  conversation: textOf(row, 'conversation'),
  account: textOf(row, 'account'),
  what: textOf(row, 'what'),
  why: parkingOf(textOf(row, 'parked_for')) ?? 'sign-in',
  acceptedAt: numberOf(row, 'accepted_at'),
  until: numberOf(row, 'parked_until'),
});

export const createParkingRows = ({ db, turns }: { readonly db: DatabaseSync; readonly turns: Turns }): ParkingRows => {
  const owned = db.prepare('SELECT conversation, parked FROM inbox WHERE id = ? AND lease = ?');
  const park = db.prepare(
    `UPDATE inbox SET parked = 1, head = 1, lease = NULL, free_at = :until, parked_until = :until, parked_for = :why,
       person = :person, what = :what, attempts = 0, failure = NULL,
       outbox_key = NULL, reply = NULL, placeholder = NULL, expires_ms = NULL, ref = NULL, about = NULL, again = NULL
     WHERE id = :id`,
  );
  const parked =
    'id = :id AND conversation = :conversation AND tenant = :tenant AND parked = 1 AND lease IS NULL AND parked_until > :now';
  // Free since ever: before all that waits, in whatever conversation, for whoever asked has waited for it once already.
  const back = db.prepare(`UPDATE inbox SET parked = 0, head = 0, free_at = 0 WHERE ${parked}`);
  const over = db.prepare(`UPDATE inbox SET free_at = :now, parked_until = :now WHERE ${parked}`);
  const waiting = db.prepare(
    `SELECT * FROM inbox WHERE person = ? AND parked = 1 AND lease IS NULL AND parked_until > ?
     ORDER BY accepted_at DESC, seq DESC LIMIT ${MOST_PARKED_TOLD}`,
  );
  const blank = db.prepare(
    `UPDATE inbox SET inbound = '' WHERE seq IN
       (SELECT seq FROM inbox WHERE parked = 1 AND parked_until <= :now AND lease IS NULL AND free_at <= :now
          AND inbound <> '' LIMIT :limit)`,
  );
  return {
    park: ({ id, lease, until, why, person, what }) => {
      const row = owned.get(id, lease);
      if (row === undefined) return 'lost';
      park.run({ id, until: whole(until), why, person, what });
      turns.left(row);
      return 'parked';
    },
    unpark: ({ tenant, conversation, id, now, overdue = false }) => {
      const found = { tenant, conversation, id, now: whole(now) };
      if (overdue) return over.run(found).changes === 0 ? 'gone' : 'queued';
      if (back.run(found).changes === 0) return 'gone';
      turns.cameBack(conversation);
      return 'queued';
    },
    waiting: ({ person, now }) => waiting.all(person, whole(now)).map(parkedRef).toReversed(),
    sweep: ({ now, limit }) => Number(blank.run({ now: whole(now), limit }).changes),
  };
};
