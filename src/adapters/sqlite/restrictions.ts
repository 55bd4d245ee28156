/** HR's restrictions and their version, which rises with every change and never falls. */
import type { DatabaseSync } from 'node:sqlite';
import type { RestrictionChange, Restrictions } from '../../core/ports.ts';
import { CHANGES, MOST_CHANGES, storedRestriction, whole } from '../../core/stored.ts';
import type { ProposalRows } from './proposals.ts';
import { jsonOf, numberOf, oneOf, type Row, textOf, textOrNull } from './rows.ts';
import type { Shredder } from './shredder.ts';
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

const changeOf = (row: Row): RestrictionChange => ({
  version: numberOf(row, 'version'),
  at: numberOf(row, 'at'),
  id: textOrNull(row, 'id'),
  change: oneOf(row, 'change', CHANGES),
  detail: textOf(row, 'detail'),
});

export const createRestrictions = (o: {
  readonly db: DatabaseSync;
  readonly rows: RestrictionRows;
  readonly proposals: ProposalRows;
  readonly transactions: Transactions;
  readonly shredder: Shredder;
}): Restrictions => {
  const { db, rows, proposals } = o;
  const all = db.prepare('SELECT body FROM restrictions ORDER BY id');
  const hashed = db.prepare('SELECT hash FROM restrictions_version');
  const setHash = db.prepare('UPDATE restrictions_version SET hash = ?');
  const upsert = db.prepare(
    'INSERT INTO restrictions (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
  );
  const remove = db.prepare('DELETE FROM restrictions WHERE id = ?');
  const note = db.prepare('INSERT INTO restriction_changes (version, at, id, change, detail) VALUES (?, ?, ?, ?, ?)');
  const cut = db.prepare(
    `DELETE FROM restriction_changes WHERE version <=
       (SELECT version FROM restriction_changes ORDER BY version DESC LIMIT 1 OFFSET ?)`,
  );
  const page = db.prepare('SELECT * FROM restriction_changes WHERE version < ? ORDER BY version DESC LIMIT ?');
  return {
    current: () =>
      o.transactions.read('read the restrictions', () => ({
        version: rows.version(),
        hash: textOrNull(hashed.get() ?? {}, 'hash'),
        restrictions: all.all().map((row) => storedRestriction.parse(jsonOf(row, 'body'))),
      })),
    change: async ({ expected, put, remove: removed, hash, record, settles }) => {
      const outcome = await o.transactions.write('change the restrictions', () => {
        if (settles !== null && !proposals.waits({ id: settles, now: record?.at ?? null }))
          return { ok: false, why: 'gone' } as const;
        if (expected !== null && rows.version() !== expected) return { ok: false, why: 'changed' } as const;
        for (const restriction of put) upsert.run(restriction.id, JSON.stringify(restriction));
        const gone = removed.filter((id) => remove.run(id).changes !== 0);
        if (put.length + gone.length > 0 || record !== null || settles !== null) {
          rows.rise();
          setHash.run(hash);
        }
        const version = rows.version();
        if (record !== null) {
          note.run(version, whole(record.at), record.id, record.change, record.detail);
          cut.run(MOST_CHANGES);
        }
        if (settles !== null) proposals.drop(settles);
        return { ok: true, version } as const;
      });
      // What was settled must not stay readable; the oldest record may have gone as well.
      if (outcome.ok && (settles !== null || record !== null)) o.shredder.shredded();
      return outcome;
    },
    changes: ({ before, limit }) =>
      o.transactions.read('read what became of the restrictions', () => {
        const most = Math.max(0, Math.min(MOST_CHANGES, Math.floor(limit)));
        return page.all(before ?? Number.MAX_SAFE_INTEGER, most).map(changeOf);
      }),
  };
};
