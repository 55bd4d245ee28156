/** Slack's app manifest: the committed one, filled for a host, or with no address in it for Socket Mode. */
import type { AppsManifestCreateArguments } from '@slack/web-api';
import { SCOPE_NEEDS } from './slack-needs.ts';
import { fill, readTemplate } from './templates.ts';

type Manifest = AppsManifestCreateArguments['manifest'];
type Listed<T> = T extends readonly (infer Item)[] ? Item : never;
export type BotScope = Listed<NonNullable<NonNullable<NonNullable<Manifest['oauth_config']>['scopes']>['bot']>>;
export type BotEvent = Listed<
  NonNullable<NonNullable<NonNullable<Manifest['settings']>['event_subscriptions']>['bot_events']>
>;

export interface SlackManifestOptions {
  /** Of `readPublicUrl`; null: Socket Mode, for whom Slack cannot reach. */
  readonly publicUrl: string | null;
  /** For installing it once in a whole Enterprise Grid organisation. Default: in single workspaces. */
  readonly org?: boolean;
  /** Tokens that end after twelve hours and are renewed. Slack lets nobody take that back. Default: they stay. */
  readonly rotate?: boolean;
  /** For `SOTTO_DIRECTORY=slack-groups`: it may read user groups and hears where they change. Default: it may not. */
  readonly groups?: boolean;
}

/** In Socket Mode Slack calls nobody. */
const withoutAddresses = (manifest: Manifest): Manifest => {
  const { features, oauth_config, settings } = manifest;
  const { request_url: _events, ...events } = settings?.event_subscriptions ?? {};
  const { request_url: _presses, ...interactivity } = settings?.interactivity ?? {};
  const { redirect_urls: _redirects, ...oauth } = oauth_config ?? {};
  return {
    ...manifest,
    features: {
      ...features,
      slash_commands: (features?.slash_commands ?? []).map(({ url: _url, ...command }) => command),
    },
    oauth_config: oauth,
    settings: { ...settings, event_subscriptions: events, interactivity, socket_mode_enabled: true },
  } as Manifest;
};

/** With what Sotto needs where Slack's user groups say who is in what. */
const GROUP_SCOPE = 'usergroups:read' satisfies BotScope;

const withGroups = (manifest: Manifest): Manifest => {
  const { scopes } = manifest.oauth_config ?? {};
  const events = manifest.settings?.event_subscriptions;
  return {
    ...manifest,
    oauth_config: {
      ...manifest.oauth_config,
      scopes: { ...scopes, bot: [...(scopes?.bot ?? []), GROUP_SCOPE].toSorted() },
    },
    settings: {
      ...manifest.settings,
      event_subscriptions: {
        ...events,
        bot_events: [...(events?.bot_events ?? []), ...SCOPE_NEEDS[GROUP_SCOPE].events].toSorted(),
      },
    },
  } as Manifest;
};

/** Text of the manifest for Slack's "Create an app from a manifest". */
export const slackManifest = ({
  publicUrl,
  org = false,
  rotate = false,
  groups = false,
}: SlackManifestOptions): string => {
  const template = readTemplate('slack/manifest.json').toString('utf8');
  const filled = JSON.parse(publicUrl === null ? template : fill(template, { PUBLIC_URL: publicUrl })) as Manifest;
  const asked = groups ? withGroups(filled) : filled;
  const reached = publicUrl === null ? withoutAddresses(asked) : asked;
  const settings = { ...reached.settings, org_deploy_enabled: org, token_rotation_enabled: rotate };
  return `${JSON.stringify({ ...reached, settings }, null, 2)}\n`;
};

/** The scopes that it asks for, whichever way it is installed. `groups`: where Slack is the directory. */
export const manifestScopes = (groups = false): readonly string[] => {
  const { oauth_config } = JSON.parse(readTemplate('slack/manifest.json').toString('utf8')) as Manifest;
  return [...(oauth_config?.scopes?.bot ?? []), ...(groups ? [GROUP_SCOPE] : [])];
};
