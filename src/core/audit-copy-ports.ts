/** Where entries of the audit log go beside the log itself: a second copy in another failure domain, and whoever watches (a SIEM). */

/** As the log has it. */
export interface CopiedEntry {
  /** Place in the log; null: the log could not take it, and it is recorded here first. */
  readonly index: number | null;
  /** The entry in canonical JSON, without what wraps it in a leaf. */
  readonly json: string;
}

export interface AuditCopy {
  /** For sentences, logs and cursors: an address without anything secret. */
  readonly name: string;
  /** Whether what it took is on stable storage there. One that never says so can stand in for nothing. */
  readonly confirms: boolean;
  /**
   * Resolves once all of it is durable there, or, where it never confirms, handed over. `note`: the signed checkpoint that covers these entries,
   * or null. What failed may have arrived all the same; it is given again by whoever asked. Refuses with code `audit-copy-unavailable`.
   */
  write(
    o: { readonly origin: string; readonly entries: readonly CopiedEntry[]; readonly note: string | null },
    signal?: AbortSignal,
  ): Promise<void>;
  /** Rises whenever what was handed over shortly before may have been lost; of one that confirms it never does. */
  breaks(): number;
  /** Entries that are recorded there and that no log ever took; null: it keeps nothing that could be read. Refuses as `write`. */
  onlyThere(origin: string): Promise<number | null>;
  /** Whether what was written is kept from being changed or deleted by its owner; null: that cannot be asked, but it is there. Refuses as `write`. */
  keeps(): Promise<boolean | null>;
  /** True: all that was handed over arrived. */
  close(o: { readonly graceMs: number }): Promise<boolean>;
}

/** How far each log was sent, on stable storage. */
export interface Cursors {
  /** 0 where nothing was sent to this place so far. */
  load(o: { readonly origin: string; readonly to: string }): Promise<number>;
  save(o: { readonly origin: string; readonly to: string; readonly next: number }): Promise<void>;
}
