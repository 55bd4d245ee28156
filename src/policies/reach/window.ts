/**
 * When a change of restrictions makes itself felt. A restriction that begins on Monday changes nothing today, so questions of the past
 * are tried out as if they were asked then.
 */
import type { Restriction } from '../../core/types.ts';
import { canonicalJson } from '../canonical.ts';

/** ms since the epoch; `to` null: without end. */
export interface Window {
  readonly from: number;
  readonly to: number | null;
}

const DAY = 24 * 3_600_000;
const WEEK = 7 * DAY;

const at = (moment: string | null): number | null => (moment === null ? null : Date.parse(moment));

const holds = ({ from, until, suspendedUntil }: Restriction, now: number): boolean =>
  (at(from) ?? now) <= now && (at(suspendedUntil) ?? now) <= now && now < (at(until) ?? Number.POSITIVE_INFINITY);

/** What a restriction does while it holds. */
const substance = ({ forbids, appliesTo, exceptGroups, places, countries }: Restriction): string =>
  canonicalJson({ forbids, appliesTo, exceptGroups, places, countries });

const inForce = (restrictions: readonly Restriction[], now: number): string =>
  canonicalJson([...new Set(restrictions.filter((it) => holds(it, now)).map(substance))].sort());

const turns = (restrictions: readonly Restriction[], now: number): readonly number[] =>
  [
    ...new Set([
      now,
      ...restrictions.flatMap((it) => [it.from, it.until, it.suspendedUntil].flatMap((moment) => at(moment) ?? [])),
    ]),
  ]
    .filter((moment) => moment >= now)
    .sort((left, right) => left - right);

/** The first stretch of time, from now on, in which the two differ; the present one where they never do. */
export const windowOf = (o: {
  readonly before: readonly Restriction[];
  readonly after: readonly Restriction[];
  readonly now: number;
}): Window => {
  const moments = turns([...o.before, ...o.after], o.now);
  const first = moments.findIndex((moment) => inForce(o.before, moment) !== inForce(o.after, moment));
  const index = Math.max(first, 0);
  return { from: moments[index] ?? o.now, to: moments[index + 1] ?? null };
};

/** The first moment from now on at which all of these hold that will hold together at all; now, where there are none. */
export const momentOf = (restrictions: readonly Restriction[], now: number): number => {
  const count = (moment: number): number => restrictions.filter((it) => holds(it, moment)).length;
  const moments = turns(restrictions, now);
  const most = Math.max(...moments.map(count));
  return moments.find((moment) => count(moment) === most) ?? now;
};

/**
 * The moment within the window that is most like this one: on the same weekday at the same time of day (UTC) where the window is long
 * enough, else at the same time of day, else its beginning.
 */
export const shifted = (moment: number, { from, to }: Window): number => {
  const within = (period: number): number => from + ((((moment - from) % period) + period) % period);
  const fits = [within(WEEK), within(DAY)].find((it) => to === null || it < to);
  return fits ?? from;
};
