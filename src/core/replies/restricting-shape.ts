import type { DifferenceField, TimeField } from '../restricting/difference.ts';
import type { DayField, TextName, WrongField } from '../restricting/fields.ts';
import type { Meaning } from '../restricting/meaning.ts';
import type { VoidReason } from '../restricting/publish.ts';
import type { DryRun, Reach } from '../restricting-ports.ts';
import type { PlaceKind } from '../types.ts';

interface Labelled {
  readonly label: string;
  readonly hint: string | null;
}

/** One restriction, before and after. */
export interface ShownDifference {
  readonly title: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly fields: readonly {
    readonly field: DifferenceField;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  /** What it touches. */
  readonly touches: readonly string[];
}

/** What is said to HR about restrictions. Times are ms since the epoch, days and times of day UTC. */
export interface RestrictingReplies {
  /** What a change or a restriction means, in one sentence. */
  means(o: { readonly meaning: Meaning; readonly now: number }): string;
  readonly places: Readonly<Record<PlaceKind, string>>;
  readonly buttons: Readonly<
    Record<
      | 'new'
      | 'template'
      | 'change'
      | 'changeOne'
      | 'lift'
      | 'suspend'
      | 'resume'
      | 'rollBack'
      | 'look'
      | 'publish'
      | 'propose'
      | 'approve'
      | 'decline'
      | 'discard'
      | 'list'
      | 'pack'
      // Those of a form: 24 characters at most.
      | 'preview'
      | 'next',
      string
    >
  >;
  /** Of forms; 24 characters at most. */
  readonly titles: Readonly<
    Record<'new' | 'change' | 'template' | 'lift' | 'suspend' | 'roll-back' | 'decline', string>
  >;
  /** Above the short forms. */
  readonly deeds: Readonly<Record<'lift' | 'suspend' | 'roll-back', string>>;
  readonly fields: Readonly<
    Record<
      | 'title'
      | 'topics'
      | 'intents'
      | 'applies'
      | 'except'
      | 'places'
      | 'countries'
      | DayField
      | 'why'
      | 'which'
      | 'hours'
      | 'version',
      Labelled
    >
  > & { readonly texts: Readonly<Record<TextName, Labelled>> };
  readonly idsHint: string;
  /** What is wrong with a field, and how to mend it. */
  wrong(field: WrongField): string;
  /** Of a field that the policies refused; null: of the whole. `mend`: theirs. */
  unfit(o: { readonly what: string; readonly mend: string }): string;
  readonly nothingToChoose: string;
  /** Where a form that was sent could not be shown again; what is wrong with it follows. */
  readonly missed: string;
  /** Somebody else changed it while the form was open; what was entered stands there still. */
  readonly changedMeanwhile: string;
  /** Somebody lifted what the form was to change. */
  readonly lifted: string;
  /** The platform takes no form that large. */
  readonly tooLarge: string;
  /** Why something is changed that a press alone asks for. */
  readonly itself: Readonly<Record<'pack' | 'resume', string>>;
  /** In the view, once a form was taken. */
  readonly taken: string;
  readonly takenBefore: string;
  /** The answer to a press that looks at a draft: what it shows comes in a message of its own. */
  readonly comes: string;
  readonly tooBusy: string;
  list(o: {
    readonly closed: boolean;
    readonly inForce: readonly {
      readonly title: string;
      readonly sentence: string;
      readonly suspendedUntil: string | null;
    }[];
    /** Not listed. */
    readonly more: number;
    /** `title` null: it is about several restrictions, or none. */
    readonly waiting: readonly {
      readonly title: string | null;
      readonly sentence: string;
      readonly by: string | null;
      readonly until: number;
    }[];
    readonly drafts: readonly { readonly title: string | null; readonly sentence: string }[];
    readonly versions: readonly {
      readonly version: number;
      readonly at: number;
      /** Of the one that was changed; null: it was about several, or none. */
      readonly title: string | null;
      readonly by: string | null;
      readonly approvedBy: string | null;
      readonly why: string;
    }[];
    readonly now: number;
  }): string;
  versionOption(o: {
    readonly version: number;
    readonly at: number;
    readonly title: string | null;
    readonly by: string | null;
  }): string;
  /** A day or a time of a restriction. */
  time(o: { readonly field: TimeField; readonly iso: string; readonly now: number }): string;
  /** What a restriction touches beside the questions that have a title. */
  readonly touched: { suspected(topic: string): string; data(dataClass: string): string };
  /** What a second person sees of a change; begins with an empty line. */
  difference(o: { readonly differences: readonly ShownDifference[] }): string;
  preview(o: {
    /** Null: it is about several restrictions, or none. */
    readonly title: string | null;
    readonly sentence: string;
    readonly why: string;
    /** Null: it is the reader's own. */
    readonly by: string | null;
    /** What an employee will read, by language; empty: the change refuses nobody. */
    readonly replies: readonly { readonly locale: string; readonly text: string }[];
    /** To a second person, and to whoever changes what stands. */
    readonly differences: readonly ShownDifference[];
    /** Restrictions that there was no room for. */
    readonly more: number;
    readonly trial: string;
    /** Of the draft, shortened; null: it is not asked for an approval. */
    readonly hash: string | null;
    readonly next: 'publish' | 'propose' | 'approve' | 'own' | 'nothing';
    readonly until: number;
  }): string;
  readonly trial: {
    /** `percent` of one of the two parts. */
    running(o: { readonly of: 'dry-run' | 'reach'; readonly percent: number }): string;
    dryRun(o: { readonly run: DryRun; readonly title: (intent: string) => string }): string;
    reach(o: { readonly reach: Reach; readonly title: (intent: string) => string }): string;
    /** The same where it could not be had. */
    failed(o: { readonly of: 'dry-run' | 'reach'; readonly why: 'deadline' | 'too-large' | 'failed' }): string;
    /** Break-glass is not tried out first. */
    readonly none: string;
  };
  inForce(o: { readonly version: number; readonly sentence: string | null; readonly before: boolean }): string;
  waits(o: { readonly until: number; readonly now: number }): string;
  voided(why: VoidReason): string;
  readonly discarded: string;
  readonly declined: string;
  /** To another person of HR. */
  asksYou(o: {
    readonly name: string | null;
    readonly sentence: string;
    readonly why: string;
    readonly until: number;
  }): string;
  /** To the author. */
  approvedYours(o: { readonly name: string; readonly sentence: string }): string;
  declinedYours(o: { readonly name: string; readonly sentence: string; readonly why: string }): string;
  /** Break-glass, to everybody who should know. */
  broken(o: { readonly name: string; readonly sentence: string; readonly why: string }): string;
  lapses(o: { readonly sentence: string; readonly until: string; readonly now: number }): string;
}
