/**
 * What the core asks of systems of record. Only `core/data.ts` calls them, which authorises before and after: everybody else has a
 * backend as `guarded` there.
 */
import type { Locale, PerLocale, SlotValues } from './types.ts';

/** By what a system names people, where not by the directory's own ids. */
export type Identifier = 'email' | 'employee-number' | 'user-name';

/** What a text must not hold unless its field is declared to: see `core/screening.ts`. */
export type Held = 'iban' | 'card' | 'national-id' | 'secret';

/** One record as the backend described it: only declared fields, with the person it is about. */
export interface BackendRecord {
  /**
   * Whom it is about, as the system calls them (`Operation.goesBy`); null where the field is missing or not readable, which refuses
   * everything; `SOMEBODY` where it is somebody whom the system calls by an id of its own that stands for nobody here.
   */
  readonly subject: string | null;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** Whom a record is about who is nobody that the directory could know. No id and no identifier is written so. */
export const SOMEBODY = '~';

export type FieldValue =
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'date'; readonly value: string }
  | { readonly type: 'money'; readonly value: number; readonly currency: string }
  /** A code of the system, in the description's words. */
  | { readonly type: 'choice'; readonly words: PerLocale<string> }
  /** An optional field that is not there. */
  | { readonly type: 'none' };

/** How an operation's answer is said, where the intent itself says nothing. */
export interface Saying {
  readonly say: PerLocale<string> | null;
  readonly sayOf: PerLocale<string> | null;
  readonly each: PerLocale<string> | null;
  readonly none: PerLocale<string> | null;
  /** Of its card. */
  readonly title: PerLocale<string> | null;
  /** Of one record: a label and the field beside it. Empty: it is no card. */
  readonly facts: readonly { readonly label: PerLocale<string>; readonly field: string }[];
}

/** A text that the form of a write asks for, and that is sent as it was written there. */
export interface AskedWords {
  readonly name: string;
  readonly label: PerLocale<string>;
  readonly hint: PerLocale<string> | null;
  /** Characters. */
  readonly most: number;
  readonly required: boolean;
  readonly lines: boolean;
}

export interface WriteOperation {
  /** `key`: the system does one key once. `look`: it is looked for before it is done again. `never`: it is never done again. */
  readonly again: 'key' | 'look' | 'never';
  /** What takes it back, and for how long that is offered, ms; null: nothing does. */
  readonly undo: { readonly operation: string; readonly ms: number } | null;
  readonly words: readonly AskedWords[];
}

export interface Operation {
  readonly name: string;
  readonly dataClass: string;
  readonly list: boolean;
  /** True: it is about one named person (`{subject}` stands in it); false: it is about several at once. */
  readonly bySubject: boolean;
  /** Of a list that is about one named person: its records may be about anybody. Absent: about that person alone. */
  readonly aboutAnybody?: true;
  /** Slots whose values it is asked with. `needed`: it cannot be asked without. `part`: with an end of a period alone. Absent: none. */
  readonly slots?: readonly { readonly name: string; readonly needed: boolean; readonly part: boolean }[];
  /** Absent: by directory id. */
  readonly goesBy?: Identifier;
  /** It is asked as the person themselves, by a token of theirs. Absent: as Sotto. */
  readonly asPerson?: true;
  /** It changes something. Absent: it reads. */
  readonly writes?: WriteOperation;
  /** Absent: the intent says it. */
  readonly says?: Saying;
  /** By the field's name, what it may hold without being a surprise. Absent: nothing anywhere. */
  readonly holds?: ReadonlyMap<string, readonly Held[]>;
}

/** With what an operation is called. */
export interface Calling {
  readonly operation: string;
  /** Directory ids. */
  readonly subject: string;
  readonly asker: string;
  /** As the system calls them, where that is not by directory id (`Operation.goesBy`). Absent: by those. */
  readonly called?: { readonly subject: string; readonly asker: string };
  /** What the directory says of who asks. Absent: nothing of it is needed. */
  readonly of?: { readonly country: string; readonly locale: Locale };
  /** Of the question. */
  readonly id: string;
  /** By name, in the form of the slots' types: nothing that a person wrote. Absent: none. */
  readonly slots?: SlotValues;
}

/**
 * Why nothing came of a call. `unreachable`: the system, or the way there. `busy`: as many calls as are let through were under way, or
 * it failed so often of late that it is left alone. `refused`: it takes us for somebody who may not. `sign-in`: it is asked as the
 * person, and no token of theirs is there. `not-found`, `malformed`: what the system said.
 */
export type CallFault = 'unreachable' | 'busy' | 'refused' | 'sign-in' | 'not-found' | 'malformed';

export type Fetched =
  | {
      readonly ok: true;
      readonly records: readonly BackendRecord[];
      /** Of a list: the system has more of it, or may have. Absent: it said nothing of any more. */
      readonly more?: true;
    }
  | { readonly ok: false; readonly code: CallFault };

/**
 * What became of a write. `doubt`: it may have been done, and may not. Any other fault: for sure it was not. `refused` and `not-found`
 * are the system's own word.
 */
export type Written =
  | {
      readonly ok: true;
      /** What the response says of it; null where it says nothing that can be read, though it was done. */
      readonly record: BackendRecord | null;
      /** By name, for the operation that takes it back: letters, digits, dots and dashes. */
      readonly result: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly code: CallFault | 'doubt' };

export interface Backend {
  /** Null: no description names it. */
  operation(name: string): Operation | null;
  /** Only reads. Never rejects. */
  fetch(
    o: Calling & {
      /** The answer may be kept in memory for as long as its description says. Absent: no. */
      readonly mayCache?: boolean;
    },
  ): Promise<Fetched>;
  /**
   * Does what the description says, once for one `key`. Never rejects. Absent: nothing can be written.
   */
  write?(
    o: Calling & {
      /** Idempotency key: printable ASCII without blanks, at most 64 characters. The same whenever the same is tried again. */
      readonly key: string;
      /** By name, what the person wrote into the form to be sent. */
      readonly words: Readonly<Record<string, string>>;
      /** Of the write that is taken back. Absent: none is. */
      readonly result?: Readonly<Record<string, string>>;
      /** It may have been tried under this key before, and nobody knows what came of that. */
      readonly again: boolean;
    },
  ): Promise<Written>;
}

/** What a description says of reports that come in by one webhook. */
export interface ReportKind {
  readonly name: string;
  /** By what its system names people. Absent: by directory id. */
  readonly goesBy?: Identifier;
  /** What policy must let the person know. */
  readonly dataClass: string;
  /** The question that tells more. */
  readonly intent: string;
  readonly say: PerLocale<string>;
  /** About so many of them it may report in an hour; what comes beyond is held back. */
  readonly people: number;
  /** As of an operation. */
  readonly holds: ReadonlyMap<string, readonly Held[]>;
}

/** What a system reported: proved to be its own, fresh, and of declared fields alone. */
export interface HookReport {
  readonly hook: string;
  /** The same for whatever is the same report, sent again in whatever way. As the system calls it, at most 200 characters. */
  readonly id: string;
  /** Names these very bytes with this very time. Hex. */
  readonly proof: string;
  /** When it was sent, ms since the epoch. */
  readonly at: number;
  readonly record: BackendRecord & { readonly subject: string };
}

/** Looks for what must not leave: see `core/screening.ts`. */
export interface Screen {
  /**
   * What of it stands in a text; each at most once. `country`: where whoever it is about most likely lives, ISO 3166-1 alpha-2; null: not
   * known. Never throws; takes time in proportion to the text.
   */
  find(o: { readonly text: string; readonly country: string | null }): readonly Held[];
}
