/** What must leave and when, and what the platforms take of it. */
import type { MessageRef, PlatformName } from '../types.ts';

/**
 * What a shown answer is about, recognisable and not readable: 27 characters of keyed hashes, each of a fixed width, and
 * when it was asked. Made and matched by `core/about.ts`.
 */
export type About = string;

/** A message that has an end. What comes with a question is of the question's tenant. */
export interface Leaving {
  readonly ref: MessageRef;
  readonly removeAt: number;
  /** Null: it tells nothing of what was asked (an apology, a tombstone). Whether it is an answer: `isAnswer`. */
  readonly about: About | null;
  /** `remove`: it is taken off the platform then. `forget`: it stays in the chat; until then it can be taken back. */
  readonly then: 'remove' | 'forget';
  /** Sealed: what is shown in its place when it leaves. Null: it just leaves. Few have one. */
  readonly again: string | null;
}

export interface Pending extends Leaving {
  /** How often it was tried in vain. */
  readonly attempts: number;
  /** True: somebody is removing it now. */
  readonly leased: boolean;
}

export interface DueRemoval extends Leaving {
  readonly attempts: number;
  /** Why it was tried in vain last; empty: it was not. */
  readonly code: string;
  /** Since when it could be claimed: its deadline, its retry, or the end of a lapsed lease. */
  readonly readyAt: number;
  /** Opaque: an adapter may pack into it where the removal lives. */
  readonly lease: string;
}

/** How many removals of a tenant may be handed out just now; 0: none. */
export type Allowance = (tenant: string) => number;

/** One platform's tenant, as it stands. */
export interface ExpiryCensus {
  readonly platform: PlatformName;
  readonly tenant: string;
  readonly pending: number;
  /** Past their time and still there. */
  readonly due: number;
  /** The time of the one that should have left first; null: none is due. */
  readonly oldestDueAt: number | null;
  /** Whose time comes within the next hour. */
  readonly dueWithinHour: number;
  /** Stay in the chat and can still be taken back; in none of the other counts. */
  readonly recallable: number;
  /** Tried in vain and still there, by the code of the last failure. */
  readonly failing: Readonly<Record<string, number>>;
}

export interface Expiries {
  /**
   * Puts on record what must leave and when. The same reference again replaces what was on record, its failures kept; the very
   * same again changes nothing.
   */
  schedule(o: Leaving): Promise<void>;
  /**
   * Moves a deadline that stands, only ever nearer, and says which one counts now. Null: nothing is on record for this
   * reference, so it has left already.
   */
  sooner(o: { readonly ref: MessageRef; readonly removeAt: number }): Promise<number | null>;
  /**
   * Moves a deadline that is still as it was `seen`, only ever later, and says which one counts now; what is being removed now, or
   * was called off meanwhile, is not moved. Null: it has left. How late is too late, the caller knows.
   */
  later(o: { readonly ref: MessageRef; readonly seen: number; readonly removeAt: number }): Promise<number | null>;
  /**
   * Due removals, leased; one that is neither acknowledged nor failed is claimable again after the lease. Tenants without an
   * allowance are passed over, and no tenant gets more than it has; without `allow` everybody gets what there is.
   */
  claim(o: {
    readonly now: number;
    readonly leaseMs: number;
    readonly limit: number;
    readonly allow?: Allowance;
  }): Promise<readonly DueRemoval[]>;
  /** Ends what was claimed. One that was replaced or moved meanwhile stays, for its new deadline. */
  ack(o: { readonly removals: readonly DueRemoval[] }): Promise<void>;
  /** Tried in vain: again at `retryAt`. Never dropped. `code`: why, for the census. */
  fail(o: { readonly removal: DueRemoval; readonly retryAt: number; readonly code: string }): Promise<void>;
  /** Not tried: claimable again from `until`. No failure. */
  putOff(o: { readonly removals: readonly DueRemoval[]; readonly until: number | 'as before' }): Promise<void>;
  /** When the next one is due of those tenants that have an allowance; null: none. */
  next(o?: { readonly allow?: Allowance }): Promise<number | null>;
  /**
   * All that is pending, a page of at most `limit` at a time, in no order. `cursor`: null at first, then what the last page gave;
   * null: that was all. What stands throughout is seen once; what comes or goes meanwhile may be.
   */
  scan(o: { readonly cursor: string | null; readonly limit: number }): Promise<{
    readonly removals: readonly Pending[];
    readonly cursor: string | null;
  }>;
  /** Counts all that is pending, by platform and tenant. For people and warnings: it reads a lot. */
  census(o: { readonly now: number }): Promise<readonly ExpiryCensus[]>;
}

/** What the platforms take, counted for all processes together: token buckets by any key. */
export interface Budgets {
  /**
   * Takes up to `want` calls of those that `perMinute` allows, of which `burst` may come at once; `leave` stay for others.
   * `nextAt`: when the next one can be had, at the earliest; `now` where all were granted.
   */
  take(o: {
    readonly key: string;
    readonly want: number;
    readonly perMinute: number;
    readonly burst: number;
    readonly leave?: number;
    readonly now: number;
  }): Promise<{ readonly granted: number; readonly nextAt: number }>;
  /** The platform said to wait: none is granted to anybody before `until`. */
  pause(o: { readonly key: string; readonly until: number }): Promise<void>;
}
