/** The adapters that settings choose between. Each is loaded only where it is chosen. */
import type { FileDirectory } from '../adapters/files/directory.ts';
import { createFileSecrets } from '../adapters/files/secrets.ts';
import type { KeyWrapping } from '../adapters/key-vault/wrapping.ts';
import type { SlackAsked } from '../adapters/slack-groups/slack.ts';
import { createSqliteStore } from '../adapters/sqlite/store.ts';
import type { Config, StoreConfig, VaultConfig, WrappingKey } from '../config.ts';
import { hasCode, SottoError } from '../core/errors.ts';
import type { Clock, Directory, Log, Metrics, Random, Secrets, Store } from '../core/ports.ts';
import type { Account } from '../core/types.ts';
import { KINDS } from '../policies/schema.ts';
import { type Azure, createAzure } from './azure.ts';
import { plainDataKey, unwrappedDataKey } from './data-key.ts';
import { soundKeys } from './sound-keys.ts';
import { redisTls } from './transit.ts';

/** What every adapter may be given. */
export interface Tools {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Opened, with how to let go of it. */
export interface Opened<T> {
  readonly it: T;
  close(): Promise<void>;
}

const nothing = async (): Promise<void> => undefined;

/**
 * Within which every process has seen what changed in the vault, ms, with as much and more to spare. A folder is looked at every second, a
 * Key Vault every minute, and every process looks twice a second at what it has of it. Where processes share a Redis they may be on
 * several machines with a folder each, and somebody brings the new value there.
 */
export const SPREAD_MS = { 'one folder': 3_000, several: 180_000 } as const;

export const spreadOf = ({ vault, store }: Pick<Config, 'vault' | 'store'>): number =>
  SPREAD_MS[vault.kind === 'files' && store.kind === 'sqlite' ? 'one folder' : 'several'];

export const openSecrets = async (o: {
  readonly vault: VaultConfig;
  readonly azure: Azure;
  /** How long before a secret ends it is warned of, ms; default 30 days. */
  readonly warnMs?: number;
  readonly tools: Tools;
}): Promise<Opened<Secrets>> => {
  const { vault, tools } = o;
  const opened = await openVault(o);
  try {
    const wrapping = await keyWrapping(vault.dataKeyWrappedBy, o.azure);
    const plain =
      wrapping === null
        ? plainDataKey(opened.it)
        : unwrappedDataKey({ secrets: opened.it, wrapping, clock: tools.clock, log: tools.log });
    return { ...opened, it: soundKeys({ secrets: plain, ...tools }) };
  } catch (error) {
    await opened.close();
    throw error;
  }
};

/** Null where nothing wraps the data key. */
export const keyWrapping = async (key: WrappingKey | null, azure: Azure): Promise<KeyWrapping | null> => {
  if (key === null) return null;
  const { createKeyWrapping } = await import('../adapters/key-vault/wrapping.ts');
  return createKeyWrapping({ keyUrl: key.url, unsafeStandIn: key.unsafeStandIn, credential: await azure.credential() });
};

const openVault = async (o: Parameters<typeof openSecrets>[0]): Promise<Opened<Secrets>> => {
  const { vault } = o;
  if (vault.kind === 'files') return { it: createFileSecrets({ folder: vault.folder }), close: nothing };
  const { createKeyVaultSecrets } = await import('../adapters/key-vault/secrets.ts');
  const secrets = createKeyVaultSecrets({
    url: vault.url,
    unsafeStandIn: vault.unsafeStandIn,
    credential: await o.azure.credential(),
    // What was sealed before the last rotations must still open; a version that is disabled opens nothing any more.
    // So must the end of an audit log whose process was away meanwhile.
    keep: { 'data-key': 8, 'audit-signing-key': 8 },
    untilDisabled: ['data-key', 'audit-signing-key'],
    ...(o.warnMs === undefined ? {} : { expiryLeadMs: o.warnMs }),
    ...o.tools,
  });
  secrets.start();
  return { it: secrets, close: async () => secrets.stop() };
};

/** Refuses with `store-unavailable`, `store-newer` or `folder-in-use`. The password of a Redis may be absent. */
export const openStore = async (o: {
  readonly store: StoreConfig;
  readonly secrets: Secrets;
  readonly tools: Tools;
}): Promise<Store> => {
  const { store } = o;
  if (store.kind === 'sqlite') return createSqliteStore({ path: store.path });
  const { createRedisStore } = await import('../adapters/redis/store.ts');
  return createRedisStore({ ...redisOptions({ ...o, store }), log: o.tools.log });
};

/** How a Redis is reached. Its password may be absent. */
export const redisOptions = (o: {
  readonly store: Extract<StoreConfig, { readonly kind: 'redis' }>;
  readonly secrets: Secrets;
  readonly tools: Pick<Tools, 'clock'>;
}) => {
  const passwords = (): Promise<readonly string[]> =>
    o.secrets.get('redis-password').then(
      ({ accepted }) => accepted,
      (error: unknown) => {
        if (hasCode(error, 'secret-missing')) return [];
        throw error;
      },
    );
  const { url, tls } = o.store;
  return { url, passwords, ...(tls === undefined ? {} : { tls: redisTls(tls, o.tools.clock) }) };
};

/** Who somebody is on Slack, as far as Slack can tell; see the Slack adapter. */
export type SlackProfile = (
  account: Account,
  o?: { readonly anew: boolean },
) => Promise<
  | {
      readonly email: string | null;
      readonly kind: 'member' | 'guest' | 'bot' | 'deactivated' | 'stranger';
    }
  | 'unreachable'
>;

/**
 * A profile with its address only in these workspaces: it says who somebody is where the company itself sets it, and there
 * alone. Null: there is no such workspace, so nobody is known by their Slack account. Slack is asked now: the directory has a memory
 * of its own, and through two of them whoever is shut out there would be known for twice as long, also where they must be known as of now.
 */
export const declaredOnly = (profileOf: SlackProfile, declared: readonly string[]): SlackProfile | null =>
  declared.length === 0
    ? null
    : async (account) => {
        const profile = await profileOf(account, { anew: true });
        if (profile === 'unreachable') return profile;
        return declared.includes(account.tenant) ? profile : { ...profile, email: null };
      };

/** Who has an address in these workspaces, and in no others: elsewhere people change their own. */
export const addressedIn =
  (
    accountByAddress: (o: { readonly tenant: string; readonly email: string }) => Promise<string | null>,
    declared: readonly string[],
  ) =>
  async (email: string): Promise<readonly { readonly tenant: string; readonly user: string }[]> => {
    const found = await Promise.all(
      declared.map(async (tenant) => ({ tenant, user: await accountByAddress({ tenant, email }) })),
    );
    return found.flatMap(({ tenant, user }) => (user === null ? [] : [{ tenant, user }]));
  };

export const openDirectory = async (o: {
  readonly config: Config;
  readonly azure: Azure;
  readonly tools: Tools;
  /** Null: Slack is off. */
  readonly slack: {
    readonly profile: SlackProfile;
    readonly accountByAddress: (o: { readonly tenant: string; readonly email: string }) => Promise<string | null>;
    readonly people: SlackAsked;
  } | null;
}): Promise<Opened<Directory>> => {
  const { directory } = o.config;
  if (directory.kind === 'file') {
    const { createFileDirectory } = await import('../adapters/files/directory.ts');
    const it: FileDirectory = createFileDirectory({ path: directory.path, log: o.tools.log });
    return { it, close: nothing };
  }
  if (directory.kind === 'slack-groups') {
    const { createSlackGroupsDirectory } = await import('../adapters/slack-groups/directory.ts');
    const { slack } = o;
    if (slack === null)
      throw new SottoError(
        'settings',
        'SOTTO_DIRECTORY is "slack-groups", and Slack is off, so nobody would be known. Set SLACK_APP_ID and SLACK_TEAM_IDS, or use another directory.',
      );
    const it = createSlackGroupsDirectory({
      ...directory,
      tenants: o.config.slack?.teamIds ?? [],
      emailVerified: o.config.slack?.emailVerifiedTeams ?? [],
      slack: slack.people,
      ...o.tools,
    });
    // Slack's tokens may not be there yet: the roll is read again within the minute.
    await it.start();
    return { it, close: () => it.stop() };
  }
  const { createEntraDirectory } = await import('../adapters/entra/entra.ts');
  const { slack } = o;
  const declared = o.config.slack?.emailVerifiedTeams ?? [];
  const entra = createEntraDirectory({
    tenantId: directory.tenantId,
    unsafeGraphUrl: directory.unsafeGraphUrl,
    groups: directory.groups,
    token: await o.azure.bearer(GRAPH_SCOPE),
    slackEmail: slack === null ? null : declaredOnly(slack.profile, declared),
    ...(slack === null ? {} : { slackAccountsOf: addressedIn(slack.accountByAddress, declared) }),
    ...o.tools,
  });
  await entra.start();
  return { it: entra, close: () => entra.stop() };
};

/** Groups that rules may name and that no group of Entra or Slack stands for: rules that name them hold for nobody, forbids included. */
export const unmappedGroups = (
  { directory }: Pick<Config, 'directory'>,
  groups: readonly string[],
): readonly string[] =>
  directory.kind !== 'file'
    ? groups.filter((name) => !directory.groups.has(name) && !KINDS.some((kind) => kind === name))
    : [];

const GRAPH_SCOPE = 'https://graph.microsoft.com/.default';

export const azureOf = (config: Pick<Config, 'azure'>, tools: Tools): Azure =>
  createAzure({ config: config.azure, ...tools });
