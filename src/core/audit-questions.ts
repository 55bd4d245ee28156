/** Entries of the audit log about questions: what was decided, shown, taken away again, and turned away. */
import type { Entry } from './audit-entry.ts';
import type { Held, SealedName } from './ports.ts';
import type { PersonKind, PlaceKind, PlatformName, Relation, ShowMode, Verdict } from './types.ts';

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

/** In a field of what a system sent stood what its description does not know of, so nothing of it was shown; one entry each. */
export interface SurpriseEntry extends Entry {
  readonly kind: 'surprise';
  /** Id of the question or press; of what a system reported, of that. */
  readonly question: string;
  readonly operation: string;
  /** The field's name, as the description has it. Never its value. */
  readonly field: string;
  readonly held: Held;
}

/**
 * Something is written to a system of record. `begun` is durable before the system is called; without another entry of the same write
 * behind it, nobody knows what came of it. An attempt that finds what an earlier one did says so once more.
 */
export interface WriteEntry extends Entry {
  readonly kind: 'write';
  /** Id of the press. Its decision says who, and by which rules. */
  readonly question: string;
  readonly attempt: number;
  /** The same for every attempt, and the key that the system is given. */
  readonly write: string;
  readonly operation: string;
  readonly dataClass: string;
  /** `doubt`: nobody knows whether it was done. `undone`: it takes back another one, and did. */
  readonly state: 'begun' | 'done' | 'not-done' | 'doubt' | 'undone';
  /** Of what is taken back; null: nothing is. */
  readonly undoes: string | null;
  /** Why it was not done, or is not known; null: it is under way, or was done. */
  readonly code: string | null;
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

/**
 * A system reported something about somebody: what became of it, before anybody is told. `told`: in its words. `offered`: a line that tells
 * nothing, with a button that asks afresh. `refused`: policy does not let them know. `nobody`: it is about nobody whom the directory knows.
 * `nowhere`: no account of theirs may be written to. `surprise`: it holds what it should not. `strange`: no description has that webhook any more.
 * `held-back`: they were told of too many by then, or too many people were, and it is counted. `counted`: they are told how many were held back in an hour.
 */
export interface ReportedEntry extends Entry {
  readonly kind: 'reported';
  /** Id of the report; what is shown of it bears the same. */
  readonly question: string;
  readonly attempt: number;
  readonly hook: string;
  readonly outcome:
    | 'told'
    | 'offered'
    | 'refused'
    | 'nobody'
    | 'nowhere'
    | 'surprise'
    | 'strange'
    | 'held-back'
    | 'counted';
  /** Where they are told; null: nowhere. */
  readonly platform: PlatformName | null;
  readonly tenant: string | null;
  /** Fingerprint of the directory id; null: the directory knows nobody. */
  readonly person: string | null;
  readonly name: SealedName | null;
  /** Null: no description has that webhook any more. */
  readonly dataClass: string | null;
  readonly intent: string | null;
  /** As of a decision. */
  readonly reasons: readonly string[];
  readonly policy: string;
  readonly restrictions: number;
}

/** Requests that were turned away before they were anybody's, counted by reason and minute. */
export interface RejectedEntry extends Entry {
  readonly kind: 'rejected';
  /** By which door it came; `hooks`: those of systems that report back. */
  readonly platform: PlatformName | 'hooks';
  readonly reason: string;
  readonly count: number;
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
