/**
 * Which audit logs there must be and how long at least, so that one that is gone or cut is noticed. The file belongs to one
 * process, and opening it voids every lease (`open.ts`): the log of a dead process is free at once.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Origin, Origins } from '../../core/ports.ts';
import { lostHome, slotFor, whole } from '../../core/stored.ts';
import { numberOf, type Row, textOf } from './rows.ts';
import type { Transactions } from './transactions.ts';

const originOf = (row: Row): Origin => ({
  origin: textOf(row, 'origin'),
  size: numberOf(row, 'size'),
  home: textOf(row, 'home'),
  leasedUntil: numberOf(row, 'leased_until'),
});

export const createOrigins = (o: { readonly db: DatabaseSync; readonly transactions: Transactions }): Origins => {
  const { db, transactions } = o;
  const all = db.prepare('SELECT origin, size, home, leased_until FROM origins ORDER BY origin');
  // Written by a version that knew no homes; the file lies in one data folder, so they are its.
  const adopt = db.prepare("UPDATE origins SET home = ? WHERE home = ''");
  const take = db.prepare(
    `INSERT INTO origins (origin, size, home, holder, leased_until) VALUES (:origin, 0, :home, :holder, :until)
     ON CONFLICT (origin) DO UPDATE SET holder = excluded.holder, leased_until = excluded.leased_until
     RETURNING origin, size, home, leased_until`,
  );
  const keep = db.prepare('UPDATE origins SET leased_until = ? WHERE origin = ? AND holder = ?');
  const free = db.prepare("UPDATE origins SET holder = '', leased_until = 0 WHERE origin = ? AND holder = ?");
  // A log only grows: a smaller size that comes late must not hide that entries went missing.
  const grow = db.prepare('UPDATE origins SET size = :size WHERE origin = :origin AND size < :size');
  const one = db.prepare('SELECT origin, size, home, leased_until FROM origins WHERE origin = ?');
  const move = db.prepare("UPDATE origins SET home = ?, holder = '', leased_until = 0 WHERE origin = ?");
  return {
    lease: ({ home, holder, now, leaseMs, except }) =>
      transactions.write('lease an audit log', () => {
        adopt.run(home);
        const origin = slotFor({ origins: all.all().map(originOf), home, now, except });
        return originOf(take.get({ origin, home, holder, until: whole(now + leaseMs) }) ?? {});
      }),
    renew: ({ origin, holder, now, leaseMs }) =>
      transactions.write('keep an audit log', () =>
        keep.run(whole(now + leaseMs), origin, holder).changes === 0 ? 'lost' : 'renewed',
      ),
    release: ({ origin, holder }) => transactions.write('let go of an audit log', () => void free.run(origin, holder)),
    register: ({ origin, size }) =>
      transactions.write('register an audit log', () => void grow.run({ origin, size: whole(size) })),
    lose: ({ origin, now }) =>
      transactions.write('put on record that an audit log is lost', () => {
        const row = one.get(origin);
        if (row === undefined) return 'unknown';
        const { home, leasedUntil } = originOf(row);
        if (leasedUntil > now) return 'held';
        move.run(lostHome(home), origin);
        return 'lost';
      }),
    all: () => transactions.read('list the audit logs', () => all.all().map(originOf)),
  };
};
