/** Reads what must leave without touching it: page by page, and counted. */
import type { DatabaseSync } from 'node:sqlite';
import type { Expiries, ExpiryCensus, Leaving, Pending } from '../../core/ports.ts';
import { unpackRef, whole } from '../../core/stored.ts';
import type { MessageRef } from '../../core/types.ts';
import { numberOf, numberOrNull, type Row, textOf, textOrNull } from './rows.ts';
import type { Transactions } from './transactions.ts';

/** Of one page, whatever a caller asks for. */
const MOST_SCANNED = 1_000;

const HOUR_MS = 60 * 60_000;

export const leavingOf = (ref: MessageRef, row: Row): Leaving => ({
  ref,
  removeAt: numberOf(row, 'remove_at'),
  about: textOrNull(row, 'about'),
  then: textOf(row, 'leaves') === 'forget' ? 'forget' : 'remove',
  again: textOrNull(row, 'again'),
});

const pending = (row: Row): readonly Pending[] => {
  const ref = unpackRef(textOf(row, 'member'));
  if (ref === null) return [];
  return [{ ...leavingOf(ref, row), attempts: numberOf(row, 'attempts'), leased: numberOf(row, 'leased') === 1 }];
};

export const createExpiryViews = (o: {
  readonly db: DatabaseSync;
  readonly transactions: Transactions;
}): Pick<Expiries, 'scan' | 'census'> => {
  const page = o.db.prepare('SELECT * FROM expiries WHERE member > ? ORDER BY member LIMIT ?');
  const counts = o.db.prepare(
    `SELECT lane, sum(leaves = 'remove') AS pending, sum(leaves = 'forget') AS recallable,
       sum(leaves = 'remove' AND remove_at <= :now) AS due,
       min(CASE WHEN leaves = 'remove' AND remove_at <= :now THEN remove_at END) AS oldest,
       sum(leaves = 'remove' AND remove_at > :now AND remove_at <= :hour) AS soon
     FROM expiries GROUP BY lane ORDER BY lane`,
  );
  const failing = o.db.prepare(
    'SELECT lane, code, count(*) AS n FROM expiries WHERE attempts > 0 GROUP BY lane, code ORDER BY lane, code',
  );

  const censusOf = (row: Row, failures: readonly Row[]): readonly ExpiryCensus[] => {
    const lane = textOf(row, 'lane');
    const ref = unpackRef(`${lane}||`);
    if (ref === null) return [];
    const own = failures.filter((failure) => textOf(failure, 'lane') === lane);
    return [
      {
        platform: ref.platform,
        tenant: ref.tenant,
        pending: numberOf(row, 'pending'),
        due: numberOf(row, 'due'),
        oldestDueAt: numberOrNull(row, 'oldest'),
        dueWithinHour: numberOf(row, 'soon'),
        recallable: numberOf(row, 'recallable'),
        failing: Object.fromEntries(
          own.map((failure) => [textOrNull(failure, 'code') ?? 'unknown', numberOf(failure, 'n')]),
        ),
      },
    ];
  };

  return {
    scan: ({ cursor, limit }) =>
      o.transactions.read('look through the removals', () => {
        const most = Math.max(1, Math.min(MOST_SCANNED, Math.floor(limit)));
        const rows = page.all(cursor ?? '', most);
        const last = rows.at(-1);
        const full = rows.length === most && last !== undefined;
        return { removals: rows.flatMap(pending), cursor: full ? textOf(last, 'member') : null };
      }),
    census: ({ now }) =>
      o.transactions.read('count the removals', () => {
        const failures = failing.all();
        const times = { now: whole(now), hour: whole(now + HOUR_MS) };
        return counts.all(times).flatMap((row) => censusOf(row, failures));
      }),
  };
};
