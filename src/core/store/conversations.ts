/** What is kept of conversations and of counts, and where chats are reached. */

/** What is kept of a conversation. */
export interface Transcript {
  readonly tenant: string;
  readonly conversation: string;
  /** Whose it is: the account's key, as in the inbox. Empty in what an older version kept. */
  readonly account: string;
  /** `stateAbout` of the last commit. Empty in what an older version kept. */
  readonly about: string;
  /** Sealed; purpose `conversation`. */
  readonly state: string;
  /** When it is shredded. */
  readonly until: number;
}

export interface Conversations {
  /** The sealed state of one that is remembered; null: new, or past its time. */
  read(o: { readonly tenant: string; readonly conversation: string; readonly now: number }): Promise<string | null>;
  /**
   * What is to be shredded after `from` and no later than `to`, the soonest first, page by page; `cursor` is null at the beginning
   * and at the end. What stands there throughout comes at least once.
   */
  scan(o: {
    readonly from: number;
    readonly to: number;
    readonly cursor: string | null;
    readonly limit: number;
  }): Promise<{ readonly transcripts: readonly Transcript[]; readonly cursor: string | null }>;
  /** Moves a deadline that still stands at `seen`; `moved`: somebody else was faster, or it is gone. */
  keepUntil(o: {
    readonly tenant: string;
    readonly conversation: string;
    readonly seen: number;
    readonly until: number;
  }): Promise<'kept' | 'moved'>;
  /** Shreds it now. */
  shred(o: { readonly tenant: string; readonly conversation: string }): Promise<'shredded' | 'gone'>;
  /** Shreds what has had its time; returns how many. */
  sweep(o: { readonly now: number }): Promise<number>;
}

export interface Counters {
  /** Adds one and returns the sliding count. For counts outside trip 1. */
  add(o: { readonly key: string; readonly windowMs: number; readonly now: number }): Promise<number>;
  /**
   * Adds one at once, without a trip: the count as far as this process knows it, this one included. What other processes
   * added is in it after a second or two; see `core/shared-counts.ts`. Never throws.
   */
  share(o: { readonly key: string; readonly windowMs: number; readonly now: number }): number;
  /** The sliding count as it stands in the store. */
  read(o: { readonly key: string; readonly windowMs: number; readonly now: number }): Promise<number>;
}

/** Where a chat can be reached (Teams: its service address), as the platform said last. Sealed; purpose `reference`. */
export interface References {
  /** Replaces what was kept under the key. It is forgotten at `until`. `owner`: the account's key where the chat is one person's own, else empty. */
  keep(o: {
    readonly tenant: string;
    readonly key: string;
    readonly owner: string;
    readonly value: string;
    readonly until: number;
  }): Promise<void>;
  find(o: { readonly tenant: string; readonly key: string; readonly now: number }): Promise<string | null>;
  /** What is kept of one person's own chats, at most a hundred. */
  of(o: {
    readonly tenant: string;
    readonly owner: string;
    readonly now: number;
  }): Promise<readonly { readonly key: string; readonly value: string; readonly until: number }[]>;
  forget(o: { readonly tenant: string; readonly key: string }): Promise<void>;
}
