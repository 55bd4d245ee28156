/** HR's restrictions as a store keeps them: what is in force, every change of it, what waits for a second person, and what was approved. */
import type { Restriction } from '../types.ts';

/** What became of a restriction, by whose hand; kept for as long as the store is. */
export interface RestrictionChange {
  /** Of the restrictions, that it made. */
  readonly version: number;
  readonly at: number;
  /** Of the restriction; null: of the pack alone. */
  readonly id: string | null;
  readonly change: 'published' | 'changed' | 'lifted' | 'suspended' | 'rolled-back' | 'approved';
  /** Who, who approved, why, before and after. Sealed; purpose `restriction`, bound to all of the others but the version (`changeContext`). */
  readonly detail: string;
}

export interface Restrictions {
  /** By id. `hash`: of the whole policy that was in force with them where they were changed last (`Policy.version`); null: nobody said. */
  current(): Promise<{
    readonly version: number;
    readonly restrictions: readonly Restriction[];
    readonly hash: string | null;
  }>;
  /**
   * Puts, then removes, together, under a new version, which every tag of every conversation knows before this resolves. `expected`: the
   * version that it was decided on; another one changes nothing (`changed`). Null: whichever (tests alone). That
   * version rises with standing orders too, so what is decided over hours is held against the restrictions themselves, and against the
   * version only as it was read last. `settles`: the proposal that it came of, which goes with it; where that is gone, or has had its
   * time at the time of `record`, nothing is changed either (`gone`, which is said first). Nothing to put, remove, record or settle:
   * everything stays as it is, under its version. What is to be put and removed is removed.
   */
  change(o: {
    readonly expected: number | null;
    readonly put: readonly Restriction[];
    readonly remove: readonly string[];
    readonly hash: string | null;
    readonly record: Omit<RestrictionChange, 'version'> | null;
    readonly settles: string | null;
  }): Promise<
    { readonly ok: true; readonly version: number } | { readonly ok: false; readonly why: 'changed' | 'gone' }
  >;
  /** The newest first, below `before` (null: from the newest). The last 1,000 are kept (`MOST_CHANGES`). */
  changes(o: { readonly before: number | null; readonly limit: number }): Promise<readonly RestrictionChange[]>;
}

/** A change that is not in force: a draft of its author's, or one that waits for a second person. */
export interface KeptProposal {
  readonly id: string;
  readonly state: 'draft' | 'waiting';
  /** Sealed; purpose `proposal`, record the id. */
  readonly body: string;
  /** ms since the epoch; then it is gone. */
  readonly until: number;
}

/** Few and short-lived: what has had its time is shredded by whatever verb comes next. */
export interface Proposals {
  /** Adds, or replaces the one of the same id. `full`: `MOST_PROPOSALS` are kept. */
  put(o: KeptProposal & { readonly now: number }): Promise<'put' | 'full'>;
  find(o: { readonly id: string; readonly now: number }): Promise<KeptProposal | null>;
  /** In no order. */
  all(o: { readonly now: number }): Promise<readonly KeptProposal[]>;
  /** Shreds it. */
  drop(o: { readonly id: string }): Promise<'dropped' | 'gone'>;
}

/** The pack that was approved: what one that differs is held against before it answers anybody. */
export interface Pin {
  /** Of what a pack decides by: schema, rules, and what recognition is trained on. Without restrictions. Hex. */
  readonly pack: string;
  readonly at: number;
  /** Fingerprints of who approved it; empty: it was the first, and believed. */
  readonly by: readonly string[];
  /** What to compare another with; plain JSON, for a pack holds no secret. At most 4 MiB (`MOST_PIN_BYTES`). */
  readonly body: string;
}

export interface Pins {
  current(): Promise<Pin | null>;
  /** `expected`: the `pack` of the one that stands; null: none does. Refuses with `pack-invalid` one that is too large. */
  put(o: { readonly pin: Pin; readonly expected: string | null }): Promise<'put' | 'changed'>;
}

/** A policy request of a question that was judged, without words. */
export interface KeptDecision {
  /** Of the question; the same id again changes nothing. */
  readonly id: string;
  /** ms since the epoch. */
  readonly at: number;
  /** Keyed hash of the person, so that theirs can be forgotten. */
  readonly owner: string;
  /** Sealed; purpose `decision`, person the owner. */
  readonly value: string;
}

/** What was asked in the last thirty days, for trying a change out before it is published. Kept apart from everything else, in no backup. */
export interface Decisions {
  /**
   * Bounded by themselves, whoever sweeps: the newest `MOST_DECISIONS` are kept, and none that is older than these by more than
   * `DECISIONS_MS`. Where a store's memory is short, fewer are.
   */
  add(o: { readonly decisions: readonly KeptDecision[] }): Promise<void>;
  /**
   * The oldest first, about `limit` at a time; `cursor` is null at the beginning and at the end. What stands throughout comes at
   * least once, and once where nothing is taken away meanwhile; what is added meanwhile may be left out.
   */
  scan(o: {
    readonly since: number;
    readonly cursor: string | null;
    readonly limit: number;
  }): Promise<{ readonly decisions: readonly KeptDecision[]; readonly cursor: string | null }>;
  /** Returns how many are shredded. */
  forget(o: { readonly owners: readonly string[] }): Promise<number>;
  /** Shreds what is older, at most so many; returns how many. */
  sweep(o: { readonly before: number; readonly limit: number }): Promise<number>;
}
