/**
 * What the core asks of the world. Each port is a few verbs in the core's own terms; an adapter answers it as
 * `createX(options): Port` and translates its vendor's errors once, at the edge. Times are ms since the epoch,
 * durations ms, unless a name says otherwise.
 */
import type { AuditEntry } from './audit.ts';
import type { Identifier } from './backend-ports.ts';
import type { SignInIdentity, SignInOwner } from './sign-in-ports.ts';
import type { Account, Colleague, Decision, Locale, Member, Person, PolicyRequest, Recognition } from './types.ts';
import type { Why } from './why-types.ts';

// ---- Time, chance, secrets ------------------------------------------------------------------------------------

export interface Clock {
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Random {
  /** An unguessable id, 22 characters of base64url (128 bits). */
  id(): string;
  /** 0 (inclusive) to 1 (exclusive), for jitter only. */
  fraction(): number;
}

/**
 * A secret through a rotation: what to use now, and all that is accepted, the newest first. That one is the current one, but while a
 * newer one is only accepted so far because others may not have seen it.
 */
export interface Secret {
  readonly current: string;
  readonly accepted: readonly string[];
  /** So many are accepted beside these, and could not be read so far; absent: none. */
  readonly unread?: number;
  /** When the current value ends with nothing newer to follow it, ms since the epoch; null or absent: no end is known. */
  readonly until?: number | null;
}

export interface Secrets {
  /** Refuses with code `secret-missing` where the vault answers that there is none, `secrets-unavailable` where it does not answer. */
  get(name: string): Promise<Secret>;
}

/** What a sealed value is bound to; it opens under exactly the same words and under no others. */
export interface SealContext {
  readonly tenant: string;
  /** Account or person the value belongs to. */
  readonly person: string;
  readonly purpose:
    | 'inbound'
    | 'reply'
    | 'conversation'
    | 'press'
    | 'reference'
    | 'order'
    | 'hash-key'
    | 'restriction'
    | 'proposal'
    | 'decision'
    | 'donation'
    | 'home'
    | 'installation'
    | 'grant'
    | 'sign-in'
    | 'name-key'
    | 'write';
  /** Which of their records it belongs to (a conversation, a question, an order), so that two of one person are not exchanged. */
  readonly record?: string;
}

/** `current`: nothing to do. `lost`: it opens under no key that is accepted, or was altered. */
export type Rewrapped = { readonly how: 'current' | 'lost' } | { readonly how: 'rewrapped'; readonly sealed: string };

export interface Sealer {
  /** One fresh key per value, wrapped by the data key; the result is text that is safe in a URL. */
  seal(context: SealContext, plain: string): string;
  /** Null where it does not open: altered, moved to another context, or sealed under a key that is gone. */
  open(context: SealContext, sealed: string): string | null;
  /** Keyed hash for places where a value must be recognisable but not readable (the audit log). Hex, 32 characters. */
  fingerprint(value: string): string;
  /** The same under every key that anything was hashed by, the one of `fingerprint` first. */
  fingerprints(value: string): readonly string[];
}

/** For whoever goes through what was sealed once the data key has changed. */
export interface Rewraps {
  /** Wraps the value's own key by the current data key; the value stays as it is, bound to the same. Never throws. */
  rewrap(context: SealContext, sealed: string): Rewrapped;
}

/** Somebody's directory id as it stands in the audit log: nobody reads it whose key was shredded. See `core/sealed-names.ts`. */
export type SealedName = string;

/** As whom an entry names somebody: who asked, or who ordered, approved or was told something for the company. A name of one opens as no other. */
export type NamePurpose = 'asker' | 'officer';

/** Seals a name under a key of its person. */
export interface NameCipher {
  /** Random. */
  newKey(): string;
  /** `bound`: what it opens with and with nothing else. Never the same twice. */
  seal(o: { readonly key: string; readonly bound: string; readonly plain: string }): string;
  /** Null where it does not open. */
  open(o: { readonly key: string; readonly bound: string; readonly sealed: string }): string | null;
}

// ---- What is recorded and counted -----------------------------------------------------------------------------

export interface AuditReceipt {
  readonly origin: string;
  /** Position in the log, from 0. Null: the log could not take it, it is recorded in the second copy, and has none yet. */
  readonly index: number | null;
}

export interface Audit {
  /** Resolves once the entry is on stable storage, in the log or in a second copy that stands in for it; refuses with code `audit-unavailable`. */
  append(entry: AuditEntry): Promise<AuditReceipt>;
}

/** Ids, codes and numbers; there is no field that words would fit into. */
export interface LogFields {
  readonly id?: string;
  readonly tenant?: string;
  readonly code?: string;
  readonly step?: string;
  readonly status?: number;
  readonly count?: number;
  readonly ms?: number;
  /** How much time is left until something ends. */
  readonly leftMs?: number;
  readonly name?: string;
}

export interface Log {
  /** Absent where nobody reads it, so that nothing is made ready for nobody. Ids, codes and steps, as everywhere. */
  debug?(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export interface Metrics {
  count(name: string, labels?: Readonly<Record<string, string>>): void;
  observe(name: string, value: number): void;
}

// ---- The platform: `platform-ports.ts` ------------------------------------------------------------------------

export type * from './platform-ports.ts';

// ---- People, meaning, permission, data ------------------------------------------------------------------------

export type Found =
  | { readonly ok: true; readonly person: Person }
  | { readonly ok: false; readonly why: 'unknown' | 'external' | 'deactivated' | 'bot' | 'stale' | 'unreachable' };

/** A stretch of a text that names somebody. */
export interface Mention {
  /** Index of the first token, and how many tokens it takes. */
  readonly start: number;
  readonly length: number;
  readonly people: readonly Colleague[];
}

export interface Directory {
  /**
   * Never older than the adapter's bound: what was known longer ago is `unreachable`. Unknown groups are never none. `anew`: asked
   * past whatever is remembered, for what must not rest on a moment ago; where that fails it is `unreachable`.
   */
  find(account: Account, o?: { readonly anew: boolean }): Promise<Found>;
  /** The platform says that this account changed; null: of whom is not known. Absent: nothing is remembered of accounts. */
  forget?(account: Pick<Account, 'platform' | 'tenant' | 'user'> | null): void;
  /**
   * People whom these words name, as the asker may see them. Tokens are lower case; `@` is one of its own, and an account that stands behind it names its
   * owner, where the directory knows whose it is. `where` it was written: an account is one of that tenant. Refuses with code `directory-unavailable`.
   */
  mentions(o: {
    readonly tokens: readonly string[];
    readonly asker: Person;
    readonly where?: Pick<Account, 'platform' | 'tenant'>;
  }): Promise<readonly Mention[]>;
  /** A colleague by directory id; null: there is none. */
  colleague(id: string): Promise<Colleague | null>;
  /**
   * Where somebody works, or worked last, by directory id, ISO 3166-1 alpha-2; null: it is not known. Nothing is decided by it but
   * which numbers of a state are looked for in what is about them. Absent: it is known of nobody. Refuses with code `directory-unavailable`.
   */
  countryOf?(id: string): Promise<string | null>;
  /** What a system of record calls somebody who has this directory id; null: the directory does not know. Absent: it knows nothing but its own ids. */
  identifier?(o: { readonly person: string; readonly by: Identifier }): Promise<string | null>;
  /** Whose identifier this is, the whole of it; null: nobody's, or more than one person's. Absent as `identifier` is. */
  identified?(o: { readonly by: Identifier; readonly value: string }): Promise<Colleague | null>;
  /**
   * Who reports to this person and still works here, by name, at most fifty: as the asker may see them, so nobody to guests and externals. Nobody where it
   * is not known afresh. Refuses with code `directory-unavailable`.
   */
  reports(o: { readonly manager: string; readonly asker: Pick<Person, 'id' | 'kind'> }): Promise<readonly Colleague[]>;
  /**
   * Accounts that are known to be this person's, also where they may not use the bot any more; there may be others. For what an
   * operator orders about a person, and whether they still have a role; never for who asks.
   */
  accounts(id: string): Promise<readonly Omit<Account, 'external'>[]>;
  /**
   * Whose sign-in this is, by what can never become somebody else's: the directory's own id, or a subject that the directory holds; never by a name.
   * Only tells who it is: whether they may still do anything is asked by their account, afresh.
   */
  signInOf(identity: SignInIdentity): Promise<SignInOwner>;
  /**
   * Everybody who may use the bot, for counting whom a rule touches and for telling a role something. Nothing is decided by
   * it but whether somebody of whom no account is known still has a role that they were known afresh to have minutes ago. May be as old as the adapter's roll. Refuses with code `directory-unavailable`.
   */
  members(): Promise<readonly Member[]>;
}

/** What stands in a recogniser's answer was found in the text alone; policy judges it, whoever found it. */
export interface Recogniser {
  recognise(o: { readonly text: string; readonly locale: Locale }): Recognition | Promise<Recognition>;
  /** Whether every word of the text is one that the pack uses: a text with a stranger in it may be about that stranger. */
  knows(text: string): boolean;
  /** What made it recognise what it does; null: it knows nothing of the text. Absent: it cannot tell. */
  why?(o: { readonly text: string }): Why | null;
}

/** What a foreign model makes of a text. `intent`: one of those it was given, or null where it sees none of them. `confidence`: 0 to 1. */
export interface Named {
  readonly intent: string | null;
  readonly confidence?: number;
}

/**
 * An operator's own encoder or hosted model. All it can do is name one of the catalogue's intents: it is no way past a guard, and
 * an answer that is late, of another shape or of no known intent counts as none (`core/recognise/second.ts`).
 */
export interface Namer {
  name(o: {
    readonly text: string;
    readonly locale: Locale;
    /** Ids to choose from. */
    readonly intents: readonly string[];
    /** Topics that the own guards suspect: whoever sends words out of the house can keep these in. */
    readonly suspected: readonly string[];
    /** Aborts once nobody waits any more. */
    readonly signal: AbortSignal;
  }): Promise<Named>;
}

/**
 * Keeps what was learnt from a pack, so that a start need not learn it again. A key is 64 hex digits and names all that the bytes were
 * made from. What is kept may go at any time; whoever reads it decides whether to believe it.
 */
export interface ModelCache {
  /** Null: there is none of that key. Refuses with the system's error, or `store-unavailable`, what cannot be read. */
  read(key: string): Promise<Uint8Array | null>;
  /** In place of what stood under that key. Refuses as `read` does. */
  write(key: string, bytes: Uint8Array): Promise<void>;
}

export interface Policy {
  /** Never throws: what cannot be decided is refused. */
  decide(request: PolicyRequest): Decision;
  /** Names the rules in force: pack, schema and restrictions. Stands in the audit entry of every decision. */
  readonly version: string;
  /** Version of HR's restrictions within it; compared again when a question is committed. */
  readonly restrictionsVersion: number;
}

export type * from './backend-ports.ts';

// ---- The store: `store-ports.ts` ------------------------------------------------------------------------------

export type * from './store-ports.ts';

// ---- What comes in --------------------------------------------------------------------------------------------

export interface HttpRequest {
  /** Lower-case names; a header that came twice is joined by ", ", which no check accepts. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes as they came. */
  readonly body: Buffer;
  /** What stands behind the question mark, as it came: bounded with the headers, never logged. Absent or empty: nothing. */
  readonly query?: string;
  /** Who sent it. Absent: nobody looked, and nothing may rest on it. */
  readonly caller?: {
    /** IPv4 or IPv6, without a zone; of a proxy in front, whom it had it from. Empty: that cannot be told. */
    readonly address: string;
    /** It came over https, or from this machine itself. */
    readonly secure: boolean;
  };
}

export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A route that an adapter offers to the one http server. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Bytes; more is answered 413 before the handler runs. */
  readonly bodyLimit: number;
  /** Called before anything of the body is read: what whoever sends it is turned away with; null: it is read and handled. Never throws. Absent: anybody's is read. */
  turnedAway?(caller: HttpRequest['caller']): HttpResponse | null;
  handle(request: HttpRequest): Promise<HttpResponse>;
}
