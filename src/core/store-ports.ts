/**
 * What the core asks of a store. Everything that could hold words, names or references arrives sealed. One verb that
 * changes several things changes them together or not at all, so that a trip is one transaction or one script. Times
 * come with the call, also where a store has a clock of its own, so that every store is tested by the same clock.
 */
import type { MessageRef, PlatformName, Restriction } from './types.ts';

/**
 * What a shown answer is about, recognisable and not readable: 27 characters of keyed hashes, each of a fixed width, and
 * when it was asked. Made and matched by `core/about.ts`.
 */
export type About = string;

/** A message that has an end. What comes with a question is of the question's tenant. */
export interface Leaving {
  readonly ref: MessageRef;
  readonly removeAt: number;
  /** Null: not an answer (a tombstone, a harmless button's message). */
  readonly about: About | null;
  /** `remove`: it is taken off the platform then. `forget`: it stays in the chat; until then it can be taken back. */
  readonly then: 'remove' | 'forget';
  /** Sealed: what is shown in its place when it leaves. Null: it just leaves. Few have one. */
  readonly again: string | null;
}

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
  /** Of the removal that is put on record when it is shown: see `Leaving`. */
  readonly about: About | null;
  readonly again: string | null;
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

/** A placeholder that stands. `removeAt` null: it stays. */
export interface HeldRef extends Omit<Leaving, 'removeAt'> {
  readonly removeAt: number | null;
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
    /** Whose it is and where, as keyed hashes; by it the state is found again for a hold, an export, or to be forgotten. Empty: as before. */
    readonly stateAbout: string;
    readonly outbox: Outbox;
    readonly now: number;
    readonly leaseMs: number;
  }): Promise<'committed' | 'superseded' | 'lost'>;
  /** The placeholder stands: its reference and its removal are durable together, before anything is revealed. */
  hold(o: HeldRef & { readonly id: string; readonly lease: string }): Promise<'held' | 'lost'>;
  /** Ended: words are shredded; where a message stands that must leave, its removal is scheduled in the same stroke. */
  settle(o: {
    readonly id: string;
    readonly lease: string;
    /** `lapsed`: it was parked, and nobody came in time. */
    readonly end: 'shown' | 'undeliverable' | 'ignored' | 'lapsed';
    readonly expiry: Leaving | null;
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
  /**
   * All that is kept of questions, page by page, about `limit` on each, in no order; with `dueBy` only what is parked or dead and
   * has its end by then. `cursor` is null at the beginning and at the end. What stays as it is throughout comes at least once.
   */
  scan(o: {
    readonly dueBy: number | null;
    readonly cursor: string | null;
    readonly limit: number;
  }): Promise<{ readonly questions: readonly KeptQuestion[]; readonly cursor: string | null }>;
  /** Moves the end of what is parked or dead and still ends at `seen`, later or nearer. `moved`: it does not, or somebody works on it. */
  keepUntil(o: {
    readonly tenant: string;
    readonly conversation: string;
    readonly id: string;
    readonly seen: number;
    readonly until: number;
  }): Promise<'kept' | 'moved'>;
  /** Ends what nobody works on, and shreds it; who waits behind it goes on. `leased`: somebody does. */
  drop(o: {
    readonly tenant: string;
    readonly conversation: string;
    readonly id: string;
    readonly now: number;
  }): Promise<'dropped' | 'leased' | 'gone'>;
}

/** What is kept of a question that has not ended, or was set aside. */
export interface KeptQuestion {
  readonly id: string;
  readonly tenant: string;
  readonly conversation: string;
  readonly account: string;
  readonly state: 'queued' | 'leased' | 'parked' | 'dead';
  /** Sealed; purpose `inbound`. Empty where its words were shredded already. */
  readonly inbound: string;
  readonly acceptedAt: number;
  /** Of what is parked or dead: when its words are shredded. */
  readonly until: number | null;
}

export interface Census {
  readonly queued: number;
  readonly leased: number;
  readonly parked: number;
  readonly dead: number;
}

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

export interface Pending extends Leaving {
  /** How often it was tried in vain. */
  readonly attempts: number;
  /** True: somebody is removing it now. */
  readonly leased: boolean;
}

export interface DueRemoval extends Leaving {
  readonly attempts: number;
  /** Since when it could be claimed: its deadline, its retry, or the end of a lapsed lease. */
  readonly readyAt: number;
  /** Opaque: an adapter may pack into it where the removal lives. */
  readonly lease: string;
}

/** How many removals of a tenant may be handed out just now; 0: none. */
export type Allowance = (tenant: string) => number;

/** One platform's tenant, as it stands. */
export interface ExpiryCensus {
  readonly platform: PlatformName;
  readonly tenant: string;
  readonly pending: number;
  /** Past their time and still there. */
  readonly due: number;
  /** The time of the one that should have left first; null: none is due. */
  readonly oldestDueAt: number | null;
  /** Whose time comes within the next hour. */
  readonly dueWithinHour: number;
  /** Stay in the chat and can still be taken back; in none of the other counts. */
  readonly recallable: number;
  /** Tried in vain and still there, by the code of the last failure. */
  readonly failing: Readonly<Record<string, number>>;
}

export interface Expiries {
  /**
   * Puts on record what must leave and when. The same reference again replaces what was on record, its failures kept; the very
   * same again changes nothing.
   */
  schedule(o: Leaving): Promise<void>;
  /**
   * Moves a deadline that stands, only ever nearer, and says which one counts now. Null: nothing is on record for this
   * reference, so it has left already.
   */
  sooner(o: { readonly ref: MessageRef; readonly removeAt: number }): Promise<number | null>;
  /**
   * Moves a deadline that stands, only ever later, and says which one counts now; what is being removed now is not moved. Null:
   * it has left. How late is too late, the caller knows.
   */
  later(o: { readonly ref: MessageRef; readonly removeAt: number }): Promise<number | null>;
  /**
   * Due removals, leased; one that is neither acknowledged nor failed is claimable again after the lease. Tenants without an
   * allowance are passed over, and no tenant gets more than it has; without `allow` everybody gets what there is.
   */
  claim(o: {
    readonly now: number;
    readonly leaseMs: number;
    readonly limit: number;
    readonly allow?: Allowance;
  }): Promise<readonly DueRemoval[]>;
  /** Ends what was claimed. One that was replaced or moved meanwhile stays, for its new deadline. */
  ack(o: { readonly removals: readonly DueRemoval[] }): Promise<void>;
  /** Tried in vain: again at `retryAt`. Never dropped. `code`: why, for the census. */
  fail(o: { readonly removal: DueRemoval; readonly retryAt: number; readonly code: string }): Promise<void>;
  /** Not tried: claimable again from `until`. No failure. */
  putOff(o: { readonly removals: readonly DueRemoval[]; readonly until: number | 'as before' }): Promise<void>;
  /** When the next one is due of those tenants that have an allowance; null: none. */
  next(o?: { readonly allow?: Allowance }): Promise<number | null>;
  /**
   * All that is pending, a page of at most `limit` at a time, in no order. `cursor`: null at first, then what the last page gave;
   * null: that was all. What stands throughout is seen once; what comes or goes meanwhile may be.
   */
  scan(o: { readonly cursor: string | null; readonly limit: number }): Promise<{
    readonly removals: readonly Pending[];
    readonly cursor: string | null;
  }>;
  /** Counts all that is pending, by platform and tenant. For people and warnings: it reads a lot. */
  census(o: { readonly now: number }): Promise<readonly ExpiryCensus[]>;
}

/** What the platforms take, counted for all processes together: token buckets by any key. */
export interface Budgets {
  /**
   * Takes up to `want` calls of those that `perMinute` allows, of which `burst` may come at once; `leave` stay for others.
   * `nextAt`: when the next one can be had, at the earliest; `now` where all were granted.
   */
  take(o: {
    readonly key: string;
    readonly want: number;
    readonly perMinute: number;
    readonly burst: number;
    readonly leave?: number;
    readonly now: number;
  }): Promise<{ readonly granted: number; readonly nextAt: number }>;
  /** The platform said to wait: none is granted to anybody before `until`. */
  pause(o: { readonly key: string; readonly until: number }): Promise<void>;
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

/** What operators have paused, and since when. */
export interface Pause {
  /** ms since the epoch. */
  readonly since: number;
  /** Fingerprint of the operator. */
  readonly by: string;
}

/** Nothing that it covers is removed, shredded or forgotten until it is lifted. */
export interface Hold {
  /** Of the order that placed it. */
  readonly id: string;
  readonly on: 'person' | 'conversation' | 'topic';
  /** A person's id of the directory, a conversation's id, or a topic. Plain, so that a hold outlives every rotation of the data key. */
  readonly what: string;
  readonly placedAt: number;
  /** Fingerprint of the operator. */
  readonly by: string;
}

/**
 * Standing orders of the operators. Every change raises the version of the restrictions, so that whatever is in flight is
 * judged anew and every process takes notice (see `Restrictions`).
 */
export interface Standing {
  /** `version` is that of the restrictions. Holds by when they were placed. */
  current(): Promise<{
    readonly version: number;
    readonly paused: Pause | null;
    readonly holds: readonly Hold[];
  }>;
  /** Paused already: the first pause stands, and is returned. */
  pause(o: Pause): Promise<{ readonly paused: Pause }>;
  resume(): Promise<void>;
  /** The same id again changes nothing (`placed`). `full`: there are as many holds as may be (`MOST_HOLDS`). */
  placeHold(o: Hold): Promise<'placed' | 'full'>;
  liftHold(o: { readonly id: string }): Promise<'lifted' | 'unknown'>;
}

/** Somebody's confirmation of an order. */
export interface Confirmation {
  /** The person, recognisable within this one order alone. */
  readonly person: string;
  /** Their fingerprint, for the audit log. */
  readonly by: string;
  readonly at: number;
  /** That it is ours: keyed by what only the sealed order holds, so that whoever may write to the store cannot confirm anything. */
  readonly proof: string;
}

/** An order as it is kept. */
export interface KeptOrder {
  readonly id: string;
  /** `waiting` for confirmations; `confirmed`: to be executed; `done`: its receipt is kept for a while; `burnt`: its code was read by others. */
  readonly state: 'waiting' | 'confirmed' | 'done' | 'burnt';
  /** Sealed; purpose `order`. */
  readonly body: string;
  readonly needed: number;
  readonly confirmations: readonly Confirmation[];
  /** ms since the epoch; up to then its code counts. */
  readonly until: number;
  /** Sealed, purpose `order`; null until it is done. */
  readonly receipt: string | null;
}

export interface ClaimedOrder extends KeptOrder {
  /** How often it was claimed, this time included. */
  readonly attempts: number;
  readonly lease: string;
}

/** Orders of the operators, few and short-lived: what has had its time is shredded by whatever verb comes next. */
export interface Orders {
  /** `full`: so many wait already (`MOST_WAITING_ORDERS`), or are kept (`MOST_ORDERS`). */
  place(o: {
    readonly id: string;
    readonly body: string;
    readonly needed: number;
    readonly now: number;
    /** Its code counts until then. */
    readonly until: number;
    /** It is kept until then, so that it can be said what became of it; a confirmed one until it is done. */
    readonly keepUntil: number;
  }): Promise<'placed' | 'full'>;
  /** All that are kept. */
  all(o: { readonly now: number }): Promise<readonly KeptOrder[]>;
  find(o: { readonly id: string; readonly now: number }): Promise<KeptOrder | null>;
  /**
   * `confirmed`: that was the last one needed, and it is executed soon. `more`: others must confirm it too. `repeat`: by the
   * same person again. `gone`: it does not wait (any more).
   */
  confirm(o: {
    readonly id: string;
    readonly confirmation: Confirmation;
    readonly now: number;
  }): Promise<'confirmed' | 'more' | 'repeat' | 'gone'>;
  /** Its code counts no more. `gone`: it did not wait. */
  burn(o: { readonly id: string; readonly now: number }): Promise<'burnt' | 'gone'>;
  /** Confirmed ones that nobody executes, or whose lease has lapsed; the oldest first. */
  claim(o: {
    readonly now: number;
    readonly leaseMs: number;
    readonly limit: number;
  }): Promise<readonly ClaimedOrder[]>;
  renew(o: { readonly id: string; readonly lease: string; readonly until: number }): Promise<'renewed' | 'lost'>;
  /** Keeps the receipt until `keepUntil`. */
  finish(o: {
    readonly id: string;
    readonly lease: string;
    readonly receipt: string;
    readonly keepUntil: number;
    readonly now: number;
  }): Promise<'finished' | 'lost'>;
}

/** One adapter answers all of these, over one connection. */
export interface Store {
  readonly inbox: Inbox;
  readonly conversations: Conversations;
  readonly expiries: Expiries;
  readonly budgets: Budgets;
  readonly counters: Counters;
  readonly grants: Grants;
  readonly restrictions: Restrictions;
  readonly origins: Origins;
  readonly references: References;
  readonly standing: Standing;
  readonly orders: Orders;
  close(): Promise<void>;
}
