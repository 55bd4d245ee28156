/**
 * What the core asks of the policies beside decisions: what HR may restrict, what a change would do, and whether it permits anybody
 * anything more. Answered by `policies/`; whatever takes longer than a moment runs in a worker there.
 */
import type { Locale, PersonKind, PlaceKind, PlatformName, Relation, Restriction, ShowMode, Verdict } from './types.ts';

/** What a form offers to choose from. */
export interface Choices {
  readonly topics: readonly { readonly id: string; readonly title: Readonly<Record<Locale, string>> }[];
  readonly intents: readonly {
    readonly id: string;
    readonly topic: string;
    readonly title: Readonly<Record<Locale, string>>;
  }[];
  /** Those that rules may name, the kinds of people among them. */
  readonly groups: readonly string[];
}

/** What is wrong with a form. `field`: of the form, by the name of the restriction's own; empty: of the whole. */
export interface FormFinding {
  readonly field: string;
  readonly what: string;
  readonly mend: string;
}

/** One question as it was judged, without a word of it. */
export interface RecordedQuestion {
  readonly at: number;
  /** Keyed hash of the person: the same for one person, and nobody's name. */
  readonly person: string;
  readonly kind: PersonKind;
  /** Of those that rules may name. */
  readonly groups: readonly string[];
  readonly country: string;
  readonly platform: PlatformName;
  readonly place: PlaceKind;
  readonly signInAgeMinutes: number | null;
  readonly denials: number;
  readonly asked: readonly string[];
  readonly refused: readonly string[];
  /** Null: not recognised. */
  readonly intent: string | null;
  /** Null where there is no intent. */
  readonly about: Relation | null;
  /** Topics that their guards suspected. */
  readonly suspected: readonly string[];
  readonly verdict: Verdict;
  /** Of one that was not recognised: the topic that it was closest to; null: none was close. Absent: it was recognised, or nobody noted it. */
  readonly nearest?: string | null;
}

/**
 * How many questions of how many people. Nobody is counted in a row of fewer than five people: there is none such. Of a row, `people`
 * is less than there were where the rest of the total, or an overlap, would be fewer than five.
 */
export interface Tally {
  readonly questions: number;
  readonly people: number;
}

export interface DryRunRow extends Tally {
  /**
   * By the intent that was recognised (or `T.suspected`), by one of the people's groups (their kind among them), by the place. Intents
   * and places that are joined stand with `, ` between them.
   */
  readonly by: 'intent' | 'group' | 'place';
  readonly what: string;
}

/** What would have come out otherwise. */
export interface DryRun {
  /** Questions that were looked at, and how many different requests they made; 0 where fewer than five people asked them. */
  readonly questions: number;
  readonly distinct: number;
  /** What was answered and would be refused; null: by fewer than five people, or none at all where `none`. */
  readonly refused: Tally | null;
  /** What was refused and would be answered (or could be, after a sign-in or in private). */
  readonly permitted: Tally | null;
  readonly none: { readonly refused: boolean; readonly permitted: boolean };
  readonly rows: {
    readonly refused: readonly DryRunRow[];
    readonly permitted: readonly DryRunRow[];
  };
  /** Something was left out, joined or said as less, because fewer than five people asked. */
  readonly withheld: boolean;
  /** Of the questions in `refused`, the share (0 to 1) that would be refused on a guard's suspicion alone. */
  readonly onSuspicionAlone: number;
}

/** Who can still have something of what is restricted answered. */
export interface ReachRow {
  /** Groups that one must be in, all of them; a kind of person stands among them. */
  readonly groups: readonly string[];
  readonly intents: readonly string[];
  readonly about: readonly Relation[];
  readonly places: readonly PlaceKind[];
  /** Only after a strong sign-in. */
  readonly signIn: boolean;
  readonly show: ShowMode;
}

export interface Reach {
  /** Requests that were judged. */
  readonly cells: number;
  readonly rows: readonly ReachRow[];
}

/** Said while it runs. */
export type Progress = (o: { readonly done: number; readonly total: number }) => void;

export interface Restricting {
  readonly choices: Choices;
  /** Ready to be switched on, from the pack. */
  readonly templates: readonly Restriction[];
  /** HR's form, read strictly; one without an id is given a fresh one. */
  read(
    input: unknown,
  ):
    | { readonly ok: true; readonly restriction: Restriction }
    | { readonly ok: false; readonly findings: readonly FormFinding[] };
  /**
   * Whether `after` could permit anybody anything at any time that `before` forbids. `stricter` only where that is proved; `same`: they
   * forbid the same (words may differ).
   */
  compare(o: {
    readonly before: readonly Restriction[];
    readonly after: readonly Restriction[];
    readonly now: number;
  }): 'same' | 'stricter' | 'weaker';
  /** Checks the whole policy with these, in a worker. `hash` names Cedar, schema, pack and every rule. Refuses with `policy-invalid`. */
  check(restrictions: readonly Restriction[]): Promise<{ readonly hash: string }>;
  /** Actions that the restriction touches (intents, data classes, suspicions), by name. */
  touches(restriction: Restriction): readonly string[];
  /** Refuses with `deadline` beyond its time, with `policy-invalid` where the worker fails; `signal` ends it. */
  dryRun(o: {
    readonly before: readonly Restriction[];
    readonly after: readonly Restriction[];
    readonly questions: AsyncIterable<readonly RecordedQuestion[]>;
    readonly now: number;
    readonly progress: Progress;
    readonly signal: AbortSignal;
  }): Promise<DryRun>;
  /** Who can still reach these topics or intents; the count of cells is declared first, and one above the budget refuses with `usage`. */
  reach(o: {
    readonly restrictions: readonly Restriction[];
    readonly of: readonly string[];
    readonly now: number;
    readonly progress: Progress;
    readonly signal: AbortSignal;
  }): Promise<Reach>;
}
