/** Strong sign-ins that count, sealed: one record of a person. `core/sign-in/grants.ts` says what stands in it. */

/** What stands of somebody. */
export interface KeptGrant {
  /** The fingerprint that it stands under, and that it is sealed for. */
  readonly owner: string;
  /** Sealed; purpose `grant`. */
  readonly value: string;
  /** When it goes, ms since the epoch. */
  readonly until: number;
}

/** `owners`: fingerprints of one person, the newest first; what stands under any of them is theirs. */
export interface Grants {
  /** The first that stands; null: none does, or its time is over. */
  find(o: { readonly owners: readonly string[]; readonly now: number }): Promise<KeptGrant | null>;
  /**
   * Puts a value under the first of `owners` in place of all that stands under any of them, if that is still what was `seen` (null: nothing
   * was found). `moved`: it is not, and nothing was changed. So what somebody ended is never given back by whoever had looked before.
   */
  put(o: {
    readonly owners: readonly string[];
    readonly seen: string | null;
    readonly value: string;
    readonly now: number;
    readonly until: number;
  }): Promise<'put' | 'moved'>;
  /** Returns how many there were. */
  end(o: { readonly owners: readonly string[] }): Promise<number>;
  /** Those whose time is not over, in no order, about `limit` at a time; `cursor` is null at the beginning and at the end. What stands throughout comes at least once. */
  scan(o: {
    readonly now: number;
    readonly cursor: string | null;
    readonly limit: number;
  }): Promise<{ readonly grants: readonly KeptGrant[]; readonly cursor: string | null }>;
}
