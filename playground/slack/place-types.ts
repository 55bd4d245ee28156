/** What people and bots do in chats beside writing and pressing; the stand-in offers it all. */

/** Somebody, in the workspace `team`; without it: the first one that has this user. */
interface Who {
  readonly team?: string;
  readonly user: string;
}

export interface PlaceActs {
  /**
   * A person changes what they wrote. In private the app gets the edit with both texts; in a channel it is mentioned once more, with the
   * same ts, and the first time where the mention is new. Resolves to the HTTP status of the answer; 0: no event was sent.
   */
  edit(
    o: Who & {
      readonly channel: string;
      readonly ts: string;
      readonly text: string;
      /** In a channel: whether the bot is mentioned now; default: it is. */
      readonly mentions?: boolean;
    },
  ): Promise<number>;
  /** A person deletes what they wrote; in private the app gets the whole old text with it. Resolves as above. */
  erase(o: Who & { readonly channel: string; readonly ts: string }): Promise<number>;
  /** A person sends a file with words beside it. Resolves as above. */
  shareFile(
    o: Who & { readonly text: string; readonly channel?: string | null },
  ): Promise<{ readonly channel: string; readonly ts: string; readonly delivered: number }>;
  /**
   * Something that is no person writes into this person's private chat with the app: a hook (`bot_message`, without a user), another
   * app (`bot-user`: a user and a bot_id), Slackbot, or the app itself, whose own messages come back to it. Resolves as above.
   */
  botWrites(
    o: Who & { readonly how: 'bot_message' | 'bot-user' | 'slackbot' | 'self'; readonly text: string },
  ): Promise<number>;
  /**
   * A person uses a slash command, in a channel that they are in (default: their private chat with the app); the bot need not be in
   * it, and nobody else sees it. What the app answers stands there for them alone. Resolves to the HTTP status; 0: none, or the app has
   * no commands.
   */
  command(
    o: Who & {
      readonly command: string;
      /** As typed; people and channels that it names are named by id, as `should_escape` has it. */
      readonly text: string;
      readonly channel?: string;
    },
  ): Promise<number>;
  /** A person uses a shortcut on a message that they see, or without one the app's own everywhere. Resolves as above. */
  shortcut(
    o: Who & {
      readonly callbackId: string;
      readonly message?: { readonly channel: string; readonly ts: string };
    },
  ): Promise<number>;
  /** A person types into a menu whose choices the app gives. Resolves as above. */
  suggest(o: Who & { readonly actionId: string; readonly value: string }): Promise<number>;
}
