/** Whole days of UTC that a report is of. */
import { DAY_MS, dayOf, MOST_DAYS } from './axis.ts';
import type { Period } from './types.ts';

/** Without other words a report is of so many days. */
const DAYS = 90;

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** When a day begins that is written as 2026-01-31; null: there is no such day. */
export const dayOn = (text: string): number | null => {
  const at = DATE.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // Some take 31 February for a day of March.
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text ? null : at;
};

/**
 * Both days are in it; without a last one it ends today, without a first one it is of ninety days. A string says why there is no such time.
 */
export const periodOf = (o: {
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly now: number;
}): Period | string => {
  const last = o.until === undefined ? dayOf(o.now) : dayOn(o.until);
  if (last === null) return '--until is a day, as 2026-01-31.';
  const since = o.since === undefined ? last - (DAYS - 1) * DAY_MS : dayOn(o.since);
  if (since === null) return '--since is a day, as 2026-01-31.';
  if (since > last) return '--since is a day before that of --until, or the same.';
  if (last - since >= MOST_DAYS * DAY_MS) return 'A report is of ten years at most.';
  return { since, until: last + DAY_MS };
};
