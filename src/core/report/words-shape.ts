/** Every word of the report, in one typed shape, so that a missing translation does not compile. Numbers and dates come in as they are read. */
import type { PersonKind, Verdict } from '../types.ts';
import type { DeedOn, DeedWhat, Lateness, RemovalState, RestrictionChange, RunKind, Unit } from './types.ts';

/** A chart: its heading, what it shows in a sentence, and what a reader who does not see it hears. */
export interface ChartWords {
  readonly what: string;
  readonly says: string;
}

export interface ReportWords {
  /** For numbers and dates, BCP 47. */
  readonly tag: string;
  /** Heading and title. */
  readonly what: string;
  period(o: { readonly from: string; readonly to: string }): string;
  /** The first screen. */
  readonly record: {
    /** `compared`: a Sotto said how long each must be. Without it nobody can say that nothing is missing at an end. */
    sound(o: { readonly logs: number; readonly entries: string; readonly compared: boolean }): string;
    readonly notSound: string;
    readonly notSoundThen: string;
    readonly notChecked: string;
    readonly notCheckedThen: string;
    readonly none: string;
    /** Stands behind `sound`: nobody said how long each must be. */
    readonly notCompared: string;
  };
  readonly first: {
    questions(o: { readonly total: string; readonly people: string; readonly more: boolean }): string;
    readonly fewQuestions: string;
    ended(o: { readonly answered: string | null; readonly refused: string | null }): string;
    removals(o: {
      readonly total: string;
      readonly onTime: string;
      readonly late: string;
      readonly refused: string;
    }): string;
    readonly noRemovals: string;
    restrictions(o: { readonly inForce: string; readonly approved: string; readonly one: boolean }): string;
    readonly noRestrictions: string;
    rejected(o: { readonly total: string; readonly one: boolean }): string;
    readonly noRejected: string;
  };
  readonly figures: {
    readonly questions: string;
    readonly answered: string;
    readonly refused: string;
    readonly onTime: string;
    readonly restrictions: string;
    readonly rejected: string;
    readonly notShown: string;
  };
  readonly questions: ChartWords;
  readonly topics: ChartWords;
  readonly groups: ChartWords;
  readonly removals: ChartWords;
  readonly restrictions: ChartWords;
  readonly signIns: ChartWords;
  readonly rejected: ChartWords;
  readonly deeds: ChartWords;
  readonly runs: ChartWords;
  readonly auditor: ChartWords;

  readonly verdicts: { readonly [V in Verdict]: string };
  /** Of several that are shown as one. */
  several(o: { readonly names: readonly string[] }): string;
  readonly noTopic: string;
  /** Too many to tell apart. */
  readonly rest: string;
  readonly topicsTogether: string;
  readonly together: string;
  readonly kinds: { readonly [K in PersonKind]: string };
  /** Groups and kinds of which the log says nothing. */
  readonly notRecorded: string;
  readonly groupsWithheld: string;
  readonly groupsNotAlone: string;
  readonly lateness: { readonly [L in Lateness]: string };
  readonly states: { readonly [S in RemovalState]: string };
  /** `most`: how late at most; null: later than all of them. */
  step(o: { readonly most: string | null; readonly least: string | null }): string;
  /** `5 s`, `10 min`, `1 h`, `1 d`. */
  span(ms: number): string;
  /** The highest of a row of bars. */
  most(o: { readonly most: string; readonly unit: Unit }): string;
  readonly units: { readonly [U in Unit]: string };
  /** What a mark says in the place of a bar. */
  readonly few: string;
  readonly fewMark: string;
  readonly table: string;
  readonly count: string;
  readonly share: string;
  readonly total: string;
  readonly topic: string;
  readonly group: string;
  readonly state: string;
  readonly lateBy: string;
  readonly when: string;
  readonly change: string;
  readonly restriction: string;
  readonly version: string;
  readonly by: string;
  readonly approvedBy: string;
  readonly reason: string;
  readonly outcome: string;
  readonly about: string;
  readonly log: string;
  readonly detail: string;
  readonly nobody: string;
  readonly changes: { readonly [C in RestrictionChange]: string };
  readonly deedWhat: { readonly [D in DeedWhat]: string };
  readonly deedOn: { readonly [D in DeedOn]: string };
  /** How far this machine's clock stood from each platform's. */
  readonly clocks: string;
  readonly platform: string;
  readonly ahead: string;
  readonly behind: string;
  readonly measured: string;
  readonly runKinds: { readonly [R in RunKind]: string };
  readonly orders: string;
  readonly ordersTable: string;
  readonly orderKinds: Readonly<Record<string, string>>;
  /** Above a table that is cut. */
  newest(o: { readonly shown: string; readonly total: string }): string;
  /** There is nothing to show. */
  readonly nothing: string;
  readonly also: {
    dataRefused(count: string): string;
    forgotten(count: string): string;
    exported(count: string): string;
    probing(count: string): string;
    readonly notShown: string;
  };
  readonly signInParts: Readonly<Record<string, string>>;

  readonly logs: {
    readonly table: string;
    readonly found: { readonly sound: string; readonly 'not-sound': string; readonly 'not-checked': string };
    readonly entries: string;
    readonly pruned: string;
    readonly checked: string;
    readonly note: string;
    readonly noNote: string;
  };
  readonly counted: string;
  /** How it was counted, a sentence each. */
  notes(o: { readonly few: string; readonly people: string; readonly unit: Unit }): readonly string[];
  readonly made: string;
  readonly madeRows: {
    readonly at: string;
    readonly version: string;
    readonly period: string;
    readonly entries: string;
    readonly inPeriod: string;
    readonly unknown: string;
    readonly zone: string;
  };
  readonly zone: string;
  readonly lastDay: string;
  readonly contents: string;
}
