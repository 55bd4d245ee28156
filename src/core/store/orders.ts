/** What operators ordered and what stands because of it. */

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
  /**
   * What it covers carries one of these: `hashesOf` its name under every data key that there was since it was placed, so that it
   * outlives them. Absent: none is kept yet.
   */
  readonly hashes?: readonly string[];
}

/** Live answers were taken back. What was decided before, and is on its way still, is not shown any more. */
export interface Recall {
  /** Of the order. */
  readonly id: string;
  /** Both null: all that was asked. */
  readonly intent: string | null;
  readonly topic: string | null;
  /** Asked at that time or later; null: whenever it was. */
  readonly since: number | null;
  /** The version of the restrictions that it made: whatever rests on an older one was decided before. */
  readonly version: number;
}

/**
 * Standing orders of the operators. Every change raises the version of the restrictions, so that whatever is in flight is
 * judged anew and every process takes notice (see `Restrictions`).
 */
export interface Standing {
  /** `version` is that of the restrictions. Holds by when they were placed, recalls by their version. */
  current(): Promise<{
    readonly version: number;
    readonly paused: Pause | null;
    readonly holds: readonly Hold[];
    readonly recalls: readonly Recall[];
  }>;
  /**
   * Paused already: the first pause stands. `turn`: of the order. One that was taken before, or is older than the last that paused or
   * ended a pause, changes nothing. Gives what stands then.
   */
  pause(o: Pause & { readonly turn: number }): Promise<{ readonly paused: Pause | null }>;
  /** `turn` as above. */
  resume(o: { readonly turn: number }): Promise<{ readonly paused: Pause | null }>;
  /**
   * The same id again changes nothing (`placed`). `full`: there are as many holds as may be (`MOST_HOLDS`). `lifted`: it was placed
   * and lifted (of the last `MOST_LIFTED`).
   */
  placeHold(o: Hold): Promise<'placed' | 'full' | 'lifted'>;
  /** Keeps further hashes with a hold that stands, the newest `MOST_HOLD_HASHES`. Those it has already change nothing. */
  hashHold(o: { readonly id: string; readonly hashes: readonly string[] }): Promise<void>;
  liftHold(o: { readonly id: string }): Promise<'lifted' | 'unknown'>;
  /** The same id again changes nothing. The newest stand (`MOST_RECALLS`): nothing is on its way for as long as that many are ordered. */
  placeRecall(o: Omit<Recall, 'version'>): Promise<void>;
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
  /** Of two orders the one whose confirmations were complete later has the greater; from 1. The store's own: no clock is believed. */
  readonly turn: number;
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
