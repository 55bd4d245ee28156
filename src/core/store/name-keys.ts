/**
 * By what the sealed names of people in the audit log open: one record of a person, sealed, in no backup. Whoever is forgotten loses theirs, and with
 * it their name in every entry that there is, in every copy of it. `core/names.ts` says what stands in one.
 */

/** What stands of somebody. */
export interface KeptNameKey {
  /** The fingerprint that it stands under, and that it is sealed for. */
  readonly owner: string;
  /** Sealed; purpose `name-key`. */
  readonly value: string;
}

/** `owners`: fingerprints of one person, the newest first; what stands under any of them is theirs. */
export interface NameKeys {
  /** The first that stands; null: none does. */
  find(o: { readonly owners: readonly string[] }): Promise<KeptNameKey | null>;
  /**
   * The first that stands; where none does, `value` is put under the first of `owners`, once for all processes. Null: so many stand already
   * (`MOST_NAME_KEYS`) that none is added, or there are no owners.
   */
  keep(o: { readonly owners: readonly string[]; readonly value: string }): Promise<KeptNameKey | null>;
  /** Returns how many there were. */
  forget(o: { readonly owners: readonly string[] }): Promise<number>;
}
