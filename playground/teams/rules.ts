/** What Teams demands, in numbers and names. Sources: the Bot Connector reference and Teams' pages on rate limits and on messages. */

/** The smallest bound that Teams' pages have named for a message, in bytes of UTF-16. */
export const MOST_MESSAGE_BYTES = 28 * 1024;

export const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';

/** A card that asks Teams' client for a token. */
export const OAUTH_TYPE = 'application/vnd.microsoft.card.oauth';

/** The newest version of Adaptive Cards that Teams draws. */
export const CARD_VERSION = [1, 5] as const;

/** Teams draws six actions of a set and drops the rest. */
export const MOST_ACTIONS = 6;

/** What asks on a card, as far as Sotto does. */
export const INPUT_TYPES: ReadonlySet<string> = new Set(['Input.Text', 'Input.ChoiceSet', 'Input.Date']);

/** Nobody finds anything among more. */
export const MOST_CHOICES = 100;

/** Of a run of text; none is the default. */
export const COLOURS = [undefined, 'default', 'dark', 'light', 'accent', 'good', 'warning', 'attention'] as const;

/** Calls within ms, for one conversation. */
export const CONVERSATION_LIMITS: readonly (readonly [number, number])[] = [
  [7, 1_000],
  [8, 2_000],
  [60, 30_000],
  [1_800, 3_600_000],
];

/** Of members of one conversation. */
export const MEMBER_LIMITS: readonly (readonly [number, number])[] = [[14, 1_000]];

/** For one app in one tenant. */
export const TENANT_LIMITS: readonly (readonly [number, number])[] = [[50, 1_000]];

/** The status that goes with an error code of the Connector. */
export const STATUS_OF: Readonly<Record<string, number>> = {
  BadArgument: 400,
  BadSyntax: 400,
  Unauthorized: 401,
  BotNotRegistered: 401,
  BotNotInConversationRoster: 403,
  BotDisabledByAdmin: 403,
  ConversationBlockedByUser: 403,
  MessageWritesBlocked: 403,
  Forbidden: 403,
  ServiceError: 403,
  ActivityNotFoundInConversation: 404,
  ConversationNotFound: 404,
  UserNotFound: 404,
  PreconditionFailed: 412,
  MessageSizeTooBig: 413,
  TooManyRequests: 429,
};

/** Fields of an activity that a bot may send. */
export const ACTIVITY_FIELDS: ReadonlySet<string> = new Set([
  'type',
  'id',
  'text',
  'textFormat',
  'attachments',
  'attachmentLayout',
  'summary',
  'channelData',
  'entities',
  'from',
  'recipient',
  'conversation',
  'replyToId',
  'serviceUrl',
  'channelId',
  'inputHint',
  'importance',
  'locale',
  'timestamp',
  'localTimezone',
]);
