/** Which versions of a secret may be used, and when that changes. The vault enforces none of it (Key Vault requirement 3). */

/** Times in ms since the epoch; null: no bound. */
export interface Version {
  readonly id: string;
  readonly enabled: boolean;
  readonly created: number;
  readonly from: number | null;
  readonly until: number | null;
}

type Validity = Pick<Version, 'enabled' | 'from' | 'until'>;

export const isUsable = ({ enabled, from, until }: Validity, now: number): boolean =>
  enabled && (from === null || from <= now) && (until === null || now < until);

/**
 * By creation, which the vault tells in whole seconds. Of two made within one second the one that begins later comes first,
 * then the id decides, so that every process decides alike.
 */
const newestFirst = (a: Version, b: Version): number =>
  b.created - a.created || (b.from ?? 0) - (a.from ?? 0) || (a.id < b.id ? 1 : -1);

/** The usable ones, newest first. */
export const usable = (versions: readonly Version[], now: number): readonly Version[] =>
  versions.filter((version) => isUsable(version, now)).toSorted(newestFirst);

/**
 * Those that count, the one to use first. `untilDisabled`: behind it also older and newer ones whose end has come, since what a key
 * sealed or signed does not end with it; such a one is only taken away by disabling or deleting it. Where none is usable, none counts:
 * nothing new is made by a key whose end has come, whatever it may still open.
 */
export const counting = (
  versions: readonly Version[],
  { now, untilDisabled }: { readonly now: number; readonly untilDisabled: boolean },
): readonly Version[] => {
  const inTime = usable(versions, now);
  const [current] = inTime;
  if (current === undefined || !untilDisabled) return inTime;
  const begun = versions.filter((version) => version !== current && isUsable({ ...version, until: null }, now));
  return [current, ...begun.toSorted(newestFirst)];
};

/** When the answer of `usable` or of `counting` may change by time alone; null: never. */
export const nextChange = (versions: readonly Version[], now: number): number | null => {
  const times = versions
    .filter(({ enabled }) => enabled)
    .flatMap(({ from, until }) => [from, until])
    .filter((time) => time !== null && time > now);
  return times.reduce((soonest, time) => (soonest === null || (time ?? 0) < soonest ? time : soonest), null);
};

export type WhyNone = 'missing' | 'disabled' | 'expired' | 'not-yet';

/** Why none is usable, going by the newest: that is the one somebody meant to be in force. */
export const whyNone = (versions: readonly Version[], now: number): WhyNone => {
  const newest = versions.toSorted(newestFirst)[0];
  if (newest === undefined) return 'missing';
  if (!newest.enabled) return 'disabled';
  return newest.from !== null && newest.from > now ? 'not-yet' : 'expired';
};

/**
 * When `current` ends with nothing newer to follow it: its own end, or that of the newer one which stands ready for then, or of the
 * one after that. Null: never.
 */
export const endsAt = (versions: readonly Version[], current: Version): number | null => {
  let last = current;
  for (;;) {
    const { until } = last;
    if (until === null) return null;
    // Each lasts longer than the one before, so that there are no more rounds than versions.
    const next = versions
      .filter((other) => other.enabled && newestFirst(other, last) < 0)
      .filter((other) => (other.from ?? 0) <= until && (other.until ?? Number.POSITIVE_INFINITY) > until)
      .toSorted(newestFirst)[0];
    if (next === undefined) return until;
    last = next;
  }
};
