/** How what a platform, or the way to it, answered to a live trip is mended. */
import type { PlatformName } from '../../core/types.ts';

const INSTALL_AGAIN =
  'Install the app there again and put its token where it belongs: docs/install-slack.md, "By token" or "By OAuth".';
const PROXY =
  'See that the proxy passes POST /slack/events on, with body and headers untouched: docs/install.md, "Start".';

/** Slack's codes, and those of the way there. */
const SLACK: Readonly<Record<string, string>> = {
  account_inactive: INSTALL_AGAIN,
  another_workspace: 'The token is of another workspace than SLACK_TEAM_IDS names. Name that one, or put its token in.',
  cant_delete_message:
    'Slack has refused bots their own messages before. Ask Slack’s support; until then such answers are blanked instead.',
  cant_update_message: 'Look at "Message Editing" in the workspace’s settings: bots must be able to edit.',
  challenge_not_answered: `Somebody else answers there. ${PROXY}`,
  compliance_exports_prevent_deletion: 'The workspace keeps what is deleted. Ask whoever looks after compliance there.',
  edit_window_closed: 'Look at "Message Editing" in the workspace’s settings: "Any time" is what Sotto needs.',
  http_401:
    'The signing secret in the vault is not that of the app, or the clock is off by five minutes: docs/install-slack.md, "Troubleshooting".',
  http_404: PROXY,
  http_502: 'The proxy does not reach Sotto. See that SOTTO_HOST and PORT are what it passes on to.',
  http_503: 'The running Sotto did not answer within a second. Look for what is slow: its log and metrics.',
  invalid_auth: INSTALL_AGAIN,
  messages_tab_disabled: 'Paste the manifest of this version again: the app’s Messages tab is off.',
  missing_scope: 'Paste the manifest of this version again (sotto manifest slack), and reinstall the app.',
  not_connected:
    'Look at the log for slack.socket events: the app-level token may lack connections:write, or the way out to Slack is closed.',
  public_url_unset: 'Set SOTTO_PUBLIC_URL to the address that Slack calls, and restart.',
  ratelimited: 'Too much is asked of that workspace at once. Wait a minute and look again.',
  token_expired: 'The token was not renewed in time: docs/install-slack.md, "Tokens that are renewed".',
  token_revoked: INSTALL_AGAIN,
};

const CREDENTIAL =
  'TEAMS_APP_ID, TEAMS_TENANT_IDS (the bot’s own first), TEAMS_CREDENTIAL and the secret in the vault must be of one app registration, and of the Azure Bot: docs/install-teams.md, step 1.';
const ADD_AGAIN =
  'Let the operator add the app in Teams, or unblock it, and see that its permission policy allows it: docs/install-teams.md, step 5.';
const ENDPOINT =
  'See that the Azure Bot’s messaging endpoint is this address and that the proxy passes POST /teams/messages on, with body and headers untouched: docs/install-teams.md, step 2.';

/** The Connector's codes, and those of the way there. */
const TEAMS: Readonly<Record<string, string>> = {
  BotDisabledByAdmin: ADD_AGAIN,
  BotNotInConversationRoster: ADD_AGAIN,
  BotNotRegistered: CREDENTIAL,
  ConversationBlockedByUser: ADD_AGAIN,
  ConversationNotFound: ADD_AGAIN,
  MessageWritesBlocked: ADD_AGAIN,
  Unauthorized: CREDENTIAL,
  'secrets-unavailable': CREDENTIAL,
  host_not_allowed:
    'Teams named an address that is not Microsoft’s, so no token went there. Look at who may write to the store, and let somebody write to the bot.',
  http_401: CREDENTIAL,
  http_403: ADD_AGAIN,
  http_404: ENDPOINT,
  http_405: ENDPOINT,
  http_429: 'Too much is asked of that chat or tenant at once. Wait a minute and look again.',
  http_502: 'The proxy does not reach Sotto. See that SOTTO_HOST and PORT are what it passes on to.',
  not_ours: `Somebody else answers there. ${ENDPOINT}`,
  public_url_unset: 'Set SOTTO_PUBLIC_URL to the address of the Azure Bot’s messaging endpoint, and restart.',
  service_url_unknown:
    'Teams says where a bot may write with the first message that it sends: let anybody there write to the bot, and look again.',
};

const MENDS: { readonly [P in PlatformName]: Readonly<Record<string, string>> } = { slack: SLACK, teams: TEAMS };

/** A sentence. */
export const mendOf = (code: string, platform: PlatformName): string => {
  const known = Object.hasOwn(MENDS[platform], code) ? MENDS[platform][code] : undefined;
  if (known !== undefined) return known;
  if (/^E[A-Z_]+$/.test(code))
    return 'The way there is closed or the name is not known: docs/operations.md, "Who may reach what", has the list for the firewall.';
  return 'The log of the running Sotto has the call and its code.';
};
