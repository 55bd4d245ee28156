/** Everything sealed that lies in a store, for whoever wraps it anew after the data key has changed; and the keys of keyed hashes. */

/** A sealed value where it lies. */
export interface SealedValue {
  /** `again`: what is shown when an answer leaves, with the answer or with its removal. */
  readonly kind:
    | 'inbound'
    | 'reply'
    | 'again'
    | 'conversation'
    | 'reference'
    | 'order'
    | 'hash-key'
    | 'proposal'
    | 'restriction'
    | 'decision'
    | 'donation'
    | 'installation'
    | 'grant'
    | 'name-key'
    | 'write';
  /** Empty where it is no tenant's: orders, keys of hashes, proposals, changes of restrictions, decisions, donations, grants, keys of names, writes. */
  readonly tenant: string;
  /** Whose: the account's key of what belongs to one, the platform of `again`, the keyed hash of `decision`, `donation`, `grant`, `name-key` and `write`, the platform of `installation`; otherwise empty. */
  readonly owner: string;
  /**
   * The conversation of `inbound` and `conversation`, the question's id of `reply` and `decision`, a reference's key, an order's, a key's, a
   * proposal's, a donation's or a write's id, `changeRecord` of a change of the restrictions; empty for `again`, `installation`, `grant` and `name-key`.
   */
  readonly record: string;
  readonly value: string;
  /** Somebody works on it, and may hold it in memory as it is. */
  readonly busy: boolean;
  /** Opaque: where it lies. */
  readonly place: string;
}

export interface SealedValues {
  /**
   * Page by page, about `limit` on each, in no order; `cursor` is null at the beginning and at the end. What stays where it is
   * throughout comes at least once.
   */
  scan(o: {
    readonly cursor: string | null;
    readonly limit: number;
  }): Promise<{ readonly values: readonly SealedValue[]; readonly cursor: string | null }>;
  /**
   * Puts `has` where `had` still stands and nobody works on it. What was changed, shredded or taken up since is left as it is.
   * Returns how many were put.
   */
  swap(o: {
    readonly changes: readonly { readonly place: string; readonly had: string; readonly has: string }[];
  }): Promise<number>;
}

/** A key of keyed hashes. Sealed; purpose `hash-key`. */
export interface KeptHashKey {
  readonly id: string;
  readonly value: string;
}

export interface HashKeys {
  /** The oldest first. */
  all(): Promise<readonly KeptHashKey[]>;
  /** Adds one behind those that were seen, by id; `changed`: others are there. None is ever taken away. */
  add(o: KeptHashKey & { readonly seen: readonly string[] }): Promise<'added' | 'changed'>;
}
