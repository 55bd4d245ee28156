/** Where Slack's app is installed, as the adapter needs it: the store and the record behind it, and what OAuth asks for. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ControlRoute } from '../adapters/control/server.ts';
import type { InstallationOptions, OAuthSettings } from '../adapters/slack/installing.ts';
import type { Config, SlackConfig } from '../config.ts';
import { SottoError } from '../core/errors.ts';
import type { Tenancy } from '../core/lifecycle.ts';
import type { Audit, Clock, KeptInstallation, Random, Sealer, Secrets, Store } from '../core/ports.ts';
import { repliesIn } from '../core/replies/replies.ts';
import { installationContext } from '../core/sealing.ts';

const MANIFEST = new URL('../../manifest/slack/manifest.json', import.meta.url);

/** What the manifest asks for with these settings: less would leave a bot that fails now and then. */
const askedScopes = (directory: Config['directory']): readonly string[] => [
  ...committedScopes(),
  ...(directory.kind === 'slack-groups' ? ['usergroups:read'] : []),
];

const committedScopes = (): readonly string[] =>
  z
    .object({ oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }) })
    .parse(JSON.parse(readFileSync(MANIFEST, 'utf8'))).oauth_config.scopes.bot;

/** Null: it is installed by hand. Refuses with code `settings` what the settings' own check would have found. */
const oauthOf = (o: {
  readonly config: SlackConfig;
  readonly directory: Config['directory'];
  readonly publicUrl: string | null;
  readonly secrets: Secrets;
}): OAuthSettings | null => {
  const { oauth } = o.config;
  if (oauth === null) return null;
  if (o.publicUrl === null)
    throw new SottoError('settings', 'SLACK_CLIENT_ID is set without SOTTO_PUBLIC_URL. Set both.');
  return {
    clientId: oauth.clientId,
    clientSecret: () => o.secrets.get('slack-client-secret'),
    publicUrl: o.publicUrl,
    scopes: askedScopes(o.directory),
    rotate: oauth.rotate,
    texts: { en: repliesIn('en').installing, de: repliesIn('de').installing },
  };
};

export const installsOf = (o: {
  readonly config: SlackConfig;
  readonly directory: Config['directory'];
  readonly publicUrl: string | null;
  readonly secrets: Secrets;
  readonly tenancy: Tenancy;
  readonly store: Pick<Store, 'installations' | 'budgets'>;
  readonly sealer: Pick<Sealer, 'seal' | 'open' | 'fingerprint' | 'fingerprints'>;
  /** Asked when there is something to put on record, by when it is there. */
  readonly audit: () => Pick<Audit, 'append'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
}): InstallationOptions => {
  const context = (tenant: string) => installationContext({ platform: 'slack', tenant });
  return {
    tenants: o.tenancy,
    installations: o.store.installations,
    budgets: o.store.budgets,
    sealer: {
      fingerprint: (value) => o.sealer.fingerprint(value),
      fingerprints: (value) => o.sealer.fingerprints(value),
      seal: (tenant, plain) => o.sealer.seal(context(tenant), plain),
      open: (tenant, sealed) => o.sealer.open(context(tenant), sealed),
    },
    record: async (entry) => {
      await o.audit().append({ kind: 'installation', at: o.clock.now(), platform: 'slack', ...entry, purged: null });
    },
    random: o.random,
    oauth: oauthOf(o),
  };
};

/** How many there are, by how they stand, and when the first token ends, in seconds; below 0 once it has. For the metrics. */
export const installationFigures = (
  rows: readonly KeptInstallation[],
  now: number,
): { readonly counts: Readonly<Record<string, number>>; readonly ends: Readonly<Record<string, number>> } => {
  const counts = { installed: 0, parked: 0, gone: 0 };
  for (const { state } of rows) counts[state] += 1;
  const ends = rows.flatMap(({ state, endsAt }) => (state === 'gone' || endsAt === null ? [] : [endsAt]));
  const first = ends.length === 0 ? null : Math.floor((Math.min(...ends) - now) / 1_000);
  return { counts, ends: first === null ? {} : { first } };
};

/** What the running Sotto says of its installations to `sotto doctor`. No credential, nobody's words. */
export const installationsRoute = (tenancy: Pick<Tenancy, 'all'>): ControlRoute => ({
  method: 'GET',
  path: '/installations',
  handle: async () => ({
    status: 200,
    body: {
      installations: tenancy
        .all()
        .map(({ platform, tenant, state, code, endsAt }) => ({ platform, tenant, state, code, endsAt })),
    },
  }),
});
