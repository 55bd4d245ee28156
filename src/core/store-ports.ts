/**
 * What the core asks of a store. Everything that could hold words, names or references arrives sealed. One verb that
 * changes several things changes them together or not at all, so that a trip is one transaction or one script. Times
 * come with the call, also where a store has a clock of its own, so that every store is tested by the same clock.
 */
import type { MessageRef, Restriction } from './types.ts';

/** What is kept of a reply until it is shown. */
export interface Outbox {
  /** Travels with the message; new for each fresh placeholder. */
  readonly key: string;
  /** The reply and whom it goes to, sealed; purpose `reply`. */
  readonly reply: string;
  /** True: it starts as a placeholder and is filled in once its removal is on record. */
  readonly placeholder: boolean;
  /** The reply leaves this long after it was posted; null: it stays. */
  readonly expiresMs: number | null;
  /** Set once the placeholder is known to stand. While it is null, a claim that comes back must look before it posts. */
  readonly ref: MessageRef | null;
}

/** Something that was accepted and is ours until `until`. */
export interface Claim {
  readonly id: string;
  readonly conversation: string;
  readonly tenant: string;
  /** Sealed inbound; purpose `inbound`. */
  readonly inbound: string;
  readonly account: string;
  readonly acceptedAt: number;
  /** How often it was claimed, this time included. */
  readonly attempts: number;
  /** Proves that the claim is still ours; stale ones change nothing. Opaque: an adapter may pack into it where the claim lives. */
  readonly lease: string;
  /** Sealed state of the conversation, purpose `conversation`; null: it is new. */
  readonly state: string | null;
  /** Sliding counts of what `accept` counted, by name. */
  readonly counts: Readonly<Record<string, number>>;
  /** Set once the outcome was committed: only showing is left. */
  readonly outbox: Outbox | null;
}

export type Accepted = { readonly status: 'claimed'; readonly claim: Claim } | { readonly status: 'queued' | 'repeat' };

export interface Count {
  readonly name: string;
  readonly key: string;
  readonly windowMs: number;
}

export interface Inbox {
  /** Trip 1: drop repeats, keep it, count it, and claim it at once where the conversation is idle. Refuses with code `store-unavailable`. */
  accept(o: {
    readonly id: string;
    readonly conversation: string;
    readonly tenant: string;
    readonly account: string;
    readonly inbound: string;
    readonly counts: readonly Count[];
    readonly now: number;
    readonly leaseMs: number;
    /** False: keep it queued (this process is full or stopping). */
    readonly claim: boolean;
  }): Promise<Accepted>;
  /** The oldest of each idle conversation, and whatever a lease has lapsed on. */
  claim(o: { readonly now: number; readonly leaseMs: number; readonly limit: number }): Promise<readonly Claim[]>;
  /** Trip 2: outcome, state and outbox together; `superseded` (and nothing changed) where the restrictions are newer than the decision. */
  commit(o: {
    readonly id: string;
    readonly lease: string;
    readonly restrictionsVersion: number;
    readonly state: string;
    /** The state is shredded then, however long the talk goes on. */
    readonly stateUntil: number;
    readonly outbox: Outbox;
    readonly now: number;
    readonly leaseMs: number;
  }): Promise<'committed' | 'superseded' | 'lost'>;
  /** The placeholder stands: its reference and its removal are durable together, before anything is revealed. */
  hold(o: {
    readonly id: string;
    readonly lease: string;
    readonly ref: MessageRef;
    readonly removeAt: number | null;
  }): Promise<'held' | 'lost'>;
  /** Ended: words are shredded; where a message stands that must leave, its removal is scheduled in the same stroke. */
  settle(o: {
    readonly id: string;
    readonly lease: string;
    readonly end: 'shown' | 'undeliverable' | 'ignored';
    readonly expiry: { readonly ref: MessageRef; readonly removeAt: number } | null;
    readonly now: number;
  }): Promise<'settled' | 'lost'>;
  /** Not now: back to where it was, claimable from `notBefore`. */
  release(o: { readonly id: string; readonly lease: string; readonly notBefore: number }): Promise<void>;
  /** Keeps a long claim. */
  renew(o: { readonly id: string; readonly lease: string; readonly until: number }): Promise<'renewed' | 'lost'>;
  /** When something could be claimed next; null: nothing waits. */
  next(o: { readonly now: number }): Promise<number | null>;
  /** How much waits and is being worked on. */
  backlog(): Promise<{ readonly waiting: number; readonly claimed: number }>;
}

export interface Conversations {
  /** Shreds what has had its time; returns how many. */
  sweep(o: { readonly now: number }): Promise<number>;
}

export interface DueRemoval {
  readonly ref: MessageRef;
  /** When it was to leave. */
  readonly removeAt: number;
  readonly attempts: number;
  /** Opaque: an adapter may pack into it where the removal lives. */
  readonly lease: string;
}

export interface Expiries {
  /** Due removals, leased; one that is neither acknowledged nor failed is claimable again after the lease. */
  claim(o: { readonly now: number; readonly leaseMs: number; readonly limit: number }): Promise<readonly DueRemoval[]>;
  /** Ends what was claimed. One that got a later deadline meanwhile stays, for that deadline. */
  ack(o: { readonly removals: readonly DueRemoval[] }): Promise<void>;
  /** Tried in vain: again at `retryAt`. Never dropped. */
  fail(o: { readonly removal: DueRemoval; readonly retryAt: number }): Promise<void>;
  /** When the next one is due; null: none. */
  next(): Promise<number | null>;
}

export interface Counters {
  /** Adds one and returns the sliding count. For counts outside trip 1. */
  add(o: { readonly key: string; readonly windowMs: number; readonly now: number }): Promise<number>;
  /** The sliding count as it stands. */
  read(o: { readonly key: string; readonly windowMs: number; readonly now: number }): Promise<number>;
}

export interface Grants {
  /** When this person last signed in strongly; null: not known. */
  lastSignIn(o: { readonly person: string; readonly now: number }): Promise<number | null>;
  give(o: { readonly person: string; readonly at: number; readonly until: number }): Promise<void>;
  end(o: { readonly person: string }): Promise<void>;
}

export interface Restrictions {
  current(): Promise<{ readonly version: number; readonly restrictions: readonly Restriction[] }>;
  /** Adds or replaces by id; returns the new version. */
  publish(o: { readonly restriction: Restriction }): Promise<number>;
  lift(o: { readonly id: string }): Promise<number>;
}

/** Which audit logs there must be, and how long at least, so that one that is missing or cut is noticed at start. */
export interface Origins {
  register(o: { readonly origin: string; readonly size: number }): Promise<void>;
  all(): Promise<readonly { readonly origin: string; readonly size: number }[]>;
}

/** One adapter answers all of these, over one connection. */
export interface Store {
  readonly inbox: Inbox;
  readonly conversations: Conversations;
  readonly expiries: Expiries;
  readonly counters: Counters;
  readonly grants: Grants;
  readonly restrictions: Restrictions;
  readonly origins: Origins;
  close(): Promise<void>;
}
