/**
 * What Slack's own schema lets pass and Slack, or its reviewers, do not (facts: Slack section 8): invented or needless
 * scopes and events, plain http, a missing address for buttons, Socket Mode with addresses, an event without its scope.
 */
import { lintShape, lintTexts } from './lint.ts';
import type { BotEvent, BotScope } from './slack.ts';
import { type SlackManifest, slackShape } from './slack-shape.ts';

/** Scopes that Sotto has a use for, now or when what needs them is built. */
const USEFUL: readonly string[] = [
  'app_mentions:read',
  'chat:write',
  'commands',
  'im:history',
  'usergroups:read',
  'users:read',
  'users:read.email',
] satisfies readonly BotScope[];

/** What Sotto must never be able to do, and why. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  'channels:history': 'With it Sotto would receive what people say to each other',
  'groups:history': 'With it Sotto would receive what people say to each other',
  'mpim:history': 'With it Sotto would receive what people say to each other',
  'chat:write.public': 'With it Sotto could post where nobody invited it',
  'chat:write.customize': 'With it Sotto could write under another name',
  'im:write': 'With it Sotto could open talks by itself; it answers only',
  'assistant:write': 'Sotto is no assistant in Slack’s sense',
} satisfies Partial<Record<BotScope | 'assistant:write', string>>;

const FORBIDDEN_FAMILIES: readonly (readonly [string, string])[] = [
  ['files:', 'Sotto neither reads nor writes files'],
  ['admin', 'Sotto administers nothing'],
];

/** Events that Sotto handles or will, and the scope that Slack sends each for; null: none. */
const EVENTS: Readonly<Record<string, BotScope | null>> = {
  'message.im': 'im:history',
  app_mention: 'app_mentions:read',
  user_change: 'users:read',
  subteam_members_changed: 'usergroups:read',
  app_home_opened: null,
  app_uninstalled: null,
  tokens_revoked: null,
} satisfies Partial<Record<BotEvent, BotScope | null>>;

/** Sentences; none: the manifest may be given to Slack. */
export const lintSlackManifest = (manifest: unknown): readonly string[] => {
  const texts = lintTexts(manifest);
  const parsed = slackShape.safeParse(manifest);
  if (!parsed.success) return [...texts, ...lintShape(parsed.error)];
  return [...texts, ...lintScopes(parsed.data), ...lintEvents(parsed.data), ...lintAddresses(parsed.data)];
};

const scopesOf = ({ oauth_config }: SlackManifest): readonly string[] => [
  ...(oauth_config?.scopes?.bot ?? []),
  ...(oauth_config?.scopes?.bot_optional ?? []),
];

const lintScopes = (manifest: SlackManifest): readonly string[] => {
  const { user = [], user_optional = [] } = manifest.oauth_config?.scopes ?? {};
  const scopes = scopesOf(manifest);
  const twice = scopes.filter((scope, at) => scopes.indexOf(scope) !== at);
  const commands = (manifest.features?.slash_commands ?? []).length > 0;
  return [
    ...[...user, ...user_optional].map(
      (scope) =>
        `oauth_config.scopes.user asks for "${scope}", to act in people’s own names. Sotto acts as a bot only: take it away.`,
    ),
    ...scopes.flatMap((scope) => {
      const family = FORBIDDEN_FAMILIES.find(([prefix]) => scope.startsWith(prefix))?.[1];
      const why = Object.hasOwn(FORBIDDEN, scope) ? FORBIDDEN[scope] : family;
      if (why !== undefined) return [`oauth_config.scopes.bot asks for "${scope}". ${why}: take it away.`];
      if (USEFUL.includes(scope)) return [];
      return [
        `oauth_config.scopes.bot asks for "${scope}", for which Sotto has no use, if Slack knows it at all. Mend its name or take it away.`,
      ];
    }),
    ...twice.map((scope) => `oauth_config.scopes names "${scope}" twice. Name it once.`),
    ...(scopes.length > 0 && manifest.features?.bot_user === undefined
      ? ['features.bot_user is missing, and bot scopes need a bot. Give it a display_name.']
      : []),
    ...(commands && !scopes.includes('commands')
      ? ['features.slash_commands has commands, and the scope "commands" is missing. Add it.']
      : []),
    ...(!commands && scopes.includes('commands')
      ? ['oauth_config.scopes.bot asks for "commands", and there is no slash command. Take it away.']
      : []),
  ];
};

const lintEvents = (manifest: SlackManifest): readonly string[] => {
  const { bot_events = [], user_events = [] } = manifest.settings?.event_subscriptions ?? {};
  const scopes = manifest.oauth_config?.scopes?.bot ?? [];
  const home = manifest.features?.app_home;
  const listens = bot_events.includes('message.im');
  const hears = bot_events.includes('app_home_opened');
  return [
    ...user_events.map(
      (event) =>
        `settings.event_subscriptions.user_events has "${event}", which is about people’s own talks. Take it away.`,
    ),
    ...bot_events.flatMap((event) => {
      if (!Object.hasOwn(EVENTS, event)) {
        return [
          `settings.event_subscriptions.bot_events has "${event}", which Sotto does not handle, if Slack knows it at all. Mend its name or take it away.`,
        ];
      }
      const scope = EVENTS[event] ?? null;
      return scope === null || scopes.includes(scope)
        ? []
        : [
            `settings.event_subscriptions.bot_events has "${event}", which Slack sends for the scope "${scope}" only. Add it to oauth_config.scopes.bot.`,
          ];
    }),
    ...(listens && (home?.messages_tab_enabled !== true || home.messages_tab_read_only_enabled === true)
      ? [
          'features.app_home lets nobody write to Sotto in private, though "message.im" waits for it. Set messages_tab_enabled to true and messages_tab_read_only_enabled to false.',
        ]
      : []),
    ...(hears && home?.home_tab_enabled !== true
      ? [
          'settings.event_subscriptions.bot_events has "app_home_opened", and features.app_home has no Home tab to be opened. Set home_tab_enabled to true.',
        ]
      : []),
    ...(home?.home_tab_enabled === true && !hears
      ? [
          'features.app_home has a Home tab, which stays empty as long as nobody hears that it is opened. Add "app_home_opened" to settings.event_subscriptions.bot_events.',
        ]
      : []),
  ];
};

const lintAddresses = ({ settings, features, oauth_config }: SlackManifest): readonly string[] => {
  const { event_subscriptions: events, interactivity, socket_mode_enabled: socket = false } = settings ?? {};
  const addresses: readonly (readonly [string, string | undefined])[] = [
    ['settings.event_subscriptions.request_url', events?.request_url],
    ['settings.interactivity.request_url', interactivity?.request_url],
    ['settings.interactivity.message_menu_options_url', interactivity?.message_menu_options_url],
    ...(features?.slash_commands ?? []).map(({ url }, at) => [`features.slash_commands[${at}].url`, url] as const),
  ];
  const given = addresses.flatMap(([path, url]) => (url === undefined ? [] : [[path, url] as const]));
  const origins = new Set([...given.map(([, url]) => url), ...(oauth_config?.redirect_urls ?? [])].map(originOf));
  if (socket) {
    return given.map(
      ([path]) => `${path} is set though Socket Mode is on, and Slack would not call it. Choose one of the two.`,
    );
  }
  const missing = (path: string, what: string): string =>
    `${path} is missing, so ${what} would reach nobody. Set it to https://HOST/slack/events.`;
  return [
    ...((events?.bot_events ?? []).length > 0 && events?.request_url === undefined
      ? [missing('settings.event_subscriptions.request_url', 'events')]
      : []),
    ...(interactivity?.is_enabled !== true
      ? ['settings.interactivity is not on, so no button of Sotto’s would do anything. Set is_enabled to true.']
      : []),
    ...(interactivity?.is_enabled === true && interactivity.request_url === undefined
      ? [missing('settings.interactivity.request_url', 'presses')]
      : []),
    ...given.flatMap(([path, url]) =>
      URL.canParse(url) && new URL(url).pathname === '/slack/events'
        ? []
        : [`${path} is "${url}", and Sotto listens at /slack/events alone. Set it to https://HOST/slack/events.`],
    ),
    ...(origins.size > 1 ? ['The manifest names several hosts, and Sotto is at one. Name the same everywhere.'] : []),
  ];
};

const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : url);
