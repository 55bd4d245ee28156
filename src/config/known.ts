/** The names of all settings, so that a mistyped one is said and one that this version lacks does not pass for switched on. */
import type { Reading } from './findings.ts';
import { SIGN_IN_SETTINGS } from './sign-in.ts';

/** By the name that people would give them, and where each belongs. */
const SECRETS: readonly string[] = [
  'SLACK_SIGNING_SECRET',
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_CLIENT_SECRET',
  'TEAMS_APP_PASSWORD',
  'REDIS_PASSWORD',
  'MicrosoftAppPassword',
  'AZURE_PASSWORD',
  'OIDC_CLIENT_SECRET',
];

const KNOWN: readonly string[] = [
  'SOTTO_DATA',
  'SOTTO_STORE',
  'SOTTO_REDIS_PLAIN',
  'SOTTO_REDIS_CA',
  'SOTTO_REDIS_NAME',
  'SOTTO_REDIS_CERT',
  'SOTTO_REDIS_KEY',
  'SOTTO_POLICIES',
  'SOTTO_VAULT',
  'SOTTO_DATA_KEY_WRAPPED_BY',
  'SOTTO_DIRECTORY',
  'SOTTO_ENTRA_GROUPS',
  'SOTTO_SLACK_GROUPS',
  'SOTTO_SLACK_GROUPS_CHANGED_BY',
  'SOTTO_SLACK_COUNTRY',
  'SOTTO_OPERATORS',
  'SOTTO_HR',
  'SOTTO_SECURITY_CONTACT',
  'SOTTO_BACKENDS',
  'SOTTO_AUDIT_DAYS',
  'SOTTO_TRANSCRIPT_HOURS',
  'SOTTO_LOG_LEVEL',
  'SOTTO_BACKUP_TO',
  'SOTTO_BACKUP_HOURS',
  'SOTTO_BACKUP_KEEP_DAYS',
  'SOTTO_BACKUP_AUDIT_YEARS',
  'SOTTO_AUDIT_COPY',
  'SOTTO_AUDIT_STREAM',
  'SOTTO_AUDIT_STREAM_FORMAT',
  'SOTTO_SYSLOG_CA',
  'SOTTO_SYSLOG_CERT',
  'SOTTO_SYSLOG_KEY',
  'SOTTO_WARN_DAYS',
  'SOTTO_HOST',
  'SOTTO_OPS_PORT',
  'SOTTO_PUBLIC_URL',
  'SOTTO_TLS_CERT',
  'SOTTO_TLS_KEY',
  'SOTTO_BEHIND_PROXY',
];

/** Teams' are looked at by name as well: a mistyped one would silently talk to the real thing. */
const KNOWN_TEAMS: readonly string[] = [
  'TEAMS_APP_ID',
  'TEAMS_TENANT_IDS',
  'TEAMS_CREDENTIAL',
  'TEAMS_OAUTH_CONNECTION',
  'TEAMS_TARGETED',
  'TEAMS_OPENID_METADATA_URL',
  'TEAMS_TOKEN_ISSUER',
  'TEAMS_LOGIN_URL',
  'TEAMS_OAUTH_URL',
  'TEAMS_SERVICE_HOSTS',
];

/** By which botbuilder could be led to other keys and other services than Microsoft's public ones. */
const BOTBUILDER: readonly string[] = ['BotOpenIdMetadata', 'ChannelService', 'MicrosoftAppId'];

/** Slack's likewise: one that seems to switch off a check, or to print more, is none of Sotto's. */
const KNOWN_SLACK: readonly string[] = [
  'SLACK_APP_ID',
  'SLACK_TEAM_IDS',
  'SLACK_EMAIL_VERIFIED_TEAMS',
  'SLACK_MODE',
  'SLACK_CLIENT_ID',
  'SLACK_TOKEN_ROTATION',
  'SLACK_API_URL',
];

export const checkNames = ({ env, find }: Reading): void => {
  for (const name of BOTBUILDER) {
    if (env[name] !== undefined)
      find(
        `${name} is set, which is botbuilder's and none of Sotto's: it could change whom a token is believed from. Unset it.`,
      );
  }
  for (const name of SECRETS) {
    if (env[name] !== undefined) {
      find(
        `${name} is in the environment, where other processes can read it. Put it into the vault (SOTTO_VAULT) and unset it.`,
      );
    }
  }
  for (const name of Object.keys(env)) {
    const strange =
      (name.startsWith('SOTTO_') && !KNOWN.includes(name)) ||
      (name.startsWith('SLACK_') && !KNOWN_SLACK.includes(name) && !SECRETS.includes(name)) ||
      (name.startsWith('TEAMS_') && !KNOWN_TEAMS.includes(name) && !SECRETS.includes(name)) ||
      (name.startsWith('OIDC_') && !SIGN_IN_SETTINGS.includes(name) && !SECRETS.includes(name));
    if (strange)
      find(
        `${name} is not a setting, and what it was meant to switch would stay as it is. See the table in the README for the right name.`,
      );
  }
};
