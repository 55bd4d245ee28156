/** By which addresses Slack reaches Sotto, and that in Socket Mode it has none. */
import type { SlackManifest } from './slack-shape.ts';

/** Where Sotto listens: for whatever Slack delivers, and for people who come back from installing it. */
const DELIVERIES = '/slack/events';
const INSTALLING = '/slack/oauth_redirect';

export const lintAddresses = ({ settings, features, oauth_config }: SlackManifest): readonly string[] => {
  const { event_subscriptions: events, interactivity, socket_mode_enabled: socket = false } = settings ?? {};
  const addresses: readonly (readonly [string, string | undefined])[] = [
    ['settings.event_subscriptions.request_url', events?.request_url],
    ['settings.interactivity.request_url', interactivity?.request_url],
    ['settings.interactivity.message_menu_options_url', interactivity?.message_menu_options_url],
    ...(features?.slash_commands ?? []).map(({ url }, at) => [`features.slash_commands[${at}].url`, url] as const),
  ];
  const given = addresses.flatMap(([path, url]) => (url === undefined ? [] : [[path, url] as const]));
  const origins = new Set([...given.map(([, url]) => url), ...(oauth_config?.redirect_urls ?? [])].map(originOf));
  const commands = features?.slash_commands ?? [];
  const off =
    interactivity?.is_enabled === true
      ? []
      : ['settings.interactivity is not on, so no button of Sotto’s would do anything. Set is_enabled to true.'];
  if (socket) {
    return [
      ...off,
      ...given.map(
        ([path]) => `${path} is set though Socket Mode is on, and Slack would not call it. Choose one of the two.`,
      ),
    ];
  }
  const missing = (path: string, what: string): string =>
    `${path} is missing, so ${what} would reach nobody. Set it to https://HOST${DELIVERIES}.`;
  return [
    ...off,
    ...((events?.bot_events ?? []).length > 0 && events?.request_url === undefined
      ? [missing('settings.event_subscriptions.request_url', 'events')]
      : []),
    ...(interactivity?.is_enabled === true && interactivity.request_url === undefined
      ? [missing('settings.interactivity.request_url', 'presses')]
      : []),
    ...commands.flatMap(({ command, url }, at) =>
      url === undefined ? [missing(`features.slash_commands[${at}].url`, command)] : [],
    ),
    ...given.flatMap(([path, url]) => elsewhere(path, url, DELIVERIES)),
    ...(oauth_config?.redirect_urls ?? []).flatMap((url, at) =>
      elsewhere(`oauth_config.redirect_urls[${at}]`, url, INSTALLING),
    ),
    ...(settings?.token_rotation_enabled === true && (oauth_config?.redirect_urls ?? []).length === 0
      ? [
          `settings.token_rotation_enabled is true, and tokens that are renewed come by OAuth alone. Set oauth_config.redirect_urls to https://HOST${INSTALLING}.`,
        ]
      : []),
    ...(origins.size > 1 ? ['The manifest names several hosts, and Sotto is at one. Name the same everywhere.'] : []),
  ];
};

const elsewhere = (path: string, url: string, due: string): readonly string[] =>
  URL.canParse(url) && new URL(url).pathname === due
    ? []
    : [`${path} is "${url}", and Sotto listens at ${due} alone for that. Set it to https://HOST${due}.`];

const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : url);
