/** What a backup takes and a restore puts back. See `core/store/snapshot.ts`. */
import type { DatabaseSync } from 'node:sqlite';
import type { Origins, Restored, Restrictions, Snapshots, Standing, Stands } from '../../core/ports.ts';
import { closedHome, notRestoring, packParts, storedRestored, unpackParts, whole } from '../../core/stored.ts';
import { MOST_CHANGES } from '../../core/stored-restrictions.ts';
import type { ExpiryRows } from './expiries.ts';
import type { PinRows } from './pins.ts';
import type { RestrictionRows } from './restrictions.ts';
import { jsonOf, numberOf, type Row, textOf } from './rows.ts';
import type { Transactions } from './transactions.ts';

/** Of one page, whatever a caller asks for. */
const MOST = 1_000;

/** Tables that an empty store has no row in. Counters and ended questions mean that somebody was here as well. */
const TABLES = [
  'inbox',
  'ended',
  'conversations',
  'expiries',
  'counters',
  'sealed_grants',
  'sign_ins',
  'restrictions',
  'origins',
  'chat_references',
  'orders',
  'paused',
  'holds',
  'recalls',
  'dead',
  'hash_keys',
  'restriction_changes',
  'proposals',
  'pins',
  'decisions',
  'installations',
  'name_keys',
  'writes',
] as const;

export const createSnapshots = (o: {
  readonly db: DatabaseSync;
  readonly transactions: Transactions;
  readonly expiries: ExpiryRows;
  readonly rows: RestrictionRows;
  readonly pins: PinRows;
  readonly restrictions: Pick<Restrictions, 'current' | 'changes'>;
  readonly standing: Pick<Standing, 'current'>;
  readonly origins: Pick<Origins, 'all'>;
}): Snapshots => {
  const { db, transactions } = o;
  const one = db.prepare('SELECT lineage, restored FROM backups');
  const name = db.prepare('INSERT INTO backups (one, lineage) VALUES (1, ?) ON CONFLICT (one) DO NOTHING');
  const anything = db.prepare(
    `SELECT ${TABLES.map((table) => `EXISTS (SELECT 1 FROM ${table})`).join(' OR ')} OR
       (SELECT version FROM restrictions_version) > 0 AS used`,
  );
  const references = db.prepare(
    `SELECT tenant, key, owner, value, until FROM chat_references WHERE (tenant, key) > (?, ?)
     ORDER BY tenant, key LIMIT ?`,
  );
  const mark = db.prepare('UPDATE backups SET lineage = ?, restored = ?');
  const setRestored = db.prepare('UPDATE backups SET restored = ?');
  const version = db.prepare('UPDATE restrictions_version SET version = ?');
  const restrict = db.prepare('INSERT INTO restrictions (id, body) VALUES (?, ?)');
  const pause = db.prepare('INSERT INTO paused (one, since, by) VALUES (1, ?, ?)');
  const hold = db.prepare('INSERT INTO holds (id, kind, what, placed_at, by, hashes) VALUES (?, ?, ?, ?, ?, ?)');
  const recall = db.prepare('INSERT INTO recalls (id, intent, topic, since, version) VALUES (?, ?, ?, ?, ?)');
  const origin = db.prepare('INSERT INTO origins (origin, size, home) VALUES (?, ?, ?)');
  const refer = db.prepare(
    `INSERT INTO chat_references (tenant, key, owner, value, until) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (tenant, key) DO UPDATE SET owner = excluded.owner, value = excluded.value, until = excluded.until`,
  );

  const restored = (): Restored | null => {
    const row: Row = one.get() ?? {};
    return typeof row['restored'] === 'string' ? storedRestored.parse(jsonOf(row, 'restored')) : null;
  };

  const stand = (home: string, stands: Stands): void => {
    for (const restriction of stands.restrictions) restrict.run(restriction.id, JSON.stringify(restriction));
    if (stands.paused !== null) pause.run(whole(stands.paused.since), stands.paused.by);
    for (const { id, on, what, placedAt, by, hashes = [] } of stands.holds)
      hold.run(id, on, what, whole(placedAt), by, hashes.join(' '));
    for (const { id, intent, topic, since, version: at } of stands.recalls)
      recall.run(id, intent, topic, since === null ? null : whole(since), at);
    for (const { origin: log, size } of stands.origins) origin.run(log, whole(size), closedHome(home));
    version.run(whole(stands.version + 1));
    o.rows.setHash(stands.hash);
    for (const change of stands.changes) o.rows.note(change);
    if (stands.pin !== null) o.pins.put(stands.pin);
  };

  return {
    lineage: ({ lineage }) =>
      transactions.write('name its line', () => {
        name.run(lineage);
        return textOf(one.get() ?? {}, 'lineage');
      }),
    // Reads run at once, so no change comes between them.
    stands: async () => {
      const [{ version: at, restrictions, hash }, { paused, holds, recalls }, origins, changes, pin] =
        await Promise.all([
          o.restrictions.current(),
          o.standing.current(),
          o.origins.all(),
          o.restrictions.changes({ before: null, limit: MOST_CHANGES }),
          transactions.read('take which pack was approved', o.pins.current),
        ]);
      const sizes = origins.map(({ origin: log, size }) => ({ origin: log, size }));
      return { version: at, restrictions, hash, changes, pin, paused, holds, recalls, origins: sizes };
    },
    references: ({ cursor, limit }) =>
      transactions.read('take the references', () => {
        const most = Math.max(1, Math.min(MOST, Math.floor(limit)));
        const [tenant = '', key = ''] = unpackParts(cursor ?? '');
        const rows = references.all(tenant, key, most).map((row) => ({
          tenant: textOf(row, 'tenant'),
          key: textOf(row, 'key'),
          owner: textOf(row, 'owner'),
          value: textOf(row, 'value'),
          until: numberOf(row, 'until'),
        }));
        const last = rows.length < most ? undefined : rows.at(-1);
        return { references: rows, cursor: last === undefined ? null : packParts([last.tenant, last.key]) };
      }),
    restored: () => transactions.read('look whether it was restored', restored),
    isEmpty: () =>
      transactions.read(
        'look whether it is empty',
        () => numberOf(anything.get() ?? {}, 'used') === 0 && restored() === null,
      ),
    begin: ({ lineage, restored: of, stands }) =>
      transactions.write('begin to restore', () => {
        const before = restored();
        if (before !== null)
          return before.state === 'restoring' && before.archive === of.archive && before.home === of.home
            ? 'begun'
            : 'used';
        if (numberOf(anything.get() ?? {}, 'used') !== 0) return 'used';
        name.run(lineage);
        mark.run(lineage, JSON.stringify({ ...of, state: 'restoring' } satisfies Restored));
        stand(of.home, stands);
        return 'begun';
      }),
    put: (given) =>
      transactions.write('put back what was kept', () => {
        if (restored()?.state !== 'restoring') throw notRestoring();
        for (const { tenant, key, owner, value, until } of given.references)
          refer.run(tenant, key, owner, value, whole(until));
        for (const leaving of given.removals) o.expiries.schedule(leaving);
      }),
    finish: () =>
      transactions.write('end the restore', () => {
        const of = restored();
        if (of === null) throw notRestoring();
        setRestored.run(JSON.stringify({ ...of, state: 'restored' } satisfies Restored));
      }),
    settle: () => transactions.write('settle the restore', () => void setRestored.run(null)),
  };
};
