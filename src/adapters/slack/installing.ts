/** Everything about where the app is installed, put together: by hand with the token in the vault, or by OAuth with tokens in the store. */
import { codeOf } from '../../core/errors.ts';
import type {
  Budgets,
  Clock,
  Installations,
  KeptInstallation,
  Log,
  Metrics,
  Random,
  Route,
  Sealer,
  Secret,
} from '../../core/ports.ts';
import type { Lifecycle } from '../../core/types.ts';
import type { WithCredential } from '../bounded/credentials.ts';
import { createInstallRoutes } from './install.ts';
import { accessOf, createAccess } from './install-access.ts';
import { createChecks } from './install-check.ts';
import { type Ending, endingOf } from './install-ended.ts';
import { createOAuth, testToken } from './install-oauth.ts';
import type { InstallTexts } from './install-page.ts';
import { createRenewing } from './install-renew.ts';
import { type Granted, writeInstalled } from './install-shape.ts';
import { createOpening, createStoredTokens, createVaultTokens, type WithToken } from './install-tokens.ts';
import { adoptVaultToken, createVaultInstall, isLate } from './install-vault.ts';
import type { Fields } from './read.ts';

/** Slack waits for an answer while it is asked. ms. */
const TEST_MS = 600;

interface Where {
  readonly platform: 'slack';
  readonly tenant: string;
}

/** What is known of installations; see `core/lifecycle.ts`. */
export interface Tenants {
  of(where: Where): KeptInstallation | null;
  read(where: Where): Promise<KeptInstallation | null>;
  all(): readonly KeptInstallation[];
  install(o: Where & Pick<KeptInstallation, 'value' | 'endsAt' | 'renewAt'>): Promise<'installed' | 'full' | 'purging'>;
  end(lifecycle: Lifecycle): Promise<void>;
  link(link: Where & { readonly within: string }): Promise<void>;
  onChange(changed: (row: KeptInstallation) => void): void;
}

export interface InstallRecord {
  readonly tenant: string;
  readonly change: 'installed' | 'refused' | 'parked' | 'mended';
  readonly code: string | null;
}

/** By OAuth; absent: by hand, with the token in the vault. */
export interface OAuthSettings {
  readonly clientId: string;
  readonly clientSecret: () => Promise<Secret>;
  readonly publicUrl: string;
  readonly scopes: readonly string[];
  /** Exchanges tokens that do not end for such that do. There is no way back. */
  readonly rotate: boolean;
  readonly texts: InstallTexts;
}

export interface InstallationOptions {
  readonly tenants: Tenants;
  readonly installations: Installations;
  readonly budgets: Pick<Budgets, 'take'>;
  readonly sealer: Pick<Sealer, 'fingerprint' | 'fingerprints'> & {
    /** For the tenant that it is good for. */
    seal(tenant: string, plain: string): string;
    open(tenant: string, sealed: string): string | null;
  };
  /** Puts it on record; rejects where it could not be. */
  readonly record: (entry: InstallRecord) => Promise<void>;
  readonly random: Pick<Random, 'id'>;
  readonly oauth: OAuthSettings | null;
}

export interface Installing {
  readonly withToken: WithToken;
  readonly routes: readonly Route[];
  /** Whether the app was taken away from there, as far as this process knows. */
  isGone(tenant: string): boolean;
  /** The app's own account there; null: not known, or it is not installed by OAuth. */
  botUserOf(tenant: string): string | null;
  /** Takes what Slack says of an end, and of workspaces that their organisation puts in or takes out. `nothing`: it says nothing of the kind. Rejects where it could not be kept. */
  ended(body: Fields): Promise<'taken' | 'foreign' | 'nothing'>;
  /** Keeps whose a workspace is, once. Rejects where it could not be kept. */
  seen(body: Fields, tenant: string): Promise<void>;
  /** Hears of tenants about which something changed, so that nothing is remembered of them. */
  onChange(changed: (tenant: string) => void): void;
  start(): void;
  stop(): Promise<void>;
}

export const createInstalling = (o: {
  readonly with: InstallationOptions;
  readonly appId: string;
  readonly allowed: ReadonlySet<string>;
  readonly unsafeApiUrl: string | null;
  readonly botToken: () => Promise<Secret>;
  readonly withVaultToken: WithCredential;
  /** Whether the token in the vault is good for a whole organisation. */
  readonly orgWide: () => boolean;
  readonly reject: (reason: string) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}): Installing => {
  const { clock, log, metrics, unsafeApiUrl } = o;
  const { tenants, installations, sealer, random, record, oauth: settings } = o.with;
  const stopping = new AbortController();
  let watching: Promise<void> = Promise.resolve();

  const where = (tenant: string): Where => ({ platform: 'slack', tenant });
  const known = {
    of: (tenant: string) => tenants.of(where(tenant)),
    read: (tenant: string) => tenants.read(where(tenant)),
  };
  const rows = () => tenants.all().filter(({ platform }) => platform === 'slack');
  const look = async (): Promise<void> => void (await tenants.read(where('')));
  const opening = createOpening({ unseal: (row) => sealer.open(row.tenant, row.value), log });
  const seal = ({ tenant, installed }: Granted): string => sealer.seal(tenant, writeInstalled(installed));
  const test = (token: string) => testToken({ token, unsafeApiUrl, callMs: TEST_MS });
  const note = (entry: InstallRecord): Promise<void> =>
    record(entry).catch((error: unknown) => {
      log.error('slack.install-not-recorded', { tenant: entry.tenant, code: codeOf(error) });
    });

  tenants.onChange((row) => {
    if (row.platform === 'slack') opening.forget(row);
  });

  const vault = createVaultInstall({ botToken: o.botToken, installations, test, look, note, sealer, clock, log });
  const end = async ({ tenant, event }: Pick<Ending, 'tenant' | 'event'>): Promise<void> => {
    const mark = settings === null ? await vault.mark().catch(() => '') : '';
    log.warn('slack.ended', { tenant, code: event });
    await tenants.end({ ...where(tenant), event, mark });
  };

  const checks = createChecks({ installations, rows, look, opening, test, end, record: note, clock, log });
  const oauth = settings === null ? null : createOAuth({ ...settings, unsafeApiUrl, clock, log, metrics });
  const renewing =
    settings === null || oauth === null
      ? null
      : createRenewing({
          installations,
          rows,
          look,
          opening,
          seal,
          oauth,
          rotate: settings.rotate,
          holder: random.id(),
          record: note,
          clock,
          log,
          metrics,
        });

  const withToken: WithToken =
    renewing === null
      ? createVaultTokens({
          withToken: o.withVaultToken,
          known,
          isMarked: vault.isMarked,
          admit: vault.admit,
          orgWide: o.orgWide,
        })
      : createStoredTokens({ known, opening, renew: renewing.renew, refused: checks.refused, clock });

  const keep = (granted: Granted) => {
    const { tenant, endsAt, renewAt } = granted;
    return tenants.install({ ...where(tenant), value: seal(granted), endsAt, renewAt });
  };

  const routes =
    settings === null || oauth === null
      ? []
      : createInstallRoutes({
          ...settings,
          appId: o.appId,
          allowed: o.allowed,
          oauth,
          fingerprint: (value) => sealer.fingerprint(value),
          fingerprints: (value) => sealer.fingerprints(value),
          spend: (what) => installations.spend(what),
          attempt: async (limit) => (await o.with.budgets.take({ ...limit, want: 1, now: clock.now() })).granted > 0,
          keep,
          stands: async (tenant) => (await known.read(tenant))?.state === 'installed',
          record,
          reject: o.reject,
          clock,
          random,
          log,
          metrics,
        });

  const judge = async (ending: Ending, row: KeptInstallation | null): Promise<'end' | 'parked' | 'kept'> => {
    if (settings === null) return vault.judge(ending);
    if (row === null) return 'end';
    // A workspace that its organisation serves: it may be taken out of that, alone. Its tokens are none of ours.
    if (row.tenant !== ending.tenant) return ending.event === 'uninstalled' ? 'end' : 'kept';
    return row.state === 'gone' ? 'kept' : checks.judge(ending, row);
  };

  const access = createAccess({ tenants, installations, judge: checks.judge, end });

  return {
    withToken,
    routes,
    isGone: (tenant) => known.of(tenant)?.state === 'gone',
    botUserOf: (tenant) => {
      const row = known.of(tenant);
      return row === null || row.value === '' ? null : (opening.open(row)?.botUser ?? null);
    },
    ended: async (body) => {
      const changed = accessOf(body, o.allowed);
      if (changed === 'foreign') return 'foreign';
      if (changed !== null) {
        await access.take(changed);
        return 'taken';
      }
      const ending = endingOf(body, o.allowed);
      if (ending === null) return 'nothing';
      if (ending === 'foreign') return 'foreign';
      const judged = await judge(ending, await known.read(ending.tenant));
      if (judged === 'end') await end(ending);
      const { event, tenant, at, named } = ending;
      // The organisation's token still stands, so the workspace that is named was taken out of it alone.
      if (judged === 'kept' && event === 'uninstalled' && named !== null && !isLate(ending, clock.now()))
        await access.take({ change: 'revoked', within: tenant, teams: [named], at });
      return 'taken';
    },
    seen: access.seen,
    onChange: (changed) => {
      tenants.onChange((row) => {
        if (row.platform === 'slack') changed(row.tenant);
      });
    },
    start: () => {
      checks.start();
      renewing?.start();
      const { signal } = stopping;
      watching =
        settings === null
          ? vault.watch({ rows, stopping: signal })
          : adoptVaultToken({
              ...o,
              stands: async (tenant) => (await known.read(tenant)) !== null,
              record,
              keep,
              stopping: signal,
            });
    },
    stop: async () => {
      stopping.abort();
      await Promise.all([checks.stop(), renewing?.stop(), watching]);
    },
  };
};
