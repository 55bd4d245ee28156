/** A platform's stand-in as its people use it: the same words for both, for `ask`, the dialogues and the chat page. */
import { repliesIn } from '../src/core/replies/replies.ts';
import { type PlatformName, VIEW_ACTION } from '../src/core/types.ts';
import type { ChatButton, ChatForm, ChatHome, ChatLink, ChatPart, ChatValues } from './chat-page/api.ts';
import type { SamplePerson } from './people.ts';
import type { StagePlace } from './places.ts';

/** A message as one person reads it now. */
export interface TalkMessage {
  readonly channel: string;
  /** The platform's id of it, within its channel. */
  readonly id: string;
  readonly from: 'person' | 'sotto';
  /** Plain words: no markup, no mention of the bot, entities decoded. */
  readonly text: string;
  /** The same in parts. Absent: it is words alone. */
  readonly parts?: readonly ChatPart[];
  readonly note: string | null;
  readonly buttons: readonly ChatButton[];
  /** Buttons that lead to a page. Absent: none. */
  readonly links?: readonly ChatLink[];
  /** ms since the epoch. */
  readonly at: number;
  /** Only this person sees it, and the platform does not keep it. */
  readonly ephemeral: boolean;
  /** Everything that the platform holds of it as the person's client gets it: for tests that look for what must not be there. */
  readonly raw: string;
}

/** What stands open in front of one person: a modal, a dialog. */
export interface TalkView {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** As in a message. */
  readonly parts?: readonly ChatPart[];
  readonly note: string | null;
  /** Absent: none. */
  readonly links?: readonly ChatLink[];
  /** Null: it asks nothing. */
  readonly form: ChatForm | null;
  /** In parts, with buttons that can be pressed there; null or absent: it has none. */
  readonly page?: ChatHome | null;
}

/** The bot's own page before one person. */
export interface TalkHome {
  /** What it shows; null: nothing was ever shown there. */
  read(person: SamplePerson): ChatHome | null;
  /** The person looks at it; resolves to the HTTP status that the bot answered with, as do presses there. */
  open(person: SamplePerson): Promise<number>;
  press(o: { readonly person: SamplePerson; readonly action: string; readonly value: string }): Promise<number>;
}

/** Both resolve to the HTTP status that the bot answered with. On Teams a command is a message to the bot alone, which stands in the place for the asker's eyes. */
export interface TalkAside {
  command(o: { readonly person: SamplePerson; readonly place: StagePlace; readonly text: string }): Promise<number>;
  /** Opens the form; on a message, or without one. */
  shortcut(o: {
    readonly person: SamplePerson;
    readonly message: Pick<TalkMessage, 'channel' | 'id'> | null;
  }): Promise<number>;
}

export interface Talk {
  readonly platform: PlatformName;
  /** Where this person asks at this place; their own private chat with the bot for `direct`. */
  channelOf(person: SamplePerson, place: StagePlace): string;
  /** Resolves once the platform has delivered it; `question` is the id that the audit log knows it by. */
  say(o: {
    readonly person: SamplePerson;
    readonly place: StagePlace;
    readonly text: string;
    /** In a thread there, where the platform has threads of its own. */
    readonly thread?: boolean;
  }): Promise<{ readonly question: string; readonly channel: string; readonly id: string }>;
  /** What this person sees everywhere, in the platform's order. */
  messages(person: SamplePerson): readonly TalkMessage[];
  /** Resolves to the HTTP status that the bot answered with. */
  press(o: {
    readonly person: SamplePerson;
    readonly channel: string;
    readonly id: string;
    readonly action: string;
    readonly value: string;
  }): Promise<number>;
  /** The newest that stands open; null: none. */
  view(person: SamplePerson): TalkView | null;
  /** Sends the form that stands open; resolves to the HTTP status that the bot answered with (0: the client itself keeps it back). */
  submit(o: {
    readonly person: SamplePerson;
    readonly id: string;
    readonly values: ChatValues;
  }): Promise<number | 'unknown'>;
  /** Presses a button in the window that stands open; resolves to the HTTP status that the bot answered with. Absent: there are none. */
  pressView?(o: {
    readonly person: SamplePerson;
    readonly id: string;
    readonly action: string;
    readonly value: string;
  }): Promise<number | 'unknown'>;
  closeView(person: SamplePerson): void;
  /** Ways to ask that leave no question in the place; absent: the platform has none. */
  readonly aside?: TalkAside;
  /** Absent: the platform has none. */
  readonly home?: TalkHome;
  onChange(listener: () => void): () => void;
}

/** Sotto answers a press within a few seconds, ms. */
const WAIT_MS = 15_000;

/** Presses the message's view button and waits until the view is filled. Null: it has no such button, or no view came of it. */
export const pressView = async (
  talk: Talk,
  { person, message }: { readonly person: SamplePerson; readonly message: TalkMessage },
): Promise<TalkView | null> => {
  const button = message.buttons.find(({ action }) => action === VIEW_ACTION);
  if (button === undefined) return null;
  talk.closeView(person);
  const { channel, id } = message;
  await talk.press({ person, channel, id, action: button.action, value: button.value });
  const moment = repliesIn('en').viewMoment;
  return new Promise((resolve) => {
    const look = (): void => {
      const view = talk.view(person);
      if (view !== null && view.text !== moment) end(view);
    };
    const stop = talk.onChange(look);
    const timer = setTimeout(() => end(null), WAIT_MS);
    const end = (view: TalkView | null): void => {
      clearTimeout(timer);
      stop();
      resolve(view);
    };
    look();
  });
};
