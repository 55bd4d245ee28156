/** Slack's app manifest: the committed one, filled for a host. Why it asks for what it asks for: manifest/README.md. */
import type { AppsManifestCreateArguments } from '@slack/web-api';
import { fill, readTemplate } from './templates.ts';

type Manifest = AppsManifestCreateArguments['manifest'];
type Listed<T> = T extends readonly (infer Item)[] ? Item : never;
export type BotScope = Listed<NonNullable<NonNullable<NonNullable<Manifest['oauth_config']>['scopes']>['bot']>>;
export type BotEvent = Listed<
  NonNullable<NonNullable<NonNullable<Manifest['settings']>['event_subscriptions']>['bot_events']>
>;

/** Text of the manifest for Slack's "Create an app from a manifest". `publicUrl`: of `readPublicUrl`. */
export const slackManifest = (o: { readonly publicUrl: string }): string =>
  fill(readTemplate('slack/manifest.json').toString('utf8'), { PUBLIC_URL: o.publicUrl });
