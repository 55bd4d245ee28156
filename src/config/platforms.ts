/** Slack and Teams: each is on where its settings are there, and one of them must be. */
import { GUID, isLoopback, LOOPBACK, type Reading, shown, standInUrl } from './findings.ts';

const SLACK_MODES = ['http', 'socket'] as const;
export type SlackMode = (typeof SLACK_MODES)[number];

export interface SlackConfig {
  readonly appId: string;
  readonly teamIds: readonly string[];
  /** How events come in: signed, to our address, or over connections that we open. */
  readonly mode: SlackMode;
  /** Workspaces whose e-mail addresses are set by SSO, so that one of them says who somebody is in Entra. */
  readonly emailVerifiedTeams: readonly string[];
  /** Loopback only, for stand-ins; null: Slack itself. */
  readonly unsafeApiUrl: string | null;
  /** Installing by OAuth; null: by hand, with the token in the vault. */
  readonly oauth: { readonly clientId: string; readonly rotate: boolean } | null;
}

/** Where the stand-ins for the Bot Framework's services are; all of them or none. */
export interface TeamsStandIn {
  readonly openIdMetadataUrl: string;
  readonly tokenIssuer: string;
  readonly loginUrl: string;
  readonly oauthUrl: string;
}

const TEAMS_CREDENTIALS = ['password', 'certificate', 'managed-identity'] as const;
export type TeamsCredential = (typeof TEAMS_CREDENTIALS)[number];

export interface TeamsConfig {
  readonly appId: string;
  /** Tenants whose people may use the bot; the first is the bot's own. */
  readonly tenantIds: readonly string[];
  /** How the bot proves itself: by the secret `teams-app-password` or `teams-app-certificate`, or as the machine's managed identity. */
  readonly credential: TeamsCredential;
  /** Name of the OAuth connection for single sign-on; null: none. */
  readonly oauthConnection: string | null;
  /** Messages for one person alone in a channel or group chat: Teams calls them targeted, and a preview. */
  readonly targeted: boolean;
  /** Hosts that a service address may have beside Microsoft's; for stand-ins. */
  readonly unsafeServiceHosts: readonly string[];
  readonly unsafeStandIn: TeamsStandIn | null;
}

const isSet = ({ env }: Reading, prefix: string): boolean => Object.keys(env).some((name) => name.startsWith(prefix));

/** What is needed is said for a platform that is half set up; one without any setting is off. */
export const readPlatforms = (
  reading: Reading,
): { readonly slack: SlackConfig | null; readonly teams: TeamsConfig | null } => {
  const slack = isSet(reading, 'SLACK_') ? readSlack(reading) : null;
  const teams = isSet(reading, 'TEAMS_') ? readTeams(reading) : null;
  if (slack === null && teams === null) {
    reading.find(
      'No platform is on, so nobody could ask anything. Set SLACK_APP_ID and SLACK_TEAM_IDS for Slack, TEAMS_APP_ID and TEAMS_TENANT_IDS for Microsoft Teams, or all four.',
    );
  }
  return { slack, teams };
};

const readSlack = (reading: Reading): SlackConfig => {
  const { needed, optional, list, find } = reading;
  const teamIds = list(
    needed(
      'SLACK_TEAM_IDS',
      'the workspaces that may use this bot, by id, separated by commas (T0…): all others are refused',
    ),
  );
  if (optional('SLACK_TEAM_IDS') !== null && teamIds.length === 0)
    find('SLACK_TEAM_IDS names no workspace, so nobody could ask anything. Name one at least.');
  for (const id of teamIds) {
    if (!/^[TE][A-Z0-9]{5,20}$/.test(id))
      find(
        `SLACK_TEAM_IDS names "${id.slice(0, 60)}", which is no id: a workspace’s is a T, an organisation’s an E, and then capital letters or digits.`,
      );
  }
  const emailVerifiedTeams = list(optional('SLACK_EMAIL_VERIFIED_TEAMS') ?? '');
  for (const id of emailVerifiedTeams) {
    if (id.startsWith('E'))
      find(
        `SLACK_EMAIL_VERIFIED_TEAMS names the organisation "${id.slice(0, 60)}", and people act in its workspaces, so nobody would be known by their address. Name those (T…), here and in SLACK_TEAM_IDS beside it.`,
      );
    if (!teamIds.includes(id))
      find(`SLACK_EMAIL_VERIFIED_TEAMS names "${id}", which SLACK_TEAM_IDS does not. Name it there too, or remove it.`);
  }
  const said = optional('SLACK_MODE') ?? 'http';
  const mode = SLACK_MODES.find((one) => one === said);
  if (mode === undefined)
    find(`SLACK_MODE is "${said}". It is "http", or "socket" where Slack cannot reach you: Sotto then calls Slack.`);
  const appId = needed(
    'SLACK_APP_ID',
    "the app's id (A0…), from its page at Slack under Basic Information: events of other apps are refused by it",
  );
  if (appId !== '' && !/^A[A-Z0-9]{5,20}$/.test(appId))
    find(
      `SLACK_APP_ID is "${appId.slice(0, 60)}". An app id is an A and then capital letters or digits: copy it from Slack’s page of the app, Basic Information.`,
    );
  return Object.freeze({
    appId,
    teamIds: Object.freeze(teamIds),
    mode: mode ?? 'http',
    emailVerifiedTeams: Object.freeze(emailVerifiedTeams),
    unsafeApiUrl: standInUrl(reading, 'SLACK_API_URL', 'Slack'),
    oauth: readOAuth(reading),
  });
};

/** As Slack's page of the app shows it. */
const CLIENT_ID = /^[0-9]{3,30}\.[0-9]{3,30}$/;

const readOAuth = ({ optional, find }: Reading): SlackConfig['oauth'] => {
  const clientId = optional('SLACK_CLIENT_ID');
  const rotation = optional('SLACK_TOKEN_ROTATION');
  if (rotation !== null && rotation !== 'yes')
    find(
      `SLACK_TOKEN_ROTATION is "${rotation.slice(0, 40)}". It is "yes", or left out: at Slack nobody can take it back for an app.`,
    );
  if (clientId === null) {
    if (rotation !== null)
      find(
        'SLACK_TOKEN_ROTATION is set without SLACK_CLIENT_ID, so no token could be renewed and the bot would fall silent after twelve hours. Set SLACK_CLIENT_ID too, or remove it.',
      );
    return null;
  }
  if (!CLIENT_ID.test(clientId))
    find(
      `SLACK_CLIENT_ID is "${clientId.slice(0, 60)}". A client id is two numbers with a dot between: copy it from Slack’s page of the app, Basic Information.`,
    );
  if (optional('SOTTO_PUBLIC_URL') === null)
    find(
      'SLACK_CLIENT_ID is set without SOTTO_PUBLIC_URL, so Slack could not send anybody back who installs the app. Set it to the https address that people see, or remove SLACK_CLIENT_ID to install by hand.',
    );
  return Object.freeze({ clientId, rotate: rotation === 'yes' });
};

const readTeams = (reading: Reading): TeamsConfig => {
  const { needed, optional, list, find } = reading;
  const appId = needed(
    'TEAMS_APP_ID',
    "the bot's application (client) id, from its app registration in Entra: tokens for other bots are refused by it",
  );
  if (appId !== '' && !GUID.test(appId)) find(`TEAMS_APP_ID is "${appId}". An application id is a GUID.`);
  const tenantIds = list(
    needed('TEAMS_TENANT_IDS', 'the tenants whose people may use this bot, by id: all others are refused'),
  );
  if (optional('TEAMS_TENANT_IDS') !== null && tenantIds.length === 0)
    find('TEAMS_TENANT_IDS names no tenant, so nobody could ask anything. Name one at least.');
  for (const id of tenantIds) {
    if (!GUID.test(id)) find(`TEAMS_TENANT_IDS names "${id}". A tenant id is a GUID.`);
  }
  const said = optional('TEAMS_CREDENTIAL') ?? 'password';
  const credential = TEAMS_CREDENTIALS.find((one) => one === said);
  if (credential === undefined)
    find(`TEAMS_CREDENTIAL is "${said}". It is "password", "certificate" or "managed-identity".`);
  const targeted = optional('TEAMS_TARGETED');
  if (targeted !== null && targeted !== 'yes')
    find(
      `TEAMS_TARGETED is "${targeted.slice(0, 40)}". It is "yes", or left out: answers then never stand where others are, and the preview of Teams that it asks for is not used.`,
    );
  return Object.freeze({
    appId: appId.toLowerCase(),
    tenantIds: Object.freeze(tenantIds.map((id) => id.toLowerCase())),
    credential: credential ?? 'password',
    oauthConnection: optional('TEAMS_OAUTH_CONNECTION'),
    targeted: targeted === 'yes',
    unsafeServiceHosts: Object.freeze(readServiceHosts(reading)),
    unsafeStandIn: readTeamsStandIn(reading),
  });
};

/** Host, or host and port. The bot's token goes there, so they are for stand-ins on this machine only. */
const readServiceHosts = ({ optional, list, find }: Reading): readonly string[] => {
  const hosts = list(optional('TEAMS_SERVICE_HOSTS') ?? '');
  for (const host of hosts) {
    if (!LOOPBACK.includes(host.replace(/:[0-9]{1,5}$/, '')))
      find(
        `TEAMS_SERVICE_HOSTS names "${host}". The bot’s token would go there, so it is for stand-ins only and must be on this machine: unset it to talk to Teams.`,
      );
  }
  return hosts;
};

const STAND_IN = {
  openIdMetadataUrl: 'TEAMS_OPENID_METADATA_URL',
  tokenIssuer: 'TEAMS_TOKEN_ISSUER',
  loginUrl: 'TEAMS_LOGIN_URL',
  oauthUrl: 'TEAMS_OAUTH_URL',
} as const;

/** All or none: botbuilder fills in no default where one of them is set (Teams facts, 2.1). */
const readTeamsStandIn = (reading: Reading): TeamsStandIn | null => {
  const { optional, find } = reading;
  const names = Object.values(STAND_IN);
  const missing = names.filter((name) => optional(name) === null);
  if (missing.length === names.length) return null;
  if (missing.length > 0) {
    find(
      `${missing.join(', ')} must be set as well, or a part of Teams would be the real one: the stand-ins go together (${names.join(', ')}), all or none.`,
    );
    return null;
  }
  for (const name of names) {
    const url = optional(name) ?? '';
    // The issuer is a name inside tokens and not an address that is called.
    if (name !== STAND_IN.tokenIssuer && !isLoopback(url))
      find(
        `${name} is "${shown(url)}". Whoever answers there decides what is believed, so it is for stand-ins only and must be on this machine: unset it to talk to Teams.`,
      );
  }
  const of = (name: string): string => optional(name) ?? '';
  return Object.freeze({
    openIdMetadataUrl: of(STAND_IN.openIdMetadataUrl),
    tokenIssuer: of(STAND_IN.tokenIssuer),
    loginUrl: of(STAND_IN.loginUrl),
    oauthUrl: of(STAND_IN.oauthUrl),
  });
};
