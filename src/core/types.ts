/** The words that the whole house shares. Data only, all of it readonly; no platform, store or vendor appears here. */

import type { Chore } from './chore-types.ts';
import type { Sentences } from './languages.ts';
import type { Slot } from './slot-types.ts';

export type * from './form-types.ts';
export type { Language, Sentences } from './languages.ts';
export type { Choice, Slot, SlotType, SlotValues } from './slot-types.ts';

export type PlatformName = 'slack' | 'teams';

/** Where a question was asked: a private chat, a group chat, a channel, or a channel shared with another company. */
export type PlaceKind = 'direct' | 'group' | 'channel' | 'shared';

export type Locale = 'en' | 'de';

/** A text in every language the bot speaks, so that a missing translation does not compile. */
export type PerLocale<T> = { readonly [L in Locale]: T };

/** How the asker stands to the person a question is about. What is unclear is `other`: the relation that permits least. */
export type Relation = 'self' | 'report' | 'other';

export type PersonKind = 'employee' | 'contractor' | 'guest' | 'external';

/** See the design's show modes. `hold-reveal`: placeholder, durable removal, then the content. `view`: shown on a press, never a message. */
export type ShowMode = 'message' | 'hold-reveal' | 'view';

/** An account as the platform proved it; never a name or an e-mail address. */
export interface Account {
  readonly platform: PlatformName;
  /** Our installation: the workspace or tenant that the event was delivered for. */
  readonly tenant: string;
  readonly user: string;
  /** True where the account belongs to another company (Slack Connect, federation). */
  readonly external: boolean;
}

export interface Place {
  readonly kind: PlaceKind;
  /** The platform's id of the chat or channel. */
  readonly channel: string;
  /** The platform's id of the thread, where the question was asked in one or starts one. */
  readonly thread: string | null;
}

/** What everything has that comes in. */
export interface Arrived {
  /** The same for every delivery of the same thing: what repeats are known by. */
  readonly id: string;
  readonly account: Account;
  readonly place: Place;
  /** What is answered in order and shares its state. In shared places: one person's talk there, not the channel's. */
  readonly conversation: string;
  /** The platform's time of it, ms since the epoch. */
  readonly at: number;
}

export interface Question extends Arrived {
  readonly kind: 'question';
  readonly text: string;
  /** Of the IANA database, where the platform says where the person is; null or absent: it does not. */
  readonly timeZone?: string | null;
  /** Asked by a command or a form, where nobody else saw the question; null or absent: it stands in the place as a message. */
  readonly aside?: AskedAside | null;
  /** A file came with it. It is not read, and neither are the words beside it. */
  readonly file?: true;
}

/** How a question was asked without leaving it in the place. */
export type AskedAside = 'command' | 'form';

/** Action of a button that opens a view; whoever presses it is shown the answer there, never in a message. */
export const VIEW_ACTION = 'sotto.view';

/** Action of a button that takes an answer's time again; it is answered at once and never by a message. */
export const MORE_ACTION = 'sotto.more';

/** Action of a button that opens a form, in a view of its own. */
export const FORM_ACTION = 'sotto.form';

/** Action of a button that leads to a page. Some platforms tell of the press all the same, and nothing comes of it. */
export const LINK_ACTION = 'sotto.link';

/** Action of a press that opens the form of a question asked aside. A shortcut makes it; no button has it. `value`: words to begin with. */
export const ASIDE_ACTION = 'sotto.aside';

/** The channel of a reference to an open view (a Slack modal), which stands in no chat; its `id` is the view's. */
export const VIEW_CHANNEL = 'view';

/** Where the bot's own page stands, in the audit log. */
export const HOME_CHANNEL = 'home';

/** A button. `value` is what the bot once put there, sealed to one person. */
export interface Press extends Arrived {
  readonly kind: 'press';
  readonly action: string;
  readonly value: string;
  /** Where to answer the press itself, once and soon; never stored. */
  readonly respondTo: string | null;
  /** The message that carries the button; null where the platform does not say. */
  readonly message: MessageRef | null;
  /** The same for every copy that the platform may send within a minute under an id of its own; absent: it sends none so. */
  readonly copies?: string;
}

/** A form that was sent. */
export interface Submit extends Arrived {
  readonly kind: 'submit';
  /** What the form carried; see `Form.state`. */
  readonly state: string;
  /** By the field's name: what was written or chosen; empty where nothing was. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** Somebody opened the app's own page. */
export interface Opened extends Arrived {
  readonly kind: 'opened';
}

/** The bot was taken away from a tenant: it belongs to no talk and no person, so it is no `Inbound`. */
export interface Lifecycle {
  readonly platform: PlatformName;
  /** As it was installed: a workspace or tenant, an organisation where the whole of it had the bot. */
  readonly tenant: string;
  readonly event: 'uninstalled' | 'revoked';
  /**
   * Keyed hash of the credential that was good there, where that still stands in the vault: by it the dead one is known for as long as no other takes its
   * place. Empty: it stood in the store and is shredded.
   */
  readonly mark: string;
}

export type Inbound = Question | Press | Submit | Opened | Chore;

/** Somebody of the directory, as seen by a colleague. */
export interface Colleague {
  /** Immutable id of the directory; the same human on every platform. */
  readonly id: string;
  readonly name: string;
  /** Id of the person they report to. */
  readonly manager: string | null;
  /** Where they work, as the directory calls it: tells people of one name apart, and nothing rests on it. Absent: not known. */
  readonly department?: string;
}

/** Who asks. Everything that policy may read of a person is here. */
export interface Person extends Colleague {
  readonly kind: PersonKind;
  readonly groups: readonly string[];
  /**
   * Groups that only the chat platform vouches for, where people may be able to change them: they can take something away, and never give
   * what is sensitive, anybody's data, or a role. None of them is among `groups`. Absent: there are none.
   */
  readonly hints?: readonly string[];
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string;
  readonly locale: Locale;
  /** Of the IANA database; null or absent: the directory does not know it, and their country decides. */
  readonly timeZone?: string | null;
  /** False: the directory could not be asked just now, and this is what it said last. Nothing sensitive rests on that. */
  readonly fresh: boolean;
}

/** Somebody of the directory, as far as rules and counts need to know. */
export interface Member {
  readonly id: string;
  readonly kind: PersonKind;
  /** Of those that rules may name, and the roles of the settings (operators, HR). */
  readonly groups: readonly string[];
  /** See `Person`. */
  readonly hints?: readonly string[];
  readonly country: string;
}

/** What a question is about: itself being about nobody (a pay day), one person, or unclear. */
export interface About {
  readonly relation: Relation;
  /** Whose data would be read; null where that is nobody or not known. */
  readonly subject: Colleague | null;
  /** Several people go by the name that was said; asked back only where that tells nothing. */
  readonly candidates: readonly Colleague[];
  /** Unclear, but nobody else is spoken of: asked back where a pick of oneself would be permitted and nothing is weighty about it. */
  readonly mayBeSelf?: true;
}

/** One entry of the pack. */
export interface Intent {
  readonly id: string;
  readonly topic: string;
  /** What it is about, as a button or a line of help says it. */
  readonly title: PerLocale<string>;
  /** `person`: reads somebody's data. `nobody`: the same answer for everyone. */
  readonly about: 'person' | 'nobody';
  /** The backend operation that answers it; null where the words alone are the answer. */
  readonly operation: string | null;
  /**
   * The answer to the person the data is about. `{field}` names a field of the record. Null: the description of the operation says it, and
   * the three below are null as well.
   */
  readonly say: PerLocale<string> | null;
  /** The answer about somebody else; `{name}` is theirs. */
  readonly sayOf: PerLocale<string> | null;
  /** One line for each record of a list. */
  readonly each: PerLocale<string> | null;
  /** Said where a list is empty. */
  readonly none: PerLocale<string> | null;
  /** What it wants to know besides; absent: nothing. */
  readonly slots?: readonly Slot[];
  /** Of one whose operation writes: what stands above the form, and on the button that sends it. `say` is told once it is done. */
  readonly form?: {
    readonly intro: PerLocale<string>;
    readonly submit: PerLocale<string>;
    /** Of the way to a person: the text of the form that begins with the question which could not be answered. Absent: it is not that way. */
    readonly question?: string;
  };
  readonly examples: Sentences;
}

export interface Topic {
  readonly id: string;
  readonly title: PerLocale<string>;
  /** Whom to ask, said after a refusal. */
  readonly contact: PerLocale<string>;
  readonly dataClasses: readonly string[];
  /** So many questions on it a minute for one person; see `core/throttle.ts`. */
  readonly mostPerMinute: number;
  /** Further ways of talking about the topic: they train its guard and no intent. */
  readonly guard: Sentences;
}

/** The pack, read and checked. */
export interface Catalogue {
  /** SHA-256 of everything read, hex. */
  readonly hash: string;
  readonly topics: ReadonlyMap<string, Topic>;
  readonly intents: ReadonlyMap<string, Intent>;
  /** What people say that is about none of the intents. */
  readonly background: Sentences;
}

/** What recognition makes of a text. */
export interface Recognition {
  /** Null where nothing is likely enough. */
  readonly intent: string | null;
  /** The likeliest intent, however unlikely; null only where the text has no feature that was ever seen. */
  readonly best: string | null;
  /** Of `best`, 0 to 1. */
  readonly confidence: number;
  /** Topics that their guards suspect. */
  readonly topics: readonly string[];
  /** The likeliest intents, best first, at most five. */
  readonly ranking: readonly string[];
  /** Further intents that are likely enough, of other clauses or sentences of the text, best first; at most three. */
  readonly also: readonly string[];
  /** Where none was recognised: topics that it is too like to be answered as another's, suspected or not. Absent: it is like none. */
  readonly doubted?: readonly string[];
  /** What the own recogniser made of it, where a foreign model named something else. */
  readonly own?: Recognition;
}

/** What a policy is asked. Holds no word of anybody's text. */
export interface PolicyRequest {
  readonly person: Pick<Person, 'id' | 'kind' | 'groups' | 'hints' | 'country' | 'fresh'>;
  /** An intent (`salary.payslip`), a suspicion (`salary.suspected`) or a data class (`data:pay`). */
  readonly action: string;
  readonly about: Relation;
  readonly platform: PlatformName;
  readonly place: PlaceKind;
  /** Minutes since the last strong sign-in; null: none known. */
  readonly signInAgeMinutes: number | null;
  /** Refusals in this conversation within the hour, those on a guard's suspicion alone not among them; more than any rule asks for where it cannot be read, or where there is room for no more. */
  readonly denials: number;
  /** Topics of what was asked before in this conversation within the hour, and of those refusals; all topics where it cannot be read. */
  readonly asked: readonly string[];
  readonly refused: readonly string[];
  /** ms since the epoch. */
  readonly now: number;
}

/** What a permitting rule asks of whoever fulfils it. */
export interface Obligations {
  readonly show: ShowMode;
  /** Seconds until the answer leaves; null: it stays. */
  readonly expiresSeconds: number | null;
  /** How often the person may take the same time again before it leaves; 0: never, and always where it does not leave or is a view. */
  readonly moreTime: number;
  /** Fields of the record that this person may not see. */
  readonly redact: readonly string[];
  /**
   * It may stand where it was asked, for the asker's eyes only, instead of in the private chat. Only what is shown as a message and stays:
   * nobody can take such a message away again. Absent: in private.
   */
  readonly inPlace?: true;
}

/** What a forbid has the refusal say, in the languages that there are words in. */
export interface Said {
  /** HR's own words for it. */
  readonly words: Partial<PerLocale<string>>;
  /** Whom to ask; goes on "Please ask …". */
  readonly contact: Partial<PerLocale<string>>;
  /** How to use a right to the information that the law gives. */
  readonly rights: Partial<PerLocale<string>>;
}

export type Decision =
  | { readonly effect: 'permit'; readonly rules: readonly string[]; readonly obligations: Obligations }
  | (Said & {
      readonly effect: 'refuse';
      /**
       * `forbidden`: a rule forbids. `not-permitted`: none permits. `stale`: it would be permitted, but is sensitive, and who
       * asks is only known from before. The others: the engine could not say, which refuses.
       */
      readonly why: 'forbidden' | 'not-permitted' | 'stale' | 'policy-error' | 'request' | 'engine';
      readonly rules: readonly string[];
      /** The one change that would make it a permit; found by asking again, so never offered in vain. */
      readonly helps: 'sign-in' | 'private' | 'sign-in-and-private' | null;
    });

/** How a question ended; the same words in `explain`, the audit log and the chat page. */
export type Verdict = 'answer' | 'refuse' | 'step-up' | 'private-only' | 'which' | 'unknown' | 'throttled';

/** A button of a card. `value` goes to the platform and comes back: it must be sealed. */
export interface Button {
  readonly action: string;
  readonly label: string;
  readonly value: string;
}

/** A button that leads to a page of ours. */
export interface CardLink {
  readonly label: string;
  /** https, or on this machine. */
  readonly url: string;
}

/** What something is, and how it is. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** What people are shown. Plain text without any markup: the adapter escapes it for its platform. */
export interface Card {
  /** A heading above the text: what it is about, in a few words. Absent or null: none. */
  readonly title?: string | null;
  readonly text: string;
  /** Below the text, a line each; at most ten. Absent or empty: none. */
  readonly facts?: readonly Fact[];
  /** Small print below: when it leaves, what it rests on. */
  readonly note: string | null;
  readonly buttons: readonly Button[];
  /** Buttons that lead to a page; pressing one tells us nothing. Absent: none. */
  readonly links?: readonly CardLink[];
  /** Stands in for the card in notifications and lists. Null: the text itself is harmless and serves. */
  readonly fallback: string | null;
}

/** A message that we posted. */
export interface MessageRef {
  readonly platform: PlatformName;
  readonly tenant: string;
  readonly channel: string;
  readonly id: string;
}

/** Whom to write to: the known private chat, or the one that the platform opens for the user (`channel` null). */
export interface Address {
  readonly tenant: string;
  readonly user: string;
  readonly channel: string | null;
  /** The thread of the private chat that it belongs to; null or absent: to none. */
  readonly thread?: string | null;
}
