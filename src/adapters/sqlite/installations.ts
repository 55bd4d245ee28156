/** Where the bot is installed. Few rows, each changed whole. */
import type { DatabaseSync } from 'node:sqlite';
import type { Installations, KeptInstallation } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import {
  INSTALLATION_STATES,
  MOST_INSTALLATIONS,
  MOST_LINKS,
  MOST_SPENT,
  PLATFORM_NAMES,
} from '../../core/stored-installations.ts';
import { numberOf, numberOrNull, oneOf, type Row, textOf } from './rows.ts';
import type { Shredder } from './shredder.ts';
import type { Transactions } from './transactions.ts';

const installationOf = (row: Row): KeptInstallation => ({
  platform: oneOf(row, 'platform', PLATFORM_NAMES),
  tenant: textOf(row, 'tenant'),
  state: oneOf(row, 'state', INSTALLATION_STATES),
  version: numberOf(row, 'version'),
  value: textOf(row, 'value'),
  mark: textOf(row, 'mark'),
  at: numberOf(row, 'at'),
  endsAt: numberOrNull(row, 'ends_at'),
  renewAt: numberOrNull(row, 'renew_at'),
  code: textOf(row, 'code'),
  purging: numberOf(row, 'purging') === 1,
});

const wholeOrNull = (value: number | null): number | null => (value === null ? null : whole(value));

export const createInstallations = (o: {
  readonly db: DatabaseSync;
  readonly transactions: Transactions;
  readonly shredder: Shredder;
}): Installations => {
  const { db, transactions, shredder } = o;
  const version = db.prepare('SELECT version FROM installations_version');
  const rise = db.prepare('UPDATE installations_version SET version = version + 1 RETURNING version');
  const all = db.prepare('SELECT * FROM installations');
  const links = db.prepare('SELECT platform, tenant, within FROM installation_links');
  const one = db.prepare('SELECT * FROM installations WHERE platform = ? AND tenant = ?');
  const count = db.prepare('SELECT count(*) AS n FROM installations');
  const put = db.prepare(
    `INSERT OR REPLACE INTO installations
       (platform, tenant, state, version, value, mark, at, ends_at, renew_at, code, purging)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const mark = db.prepare('UPDATE installations SET mark = ?, version = ? WHERE platform = ? AND tenant = ?');
  const turn = db.prepare(
    `UPDATE installations SET state = ?, code = ?, at = ?, version = ?
     WHERE platform = ? AND tenant = ? AND version = ? AND state <> 'gone'`,
  );
  const purged = db.prepare(
    `UPDATE installations SET purging = 0, holder = '', leased_until = 0, version = ?
     WHERE platform = ? AND tenant = ? AND version = ? AND state = 'gone'`,
  );
  const forget = db.prepare(
    "DELETE FROM installations WHERE platform = ? AND tenant = ? AND version = ? AND state = 'gone'",
  );
  const lease = db.prepare(
    `UPDATE installations SET holder = ?, leased_until = ?
     WHERE platform = ? AND tenant = ? AND (leased_until <= ? OR holder = ?)`,
  );
  const release = db.prepare(
    "UPDATE installations SET holder = '', leased_until = 0 WHERE platform = ? AND tenant = ? AND holder = ?",
  );
  const replace = db.prepare(
    `UPDATE installations SET state = 'installed', value = ?, ends_at = ?, renew_at = ?, at = ?, code = '', version = ?,
       holder = '', leased_until = 0
     WHERE platform = ? AND tenant = ? AND version = ? AND state <> 'gone' AND holder = ?`,
  );
  const linked = db.prepare('SELECT 1 AS yes FROM installation_links WHERE platform = ? AND tenant = ?');
  const linkCount = db.prepare('SELECT count(*) AS n FROM installation_links');
  const link = db.prepare('INSERT OR REPLACE INTO installation_links (platform, tenant, within) VALUES (?, ?, ?)');
  const unspend = db.prepare('DELETE FROM spent WHERE until <= ?');
  const spentCount = db.prepare('SELECT count(*) AS n FROM spent');
  const spend = db.prepare('INSERT INTO spent (what, until) VALUES (?, ?) ON CONFLICT (what) DO NOTHING');

  const next = (): number => numberOf(rise.get() ?? {}, 'version');
  const standing = (): number => numberOf(version.get() ?? {}, 'version');
  const isFull = (): boolean => numberOf(count.get() ?? {}, 'n') >= MOST_INSTALLATIONS;
  /** Where nothing was changed, the version has risen for nothing, which harms nobody. */
  const changed = (changes: number | bigint): boolean => Number(changes) > 0;

  /** A change that may put one value in the place of another. */
  const shredding = async <T>(what: string, run: () => T): Promise<T> => {
    const outcome = await transactions.write(what, run);
    shredder.shredded();
    return outcome;
  };

  return {
    version: () => transactions.read('look at the installations', standing),
    all: () =>
      transactions.read('read the installations', () => ({
        version: standing(),
        installations: all.all().map(installationOf),
        links: links.all().map((row: Row) => ({
          platform: oneOf(row, 'platform', PLATFORM_NAMES),
          tenant: textOf(row, 'tenant'),
          within: textOf(row, 'within'),
        })),
      })),
    find: ({ platform, tenant }) =>
      transactions.read('find an installation', () => {
        const row = one.get(platform, tenant);
        return row === undefined ? null : installationOf(row);
      }),
    install: ({ platform, tenant, value, endsAt, renewAt, now }) =>
      shredding('keep an installation', () => {
        const row: Row | undefined = one.get(platform, tenant);
        if (row === undefined && isFull()) return 'full';
        if (row !== undefined && numberOf(row, 'purging') === 1) return 'purging';
        const [ends, renew] = [wholeOrNull(endsAt), wholeOrNull(renewAt)];
        put.run(platform, tenant, 'installed', next(), value, '', whole(now), ends, renew, '', 0);
        return 'installed';
      }),
    end: ({ platform, tenant, mark: taken, code, now }) =>
      shredding('end an installation', () => {
        const row: Row | undefined = one.get(platform, tenant);
        if (row !== undefined && row['state'] === 'gone') {
          if (taken !== '' && taken !== row['mark']) mark.run(taken, next(), platform, tenant);
          return 'already';
        }
        if (row === undefined && isFull()) return 'full';
        put.run(platform, tenant, 'gone', next(), '', taken, whole(now), null, null, code, 1);
        return 'ended';
      }),
    turn: ({ platform, tenant, seen, to, code, now }) =>
      transactions.write('park an installation', () =>
        changed(turn.run(to, code, whole(now), next(), platform, tenant, seen).changes) ? 'turned' : 'changed',
      ),
    purged: ({ platform, tenant, seen }) =>
      transactions.write('note what was shredded', () =>
        changed(purged.run(next(), platform, tenant, seen).changes) ? 'purged' : 'changed',
      ),
    forget: ({ platform, tenant, seen }) =>
      transactions.write('forget an installation', () => {
        if (!changed(forget.run(platform, tenant, seen).changes)) return 'changed';
        next();
        return 'forgotten';
      }),
    lease: ({ platform, tenant, holder, now, leaseMs }) =>
      transactions.write('take an installation in hand', () => {
        if (one.get(platform, tenant) === undefined) return 'gone';
        const { changes } = lease.run(holder, whole(now + leaseMs), platform, tenant, whole(now), holder);
        return changed(changes) ? 'leased' : 'busy';
      }),
    release: ({ platform, tenant, holder }) =>
      transactions.write('let go of an installation', () => void release.run(platform, tenant, holder)),
    replace: ({ platform, tenant, seen, holder, value, endsAt, renewAt, now }) =>
      shredding('keep a new credential', () => {
        const [ends, renew] = [wholeOrNull(endsAt), wholeOrNull(renewAt)];
        const { changes } = replace.run(value, ends, renew, whole(now), next(), platform, tenant, seen, holder);
        return changed(changes) ? 'replaced' : 'changed';
      }),
    link: ({ platform, tenant, within }) =>
      transactions.write('keep whose a workspace is', () => {
        if (linked.get(platform, tenant) === undefined && numberOf(linkCount.get() ?? {}, 'n') >= MOST_LINKS)
          return 'full';
        link.run(platform, tenant, within);
        next();
        return 'linked';
      }),
    spend: ({ what, until, now }) =>
      transactions.write('note that something was used', () => {
        unspend.run(whole(now));
        if (numberOf(spentCount.get() ?? {}, 'n') >= MOST_SPENT) return 'full';
        return changed(spend.run(what, whole(until)).changes) ? 'spent' : 'again';
      }),
  };
};
