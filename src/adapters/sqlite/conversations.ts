/** What a conversation remembers, sealed, and for how long. */
import type { DatabaseSync } from 'node:sqlite';
import type { Conversations, Transcript } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import type { CounterRows } from './counters.ts';
import { createGrantSweep } from './grants.ts';
import type { ReferenceRows } from './references.ts';
import { numberOf, type Row, textOf } from './rows.ts';
import type { Shredder } from './shredder.ts';
import { createSignInSweep } from './sign-ins.ts';
import type { Transactions } from './transactions.ts';

/** Rows of a kind in one sweep: the loop is blocked meanwhile, and the next sweep goes on. */
const MOST_SWEPT = 5_000;

/** Rows of a page; the loop is blocked meanwhile. */
const MOST_LISTED = 500;

/** Any time, also none: whole, and such that sqlite can hold it. */
const bound = (time: number): number =>
  Math.min(Number.MAX_SAFE_INTEGER, Math.max(-Number.MAX_SAFE_INTEGER, Math.ceil(time)));

const transcriptOf = (row: Row): Transcript => ({
  tenant: textOf(row, 'tenant'),
  conversation: textOf(row, 'id'),
  account: textOf(row, 'account'),
  about: textOf(row, 'about'),
  state: textOf(row, 'state'),
  until: numberOf(row, 'until'),
});

/** For use inside a transaction of somebody else's. */
export interface ConversationRows {
  /** Null: new, or past its time. */
  state(o: { readonly conversation: string; readonly now: number }): string | null;
  keep(o: Transcript): void;
}

export const createConversationRows = (db: DatabaseSync): ConversationRows => {
  const select = db.prepare('SELECT state FROM conversations WHERE id = ? AND until > ?');
  // Most keep their time and whose they are: then the indexes are left alone, which saves pages of the log.
  const again = db.prepare(
    `UPDATE conversations SET state = :state
     WHERE id = :id AND until = :until AND tenant = :tenant AND account = :account AND (:about = '' OR about = :about)`,
  );
  const upsert = db.prepare(
    `INSERT INTO conversations (id, tenant, account, about, state, until) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET tenant = excluded.tenant, account = excluded.account,
       about = CASE excluded.about WHEN '' THEN conversations.about ELSE excluded.about END, state = excluded.state, until = excluded.until`,
  );
  return {
    state: ({ conversation, now }) => {
      const row = select.get(conversation, whole(now));
      return row === undefined ? null : textOf(row, 'state');
    },
    keep: ({ conversation, tenant, account, about, state, until: time }) => {
      const until = whole(time);
      if (again.run({ id: conversation, tenant, account, about, state, until }).changes === 0)
        upsert.run(conversation, tenant, account, about, state, until);
    },
  };
};

/** A sweep shreds states, references and sign-ins past their time and forgets ended ids and counts that are over. Bounded: what is left goes next time. */
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
  const grants = createGrantSweep(db);
  const signIns = createSignInSweep(db);
  // By deadline, and by row where that is the same: what is moved meanwhile is met at its new place or not at all.
  const page = db.prepare(
    `SELECT rowid AS seq, * FROM conversations WHERE (until, rowid) > (:from, :seq) AND until <= :to
     ORDER BY until, rowid LIMIT :limit`,
  );
  // One conversation is one tenant's; an older version did not say whose.
  const move = db.prepare("UPDATE conversations SET until = ? WHERE id = ? AND until = ? AND tenant IN (?, '')");
  const shred = db.prepare("DELETE FROM conversations WHERE id = ? AND tenant IN (?, '')");
  return {
    read: ({ conversation, now }) =>
      o.transactions.read('read a conversation', () => o.rows.state({ conversation, now })),
    scan: ({ from, to, cursor, limit }) =>
      o.transactions.read('look through the conversations', () => {
        const most = Math.max(1, Math.min(MOST_LISTED, Math.floor(limit)));
        const [after, seq] = cursor === null ? [bound(from), Number.MAX_SAFE_INTEGER] : cursor.split('|').map(Number);
        const rows = page.all({ from: after ?? 0, seq: seq ?? 0, to: bound(to), limit: most });
        const last = rows.at(-1);
        return {
          transcripts: rows.map(transcriptOf),
          cursor:
            last === undefined || rows.length < most ? null : `${numberOf(last, 'until')}|${numberOf(last, 'seq')}`,
        };
      }),
    keepUntil: ({ tenant, conversation, seen, until }) =>
      o.transactions.write('keep a conversation', () =>
        move.run(whole(until), conversation, whole(seen), tenant).changes === 0 ? 'moved' : 'kept',
      ),
    shred: async ({ tenant, conversation }) => {
      const gone = await o.transactions.write(
        'shred a conversation',
        () => shred.run(conversation, tenant).changes === 0,
      );
      if (!gone) o.shredder.shredded();
      return gone ? 'gone' : 'shredded';
    },
    sweep: async ({ now }) => {
      const shredded = await o.transactions.write('be swept', () => {
        const at = whole(now);
        ended.run(at, MOST_SWEPT);
        o.counters.purge({ now, limit: MOST_SWEPT });
        return (
          Number(states.run(at, MOST_SWEPT).changes) +
          o.references.sweep({ now, limit: MOST_SWEPT }) +
          grants({ now, limit: MOST_SWEPT }) +
          signIns({ now, limit: MOST_SWEPT })
        );
      });
      if (shredded > 0) o.shredder.shredded();
      return shredded;
    },
  };
};
