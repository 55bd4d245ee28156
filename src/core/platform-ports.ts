/** What the core asks of a platform: to post, to change, to take away, to show a page or a view. */
import type { Account, Address, Card, Form, Home, Locale, MessageRef, PlatformName } from './types.ts';

/**
 * A failed call. `lost`: it may have happened. `later`: it did not, try again (after `afterMs`, where the platform says).
 * `gone`: what it was about no longer exists. `never`: it will not work.
 */
export interface Failed<F extends 'lost' | 'later' | 'gone' | 'never'> {
  readonly ok: false;
  readonly fault: F;
  readonly code: string;
  readonly afterMs?: number;
  /** What kind of refusal it was, where that decides how it is gone on with. */
  readonly because?: Because;
}

/**
 * `limit`: too many calls of this kind by this tenant. `parked`: the installation is refused, and with it every call of its tenant, until
 * somebody mends it. `unknown`: a code that the platform does not document. `unsteady`: said to be for good, and lifted before.
 */
export type Because = 'limit' | 'parked' | 'unknown' | 'unsteady';

export type Posted = { readonly ok: true; readonly ref: MessageRef } | Failed<'lost' | 'later' | 'never'>;
export type Changed = { readonly ok: true } | Failed<'later' | 'gone' | 'never'>;
/** `message`: what the platform calls it, for the record alone. */
export type Aside = { readonly ok: true; readonly message: string } | Failed<'lost' | 'later' | 'never'>;

/** Calls that a platform takes of one tenant, all processes together. */
export interface CallLimit {
  /** Calls that share it bear the same name. */
  readonly name: string;
  readonly perMinute: number;
  /** So many may come at once. */
  readonly burst: number;
}

export interface PlatformLimits {
  readonly remove: CallLimit;
  readonly update: CallLimit;
  /** `core`: whoever calls must have taken a call of the budget. `adapter`: each call does so itself, and is `later` where there is none. */
  readonly keptBy: 'core' | 'adapter';
  /** Codes by which it says that its limit is reached, which waiting mends. With any other that names a time it refuses all of a tenant's calls. */
  readonly reached?: readonly string[];
}

/**
 * One thing that a platform says of our installation, for whoever runs it: ids of no people, no words, no secret. `token`: whether it
 * takes ours; `scopes`: what it granted (`values`); `way-in`: whether what it sends reaches this process (`values`: by which way).
 */
export interface Looked {
  readonly at: 'token' | 'scopes' | 'way-in';
  readonly ok: boolean;
  /** `ok`, the platform's own code, or how the way there failed. */
  readonly code: string;
  readonly ms: number;
  readonly values?: readonly string[];
}

export interface Platform {
  readonly name: PlatformName;
  /** Absent: none is known. */
  readonly limits?: PlatformLimits;
  /** `key` travels with the message invisibly, so that a post whose reply was lost can be looked up. */
  post(o: { readonly to: Address; readonly card: Card; readonly key: string }): Promise<Posted>;
  /** Whether `find` can look up posts there; where not, an answer must start as a placeholder. */
  looksUp(to: Address): boolean;
  /** The message that carries this key. `gone`: there is none, for sure. */
  find(o: {
    readonly to: Address;
    readonly key: string;
  }): Promise<{ readonly ok: true; readonly ref: MessageRef } | Failed<'gone' | 'later' | 'never'>>;
  /** Also fills an open view, where the platform has views that can be changed (`ref.channel` is `VIEW_CHANNEL`). */
  update(o: { readonly ref: MessageRef; readonly card: Card }): Promise<Changed>;
  /** An open view is blanked; one that was closed meanwhile is `gone`. */
  remove(o: { readonly ref: MessageRef }): Promise<Changed>;
  /** A line in a shared place that only the asker sees and that tells nothing. Best effort: never repeated. */
  whisper(o: {
    readonly to: Address;
    readonly channel: string;
    readonly thread: string | null;
    readonly text: string;
  }): Promise<void>;
  /**
   * A card in a shared place that only the asker sees. It is no message: nobody can change it, remove it, look it up or schedule its end,
   * and it may be gone when they look again. So it is not made again where it is `lost`. Absent: the platform has none.
   */
  aside?(o: {
    readonly to: Address;
    readonly channel: string;
    readonly thread: string | null;
    readonly card: Card;
  }): Promise<Aside>;
  /**
   * Shows somebody the bot's own page. Absent: the platform has none. Best effort. `home` makes it, when its turn has come; it is made once
   * more where another process has shown one meanwhile, so that an older one never stands in place of a newer. Rejects as `home` does.
   */
  showHome?(o: { readonly account: Account; readonly home: () => Promise<Home> }): Promise<void>;
  /** Its views hold the bot's own page (see `OpenedView.page`), which it has no other place for. Absent: they do not. */
  readonly pageInView?: true;
  /** The language that the platform shows somebody in, where we speak it; null: it does not say. Absent: it never does. Never throws. */
  locale?(account: Account): Promise<Locale | null>;
  /** Shows there for a few seconds that somebody is at it; it is no message. Absent: the platform has none. Best effort: never repeated. */
  typing?(o: { readonly tenant: string; readonly channel: string; readonly thread: string | null }): Promise<void>;
  /** Answers a press itself (`respondTo` of the press). Best effort: never repeated. */
  respond(o: { readonly to: string; readonly card: Card }): Promise<void>;
  /** How our installation stands there; asked by operators, never for a question. Absent: it cannot tell. Never rejects. */
  look?(o: { readonly tenant: string }): Promise<readonly Looked[]>;
}

/** A view (a modal, a dialog) that stands open and empty for whoever pressed. */
export interface OpenedView {
  /** By which it can be blanked later; null: it cannot, and the person is told to close it. */
  readonly ref: MessageRef | null;
  /** Fills it. `gone`: it was closed, or its time to be filled is over. */
  reveal(card: Card): Promise<Changed>;
  /** Asks something there instead. What is sent comes back as a `Submit`. */
  ask(form: Form): Promise<Changed>;
  /** Shows the bot's own page there. Its buttons come back as presses of no message. Absent: see `Platform.pageInView`. */
  page?(home: Home): Promise<Changed>;
}
