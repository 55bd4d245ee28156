/** HR's restrictions and their version, which rises with every change and never falls. */
import type { DatabaseSync } from 'node:sqlite';
import type { RestrictionChange, Restrictions } from '../../core/ports.ts';
import { storedRestriction, whole } from '../../core/stored.ts';
import { CHANGES, MOST_CHANGES } from '../../core/stored-restrictions.ts';
import type { ProposalRows } from './proposals.ts';
import { jsonOf, numberOf, oneOf, type Row, textOf, textOrNull } from './rows.ts';
import type { Shredder } from './shredder.ts';
import type { Transactions } from './transactions.ts';

/** For use inside a transaction of somebody else's. */
export interface RestrictionRows {
  version(): number;
  /** Whatever is in flight is judged anew. */
  rise(): void;
  setHash(hash: string | null): void;
  note(change: RestrictionChange): void;
  /** The newest first. */
  changes(o: { readonly before: number; readonly limit: number }): readonly RestrictionChange[];
}

const changeOf = (row: Row): RestrictionChange => ({
  version: numberOf(row, 'version'),
  at: numberOf(row, 'at'),
  id: textOrNull(row, 'id'),
  change: oneOf(row, 'change', CHANGES),
  detail: textOf(row, 'detail'),
});

export const createRestrictionRows = (db: DatabaseSync): RestrictionRows => {
  const select = db.prepare('SELECT version FROM restrictions_version');
  const rise = db.prepare('UPDATE restrictions_version SET version = version + 1');
  const setHash = db.prepare('UPDATE restrictions_version SET hash = ?');
  const note = db.prepare('INSERT INTO restriction_changes (version, at, id, change, detail) VALUES (?, ?, ?, ?, ?)');
  const cut = db.prepare(
    `DELETE FROM restriction_changes WHERE version <=
       (SELECT version FROM restriction_changes ORDER BY version DESC LIMIT 1 OFFSET ?)`,
  );
  const page = db.prepare('SELECT * FROM restriction_changes WHERE version < ? ORDER BY version DESC LIMIT ?');
  return {
    version: () => numberOf(select.get() ?? {}, 'version'),
    rise: () => void rise.run(),
    setHash: (hash) => void setHash.run(hash),
    note: ({ version, at, id, change, detail }) => {
      note.run(version, whole(at), id, change, detail);
      cut.run(MOST_CHANGES);
    },
    changes: ({ before, limit }) =>
      page.all(before, Math.max(0, Math.min(MOST_CHANGES, Math.floor(limit)))).map(changeOf),
  };
};

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
  const upsert = db.prepare(
    'INSERT INTO restrictions (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
  );
  const remove = db.prepare('DELETE FROM restrictions WHERE id = ?');
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
          rows.setHash(hash);
        }
        const version = rows.version();
        if (record !== null) rows.note({ ...record, version });
        if (settles !== null) proposals.drop(settles);
        return { ok: true, version } as const;
      });
      // What was settled must not stay readable; the oldest record may have gone as well.
      if (outcome.ok && (settles !== null || record !== null)) o.shredder.shredded();
      return outcome;
    },
    changes: ({ before, limit }) =>
      o.transactions.read('read what became of the restrictions', () =>
        rows.changes({ before: before ?? Number.MAX_SAFE_INTEGER, limit }),
      ),
  };
};
