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
  /** What it was parked for, also after it was un-parked; null: it never was. */
  readonly parked: Parking | null;
  /** It is parked still and its time is over. It blocks nobody, and is to be refused; its words may be gone. */
  readonly overdue: boolean;
  /** What the last attempt failed with: the code it was released with, or `LAPSED` (`stored.ts`) where its lease lapsed; null: none failed. */
  readonly failure: string | null;
}

/** What a question waits for. */
export type Parking = 'sign-in' | 'confirmation';

/** A question that waits for somebody. No words. */
export interface ParkedRef {
  readonly id: string;
  readonly tenant: string;
  readonly conversation: string;
  readonly account: string;
  /** Keyed hash of what was asked: the same for two questions that have the same answer. */
  readonly what: string;
  readonly why: Parking;
  readonly acceptedAt: number;
  readonly until: number;
}

/** A question that was set aside. No words, no account. */
export interface DeadLetter {
  readonly id: string;
  readonly tenant: string;
  /** What the last attempt failed with. */
  readonly code: string;
  /** How often it was claimed. */
  readonly attempts: number;
  readonly acceptedAt: number;
  readonly diedAt: number;
  /** Its words are shredded then, and it with them. */
  readonly until: number;
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
    /** `lapsed`: it was parked, and nobody came in time. */
    readonly end: 'shown' | 'undeliverable' | 'ignored' | 'lapsed';
    readonly expiry: { readonly ref: MessageRef; readonly removeAt: number } | null;
    readonly now: number;
  }): Promise<'settled' | 'lost'>;
  /** Not now: back to where it was, claimable from `notBefore`. `code`: what the attempt failed with. */
  release(o: {
    readonly id: string;
    readonly lease: string;
    readonly notBefore: number;
    readonly code?: string;
  }): Promise<void>;
  /** Keeps a long claim. */
  renew(o: { readonly id: string; readonly lease: string; readonly until: number }): Promise<'renewed' | 'lost'>;
  /** When something could be claimed next; null: nothing waits. */
  next(o: { readonly now: number }): Promise<number | null>;
  /** How much waits for its turn and is being worked on. */
  backlog(): Promise<{ readonly waiting: number; readonly claimed: number }>;
  /**
   * Its reply was shown, and it waits for somebody: the reply is shredded, its words stay sealed. It blocks nobody. At `until` it
   * is claimable again, overdue. Its attempts are counted anew.
   */
  park(o: {
    readonly id: string;
    readonly lease: string;
    readonly until: number;
    readonly why: Parking;
    /** By what `waiting` finds it: a keyed hash. */
    readonly person: string;
    readonly what: string;
    readonly now: number;
  }): Promise<'parked' | 'lost'>;
  /**
   * Back among the waiting of its conversation, before all that nobody has begun, in order of acceptance among its like. `overdue`:
   * its time is over now instead. `gone`: it is not parked any more, its time is over, or it never was.
   */
  unpark(o: {
    readonly tenant: string;
    readonly conversation: string;
    readonly id: string;
    readonly now: number;
    readonly overdue?: boolean;
  }): Promise<'queued' | 'gone'>;
  /** What of this person is parked and not overdue, the oldest first; the newest hundred at most. */
  waiting(o: { readonly person: string; readonly now: number }): Promise<readonly ParkedRef[]>;
  /**
   * Ended, and set aside with its words, sealed, until `until`. `full`: it has ended all the same, but so many lie there already
   * that its words were shredded.
   */
  bury(o: {
    readonly id: string;
    readonly lease: string;
    readonly code: string;
    readonly until: number;
    readonly now: number;
  }): Promise<'buried' | 'full' | 'lost'>;
  /** What was set aside, what died last first. */
  dead(o: { readonly limit: number }): Promise<readonly DeadLetter[]>;
  /**
   * What was set aside is asked once more, under the new id `as` and behind all that wait; `gone`: there is no such letter, or its
   * time is over. Ordered again with the same `as`, it says `queued` again and changes nothing.
   */
  retry(o: { readonly id: string; readonly as: string; readonly now: number }): Promise<'queued' | 'gone'>;
  /** How much there is in each state. Overdue ones that are worked on are leased. */
  census(o: { readonly now: number }): Promise<Census>;
  /** Shreds the words of what is parked too long, and the dead letters whose time is over: those are told. Bounded: the rest goes next time. */
  sweep(o: { readonly now: number }): Promise<readonly DeadLetter[]>;
}

export interface Census {
  readonly queued: number;
  readonly leased: number;
  readonly parked: number;
  readonly dead: number;
}

export interface Conversations {
  /** The sealed state of one that is remembered; null: new, or past its time. */
  read(o: { readonly tenant: string; readonly conversation: string; readonly now: number }): Promise<string | null>;
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
  /** Puts on record what must leave and when. The same reference again moves its deadline. */
  schedule(o: { readonly ref: MessageRef; readonly removeAt: number }): Promise<void>;
  /**
   * Moves a deadline that stands, only ever nearer, and says which one counts now. Null: nothing is on record for this
   * reference, so it has left already.
   */
  sooner(o: { readonly ref: MessageRef; readonly removeAt: number }): Promise<number | null>;
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

/** Where a chat can be reached (Teams: its service address), as the platform said last. Sealed; purpose `reference`. */
export interface References {
  /** Replaces what was kept under the key. It is forgotten at `until`. */
  keep(o: {
    readonly tenant: string;
    readonly key: string;
    readonly value: string;
    readonly until: number;
  }): Promise<void>;
  find(o: { readonly tenant: string; readonly key: string; readonly now: number }): Promise<string | null>;
}

export interface Origin {
  readonly origin: string;
  /** Entries it had at least. */
  readonly size: number;
  /** The data folder that holds it, by the id in it. */
  readonly home: string;
  /** ms since the epoch; up to then a process writes it. */
  readonly leasedUntil: number;
}

/**
 * Which audit logs there must be, and how long at least, so that one that is missing or cut is noticed at start. A log has
 * one writer: its name is a slot that a process leases, and that the next process of the same data folder takes over.
 */
export interface Origins {
  /** A slot of this home that nobody writes, the lowest first; where there is none, a new one (`slot-0`, `slot-1` …). */
  lease(o: {
    readonly home: string;
    /** Names the process; unique for its life. */
    readonly holder: string;
    readonly now: number;
    readonly leaseMs: number;
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
  /** By name. */
  all(): Promise<readonly Origin[]>;
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
  readonly references: References;
  close(): Promise<void>;
}
