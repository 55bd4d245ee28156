/**
 * What Slack's own schema lets pass and Slack, or its reviewers, do not (facts: Slack section 8): invented or needless
 * scopes and events, plain http, a missing address for buttons, Socket Mode with addresses, an event without its scope.
 */

import { safely } from '../../core/safely.ts';
import { lintShape, lintTexts } from './lint.ts';
import { lintAddresses } from './lint-slack-addresses.ts';
import type { BotEvent, BotScope } from './slack.ts';
import { type Need, SCOPE_NEEDS, scopeOfEvent } from './slack-needs.ts';
import { type SlackManifest, slackShape } from './slack-shape.ts';

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

/** Sentences; none: the manifest may be given to Slack. */
export const lintSlackManifest = (manifest: unknown): readonly string[] => {
  const texts = lintTexts(manifest);
  const parsed = safely(slackShape, manifest);
  if (!parsed.success) return [...texts, ...lintShape(parsed.error)];
  return [...texts, ...lintScopes(parsed.data), ...lintEvents(parsed.data), ...lintAddresses(parsed.data)];
};

const scopesOf = ({ oauth_config }: SlackManifest): readonly string[] => [
  ...(oauth_config?.scopes?.bot ?? []),
  ...(oauth_config?.scopes?.bot_optional ?? []),
];

const needs: readonly (readonly [string, Need])[] = Object.entries(SCOPE_NEEDS);

/** Asked for an event alone that is not subscribed to, or for user groups whose changes nobody hears of. Of commands it is said below. */
const needlessScopes = (manifest: SlackManifest): readonly string[] => {
  const subscribed = manifest.settings?.event_subscriptions?.bot_events ?? [];
  const asked = scopesOf(manifest);
  return needs.flatMap(([scope, { methods, events, features, groups }]) =>
    asked.includes(scope) &&
    (methods.length === 0 || groups === true) &&
    features.length === 0 &&
    !events.some((event) => subscribed.includes(event))
      ? [scope]
      : [],
  );
};

/** Whatever an admin may leave out of a manifest, the calls are made all the same. */
const missingScopes = ({ oauth_config }: SlackManifest): readonly (readonly [string, readonly string[]])[] => {
  const asked = oauth_config?.scopes?.bot ?? [];
  return needs.flatMap(([scope, { methods, groups }]) =>
    methods.length > 0 && groups !== true && !asked.includes(scope) ? [[scope, methods] as const] : [],
  );
};

const lintScopes = (manifest: SlackManifest): readonly string[] => {
  const { user = [], user_optional = [] } = manifest.oauth_config?.scopes ?? {};
  const scopes = scopesOf(manifest);
  const twice = scopes.filter((scope, at) => scopes.indexOf(scope) !== at);
  const { slash_commands: typed = [], shortcuts = [] } = manifest.features ?? {};
  const commands = typed.length + shortcuts.length > 0;
  return [
    ...[...user, ...user_optional].map(
      (scope) =>
        `oauth_config.scopes.user asks for "${scope}", to act in people’s own names. Sotto acts as a bot only: take it away.`,
    ),
    ...scopes.flatMap((scope) => {
      const family = FORBIDDEN_FAMILIES.find(([prefix]) => scope.startsWith(prefix))?.[1];
      const why = Object.hasOwn(FORBIDDEN, scope) ? FORBIDDEN[scope] : family;
      if (why !== undefined) return [`oauth_config.scopes.bot asks for "${scope}". ${why}: take it away.`];
      if (Object.hasOwn(SCOPE_NEEDS, scope)) return [];
      return [
        `oauth_config.scopes.bot asks for "${scope}", for which Sotto has no use, if Slack knows it at all. Mend its name or take it away.`,
      ];
    }),
    ...needlessScopes(manifest).map(
      (scope) => `oauth_config.scopes asks for "${scope}", and nothing in this manifest needs it. Take it away.`,
    ),
    ...missingScopes(manifest).map(
      ([scope, methods]) =>
        `oauth_config.scopes.bot lacks "${scope}", and Sotto calls ${methods.join(' and ')}, which Slack refuses without it. Add it.`,
    ),
    ...twice.map((scope) => `oauth_config.scopes names "${scope}" twice. Name it once.`),
    ...(scopes.length > 0 && manifest.features?.bot_user === undefined
      ? ['features.bot_user is missing, and bot scopes need a bot. Give it a display_name.']
      : []),
    ...typed.flatMap(({ command, should_escape: ids }, at) =>
      ids === true
        ? []
        : [
            `features.slash_commands[${at}].should_escape is not true, so whoever is named with ${command} comes as a name that could be anybody’s. Set it to true.`,
          ],
    ),
    ...(commands && !scopes.includes('commands')
      ? ['features has slash commands or shortcuts, and the scope "commands" is missing. Add it.']
      : []),
    ...(!commands && scopes.includes('commands')
      ? [
          'oauth_config.scopes.bot asks for "commands", and there is neither a slash command nor a shortcut. Take it away.',
        ]
      : []),
  ];
};

/** Upon these Sotto forgets an installation (Slack requirement 24). */
const PURGING = ['app_uninstalled', 'team_access_revoked', 'tokens_revoked'] as const satisfies readonly BotEvent[];

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
      const scope = scopeOfEvent(event);
      if (scope === undefined) {
        return [
          `settings.event_subscriptions.bot_events has "${event}", which Sotto does not handle, if Slack knows it at all. Mend its name or take it away.`,
        ];
      }
      return scope === null || scopes.includes(scope)
        ? []
        : [
            `settings.event_subscriptions.bot_events has "${event}", which Slack sends for the scope "${scope}" only. Add it to oauth_config.scopes.bot.`,
          ];
    }),
    ...PURGING.filter((event) => !bot_events.includes(event)).map(
      (event) =>
        `settings.event_subscriptions.bot_events lacks "${event}", so what Sotto holds of a workspace would outlive its leave to hold it. Add it.`,
    ),
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
