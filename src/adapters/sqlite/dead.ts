/** What was set aside: a question that failed too often, with its words, sealed, until its time is over or somebody has it asked once more. */
import type { DatabaseSync } from 'node:sqlite';
import type { DeadLetter, Inbox } from '../../core/ports.ts';
import { keptCode, whole } from '../../core/stored.ts';
import { numberOf, type Row, textOf } from './rows.ts';
import type { Turns } from './turns.ts';

/** More are never told at once. */
const MOST_TOLD = 1_000;

interface Taken {
  readonly conversation: string;
  readonly tenant: string;
  readonly account: string;
  readonly inbound: string;
  readonly counts: string;
}

/** For use inside a transaction. */
export interface DeadRows {
  bury(o: Parameters<Inbox['bury']>[0]): 'buried' | 'full' | 'lost';
  all(limit: number): readonly DeadLetter[];
  has(id: string): boolean;
  /** Takes a letter out. Null: there is none, or its time is over. */
  take(o: { readonly id: string; readonly now: number }): Taken | null;
  sweep(o: { readonly now: number; readonly limit: number }): readonly DeadLetter[];
  count(): number;
}

const letterOf = (row: Row): DeadLetter => ({
  id: textOf(row, 'id'),
  tenant: textOf(row, 'tenant'),
  code: textOf(row, 'code'),
  attempts: numberOf(row, 'attempts'),
  acceptedAt: numberOf(row, 'accepted_at'),
  diedAt: numberOf(row, 'died_at'),
  until: numberOf(row, 'until'),
});

export const createDeadRows = (o: {
  readonly db: DatabaseSync;
  readonly turns: Turns;
  readonly repeatsMs: number;
  /** Letters that lie here at once. */
  readonly most: number;
}): DeadRows => {
  const { db } = o;
  const leave = db.prepare('DELETE FROM inbox WHERE id = ? AND lease = ? RETURNING *');
  const keep = db.prepare(
    `INSERT INTO dead (id, conversation, tenant, account, inbound, accepted_at, counts, code, attempts, died_at, until)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const ended = db.prepare(
    `INSERT INTO ended (id, end, at, until) VALUES (?, 'dead', ?, ?)
     ON CONFLICT (id) DO UPDATE SET until = max(ended.until, excluded.until)`,
  );
  const columns = 'id, tenant, code, attempts, accepted_at, died_at, until';
  const all = db.prepare(`SELECT ${columns} FROM dead ORDER BY died_at DESC, id LIMIT ?`);
  const take = db.prepare('DELETE FROM dead WHERE id = ? AND until > ? RETURNING *');
  const over = db.prepare(
    `DELETE FROM dead WHERE id IN (SELECT id FROM dead WHERE until <= ? LIMIT ?) RETURNING ${columns}`,
  );
  const has = db.prepare('SELECT 1 FROM dead WHERE id = ?');
  const count = db.prepare('SELECT count(*) AS n FROM dead');
  const counted = (): number => numberOf(count.get() ?? {}, 'n');
  return {
    bury: ({ id, lease, code, until, held = false, now }) => {
      const row: Row | undefined = leave.get(id, lease);
      if (row === undefined) return 'lost';
      o.turns.left(row);
      const at = whole(now);
      ended.run(id, at, whole(now + o.repeatsMs));
      if (counted() >= (held ? 2 : 1) * o.most) return 'full';
      keep.run(
        id,
        textOf(row, 'conversation'),
        textOf(row, 'tenant'),
        textOf(row, 'account'),
        textOf(row, 'inbound'),
        numberOf(row, 'accepted_at'),
        textOf(row, 'counts'),
        keptCode(code),
        numberOf(row, 'attempts'),
        at,
        whole(until),
      );
      return 'buried';
    },
    all: (limit) => all.all(Math.max(0, Math.min(MOST_TOLD, Math.floor(limit)))).map(letterOf),
    take: ({ id, now }) => {
      const row = take.get(id, whole(now));
      if (row === undefined) return null;
      // Its own id stays known, however long ago it died.
      ended.run(id, whole(now), whole(now + o.repeatsMs));
      const [conversation, tenant] = [textOf(row, 'conversation'), textOf(row, 'tenant')];
      return {
        conversation,
        tenant,
        account: textOf(row, 'account'),
        inbound: textOf(row, 'inbound'),
        counts: textOf(row, 'counts'),
      };
    },
    has: (id) => has.get(id) !== undefined,
    sweep: ({ now, limit }) => over.all(whole(now), limit).map(letterOf),
    count: counted,
  };
};
