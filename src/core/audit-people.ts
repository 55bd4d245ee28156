/** Entries of the audit log about who acts: what HR restricts, who signs in, what operators order and see. */
import type { Entry } from './audit-entry.ts';
import type { LiveState } from './live/types.ts';
import type { OrderKind } from './orders/types.ts';
import type { SealedName } from './ports.ts';
import type { PlatformName } from './types.ts';

/** What HR does about restrictions. Words, titles and reasons stand only sealed, in the store. */
export interface RestrictionEntry extends Entry {
  readonly kind: 'restriction';
  /** Its id; `version:N` where everything is rolled back to one, `pack` of an approval of the pack. */
  readonly restriction: string;
  /**
   * `proposed`: it waits for a second person. `approved`: one gave their word, on record before what it leads to. `lapsing`: HR was
   * warned. `void`: what was on record just before did not come into force, since something had changed.
   */
  readonly change:
    | 'published'
    | 'changed'
    | 'lifted'
    | 'suspended'
    | 'rolled-back'
    | 'proposed'
    | 'approved'
    | 'declined'
    | 'lapsing'
    | 'void';
  /**
   * Of the restrictions, from then on, at least: it is on record before the store gives it, and Redis gives them by the time. Null: nothing
   * came into force.
   */
  readonly version: number | null;
  /** Fingerprint of who published, proposed or declined it; empty: nobody did, it lapses by itself. */
  readonly by: string;
  readonly byName: SealedName | null;
  /** Fingerprint of the second person. */
  readonly approvedBy: string | null;
  readonly approvedByName: SealedName | null;
  /** Names the whole policy as it is, or would be, with it. */
  readonly policy: string | null;
}

/** What came of a link to the sign-in page, before anybody was signed in by it. */
export interface SignInEntry extends Entry {
  readonly kind: 'sign-in';
  /** `orders`: an operator, who confirms what was ordered. */
  readonly for: 'question' | 'orders';
  /** `linked`: a link was shown to whoever asked. `begun`: it was opened in a browser, and led to the provider. `refused`: nobody is signed in by it. */
  readonly change: 'linked' | 'begun' | 'refused';
  /** Random: of the link, which each sign-in that was begun by it names; null: what was brought back is none of ours. */
  readonly id: string | null;
  /** Fingerprint of the directory id of whom the link is for, or of who tried to sign in; null: not known. */
  readonly person: string | null;
  readonly name: SealedName | null;
  /** Why it was refused: a code, with nothing of what a token, an address or a person said. Null: it was not. */
  readonly code: string | null;
}

/** A strong sign-in counts from here on, or does no more. On record before it is so. */
export interface GrantEntry extends Entry {
  readonly kind: 'grant';
  readonly for: 'question' | 'orders';
  /** Random; the decisions that rest on it name it. Null: what was ended was none, and all that was signed in to before counts no more. */
  readonly id: string | null;
  /** Fingerprint of the directory id. */
  readonly person: string;
  readonly name: SealedName | null;
  readonly change: 'given' | 'ended';
  /** What gave it (a provider's name here, `playground`), or why it was ended. */
  readonly by: string;
  /** Of what was given: when they signed in, and until when it counts. Null: it was ended. */
  readonly signedInAt: number | null;
  readonly until: number | null;
}

/** What an order does to people's data. */
export interface DeedEntry extends Entry {
  readonly kind: 'deed';
  readonly order: string;
  readonly what: OrderKind;
  readonly on: 'person' | 'conversation' | 'topic' | 'intent' | 'all' | 'hold' | 'phrases';
  /** Fingerprint of a person or a conversation; a topic, an intent, a hold or a donated phrase by its name; null: of all. */
  readonly target: string | null;
  /** Fingerprint of the operator who confirmed it last. */
  readonly by: string;
  readonly byName: SealedName | null;
}

/**
 * What came of a forgetting, in the numbers of its receipt: a receipt that somebody shows later is held against it (`sotto audit receipt`).
 * `order` is the receipt's number.
 */
export interface ReceiptEntry extends Entry {
  readonly kind: 'receipt';
  readonly order: string;
  /** Fingerprint of who was forgotten, and of who ordered it: the same where it was their own word. */
  readonly target: string;
  readonly by: string;
  /** Null as well where they forgot themselves: the key is gone by then. */
  readonly byName: SealedName | null;
  /** Messages that were to leave, and how many had by then. */
  readonly removed: number;
  readonly gone: number;
  readonly questions: number;
  readonly transcripts: number;
  readonly references: number;
  readonly signIns: number;
  readonly donations: number;
  readonly decisions: number;
  readonly marks: number;
  /** Keys of their name that were shredded: what stands of it in the audit logs opens no more. */
  readonly names: number;
  /** Messages, transcripts, questions and donated phrases that legal holds keep. */
  readonly held: number;
  /** Questions that were still being answered, or of which nobody could say whose they are. */
  readonly left: number;
}

/** A step of an order of the operators. What it is about (a person, a topic) stands only sealed, and in what it then did. */
export interface OrderEntry extends Entry {
  readonly kind: 'order';
  readonly order: string;
  /** Null: it could not be read any more. */
  readonly what: OrderKind | null;
  /** `burnt`: its code stood where others could read it. `begun` and `done` or `failed`: of one attempt to execute it. */
  readonly change: 'placed' | 'confirmed' | 'burnt' | 'begun' | 'done' | 'failed';
  /** Fingerprint of who confirmed or burnt it; null: whoever may use the control socket placed it. */
  readonly by: string | null;
  readonly byName: SealedName | null;
  /** Id of the message that held the code. */
  readonly question: string | null;
  readonly attempt: number | null;
}

/**
 * The log was taken out, by order. `begun` is on record before the first line is given; `done` and `failed` say how far it came. Where
 * nobody came back to say so, `begun` stands alone: then all that was asked for may have been taken.
 */
export interface ExportEntry extends Entry {
  readonly kind: 'export';
  readonly order: string;
  readonly change: 'begun' | 'done' | 'failed';
  readonly format: 'native' | 'ocsf' | 'syslog';
  /** Fingerprint of the one person it is about; null: it is about nobody in particular. */
  readonly person: string | null;
  readonly topic: string | null;
  /** Kinds of entries; empty: all. */
  readonly kinds: readonly string[];
  /** ms since the epoch; null: from the beginning, or to the end. */
  readonly since: number | null;
  readonly until: number | null;
  /** One log alone; null: all. */
  readonly origin: string | null;
  /** Whether sealed names were opened for it. */
  readonly names: boolean;
  /** Until when the same may be taken further without another order, ms since the epoch; null: it is for once. */
  readonly standing: number | null;
  /** Fingerprints of everybody who confirmed it. */
  readonly by: readonly string[];
  /** Theirs, in the same order. */
  readonly byNames: readonly (SealedName | null)[];
  /** How many entries were given; null: it only begins. */
  readonly entries: number | null;
  /** The logs that were read, each up to but not including entry `to`. Empty: it only begins. */
  readonly origins: readonly { readonly origin: string; readonly from: number; readonly to: number }[];
}

/** Names of officers in this log are about to be opened, for a report of it: by whoever has access to the machine, of whom nothing else is known. */
export interface OpenedEntry extends Entry {
  readonly kind: 'opened';
  /** Fingerprints of those whose names they are. */
  readonly people: readonly string[];
}

/**
 * `sotto doctor --live`: one harmless message to an operator, on record before it is posted, and what became of it. Whoever may use the
 * control socket asked for it; nobody confirmed it.
 */
export interface LiveEntry extends Entry {
  readonly kind: 'live';
  readonly platform: PlatformName;
  readonly tenant: string;
  /** Fingerprint of the directory id of whom it went to. */
  readonly person: string;
  readonly name: SealedName | null;
  /** See `LiveState`. */
  readonly change: 'begun' | LiveState;
}
