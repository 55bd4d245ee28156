/** What a conversation remembers, sealed, and for how long. */
import type { DatabaseSync } from 'node:sqlite';
import type { Conversations } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import type { CounterRows } from './counters.ts';
import type { ReferenceRows } from './references.ts';
import { textOf } from './rows.ts';
import type { Shredder } from './shredder.ts';
import type { Transactions } from './transactions.ts';

/** Rows of a kind in one sweep: the loop is blocked meanwhile, and the next sweep goes on. */
const MOST_SWEPT = 5_000;

/** For use inside a transaction of somebody else's. */
export interface ConversationRows {
  /** Null: new, or past its time. */
  state(o: { readonly conversation: string; readonly now: number }): string | null;
  keep(o: { readonly conversation: string; readonly state: string; readonly until: number }): void;
}

export const createConversationRows = (db: DatabaseSync): ConversationRows => {
  const select = db.prepare('SELECT state FROM conversations WHERE id = ? AND until > ?');
  // Most keep their time: then the index of times is left alone, which saves a page of the log each.
  const again = db.prepare('UPDATE conversations SET state = ? WHERE id = ? AND until = ?');
  const upsert = db.prepare(
    `INSERT INTO conversations (id, state, until) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, until = excluded.until`,
  );
  return {
    state: ({ conversation, now }) => {
      const row = select.get(conversation, whole(now));
      return row === undefined ? null : textOf(row, 'state');
    },
    keep: ({ conversation, state, until }) => {
      const at = whole(until);
      if (again.run(state, conversation, at).changes === 0) upsert.run(conversation, state, at);
    },
  };
};

/** A sweep shreds states and references past their time and forgets ended ids, counts and sign-ins that are over. Bounded: what is left goes next time. */
export const createConversations = (o: {
  readonly db: DatabaseSync;
  readonly transactions: Transactions;
  readonly rows: ConversationRows;
  readonly counters: CounterRows;
  readonly references: ReferenceRows;
  readonly shredder: Shredder;
}): Conversations => {
  const { db } = o;
  const states = db.prepare(
    'DELETE FROM conversations WHERE id IN (SELECT id FROM conversations WHERE until <= ? LIMIT ?)',
  );
  const ended = db.prepare('DELETE FROM ended WHERE id IN (SELECT id FROM ended WHERE until <= ? LIMIT ?)');
  const grants = db.prepare('DELETE FROM grants WHERE person IN (SELECT person FROM grants WHERE until <= ? LIMIT ?)');
  return {
    read: ({ conversation, now }) =>
      o.transactions.read('read a conversation', () => o.rows.state({ conversation, now })),
    sweep: async ({ now }) => {
      const shredded = await o.transactions.write('be swept', () => {
        const at = whole(now);
        ended.run(at, MOST_SWEPT);
        grants.run(at, MOST_SWEPT);
        o.counters.purge({ now, limit: MOST_SWEPT });
        return Number(states.run(at, MOST_SWEPT).changes) + o.references.sweep({ now, limit: MOST_SWEPT });
      });
      if (shredded > 0) o.shredder.shredded();
      return shredded;
    },
  };
};
