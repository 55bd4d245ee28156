/**
 * What the core asks of a store. Everything that could hold words, names or references arrives sealed. One verb that
 * changes several things changes them together or not at all, so that a trip is one transaction or one script. Times
 * come with the call, also where a store has a clock of its own, so that every store is tested by the same clock.
 */

import type { Conversations, Counters, References } from './store/conversations.ts';
import type { Donations } from './store/donations.ts';
import type { Grants } from './store/grants.ts';
import type { Inbox } from './store/inbox.ts';
import type { Installations } from './store/installations.ts';
import type { Looks } from './store/looks.ts';
import type { Marks } from './store/marks.ts';
import type { NameKeys } from './store/name-keys.ts';
import type { Orders, Standing } from './store/orders.ts';
import type { Budgets, Expiries } from './store/removals.ts';
import type { Decisions, Pins, Proposals, Restrictions } from './store/restrictions.ts';
import type { HashKeys, SealedValues } from './store/sealed.ts';
import type { SignIns } from './store/sign-ins.ts';
import type { Snapshots } from './store/snapshot.ts';
import type { Writes } from './store/writes.ts';

export type * from './store/conversations.ts';
export type * from './store/donations.ts';
export type * from './store/grants.ts';
export type * from './store/inbox.ts';
export type * from './store/installations.ts';
export type * from './store/looks.ts';
export type * from './store/marks.ts';
export type * from './store/name-keys.ts';
export type * from './store/orders.ts';
export type * from './store/removals.ts';
export type * from './store/restrictions.ts';
export type * from './store/sealed.ts';
export type * from './store/sign-ins.ts';
export type * from './store/snapshot.ts';
export type * from './store/writes.ts';

export interface Origin {
  readonly origin: string;
  /** Entries it had at least. */
  readonly size: number;
  /**
   * The data folder that holds it, by the id in it; as `closedHome` names it where nothing is ever added to it any more, and as `lostHome` does
   * where it is on record that it is lost.
   */
  readonly home: string;
  /** ms since the epoch; up to then a process writes it. */
  readonly leasedUntil: number;
}

/**
 * Which audit logs there must be, and how long at least, so that one that is missing or cut is noticed at start. A log has
 * one writer: its name is a slot that a process leases, and that the next process of the same data folder takes over.
 */
export interface Origins {
  /** A slot of this home that nobody writes, the lowest first; where there is none, a new one (`slot-0`, `slot-1` …, after a restore `slot-1b2c3d4e-0` …). */
  lease(o: {
    readonly home: string;
    /** Names the process; unique for its life. */
    readonly holder: string;
    readonly now: number;
    readonly leaseMs: number;
    /** Slots that are not taken, though nobody writes them: their logs were found gone or cut. */
    readonly except?: readonly string[];
  }): Promise<Origin>;
  /** `lost`: another process writes it by now, so this one must not. */
  renew(o: {
    readonly origin: string;
    readonly holder: string;
    readonly now: number;
    readonly leaseMs: number;
  }): Promise<'renewed' | 'lost'>;
  /** Lets go of it; whoever does not hold it changes nothing. */
  release(o: { readonly origin: string; readonly holder: string }): Promise<void>;
  /** It only grows: a smaller size that comes late is not believed. One that was never leased is not registered. */
  register(o: { readonly origin: string; readonly size: number }): Promise<void>;
  /**
   * On record from then on that the log is lost: it is never leased again and must not be there any more. Done again it changes nothing.
   * `held`: a process writes it. `unknown`: there is none of that name.
   */
  lose(o: { readonly origin: string; readonly now: number }): Promise<'lost' | 'held' | 'unknown'>;
  /** By name. */
  all(): Promise<readonly Origin[]>;
}

/** One adapter answers all of these, over one connection. */
export interface Store {
  readonly inbox: Inbox;
  readonly conversations: Conversations;
  readonly expiries: Expiries;
  readonly budgets: Budgets;
  readonly counters: Counters;
  readonly grants: Grants;
  readonly signIns: SignIns;
  readonly restrictions: Restrictions;
  readonly proposals: Proposals;
  readonly pins: Pins;
  readonly decisions: Decisions;
  readonly donations: Donations;
  readonly marks: Marks;
  readonly nameKeys: NameKeys;
  readonly looks: Looks;
  readonly writes: Writes;
  readonly installations: Installations;
  readonly origins: Origins;
  readonly references: References;
  readonly standing: Standing;
  readonly orders: Orders;
  readonly sealed: SealedValues;
  readonly hashKeys: HashKeys;
  readonly snapshots: Snapshots;
  close(): Promise<void>;
}
