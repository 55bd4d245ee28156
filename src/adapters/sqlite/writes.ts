/** What became of each write to a system of record. */
import type { DatabaseSync } from 'node:sqlite';
import type { KeptWrite, WriteStands, Writes } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import { WRITES_MS, WRITES_WITHIN_MS } from '../../core/stored-writes.ts';
import { numberOf, oneOf, type Row, textOf, textOrNull } from './rows.ts';
import type { Shredder } from './shredder.ts';
import type { Transactions } from './transactions.ts';

const writeOf = (row: Row): KeptWrite => ({
  id: textOf(row, 'id'),
  at: numberOf(row, 'at'),
  owner: textOf(row, 'owner'),
  state: oneOf(row, 'state', ['begun', 'done', 'not-done', 'doubt', 'undone']),
  tries: numberOf(row, 'tries'),
  triedAt: numberOf(row, 'tried_at'),
  code: textOrNull(row, 'code'),
  value: textOf(row, 'value'),
});

const alike = (one: WriteStands, other: WriteStands): boolean =>
  one.state === other.state && one.tries === other.tries && one.triedAt === whole(other.triedAt);

export const createWrites = (o: {
  readonly db: DatabaseSync;
  readonly transactions: Transactions;
  readonly shredder: Shredder;
}): Writes => {
  const { db, transactions, shredder } = o;
  const insert = db.prepare(
    "INSERT INTO writes (id, at, owner, state, tries, tried_at, value) VALUES (?, ?, ?, 'begun', 1, ?, ?)",
  );
  const known = db.prepare('SELECT * FROM writes WHERE id = ?');
  const lately = db.prepare('SELECT count(*) AS n FROM writes WHERE owner = ? AND at > ?');
  const put = db.prepare('UPDATE writes SET state = ?, tries = ?, tried_at = ?, code = ? WHERE id = ?');
  const putValue = db.prepare("UPDATE writes SET value = ? WHERE id = ? AND owner <> ''");
  const theirs = db.prepare('SELECT * FROM writes WHERE owner = ? AND at > ? ORDER BY at DESC, id');
  const empty = db.prepare("UPDATE writes SET owner = '', value = '' WHERE owner = ? AND owner <> ''");
  const older = db.prepare('DELETE FROM writes WHERE at <= ?');
  const over = (now: number): number => whole(now) - WRITES_MS;

  const shred = async (what: string, run: () => number): Promise<number> => {
    const gone = await transactions.write(what, run);
    if (gone > 0) shredder.shredded();
    return gone;
  };

  return {
    begin: async ({ id, owner, value, most, now }) => {
      const [begun, gone] = await transactions.write('begin a write', () => {
        const swept = Number(older.run(over(now)).changes);
        const stands: Row | undefined = known.get(id);
        if (stands !== undefined) return [{ status: 'known', write: writeOf(stands) }, swept] as const;
        const count = most === null ? 0 : numberOf(lately.get(owner, whole(now) - WRITES_WITHIN_MS) ?? {}, 'n');
        if (most !== null && count >= most) return [{ status: 'enough' }, swept] as const;
        insert.run(id, whole(now), owner, whole(now), value);
        return [{ status: 'begun' }, swept] as const;
      });
      if (gone > 0) shredder.shredded();
      return begun;
    },
    change: async ({ id, had, has, value }) => {
      const done = await transactions.write('note what became of a write', () => {
        const stands: Row | undefined = known.get(id);
        if (stands === undefined) return 'gone';
        if (!alike(writeOf(stands), had)) return 'changed';
        put.run(has.state, whole(has.tries), whole(has.triedAt), has.code, id);
        if (value !== null) putValue.run(value, id);
        return 'put';
      });
      if (done === 'put' && value !== null) shredder.shredded();
      return done;
    },
    find: ({ id, now }) =>
      transactions.read('look up a write', () => {
        const stands: Row | undefined = known.get(id);
        const write = stands === undefined ? null : writeOf(stands);
        return write !== null && write.at > over(now) ? write : null;
      }),
    of: ({ owners, now }) =>
      transactions.read('look up somebody’s writes', () =>
        [...new Set(owners)]
          .filter((owner) => owner !== '')
          .flatMap((owner): readonly Row[] => theirs.all(owner, over(now)))
          .map(writeOf)
          .toSorted((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1)),
      ),
    forget: ({ owners }) =>
      shred('forget writes', () =>
        [...new Set(owners)].reduce((sum, owner) => sum + Number(empty.run(owner).changes), 0),
      ),
    sweep: ({ now }) => shred('forget old writes', () => Number(older.run(over(now)).changes)),
  };
};
