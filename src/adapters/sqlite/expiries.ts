/** What must leave and when. A row stays until its removal is acknowledged, whatever happens meanwhile. */
import type { DatabaseSync } from 'node:sqlite';
import type { Allowance, DueRemoval, Expiries, Leaving } from '../../core/ports.ts';
import { shareOut } from '../../core/share.ts';
import { packParts, packRef, unpackParts, unpackRef, whole } from '../../core/stored.ts';
import { createExpiryViews, leavingOf } from './expiry-views.ts';
import { numberOf, type Row, textOf, textOrNull } from './rows.ts';
import type { Transactions } from './transactions.ts';

/** More are never claimed at once, whatever a caller asks for. */
const MOST_CLAIMED = 500;

/** For use inside a transaction of somebody else's. */
export interface ExpiryRows {
  /** The same message again replaces what was on record; the very same again changes nothing. */
  schedule(o: Leaving): void;
}

export const createExpiryRows = (db: DatabaseSync): ExpiryRows => {
  const upsert = db.prepare(
    `INSERT INTO expiries (member, lane, score, remove_at, about, leaves, again)
     VALUES (:member, :lane, :at, :at, :about, :then, :again)
     ON CONFLICT (member) DO UPDATE SET score = excluded.score, remove_at = excluded.remove_at, about = excluded.about,
       leaves = excluded.leaves, again = excluded.again, leased = 0
     WHERE expiries.remove_at <> excluded.remove_at OR expiries.about IS NOT excluded.about
       OR expiries.leaves <> excluded.leaves OR expiries.again IS NOT excluded.again`,
  );
  return {
    schedule: ({ ref, removeAt, about, then, again }) => {
      const lane = packParts([ref.platform, ref.tenant]);
      upsert.run({ member: packRef(ref), lane, at: whole(removeAt), about, then, again });
    },
  };
};

const dueRemoval = (row: Row): readonly DueRemoval[] => {
  const ref = unpackRef(textOf(row, 'member'));
  if (ref === null) return [];
  return [
    {
      ...leavingOf(ref, row),
      attempts: numberOf(row, 'attempts'),
      code: textOrNull(row, 'code') ?? '',
      readyAt: numberOf(row, 'score'),
      lease: '',
    },
  ];
};

/** What an acknowledgement is about: one that was replaced meanwhile is another one. */
const asClaimed = ({ ref, removeAt, about, then, again }: DueRemoval) => ({
  member: packRef(ref),
  removeAt,
  about,
  then,
  again,
});
const AS_CLAIMED =
  'member = :member AND remove_at = :removeAt AND about IS :about AND leaves = :then AND again IS :again';

const tenantOf = (lane: string): string => unpackParts(lane)[1] ?? '';

/** The lanes that hold anything, found by leaping over the index. */
const createLanes = (db: DatabaseSync): (() => readonly string[]) => {
  const next = db.prepare('SELECT min(lane) AS lane FROM expiries WHERE lane > ?');
  return () => {
    const lanes: string[] = [];
    for (let lane: unknown = next.get('')?.['lane']; typeof lane === 'string'; lane = next.get(lane)?.['lane']) {
      lanes.push(lane);
    }
    return lanes;
  };
};

export const createExpiries = (o: {
  readonly db: DatabaseSync;
  readonly rows: ExpiryRows;
  readonly transactions: Transactions;
}): Expiries => {
  const { db, transactions } = o;
  const lanes = createLanes(db);
  const many = db.prepare(
    'SELECT count(*) AS n FROM (SELECT 1 FROM expiries WHERE lane = ? AND score <= ? LIMIT ?) AS due',
  );
  const due = db.prepare('SELECT * FROM expiries WHERE lane = ? AND score <= ? ORDER BY score, member LIMIT ?');
  const lease = db.prepare('UPDATE expiries SET score = ?, leased = 1 WHERE member = ?');
  const remove = db.prepare(`DELETE FROM expiries WHERE ${AS_CLAIMED}`);
  const retry = db.prepare(
    `UPDATE expiries SET score = :retryAt, leased = 0, attempts = attempts + 1, code = :code WHERE ${AS_CLAIMED}`,
  );
  const putOff = db.prepare(`UPDATE expiries SET score = :until, leased = 0 WHERE leased = 1 AND ${AS_CLAIMED}`);
  // What is being removed now is left alone: nearer than now there is nothing, and later is too late.
  const move = (where: string) =>
    db.prepare(`UPDATE expiries SET score = :at, remove_at = :at WHERE member = :member AND leased = 0 AND ${where}`);
  const nearer = move('remove_at > :at');
  const further = move('remove_at < :at AND remove_at = :seen');
  const deadline = db.prepare('SELECT remove_at FROM expiries WHERE member = ?');
  const first = db.prepare('SELECT min(score) AS score FROM expiries WHERE lane = ?');

  const standing = (member: string): number | null => {
    const row = deadline.get(member);
    return row === undefined ? null : numberOf(row, 'remove_at');
  };

  /** How many each lane may give: what it has, within its tenant's allowance. */
  const shares = (all: readonly string[], now: number, limit: number, allow: Allowance | undefined) => {
    const left = new Map<string, number>();
    const has = all.map((lane) => {
      const tenant = tenantOf(lane);
      const allowed = left.get(tenant) ?? Math.max(0, Math.floor(allow?.(tenant) ?? limit));
      const some = allowed === 0 ? 0 : numberOf(many.get(lane, now, Math.min(limit, allowed)) ?? {}, 'n');
      left.set(tenant, allowed - some);
      return some;
    });
    return shareOut(has, limit);
  };

  return {
    schedule: (leaving) => transactions.write('schedule a removal', () => o.rows.schedule(leaving)),
    sooner: ({ ref, removeAt }) =>
      transactions.write('bring a removal forward', () => {
        const member = packRef(ref);
        nearer.run({ member, at: whole(removeAt) });
        return standing(member);
      }),
    later: ({ ref, seen, removeAt }) =>
      transactions.write('put a deadline off', () => {
        const member = packRef(ref);
        further.run({ member, at: whole(removeAt), seen: whole(seen) });
        return standing(member);
      }),
    claim: ({ now, leaseMs, limit, allow }) =>
      transactions.write('claim removals', () => {
        const most = Math.max(0, Math.min(MOST_CLAIMED, Math.floor(limit)));
        const [at, until] = [whole(now), whole(now + leaseMs)];
        const all = lanes();
        const rows = shares(all, at, most, allow).flatMap((share, index) =>
          share === 0 ? [] : due.all(all[index] ?? '', at, share),
        );
        for (const row of rows) lease.run(until, textOf(row, 'member'));
        return rows.flatMap(dueRemoval).toSorted((a, b) => a.removeAt - b.removeAt);
      }),
    ack: ({ removals }) =>
      transactions.write('acknowledge removals', () => {
        for (const removal of removals) remove.run(asClaimed(removal));
      }),
    fail: ({ removal, retryAt, code }) =>
      transactions.write(
        'try a removal again later',
        () => void retry.run({ ...asClaimed(removal), retryAt: whole(retryAt), code }),
      ),
    putOff: ({ removals, until }) =>
      transactions.write('put removals off', () => {
        for (const removal of removals)
          putOff.run({ ...asClaimed(removal), until: until === 'as before' ? removal.readyAt : whole(until) });
      }),
    next: ({ allow } = {}) =>
      transactions.read('find the next removal', () => {
        const some = lanes().filter((lane) => allow === undefined || allow(tenantOf(lane)) > 0);
        const times = some.map((lane) => numberOf(first.get(lane) ?? {}, 'score'));
        return times.length === 0 ? null : Math.min(...times);
      }),
    ...createExpiryViews({ db, transactions }),
  };
};
