/** Whether the rules that this process has are those that were approved, and how others are. */
import type { RestrictionChange } from './store/restrictions.ts';

/**
 * Why nobody is answered. `pack`: it is another one than was approved, and permits more or cannot be proved not to. `restrictions`: what
 * stands in the store is not what HR put there: an older copy, or somebody else's hand. `audit-lost`: an audit log that must be there is gone
 * or was cut (`Losses`).
 */
export type ClosedBy = 'pack' | 'restrictions' | 'audit-lost';

export interface Pinning {
  /** Null: open. */
  closed(): ClosedBy | null;
  /** Of what this process decides by; see `Pin.pack`. */
  readonly pack: string;
  /**
   * Approves the pack of this process, with the restrictions as they stand, and opens it. Whoever calls has seen to it that two people
   * of HR did. Done again it changes nothing more. `other-pack`: this process has another one. `changed`: the restrictions have
   * another version than expected. `gone`: the proposal is.
   */
  approve(o: {
    readonly pack: string;
    /** Fingerprints of who approved it. */
    readonly by: readonly string[];
    /** Of the whole policy (`Policy.version`). */
    readonly hash: string;
    readonly change: {
      readonly expected: number;
      readonly record: Omit<RestrictionChange, 'version'>;
      readonly settles: string | null;
    };
  }): Promise<
    | { readonly ok: true; readonly version: number }
    | { readonly ok: false; readonly why: 'other-pack' | 'changed' | 'gone' }
  >;
}
