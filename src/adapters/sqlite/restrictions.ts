/** HR's restrictions and their version, which rises with every change and never falls. */
import type { DatabaseSync } from 'node:sqlite';
import type { Restrictions } from '../../core/ports.ts';
import { storedRestriction } from '../../core/stored.ts';
import { jsonOf, numberOf } from './rows.ts';
import type { Transactions } from './transactions.ts';

/** For use inside a transaction of somebody else's. */
export interface RestrictionRows {
  version(): number;
  /** Whatever is in flight is judged anew. */
  rise(): void;
}

export const createRestrictionRows = (db: DatabaseSync): RestrictionRows => {
  const select = db.prepare('SELECT version FROM restrictions_version');
  const rise = db.prepare('UPDATE restrictions_version SET version = version + 1');
  return { version: () => numberOf(select.get() ?? {}, 'version'), rise: () => void rise.run() };
};

export const createRestrictions = (o: {
  readonly db: DatabaseSync;
  readonly rows: RestrictionRows;
  readonly transactions: Transactions;
}): Restrictions => {
  const all = o.db.prepare('SELECT body FROM restrictions ORDER BY id');
  const upsert = o.db.prepare(
    'INSERT INTO restrictions (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
  );
  const remove = o.db.prepare('DELETE FROM restrictions WHERE id = ?');
  return {
    current: () =>
      o.transactions.read('read the restrictions', () => ({
        version: o.rows.version(),
        hash: null,
        restrictions: all.all().map((row) => storedRestriction.parse(jsonOf(row, 'body'))),
      })),
    change: ({ put, remove: removed }) =>
      o.transactions.write('change the restrictions', () => {
        let changed = put.length > 0;
        for (const restriction of put) upsert.run(restriction.id, JSON.stringify(restriction));
        for (const id of removed) if (remove.run(id).changes !== 0) changed = true;
        if (changed) o.rows.rise();
        return { ok: true as const, version: o.rows.version() };
      }),
    changes: async () => [],
  };
};
