/** Who was told what everybody is told once: by keyed hashes, so that nobody can be read out of it. */

/** A mark that stands. */
export interface Mark {
  /** When it was told; while somebody is at it, when that was begun. */
  readonly at: number;
  /** False: somebody began to tell it and has not said that it was done. */
  readonly told: boolean;
}

/**
 * A mark has two steps, so that a crash between them is noticed: whoever begins has until `until`; if nobody says by then that it was
 * done, the next one begins anew, and knows that it may have been told. `owners`: fingerprints of one person, the newest first; a mark
 * under any of them is theirs.
 */
export interface Marks {
  /**
   * `first`: nobody began before. `again`: somebody did, and it may have been told. `told`: it was. `busy`: somebody is at it now. `full`: so many stand already (`MOST_MARKS`) that it could not be kept.
   */
  begin(o: {
    readonly owners: readonly string[];
    readonly now: number;
    readonly until: number;
  }): Promise<'first' | 'again' | 'told' | 'busy' | 'full'>;
  /** It was told. Where the mark is gone (they were forgotten meanwhile) nothing is kept. */
  done(o: { readonly owners: readonly string[]; readonly now: number }): Promise<void>;
  find(o: { readonly owners: readonly string[] }): Promise<Mark | null>;
  /** Returns how many there were. */
  forget(o: { readonly owners: readonly string[] }): Promise<number>;
}
