/** What was accepted, until it has ended: queued, leased, parked, settled or dead. */
import type { MessageRef } from '../types.ts';
import type { About, Leaving } from './removals.ts';

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

/** What a question waits for. Nothing waits for a confirmation yet: stores keep room for it. */
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
  /**
   * Not now: back to where it was, claimable from `notBefore`. `code`: what the attempt failed with. `paced`: it only waits for a budget,
   * so the attempt is not counted; the first one is, since what was begun stays begun.
   */
  release(o: {
    readonly id: string;
    readonly lease: string;
    readonly notBefore: number;
    readonly code?: string;
    readonly paced?: boolean;
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
   * Back among the waiting, before all that nobody has begun, in its conversation in order of acceptance among its like. `overdue`:
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
   * that its words were shredded. `held`: a legal hold keeps them, so there is as much room again.
   */
  bury(o: {
    readonly id: string;
    readonly lease: string;
    readonly code: string;
    readonly until: number;
    readonly held?: boolean;
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
  /**
   * Shreds the words of what is parked too long, and the dead letters whose time is over: those are told. Bounded: the rest goes next
   * time. What is leased is passed over, and what was released until later: whoever ends it may have to keep its words.
   */
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
