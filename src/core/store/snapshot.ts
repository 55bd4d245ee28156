/**
 * What is taken out of a store for a backup, and put into an empty one. Named one by one, so that nothing comes along by itself:
 * what stands and references here, removals by `Expiries.scan`. Never what people wrote or were told, and never its keys: the inbox,
 * conversations, orders, proposals, decisions, donations and dead letters have no verb here; nor have sign-ins, for one that was ended since
 * would count again.
 */
import type { Restriction } from '../types.ts';
import type { Hold, Pause, Recall } from './orders.ts';
import type { Leaving } from './removals.ts';
import type { Pin, RestrictionChange } from './restrictions.ts';

/** What stands, read in one look, so that it belongs together under its version. */
export interface Stands {
  /** Of the restrictions. */
  readonly version: number;
  readonly restrictions: readonly Restriction[];
  /** See `Restrictions.current`. */
  readonly hash: string | null;
  /** What became of them, the newest first; `detail` sealed, purpose `restriction`. */
  readonly changes: readonly RestrictionChange[];
  /** The pack that was approved. */
  readonly pin: Pin | null;
  readonly paused: Pause | null;
  /** By when they were placed. */
  readonly holds: readonly Hold[];
  /** By their version. */
  readonly recalls: readonly Recall[];
  /** Audit logs on record, by name. */
  readonly origins: readonly KeptOrigin[];
}

export interface KeptOrigin {
  readonly origin: string;
  /** Entries it had at least. */
  readonly size: number;
}

export interface KeptReference {
  readonly tenant: string;
  readonly key: string;
  readonly owner: string;
  /** Sealed; purpose `reference`. */
  readonly value: string;
  readonly until: number;
}

/** A store that came out of a backup. */
export interface Restored {
  /** Which archive. */
  readonly archive: string;
  /** When that was taken. */
  readonly madeAt: number;
  /** The data folder that holds its audit logs. */
  readonly home: string;
  /** `restoring`: not all is there yet. `restored`: it is, and what fell due meanwhile has not been tried yet. */
  readonly state: 'restoring' | 'restored';
}

interface Paged {
  /** Null at the beginning; then what the last page gave; null: that was all. */
  readonly cursor: string | null;
  readonly limit: number;
}

export interface Snapshots {
  /**
   * The name of this store's line: the same through every backup and restore. Where it has none yet, `lineage` becomes it.
   */
  lineage(o: { readonly lineage: string }): Promise<string>;
  stands(): Promise<Stands>;
  /** References, in no order; about `limit` at a time. What stands throughout comes at least once. */
  references(o: Paged): Promise<{ readonly references: readonly KeptReference[]; readonly cursor: string | null }>;
  /** Null: it came out of no backup, or all that follows from that is done. */
  restored(): Promise<Restored | null>;
  /** Whether nothing was ever kept here. */
  isEmpty(): Promise<boolean>;
  /**
   * Puts what stands into an empty store, whose restrictions get a version above `stands.version`; from then on it is `restoring`. The
   * same archive and home again change nothing but that. The logs belong to the home and are closed: none of them is leased again.
   * `used`: there is something else, or the store is not empty; then nothing was changed.
   */
  begin(o: {
    readonly lineage: string;
    readonly restored: Omit<Restored, 'state'>;
    readonly stands: Stands;
  }): Promise<'begun' | 'used'>;
  /** Into a store that is being restored; again changes nothing. Refuses with `store-unavailable` any other. */
  put(o: { readonly references: readonly KeptReference[]; readonly removals: readonly Leaving[] }): Promise<void>;
  /** All is there. */
  finish(): Promise<void>;
  /** What fell due meanwhile was tried. */
  settle(): Promise<void>;
}
