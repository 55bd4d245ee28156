/**
 * What an entry of the audit log holds. Ids, codes, keyed hashes and numbers: nobody's words, names or figures
 * (promise 7). `person` and `subject` are fingerprints (see `Sealer.fingerprint`). A name is a directory id sealed for that fingerprint (see
 * `sealed-names.ts`); null: nobody is known, or none could be had. `at` is ms since the epoch, UTC. docs/audit.md says the same for auditors.
 */
import type { LiveState } from './live/types.ts';
import type { HowLost } from './losses.ts';
import type { OrderKind } from './orders/types.ts';
import type { ClosedBy } from './pinning.ts';
import type { SealedName } from './ports.ts';
import type { PersonKind, PlaceKind, PlatformName, Relation, ShowMode, Verdict } from './types.ts';

interface Entry {
  readonly at: number;
}

/** What was decided on a question, written before any backend is touched (promise 5). */
export interface DecisionEntry extends Entry {
  readonly kind: 'decision';
  /** Id of the question or press. */
  readonly question: string;
  readonly attempt: number;
  readonly platform: PlatformName;
  readonly tenant: string;
  /** Null: its words were shredded before it was refused (it waited too long), and the place with them. */
  readonly place: PlaceKind | null;
  /** Fingerprint of the directory id; of the account where the directory knows nobody, or was not asked. */
  readonly person: string;
  /** Null also: it is an account that the directory does not know. */
  readonly name: SealedName | null;
  /** As the directory said it then; null: it knows nobody, or was not asked. */
  readonly personKind: PersonKind | null;
  /** Theirs, of those that rules may name; sorted. */
  readonly groups: readonly string[];
  readonly verdict: Verdict;
  readonly intent: string | null;
  readonly topics: readonly string[];
  readonly about: Relation | null;
  readonly subject: string | null;
  /** Ids of the rules that decided; a code (`kind-guest`, `not-permitted`, `throttled` …) where no rule did. */
  readonly reasons: readonly string[];
  readonly show: ShowMode | null;
  readonly expiresSeconds: number | null;
  /** Names pack, schema and restrictions in force. */
  readonly policy: string;
  /** Version of HR's restrictions among them. */
  readonly restrictions: number;
  /** Id of the strong sign-in that a rule looked at (`GrantEntry`). Absent: none did. */
  readonly signIn?: string;
}

/** The second check, by data class and record, refused what the first had let through. */
export interface DataRefusedEntry extends Entry {
  readonly kind: 'data-refused';
  readonly question: string;
  readonly operation: string;
  readonly dataClass: string;
  readonly reasons: readonly string[];
  /** As of a decision. */
  readonly policy: string;
  readonly restrictions: number;
}

/** Something was shown. */
export interface DisclosureEntry extends Entry {
  readonly kind: 'disclosure';
  readonly question: string;
  readonly verdict: Verdict | 'apology';
  readonly channel: string;
  readonly message: string;
  /** ms since the epoch; null: it stays. */
  readonly removeAt: number | null;
}

/**
 * Only the asker sees it, in a shared place, and it is no message: no call removes it later. Where it was said at the address of a press or a
 * command, that takes it back for thirty minutes at most (Slack requirement 21), and the address is not kept. On record before it is shown; where that alone
 * fails, behind its decision, it is shown and owed.
 */
export interface AsideEntry extends Entry {
  readonly kind: 'aside';
  readonly question: string;
  readonly platform: PlatformName;
  readonly tenant: string;
  readonly channel: string;
  /** By the platform: Slack's cannot be taken back, Teams' is in no client any more after a day. */
  readonly removable: 'not-after-30-minutes' | 'gone-after-24-hours';
}

/** Accepted, and could not be shown. */
export interface UndeliverableEntry extends Entry {
  readonly kind: 'undeliverable';
  readonly question: string;
  readonly code: string;
}

/** A question that failed too often was set aside, was asked once more on somebody's order, or was shredded when its time was over. */
export interface DeadLetterEntry extends Entry {
  readonly kind: 'dead-letter';
  readonly question: string;
  readonly change: 'set-aside' | 'retry' | 'shredded';
  /** What the last attempt failed with. */
  readonly code: string | null;
  /** The new id that it is asked under. */
  readonly as: string | null;
  /** Who ordered it. */
  readonly by: string | null;
  readonly byName: SealedName | null;
}

/** A message had its time. States are those of promise 10, told apart. */
export interface RemovalEntry extends Entry {
  readonly kind: 'removal';
  readonly platform: PlatformName;
  readonly tenant: string;
  readonly channel: string;
  readonly message: string;
  /**
   * `blanked`: its words are gone, and a line stands in their place. `refused-by-platform`: it could not be removed; `uninstalled` is the
   * code where the bot was taken away from there.
   */
  readonly state: 'removed' | 'already-gone' | 'blanked' | 'refused-by-platform';
  /** What the platform said, where it could not be removed; `uninstalled` is the
   * code where the bot was taken away from there.
   */
  readonly code?: string;
  readonly dueAt: number;
  readonly attempts: number;
  /** How late we were, ms: from when it was due and the platform's budget allowed it, until the call began. */
  readonly engineMs: number;
  /** The rest of its lateness, ms: the platform's budget, calls in vain and their pauses, and the call itself. */
  readonly platformMs: number;
}

/** Requests that were turned away before they were anybody's, counted by reason and minute. */
export interface RejectedEntry extends Entry {
  readonly kind: 'rejected';
  readonly platform: PlatformName;
  readonly reason: string;
  readonly count: number;
}

export interface StartEntry extends Entry, PolicyStands {
  readonly kind: 'start';
  readonly version: string;
  /** SHA-256 (hex) over the canonical JSON of the settings in force; no secret is among them. */
  readonly settings: string;
  /** Why it answers nobody; null: it does. */
  readonly closed: ClosedBy | null;
}

/** What is judged by; by it a store that went back, or was changed by another hand, is noticed. */
interface PolicyStands {
  readonly pack: string;
  /** Names pack, schema and restrictions together. */
  readonly policy: string;
  /** Of HR's restrictions; see `restrictionsHash`. */
  readonly restrictions: string;
  readonly restrictionsVersion: number;
}

/**
 * The pack that was approved, or that this process has, and what it became: `first` of its store, and believed; `stricter` than the one before
 * or equal to it; `approved` by two people of HR; `closed`: it answers nobody. `stands`: other restrictions came in force here.
 */
export interface PackEntry extends Entry, PolicyStands {
  readonly kind: 'pack';
  readonly how: 'first' | 'stricter' | 'approved' | 'closed' | 'stands';
  /** Fingerprints of who approved it. */
  readonly by: readonly string[];
  /** Theirs, in the same order. */
  readonly byNames: readonly (SealedName | null)[];
}

export interface StopEntry extends Entry {
  readonly kind: 'stop';
  /** As of its start. */
  readonly version: string;
  readonly settings: string;
  /** `asked`: somebody, or the system, told it to. `failed`: it could not go on. A process that was killed says nothing. */
  readonly how: 'asked' | 'failed';
}

/** The log failed, or was found with a torn last batch, and was opened anew: what was moved aside had never been acknowledged. */
export interface RecoveredEntry extends Entry {
  readonly kind: 'recovered';
  readonly droppedBytes: number;
  /** So many entries that follow at once lay only in the second copy meanwhile. Absent: none did. */
  readonly elsewhere?: number;
}

/**
 * Somebody put on record that a log is lost. It is none of those that must be there any more; what is left of it stays as evidence. After a crash it may be
 * there twice.
 */
export interface LostEntry extends Entry {
  readonly kind: 'lost';
  readonly origin: string;
  /** Entries that it had at least, as the store knew. */
  readonly size: number;
  readonly found: HowLost;
  /** How many were there still; null: nobody could tell. */
  readonly entries: number | null;
  readonly order: string;
  /** Fingerprint of the operator who confirmed it. */
  readonly by: string;
  readonly byName: SealedName | null;
}

/**
 * Entries below `upTo` are kept no more: those that are in bundles whose every entry lies below it. Their hashes stay. On record before anything of
 * them is deleted.
 */
export interface PrunedEntry extends Entry {
  readonly kind: 'pruned';
  /** A multiple of 256. */
  readonly upTo: number;
  /** A log beside this one that nobody writes any more; absent: this log itself. */
  readonly origin?: string;
}

/** How this machine's clock stands to a platform's, by what the platform itself says when it sent its requests; see `core/clocks.ts`. */
export interface ClockEntry extends Entry {
  readonly kind: 'clock';
  readonly platform: PlatformName;
  /** ms that this clock is ahead, at most: the least of what was measured since the last such entry. Negative: it is behind, by at least so much. */
  readonly aheadMs: number;
  /** Requests that were measured. */
  readonly requests: number;
}

/**
 * The log is signed by another key from here on: the keys by SHA-256 of their SPKI, hex. Whoever trusts `key` may trust `replaces` for
 * what came before in this log. `closed`: logs beside it that nobody writes any more and that end under an earlier key; so they end, with so
 * many entries under this root (hex). `replaces` is null where only that was found out later.
 */
export interface KeyEntry extends Entry {
  readonly kind: 'key';
  readonly key: string;
  readonly replaces: string | null;
  readonly closed: readonly { readonly origin: string; readonly size: number; readonly root: string }[];
}

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

/** Somebody was refused again and again, on more than suspicion: once a day and person, as each process finds it. */
export interface ProbingEntry extends Entry {
  readonly kind: 'probing';
  /** Fingerprint of the directory id. */
  readonly person: string;
  readonly name: SealedName | null;
  readonly topics: readonly string[];
  /** Within the hour; at least so many. */
  readonly refusals: number;
  /** Of the first of them. */
  readonly since: number;
  /** Fingerprint of the security contact who is told; null: there is none. */
  readonly contact: string | null;
  readonly contactName: SealedName | null;
}

/** An archive of what stands was written to a place; which restrictions are in it, so that a restore can be held against them. */
export interface BackupEntry extends Entry {
  readonly kind: 'backup';
  readonly archive: string;
  readonly bytes: number;
  readonly version: number;
  /** Of the restrictions; see `restrictionsHash`. */
  readonly restrictions: string;
}

/** This store came out of a backup, and what fell due meanwhile was tried, or its time was up. */
export interface RestoredEntry extends Entry {
  readonly kind: 'restored';
  readonly archive: string;
  /** When that was taken: what came after it was lost. */
  readonly madeAt: number;
  /** What was due and not tried before questions were answered. */
  readonly untried: number;
  readonly waitedMs: number;
}

/**
 * The bot was installed somewhere, or taken away: on record before it counts, and before anything that we hold of the tenant is shredded. After a crash in between
 * it may be there twice.
 */
export interface InstallationEntry extends Entry {
  readonly kind: 'installation';
  readonly platform: PlatformName;
  /** A workspace, tenant or organisation. */
  readonly tenant: string;
  /** The chat that the bot was taken out of; absent: it is about the whole tenant. */
  readonly channel?: string;
  /**
   * `refused`: somebody wanted to install it where it may not be, or with too little, and its credential was given back. `parked`: its credential is refused, and
   * nothing is answered there. `mended`: it is good again. `purged`: what we held of it was shredded.
   */
  readonly change: 'installed' | 'refused' | 'uninstalled' | 'revoked' | 'purged' | 'parked' | 'mended';
  /** Why it was refused or parked; null: there is nothing to say. */
  readonly code: string | null;
  /** Null: nothing was purged. */
  readonly purged: Purged | null;
}

/** What was shredded of a tenant or a chat, and what was not. */
export interface Purged {
  /** Questions that had not ended or were set aside. */
  readonly questions: number;
  readonly transcripts: number;
  readonly references: number;
  /** Messages that nobody can take away from there any more; each stands on record as such. */
  readonly messages: number;
  /** Kept by a legal hold. */
  readonly held: number;
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

export type AuditEntry =
  | DecisionEntry
  | DataRefusedEntry
  | DisclosureEntry
  | AsideEntry
  | UndeliverableEntry
  | DeadLetterEntry
  | RemovalEntry
  | RejectedEntry
  | StartEntry
  | PackEntry
  | StopEntry
  | RecoveredEntry
  | KeyEntry
  | RestrictionEntry
  | SignInEntry
  | GrantEntry
  | OrderEntry
  | DeedEntry
  | ReceiptEntry
  | ProbingEntry
  | BackupEntry
  | RestoredEntry
  | InstallationEntry
  | LiveEntry
  | LostEntry
  | PrunedEntry
  | ClockEntry
  | ExportEntry
  | OpenedEntry;
