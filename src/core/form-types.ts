/** Forms that people fill in, the bot's own page, and what HR fill them in for. */
import type { Card, PerLocale, PlaceKind } from './types.ts';

export interface Option {
  readonly value: string;
  readonly label: string;
}

interface Asking {
  /** Lower-case letters, digits and hyphens. */
  readonly name: string;
  readonly label: string;
  /** Small print below the label. */
  readonly hint: string | null;
  readonly required: boolean;
}

/** One thing that a form asks for, filled in already where a value is given. At most 100 options. */
export type Field =
  | (Asking & { readonly kind: 'text'; readonly value: string; readonly most: number; readonly lines: boolean })
  | (Asking & { readonly kind: 'one'; readonly options: readonly Option[]; readonly value: string | null })
  | (Asking & { readonly kind: 'many'; readonly options: readonly Option[]; readonly values: readonly string[] })
  /** `2026-12-31`. */
  | (Asking & { readonly kind: 'date'; readonly value: string | null });

/** What people fill in, in a view: a Slack modal, a Teams dialog. Plain text without any markup, as on a card. */
export interface Form {
  /** Goes to the platform and comes back with what was filled in: it must be sealed. At most 2,000 characters. */
  readonly state: string;
  readonly title: string;
  /** Above the fields; empty: nothing. */
  readonly text: string;
  /** What is wrong with what was sent, a line each; said first. */
  readonly findings: readonly string[];
  readonly fields: readonly Field[];
  /** The button that sends it; 24 characters at most. */
  readonly submit: string;
}

/** The bot's own page (Slack's App Home), as somebody sees it. */
export interface Home {
  readonly sections: readonly Card[];
  /** Stand at the end, whatever of the sections there is no room for. Absent: none. */
  readonly last?: readonly Card[];
}

/** HR's restriction of a topic or of intents; it only ever forbids. */
export interface Restriction {
  readonly id: string;
  readonly title: string;
  /** Topics or intents. */
  readonly forbids: readonly string[];
  /** Groups, kinds of people among them, that it touches; a pilot group stands here. Empty: everybody. */
  readonly appliesTo: readonly string[];
  readonly exceptGroups: readonly string[];
  /** Where it holds; empty: wherever one asks. */
  readonly places: readonly PlaceKind[];
  /** Empty: everywhere. ISO 3166-1 alpha-2. */
  readonly countries: readonly string[];
  /** ISO time with milliseconds, UTC; null: at once. */
  readonly from: string | null;
  /** ISO time with milliseconds, UTC; null: until it is lifted. */
  readonly until: string | null;
  /** The words of the refusal. */
  readonly words: Partial<PerLocale<string>>;
  /** Whom to ask, said after the words. */
  readonly contact: Partial<PerLocale<string>>;
  /** How to use a right to the information that the law gives; said last. */
  readonly rights: Partial<PerLocale<string>>;
  /** Break-glass: it forbids nothing before this time, and again from then on by itself. ISO time with milliseconds, UTC; null: it holds. */
  readonly suspendedUntil: string | null;
}
