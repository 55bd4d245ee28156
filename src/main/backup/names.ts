/** What backups are called: so that a list alone tells which is the newest, and whose. */

/** An archive of what stands. */
export interface StateName {
  readonly name: string;
  readonly madeAt: number;
  readonly lineage: string;
  /** Of the restrictions. */
  readonly version: number;
}

/** A stretch of an audit log: its entries `from` to before `to`. */
export interface StretchName {
  readonly name: string;
  readonly lineage: string;
  readonly origin: string;
  readonly from: number;
  readonly to: number;
}

/** 48 bits tell the stores of one company apart. */
export const LINEAGE = /^[0-9a-f]{12}$/;

const VERSION_DIGITS = 16;

/** Counts in microseconds get as far in 250 years. A restore goes on above no later one: a name that was made up must leave room for the next. */
export const MOST_VERSION = 9_000_000_000_000_000;

/** A place that was left out of a restore may hold later versions than those known, and none counts changes faster than one a microsecond. */
export const versionAt = (now: number): number => Math.min(MOST_VERSION, Math.ceil(now * 1_000));

const ENTRY_DIGITS = 15;

const STATE = /^(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)(\d{3})z-([0-9a-f]{12})-(\d{16})$/;
const STRETCH = /^([0-9a-f]{12})\.([a-z0-9][a-z0-9.-]{0,62})\.(\d{15})-(\d{15})$/;

/** `20261126t093000123z-LINEAGE-VERSION`, UTC. */
export const stateName = (o: Omit<StateName, 'name'>): string => {
  const time = new Date(o.madeAt).toISOString().replace(/[-:.]/g, '').toLowerCase();
  return `${time}-${o.lineage}-${String(o.version).padStart(VERSION_DIGITS, '0')}`;
};

/** Null: it is none of ours. */
export const readStateName = (name: string): StateName | null => {
  const [, year, month, day, hour, minute, second, ms, lineage, version] = STATE.exec(name) ?? [];
  if (lineage === undefined) return null;
  const madeAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
  return Number.isNaN(madeAt) || !Number.isSafeInteger(Number(version))
    ? null
    : { name, madeAt, lineage, version: Number(version) };
};

/** `LINEAGE.ORIGIN.FROM-TO`, in entries of the log. */
export const stretchName = (o: Omit<StretchName, 'name'>): string => {
  const digits = (entries: number): string => String(entries).padStart(ENTRY_DIGITS, '0');
  return `${o.lineage}.${o.origin}.${digits(o.from)}-${digits(o.to)}`;
};

export const readStretchName = (name: string): StretchName | null => {
  const [, lineage, origin, from, to] = STRETCH.exec(name) ?? [];
  if (lineage === undefined || origin === undefined || Number(from) >= Number(to)) return null;
  return { name, lineage, origin, from: Number(from), to: Number(to) };
};

/** Of one log: the stretch that gets furthest, of those that follow each other without a gap from its beginning, or from the entry `begin`. */
export const furthest = (stretches: readonly StretchName[], begin = 0): StretchName | null => {
  let last: StretchName | null = null;
  for (const stretch of stretches.toSorted((a, b) => a.from - b.from)) {
    const end: number = last?.to ?? begin;
    if (stretch.from <= end && stretch.to > end) last = stretch;
  }
  return last;
};

/**
 * The newest first. Whatever the clocks said: a later version is a later state. Then by time; one from beyond `now` was made while a clock ran
 * ahead, and says nothing of when.
 */
export const newestFirst =
  (now: number) =>
  (a: StateName, b: StateName): number =>
    b.version - a.version || Number(a.madeAt > now) - Number(b.madeAt > now) || b.madeAt - a.madeAt;
