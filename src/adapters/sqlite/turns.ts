/**
 * Whose turn it is in a conversation, where what is parked has none. At most one has been begun, and it stays the head until it has
 * ended; then it is the oldest one's. What was un-parked had been begun before all that nobody has begun, so it is older than those.
 */
import type { DatabaseSync } from 'node:sqlite';
import { numberOf, type Row, textOf } from './rows.ts';

/** For use inside a transaction. */
export interface Turns {
  /** This row (`conversation`, `parked`) left the table or was parked: where it had a turn, it is the next one's. */
  left(row: Row): void;
  /** Something was un-parked: it goes before all that nobody has begun. */
  cameBack(conversation: string): void;
}

export const createTurns = (db: DatabaseSync): Turns => {
  const promote = db.prepare(
    `UPDATE inbox SET head = 1 WHERE seq =
       (SELECT seq FROM inbox WHERE conversation = ? AND parked = 0 ORDER BY seq LIMIT 1)`,
  );
  const head = db.prepare('SELECT seq, attempts FROM inbox WHERE conversation = ? AND parked = 0 AND head = 1');
  const demote = db.prepare('UPDATE inbox SET head = 0 WHERE seq = ?');
  return {
    left: (row) => {
      if (numberOf(row, 'parked') === 0) promote.run(textOf(row, 'conversation'));
    },
    cameBack: (conversation) => {
      const first = head.get(conversation);
      if (first !== undefined && numberOf(first, 'attempts') > 0) return;
      if (first !== undefined) demote.run(numberOf(first, 'seq'));
      promote.run(conversation);
    },
  };
};
