/**
 * Links to the sign-in page and sign-ins that were begun. They live for minutes, are in no backup, and are not wrapped anew when the data key
 * changes: an older one is accepted for longer than they live.
 */
export interface SignIns {
  /**
   * `key`: a keyed hash of what whoever comes back must bring. `owner`: the person's fingerprint. `value` is sealed, purpose `sign-in`. `full`: this
   * owner, or all together, have too many (`MOST_SIGN_INS_OF_ONE`, `MOST_SIGN_INS`). What stands under the key already stays as it is, and counts as kept.
   */
  keep(o: {
    readonly key: string;
    readonly owner: string;
    readonly value: string;
    readonly now: number;
    readonly until: number;
  }): Promise<'kept' | 'full'>;
  /** Null: there is none, or its time is over. Uses nothing up. */
  read(o: { readonly key: string; readonly now: number }): Promise<string | null>;
  /** Puts another value in its place if it is still `seen`: whoever comes second gets `moved`. Its time stays. */
  swap(o: {
    readonly key: string;
    readonly seen: string;
    readonly value: string;
    readonly now: number;
  }): Promise<'swapped' | 'moved'>;
  /** Exactly one taker, over all processes. */
  take(o: { readonly key: string; readonly now: number }): Promise<string | null>;
  /** Returns how many there were. */
  end(o: { readonly owners: readonly string[] }): Promise<number>;
}
