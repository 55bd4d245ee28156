/** What Slack's Web API demands, in numbers and names. Sources: Slack's method reference and block reference, August 2026. */

/** Methods of the Web API that exist here, with the scope that each needs of a bot and its calls a minute. */
export interface MethodRule {
  /** The scope; for the history of conversations it depends on the kind of channel. Null: any token will do. */
  readonly scope: ((channel: string) => string) | null;
  /** Whose token it takes; default: a bot's. `none`: whoever calls proves who they are by other arguments. */
  readonly auth?: 'bot' | 'app' | 'none';
  /** Calls a minute per workspace. */
  readonly perMinute: number;
  readonly required: readonly string[];
}

const CHAT_WRITE = (): string => 'chat:write';

/** Tier 3: 50 a minute; tier 4: 100; tier 5: several hundred, here 600. */
export const METHODS: Readonly<Record<string, MethodRule>> = {
  'apps.connections.open': { scope: () => 'connections:write', auth: 'app', perMinute: 50, required: [] },
  'auth.revoke': { scope: null, auth: 'none', perMinute: 50, required: [] },
  'auth.test': { scope: null, perMinute: 600, required: [] },
  'oauth.v2.access': { scope: null, auth: 'none', perMinute: 600, required: [] },
  'oauth.v2.exchange': { scope: null, auth: 'none', perMinute: 50, required: ['token'] },
  'chat.postMessage': { scope: CHAT_WRITE, perMinute: 600, required: ['channel'] },
  'chat.postEphemeral': { scope: CHAT_WRITE, perMinute: 100, required: ['channel', 'user'] },
  'chat.update': { scope: CHAT_WRITE, perMinute: 50, required: ['channel', 'ts'] },
  'chat.delete': { scope: CHAT_WRITE, perMinute: 50, required: ['channel', 'ts'] },
  'conversations.history': {
    scope: (channel) => (channel.startsWith('D') ? 'im:history' : 'channels:history'),
    perMinute: 50,
    required: ['channel'],
  },
  'usergroups.list': { scope: () => 'usergroups:read', perMinute: 20, required: [] },
  'users.info': { scope: () => 'users:read', perMinute: 100, required: ['user'] },
  'users.list': { scope: () => 'users:read', perMinute: 20, required: [] },
  'users.lookupByEmail': { scope: () => 'users:read.email', perMinute: 50, required: ['email'] },
  'views.open': { scope: null, perMinute: 100, required: ['view'] },
  'views.push': { scope: null, perMinute: 100, required: ['view'] },
  'views.publish': { scope: null, perMinute: 100, required: ['user_id', 'view'] },
  'views.update': { scope: null, perMinute: 100, required: ['view'] },
};

/** What the manifest asks for; events need their scope as methods do. */
export const SCOPES: readonly string[] = [
  'app_mentions:read',
  'chat:write',
  'commands',
  'im:history',
  'users:read',
  'users:read.email',
];

/** What the app subscribed to. That an installation ended is told to every app. */
export const EVENTS: readonly string[] = [
  'message.im',
  'app_mention',
  'app_home_opened',
  'user_change',
  'app_uninstalled',
  'tokens_revoked',
  'team_access_granted',
  'team_access_revoked',
];

/** Posting into one channel: one a second, and a small burst. */
export const POSTS_PER_SECOND = 1;
export const POST_BURST = 5;

export const MOST_BLOCKS = 50;
export const MOST_VIEW_BLOCKS = 100;

/** Of a view in JSON; Slack says 250 KB. */
export const MOST_VIEW_BYTES = 250_000;
export const LONGEST = {
  text: 40_000,
  section: 3_000,
  context: 3_000,
  header: 150,
  label: 75,
  /** Of a button, read out instead of its label. */
  accessibility: 75,
  field: 2_000,
  url: 3_000,
  confirm: { title: 100, text: 300, button: 30 },
  value: 2_000,
  actionId: 255,
  blockId: 255,
  metadata: 16_000,
  viewTitle: 24,
  privateMetadata: 3_000,
  callbackId: 255,
  externalId: 255,
  /** Of an input's label and hint. */
  inputLabel: 2_000,
  input: 3_000,
  optionValue: 150,
} as const;

export const MOST_ACTIONS = 25;
export const MOST_CONTEXT = 10;
export const MOST_FIELDS = 10;

/** Views that lie on each other. */
export const MOST_STACKED = 3;
export const MOST_OPTIONS = 100;

/** A response_url lives for five uses and thirty minutes. */
export const RESPONSE_USES = 5;
export const RESPONSE_MS = 30 * 60_000;

/** A trigger opens a view within three seconds of the press. */
export const TRIGGER_MS = 3_000;

/** Slack waits this long for an answer. */
export const ANSWER_MS = 3_000;

/** Waiting times before the retries of an event. */
export const RETRY_AFTER_MS: readonly number[] = [0, 60_000, 300_000];

/** Connections of Socket Mode that an app may have at once. */
export const MOST_SOCKETS = 10;

/** The address of a connection is good for one, and for so long. */
export const TICKET_MS = 30_000;

/** Slack pings its connections, and closes one some seconds after it warned of that. */
export const PING_MS = 5_000;
export const WARNED_MS = 10_000;
