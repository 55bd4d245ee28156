/** What the chat page asks of the playground, and the shapes that travel between the two. */
import type { Form, Locale, PerLocale, PersonKind, Relation, ShowMode, Verdict } from '../../src/core/types.ts';

/** Where one can ask: the private chat with Sotto, a channel of the company, a channel shared with another company. */
export const CHAT_PLACES = ['direct', 'channel', 'shared'] as const;
export type ChatPlace = (typeof CHAT_PLACES)[number];

/** Both chats stand beside each other: the same person, the same question, twice the same answer. */
export const CHAT_PLATFORMS = ['slack', 'teams'] as const;
export type ChatPlatform = (typeof CHAT_PLATFORMS)[number];

/** Somebody one can be. */
export interface ChatPerson {
  /** Directory id, as in `evan`. */
  readonly id: string;
  readonly name: string;
  readonly kind: PersonKind;
  /** The language that Sotto answers this person in; suggestions are offered in it. */
  readonly locale: Locale;
  /** One line: who this is and whom they report to. */
  readonly role: PerLocale<string>;
}

/** Why an answer is what it is: the decision of the audit log, without any word of the talk. */
export interface Why {
  /** How it ended, the second check of the fetched data included. */
  readonly verdict: Verdict;
  readonly intent: string | null;
  /** Topics that were recognised or suspected. */
  readonly topics: readonly string[];
  readonly about: Relation | null;
  /** Ids of the rules that decided, or a code where no rule did. */
  readonly reasons: readonly string[];
  readonly show: ShowMode | null;
  readonly expiresSeconds: number | null;
  /** Position of the decision in the audit log, from 0. */
  readonly auditIndex: number;
  /** As the directory said it then; null: it knows nobody. Their groups are those that rules may name. */
  readonly personKind: PersonKind | null;
  readonly groups: readonly string[];
  /** Names pack, schema and restrictions in force. */
  readonly policy: string;
  /** Version of HR's restrictions among them. */
  readonly restrictions: number;
}

/** A button of a message; `action` and `value` go back as they came. */
export interface ChatButton {
  readonly action: string;
  readonly label: string;
  readonly value: string;
}

/** A button that leads to a page. */
export interface ChatLink {
  readonly label: string;
  readonly url: string;
}

/** A part of a message as its platform lays it out; a line break stands between two. */
export type ChatPart =
  | { readonly kind: 'title' | 'text'; readonly text: string }
  | {
      readonly kind: 'facts';
      /** Whether the platform puts two beside each other where there is room. */
      readonly columns: boolean;
      /** `label`: what stands out; '': nothing does. What it leads to, `value`, follows it without a break. */
      readonly facts: readonly { readonly label: string; readonly value: string }[];
    };

export interface ChatMessage {
  /** Stays the same when the message is updated (a placeholder that is filled in); unique within its platform. */
  readonly id: string;
  readonly from: 'person' | 'sotto';
  /** Plain text as people read it: no markup, no mention of the bot, entities decoded. */
  readonly text: string;
  /** The same in parts. Absent: it is words alone. */
  readonly parts?: readonly ChatPart[];
  /** Small print below the text. */
  readonly note: string | null;
  readonly buttons: readonly ChatButton[];
  /** Absent: none. */
  readonly links?: readonly ChatLink[];
  /** ms since the epoch. */
  readonly at: number;
  /** ms since the epoch; null: it stays. */
  readonly leavesAt: number | null;
  /** Only this person sees it, and the platform does not keep it. */
  readonly ephemeral: boolean;
  /** Null where no decision stands behind it. */
  readonly why: Why | null;
}

/** What a window asks. A field's `name` is the platform's own; it goes back as it came. */
export type ChatForm = Omit<Form, 'state'>;

/** What was filled in, by the fields' names; nothing where nothing was. */
export type ChatValues = Readonly<Record<string, readonly string[]>>;

/** A window that stands open before this person: a modal of Slack, a dialog of Teams. It is no message. */
export interface ChatView {
  /** Stays the same while it is filled and emptied. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** As in a message. */
  readonly parts?: readonly ChatPart[];
  readonly note: string | null;
  /** Absent: none. */
  readonly links?: readonly ChatLink[];
  /** It asks something, and `text` stands in it; null: it shows something. */
  readonly form: ChatForm | null;
  /** What it shows in parts, with buttons; `text` and `note` are then all of its words. Null or absent: it has none. */
  readonly page?: ChatHome | null;
  /** ms since the epoch, when it is emptied; null: nobody but this person can take it away. */
  readonly leavesAt: number | null;
  /** It was emptied; what it says now says so. */
  readonly blank: boolean;
}

/** What stands on the bot's own page on a platform, one below the other. */
export interface ChatHome {
  readonly sections: readonly (Pick<ChatMessage, 'text' | 'note' | 'buttons'> & {
    /** Null: the section has none. */
    readonly title: string | null;
  })[];
}

/** What one person sees on one platform now. What has left is not in it. */
export interface ChatPane {
  /** In the order of the platform's history; the newest `MOST_MESSAGES`. */
  readonly messages: readonly ChatMessage[];
  /** Null: none is open. It belongs to the person, so it is the same in every place. */
  readonly view: ChatView | null;
  /** The bot's own page, as it was when it was last opened; null: there is none, or nothing was ever shown on it. */
  readonly home: ChatHome | null;
}

/** A pane shows so many messages; the playground is no archive. */
export const MOST_MESSAGES = 200;

/** What one person sees in one place now. */
export interface ChatState {
  readonly panes: Readonly<Record<ChatPlatform, ChatPane>>;
  /** Whole minutes since this person's last strong sign-in; null: none. */
  readonly signedIn: number | null;
  /** True while HR's ready-made restriction of salary is published. */
  readonly restricted: boolean;
}

/** Something changed for this person; `person` null: for everybody. */
export interface ChatChange {
  readonly person: string | null;
}

/** What the page asks of the playground. A rejected promise is answered 502 and logged by its code alone. */
export interface ChatApi {
  people(): readonly ChatPerson[];
  state(o: { readonly person: string; readonly place: ChatPlace }): Promise<ChatState>;
  /**
   * Says it on each of these platforms. Resolves once they took it (not: once it is answered) to those that did not, and
   * rejects where none did. `text` may hold anything but is never empty. What begins with the command is sent by it, to the platforms
   * that have commands, and nobody else in the place sees it.
   */
  say(o: {
    readonly person: string;
    readonly place: ChatPlace;
    readonly text: string;
    readonly platforms: readonly ChatPlatform[];
  }): Promise<{ readonly failed: readonly ChatPlatform[] }>;
  /** `unknown`: no such message on this platform, or it has no such button. */
  press(o: {
    readonly person: string;
    readonly platform: ChatPlatform;
    readonly messageId: string;
    readonly action: string;
    readonly value: string;
  }): Promise<'pressed' | 'unknown'>;
  /** The person opens the form that asks without leaving a question anywhere. `unknown`: the platform has none. */
  askPrivately(o: { readonly person: string; readonly platform: ChatPlatform }): Promise<'opened' | 'unknown'>;
  /** The person looks at the bot's own page. Resolves once the bot knows; what it shows there comes as a change. */
  openHome(o: { readonly person: string; readonly platform: ChatPlatform }): Promise<'opened' | 'unknown'>;
  /** `unknown`: the page has no such button. */
  pressHome(o: {
    readonly person: string;
    readonly platform: ChatPlatform;
    readonly action: string;
    readonly value: string;
  }): Promise<'pressed' | 'unknown'>;
  /** The person sends what they filled in. Resolves once it was answered; `unknown`: no such window, or it asks nothing. */
  submit(o: {
    readonly person: string;
    readonly platform: ChatPlatform;
    readonly id: string;
    readonly values: ChatValues;
  }): Promise<'sent' | 'unknown'>;
  /** The person presses a button in the window. `unknown`: it does not stand open, or has no such button. */
  pressView(o: {
    readonly person: string;
    readonly platform: ChatPlatform;
    readonly id: string;
    readonly action: string;
    readonly value: string;
  }): Promise<'pressed' | 'unknown'>;
  /** The person closes the window. `unknown`: it does not stand open. */
  closeView(o: {
    readonly person: string;
    readonly platform: ChatPlatform;
    readonly id: string;
  }): Promise<'closed' | 'unknown'>;
  signIn(o: { readonly person: string; readonly on: boolean }): Promise<void>;
  restrict(o: { readonly on: boolean }): Promise<void>;
  /** The listener is called after every change of anybody's state; returns how to stop that. */
  onChange(listener: (change: ChatChange) => void): () => void;
}
