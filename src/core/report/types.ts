/**
 * What a report of the audit log says: numbers that nobody stands alone in, and what officers did. Nobody's words, and no person but those who acted in
 * an office. Times are ms since the epoch; days, weeks (from Monday) and months are of UTC.
 */
import type { Verdict } from '../types.ts';

/** More people are not told apart. */
export const MOST_PEOPLE = 100_000;

/** A name for what is too much to tell apart. */
export const REST = '…';

/** No topic was recognised or suspected. */
export const NO_TOPIC = '';

export type Unit = 'day' | 'week' | 'month';

export interface Period {
  readonly since: number;
  /** The first moment behind it. */
  readonly until: number;
}

/** What every chart over time shares. */
export interface Axis {
  readonly unit: Unit;
  /** When each of them begins. */
  readonly starts: readonly number[];
}

/** One number for each of an axis. */
export interface OverTime {
  /** Null: none, or of too few people to stand by itself; which of both is not told. */
  readonly counts: readonly (number | null)[];
  /** Sum of those that do not stand by themselves. */
  readonly together: number;
}

/** A name and how often. */
export interface Named {
  readonly what: string;
  readonly count: number;
}

/** Names apart, the most frequent first, and the sum of those that rest on too few people. */
export interface Parts {
  readonly apart: readonly Named[];
  readonly together: number;
}

/** How questions ended. More than one verdict: together they are five people, and not apart. */
export interface Outcome {
  readonly verdicts: readonly Verdict[];
  readonly count: number;
  readonly time: OverTime;
  readonly topics: Parts;
}

export interface Questions {
  readonly total: number;
  /** At least so many people: the next lower multiple of five. */
  readonly people: number;
  /** More than can be told apart asked; `people` is how many can. */
  readonly more: boolean;
  /** The largest first. */
  readonly outcomes: readonly Outcome[];
}

/** Refused questions of those who were, at some time within the period, in a group or of a kind. */
export interface GroupRow {
  readonly of: 'group' | 'kind' | 'not-recorded';
  readonly what: string;
  readonly count: number;
}

export interface Refusals {
  /** They share questions: somebody is in several groups. */
  readonly groups: readonly GroupRow[];
  /** Some are not shown. */
  readonly withheld: boolean;
}

export type RemovalState = 'removed' | 'already-gone' | 'blanked' | 'refused-by-platform';

export const REMOVAL_STATES: readonly RemovalState[] = ['removed', 'already-gone', 'blanked', 'refused-by-platform'];

/** How messages whose time was up left. `late-ours`: for more than `ON_TIME_MS` we had not begun. `late-theirs`: the platform took the rest. */
export type Lateness = 'on-time' | 'late-ours' | 'late-theirs' | 'refused';

export const LATENESS: readonly Lateness[] = ['on-time', 'late-ours', 'late-theirs', 'refused'];

/** A message that leaves at most so long after its time is on time, ms. */
export const ON_TIME_MS = 5_000;

/** Bounds of how late what left was, ms; behind the last one it is later still. */
export const LATE_STEPS: readonly number[] = [ON_TIME_MS, 60_000, 600_000, 3_600_000, 86_400_000];

export interface Removals {
  readonly total: number;
  readonly states: { readonly [S in RemovalState]: number };
  readonly lateness: { readonly [L in Lateness]: number };
  /** One more than `LATE_STEPS`. */
  readonly steps: readonly number[];
  readonly time: { readonly [L in Lateness]: OverTime };
}

/** Who acted in an office: a fingerprint, and their name as the entry holds it, sealed; null: it holds none. */
export interface Officer {
  readonly fingerprint: string;
  readonly sealed: string | null;
}

export const RESTRICTION_CHANGES = [
  'published',
  'changed',
  'lifted',
  'suspended',
  'rolled-back',
  'proposed',
  'approved',
  'declined',
  'lapsing',
  'void',
] as const;

export type RestrictionChange = (typeof RESTRICTION_CHANGES)[number];

export interface RestrictionRow {
  readonly at: number;
  readonly restriction: string;
  readonly change: RestrictionChange;
  readonly version: number | null;
  /** Null: nobody did, it lapses by itself. */
  readonly by: Officer | null;
  readonly approvedBy: Officer | null;
}

/** A hold, its end, a recall, or an export of the audit log. */
export interface DeedRow {
  readonly at: number;
  readonly what: DeedWhat;
  readonly on: DeedOn;
  /** A topic, an intent or a hold by its name; null: it is of all, or would name somebody. */
  readonly target: string | null;
  readonly by: readonly Officer[];
}

export type DeedWhat = 'hold' | 'lift' | 'recall' | 'audit-export';

export const DEED_ON = ['person', 'conversation', 'topic', 'intent', 'all', 'hold'] as const;

export type DeedOn = (typeof DEED_ON)[number];

export const RUN_KINDS = ['start', 'stop', 'recovered', 'restored', 'lost', 'pruned', 'key', 'pack'] as const;

/** The kind of the entry. */
export type RunKind = (typeof RUN_KINDS)[number];

/** What befell a log or a process. */
export interface RunRow {
  readonly at: number;
  readonly origin: string;
  readonly what: RunKind;
  /** Codes and numbers: a version, bytes, an index. */
  readonly detail: string;
}

/** The newest so many of them, the newest first, and how many there are. */
export interface Rows<T> {
  readonly rows: readonly T[];
  readonly total: number;
}

export interface Restrictions extends Rows<RestrictionRow> {
  /** Those that came into force, and of them those with a second person. */
  readonly inForce: number;
  readonly approved: number;
}

/** How far this machine's clock stood from a platform's, ms; negative: it was behind. */
export interface ClockFacts {
  readonly platform: string;
  readonly most: number;
  readonly least: number;
  readonly measured: number;
}

export interface Rejected {
  readonly total: number;
  readonly reasons: readonly Named[];
  readonly time: OverTime;
}

export const ORDERS = [
  'pause',
  'resume',
  'hold',
  'lift',
  'recall',
  'forget',
  'export',
  'donated',
  'retry',
  'restrict',
] as const;

export interface Report {
  readonly period: Period;
  readonly axis: Axis;
  readonly entries: {
    readonly read: number;
    /** Null: as of questions. */
    readonly inPeriod: number | null;
    /** Without a time or a kind, or of a kind or state that this version does not know how to count. */
    readonly unknown: number;
  };
  /** Null: of fewer than five people, or none. */
  readonly questions: Questions | null;
  /** Null: as of questions; or their number is not shown by itself. */
  readonly refusals: Refusals | null;
  /** By the second check, of data. Null: as of questions. */
  readonly dataRefused: number | null;
  /** Null: as of questions; or in fewer than five chats. */
  readonly removals: Removals | null;
  readonly restrictions: Restrictions;
  /** Sign-ins and links to them, by what became of them. Null: as of questions. */
  readonly signIns: Parts | null;
  readonly rejected: Rejected;
  readonly deeds: Rows<DeedRow>;
  /** Orders of operators that were done, by kind. */
  readonly orders: readonly Named[];
  /** How often people were forgotten or their data exported. Null: fewer than five of them, or none. */
  readonly forgotten: number | null;
  readonly exported: number | null;
  /** Somebody was refused again and again. Null: as of questions. */
  readonly probing: number | null;
  readonly runs: Rows<RunRow>;
  /** By platform; none: nothing was measured. */
  readonly clocks: readonly ClockFacts[];
}

/** What is said of one log beside what is in it. */
export interface LogFacts {
  readonly origin: string;
  /** `not-checked`: there was nothing to check it by. */
  readonly found: 'sound' | 'not-sound' | 'not-checked';
  readonly entries: number;
  /** Whose words are gone for their age. */
  readonly pruned: number;
  /** What is wrong, and where; null: nothing is. */
  readonly why: string | null;
  /** The last signed checkpoint; null: there is none. */
  readonly note: string | null;
}
