/** What became of each write to a system of record, so that none is done twice and everybody is told the truth of theirs. */

/**
 * `begun`: it may be under way, done, or not. `doubt`: nobody knows whether it was done, and nobody tries it again. `undone`: it was
 * done, and has been taken back.
 */
export type WriteState = 'begun' | 'done' | 'not-done' | 'doubt' | 'undone';

export interface KeptWrite {
  /** Of the form that was sent, and of what takes a write back one of its own. The same for every attempt. */
  readonly id: string;
  /** When it was begun, ms since the epoch; it is kept for `WRITES_MS` from then on. */
  readonly at: number;
  /** Keyed hash of whose it is; empty once they were forgotten. */
  readonly owner: string;
  readonly state: WriteState;
  /** How often it was tried, from 1. */
  readonly tries: number;
  /** When that was last, ms since the epoch. */
  readonly triedAt: number;
  /** Why it was not done or is not known; null: it was done, or is under way. */
  readonly code: string | null;
  /** Sealed; purpose `write`, person the owner. Empty: they were forgotten. */
  readonly value: string;
}

/** What of it changes. */
export type WriteStands = Pick<KeptWrite, 'state' | 'tries' | 'triedAt' | 'code'>;

export interface Writes {
  /**
   * Puts it there as `begun`, tried once; what has had its time is shredded first. `known`: it stands already, and nothing was changed.
   * `enough`: `most` of the owner's were begun within `WRITES_WITHIN_MS`; null: they are not counted.
   */
  begin(o: {
    readonly id: string;
    readonly owner: string;
    readonly value: string;
    readonly most: number | null;
    readonly now: number;
  }): Promise<
    | { readonly status: 'begun' }
    | { readonly status: 'enough' }
    | { readonly status: 'known'; readonly write: KeptWrite }
  >;
  /**
   * Only where it still stands as `had`; `value`: null leaves it as it is, and nothing is put where its owner was forgotten. `changed`: it
   * stands otherwise. `gone`: it does not stand.
   */
  change(o: {
    readonly id: string;
    readonly had: WriteStands;
    readonly has: WriteStands;
    readonly value: string | null;
  }): Promise<'put' | 'changed' | 'gone'>;
  /** Null: it does not stand, or its time is over. */
  find(o: { readonly id: string; readonly now: number }): Promise<KeptWrite | null>;
  /** Theirs, the newest first; of nobody where an owner is empty. */
  of(o: { readonly owners: readonly string[]; readonly now: number }): Promise<readonly KeptWrite[]>;
  /** Shreds what theirs hold and whose they are; that they were begun stays, so that none is done twice. Returns how many. */
  forget(o: { readonly owners: readonly string[] }): Promise<number>;
  /** Shreds those whose time is over; returns how many. */
  sweep(o: { readonly now: number }): Promise<number>;
}
