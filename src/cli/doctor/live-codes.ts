/** How what a platform, or the way to it, answered to a live trip is mended. The codes are Slack's, but for those of the way there. */

const INSTALL_AGAIN =
  'Install the app there again and put its token where it belongs: docs/install-slack.md, "By token" or "By OAuth".';
const PROXY =
  'See that the proxy passes POST /slack/events on, with body and headers untouched: docs/install.md, "Start".';

const MENDS: Readonly<Record<string, string>> = {
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
  service_url_unknown:
    'Teams says where a bot may write with the first message that it sends: let anybody there write to the bot, and look again.',
  token_expired: 'The token was not renewed in time: docs/install-slack.md, "Tokens that are renewed".',
  token_revoked: INSTALL_AGAIN,
};

/** A sentence. */
export const mendOf = (code: string): string => {
  const known = Object.hasOwn(MENDS, code) ? MENDS[code] : undefined;
  if (known !== undefined) return known;
  if (/^E[A-Z_]+$/.test(code))
    return 'The way there is closed or the name is not known: docs/operations.md, "Who may reach what", has the list for the firewall.';
  return 'The log of the running Sotto has the call and its code.';
};
