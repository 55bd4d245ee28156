/** That somebody looked at what is kept or logged of a person, so that the person can see it. By keyed hashes, and with no word of what was found. */

/** `log`: entries of the audit log about them were taken out. `export`: what is kept of them was, for a request of theirs. */
export type LookedAt = 'log' | 'export';

export interface Look {
  /** Of the order. */
  readonly id: string;
  /** ms since the epoch; it stands for `LOOKS_MS` from then on. */
  readonly at: number;
  readonly what: LookedAt;
  /** How many entries were taken out; null: not known. */
  readonly entries: number | null;
}

export interface Looks {
  /** The same id again changes nothing but how many entries, where that is given. `full`: `MOST_LOOKS` stand, and it was not kept. */
  put(o: Look & { readonly owner: string; readonly now: number }): Promise<'kept' | 'full'>;
  /** Those that stand under any of these fingerprints of one person, the newest first. */
  of(o: { readonly owners: readonly string[]; readonly now: number }): Promise<readonly Look[]>;
  /** Forgets those whose time is over; returns how many. Nothing else takes one away. */
  sweep(o: { readonly now: number }): Promise<number>;
}
