/** Phrases that were not understood and that their authors gave, so that the pack learns them. Kept apart from everything else, in no backup. */

export interface KeptDonation {
  /** Of the form that was sent, so that it counts once. */
  readonly id: string;
  /** ms since the epoch; it is kept for `DONATIONS_MS` from then on. */
  readonly at: number;
  /** Keyed hash of who gave it, so that theirs can be forgotten. */
  readonly owner: string;
  /** Sealed; purpose `donation`, person the owner. */
  readonly value: string;
}

export interface Donations {
  /**
   * What has had its time is shredded first. The same id again changes nothing, and is `kept`. `enough`: `MOST_OF_ONE` of the owner's are
   * kept, or `MOST_OF_ONE_A_DAY` of the last day. `full`: `MOST_DONATIONS` of everybody's.
   */
  add(o: KeptDonation & { readonly now: number }): Promise<'kept' | 'enough' | 'full'>;
  /** Those that have time left, the oldest first, about `limit` at a time; `cursor` is null at the beginning and at the end. */
  scan(o: {
    readonly now: number;
    readonly cursor: string | null;
    readonly limit: number;
  }): Promise<{ readonly donations: readonly KeptDonation[]; readonly cursor: string | null }>;
  /** Shreds it. */
  remove(o: { readonly id: string }): Promise<'removed' | 'gone'>;
  /** Shreds theirs; returns how many. */
  forget(o: { readonly owners: readonly string[] }): Promise<number>;
  /** Shreds what has had its time; returns how many. */
  sweep(o: { readonly now: number }): Promise<number>;
}
