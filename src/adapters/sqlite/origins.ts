/** Which audit logs there must be and how long at least, so that one that is gone or cut is noticed. */
import type { DatabaseSync } from 'node:sqlite';
import type { Origins } from '../../core/ports.ts';
import { whole } from './errors.ts';
import { numberOf, textOf } from './rows.ts';
import type { Transactions } from './transactions.ts';

export const createOrigins = (o: { readonly db: DatabaseSync; readonly transactions: Transactions }): Origins => {
  // A log only grows: a smaller size that comes late must not hide that entries went missing.
  const upsert = o.db.prepare(
    `INSERT INTO origins (origin, size) VALUES (?, ?)
     ON CONFLICT (origin) DO UPDATE SET size = excluded.size WHERE excluded.size > origins.size`,
  );
  const all = o.db.prepare('SELECT origin, size FROM origins ORDER BY origin');
  return {
    register: ({ origin, size }) =>
      o.transactions.write('register an audit log', () => void upsert.run(origin, whole(size))),
    all: () =>
      o.transactions.read('list the audit logs', () =>
        all.all().map((row) => ({ origin: textOf(row, 'origin'), size: numberOf(row, 'size') })),
      ),
  };
};
