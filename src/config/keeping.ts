/** Where Sotto keeps its state, finds its secrets and knows people from. */
import { join, resolve } from 'node:path';
import { GUID, isLoopback, LOOPBACK, type Reading, shown, standInUrl } from './findings.ts';
import { GROUP, readGroups } from './groups.ts';
import { readSlackGroups, SLACK_GROUPS, type SlackGroupsConfig } from './slack-groups.ts';

export type StoreConfig =
  | { readonly kind: 'sqlite'; readonly path: string }
  /** `url` carries no password; that is the secret `redis-password`. */
  | { readonly kind: 'redis'; readonly url: string; readonly tls?: RedisTlsConfig };

/** How a Redis is told from another, and how it tells us, by files (PEM). */
export interface RedisTlsConfig {
  /** Authorities that are trusted instead of the machine's. */
  readonly caFile: string | null;
  /** The name in its certificate, where that is not the host of its address. */
  readonly name: string | null;
  /** By which we prove ourselves to it. */
  readonly client: { readonly certFile: string; readonly keyFile: string } | null;
}

export type VaultConfig = (
  | { readonly kind: 'files'; readonly folder: string }
  | { readonly kind: 'key-vault'; readonly url: string; readonly unsafeStandIn: boolean }
) & {
  /** The key of Key Vault by which the data key is wrapped; null: the vault holds it plain. */
  readonly dataKeyWrappedBy: WrappingKey | null;
};

export interface WrappingKey {
  /** `https://NAME.vault.azure.net/keys/KEY` */
  readonly url: string;
  readonly unsafeStandIn: boolean;
}

export type DirectoryConfig =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'entra';
      readonly tenantId: string;
      /** Loopback only, for stand-ins; null: Graph itself. */
      readonly unsafeGraphUrl: string | null;
      /** Groups by the name that rules use, each with its object id in Entra. */
      readonly groups: ReadonlyMap<string, string>;
    }
  | SlackGroupsConfig;

/** Of `SOTTO_REDIS_PLAIN`. */
const PRIVATE = 'private-network';

export const readStore = (reading: Reading, dataFolder: string): StoreConfig => {
  const { optional, find } = reading;
  const value = optional('SOTTO_STORE') ?? `sqlite:${join(dataFolder, 'sotto.db')}`;
  const plain = optional('SOTTO_REDIS_PLAIN');
  if (plain !== null && plain !== PRIVATE)
    find(
      `SOTTO_REDIS_PLAIN is "${plain.slice(0, 40)}". Whether the network to Redis is closed would not be known: it is "${PRIVATE}" where that network is yours alone, or is not set.`,
    );
  const tls = readRedisTls(reading);
  if (tls !== null && !value.startsWith('rediss:'))
    find(
      'SOTTO_REDIS_CA, SOTTO_REDIS_NAME, SOTTO_REDIS_CERT and SOTTO_REDIS_KEY are for a Redis over TLS, and SOTTO_STORE does not begin with rediss://. Write it so, or unset them.',
    );
  if (value.startsWith('sqlite:') && value.length > 'sqlite:'.length)
    return Object.freeze({ kind: 'sqlite', path: resolve(value.slice('sqlite:'.length)) });
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || (url.protocol !== 'redis:' && url.protocol !== 'rediss:')) {
    find(`SOTTO_STORE is "${shown(value)}". It is "sqlite:PATH", "redis://HOST:PORT" or "rediss://HOST:PORT".`);
  } else if (url.password !== '') {
    find(
      'SOTTO_STORE carries a password, which other processes can read there. Put it into the vault as the secret redis-password, and take it out of the address.',
    );
  } else if (url.protocol === 'redis:' && !LOOPBACK.includes(url.hostname) && plain !== PRIVATE) {
    find(
      `SOTTO_STORE is "${shown(value)}", beyond this machine and without TLS, so that ids and counters could be read and changed on the way. Use rediss://, or, where the network between is yours alone, set SOTTO_REDIS_PLAIN=private-network.`,
    );
  }
  return Object.freeze({ kind: 'redis', url: value, ...(tls === null ? {} : { tls }) });
};

/** Null where none of it is set. */
const readRedisTls = ({ optional, find }: Reading): RedisTlsConfig | null => {
  const [caFile, name] = [optional('SOTTO_REDIS_CA'), optional('SOTTO_REDIS_NAME')];
  const [certFile, keyFile] = [optional('SOTTO_REDIS_CERT'), optional('SOTTO_REDIS_KEY')];
  if ((certFile === null) !== (keyFile === null))
    find(
      `${certFile === null ? 'SOTTO_REDIS_CERT' : 'SOTTO_REDIS_KEY'} is missing: a certificate and its key go together. Set it to a file (PEM), or unset the other.`,
    );
  if (name !== null && !HOST_NAME.test(name))
    find(
      `SOTTO_REDIS_NAME is "${name.slice(0, 120)}". It is the name in the certificate of Redis, such as redis.example.com.`,
    );
  if ([caFile, name, certFile, keyFile].every((one) => one === null)) return null;
  const client = certFile === null || keyFile === null ? null : Object.freeze({ certFile, keyFile });
  return Object.freeze({ caFile, name, client });
};

const HOST_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;

/** Azure's clouds; a vault's host is one label below one of them. */
const VAULT_HOST = /^[a-z0-9-]{3,24}\.vault\.(?:azure\.net|usgovcloudapi\.net|azure\.cn)$/;

/** A vault outside Azure must be a folder, or a stand-in on this machine. */
export const readVault = (reading: Reading): VaultConfig => {
  const { needed, find } = reading;
  const dataKeyWrappedBy = readWrappingKey(reading);
  const value = needed(
    'SOTTO_VAULT',
    '"files:DIR", a folder with one file a secret, or "https://NAME.vault.azure.net": secrets come from there and from nowhere else',
  );
  const files = vaultFolder(value);
  if (files !== null) return Object.freeze({ kind: 'files', folder: files, dataKeyWrappedBy });
  const url = URL.canParse(value) ? new URL(value) : null;
  const local = isLoopback(value, ['https:']);
  // Compared as a whole, so that nothing stands before the host or after it.
  const real =
    url !== null && VAULT_HOST.test(url.host) && [`https://${url.host}`, `https://${url.host}/`].includes(value);
  if (value !== '' && !local && !real) {
    find(
      `SOTTO_VAULT is "${shown(value)}". It is "files:DIR", or the https address of a Key Vault ("https://NAME.vault.azure.net"); another host could hand out secrets of its own.`,
    );
  }
  return Object.freeze({ kind: 'key-vault', url: value, unsafeStandIn: local, dataKeyWrappedBy });
};

/** A key's address, the vault's before it. */
const KEY_URL = /^(https:\/\/[^/]+)\/keys\/[A-Za-z0-9-]{1,127}$/;

/** Also where the vault of secrets is a folder. */
export const readWrappingKey = (reading: Reading): WrappingKey | null => {
  const name = 'SOTTO_DATA_KEY_WRAPPED_BY';
  const value = reading.optional(name);
  return value === null ? null : wrappingKey(reading, { name, value });
};

/** `name`: of the setting or option that says it. */
export const wrappingKey = (
  { find }: Pick<Reading, 'find'>,
  { name, value: url }: { readonly name: string; readonly value: string },
): WrappingKey => {
  const vault = KEY_URL.exec(url)?.[1] ?? '';
  const local = isLoopback(vault, ['https:']);
  if (
    !local &&
    !(URL.canParse(vault) && VAULT_HOST.test(new URL(vault).host) && `https://${new URL(vault).host}` === vault)
  )
    find(
      `${name} is "${shown(url)}". Whoever unwraps the data key knows it, so it is the address of a key in a Key Vault, without a version: "https://NAME.vault.azure.net/keys/KEY".`,
    );
  return Object.freeze({ url, unsafeStandIn: local });
};

/** The folder of a `files:` vault; null: it is another kind. */
const vaultFolder = (value: string): string | null =>
  value.startsWith('files:') && value.length > 'files:'.length ? resolve(value.slice('files:'.length)) : null;

export const readDirectory = (reading: Reading): DirectoryConfig => {
  const { needed, find } = reading;
  const value = needed(
    'SOTTO_DIRECTORY',
    '"file:PATH", a YAML or CSV file of people in the schema of the sample, "entra:TENANT", or "slack-groups"',
  );
  if (value.startsWith('file:') && value.length > 'file:'.length)
    return Object.freeze({ kind: 'file', path: resolve(value.slice('file:'.length)) });
  if (value === SLACK_GROUPS) return readSlackGroups(reading);
  const tenantId = value.startsWith('entra:') ? value.slice('entra:'.length) : null;
  if (value !== '' && (tenantId === null || !GUID.test(tenantId)))
    find(
      `SOTTO_DIRECTORY is "${shown(value)}". It is "file:PATH", "slack-groups" or "entra:TENANT", TENANT being the tenant's id (a GUID).`,
    );
  return Object.freeze({
    kind: 'entra',
    tenantId: (tenantId ?? '').toLowerCase(),
    unsafeGraphUrl: standInUrl(reading, 'GRAPH_URL', 'Microsoft Graph'),
    groups: readGroups(reading, {
      setting: 'SOTTO_ENTRA_GROUPS',
      id: GUID,
      what: 'its object id in Entra (a GUID)',
      of: 'Entra',
    }),
  });
};

export const DEFAULT_OPERATORS = 'operators';
export const DEFAULT_HR = 'hr';

export const readOperators = (reading: Reading): string =>
  readRole(reading, { setting: 'SOTTO_OPERATORS', fallback: DEFAULT_OPERATORS, could: 'give orders' });

export const readHr = (reading: Reading): string =>
  readRole(reading, { setting: 'SOTTO_HR', fallback: DEFAULT_HR, could: 'restrict what may be asked' });

/** A group whose people may do what others may not. */
const readRole = (
  { optional, find }: Reading,
  o: { readonly setting: string; readonly fallback: string; readonly could: string },
): string => {
  const name = optional(o.setting) ?? o.fallback;
  if (!GROUP.test(name))
    find(
      `${o.setting} is "${name.slice(0, 120)}". It is one group: letters, digits, dots, dashes and underscores, 64 at most.`,
    );
  else if (KINDS.includes(name))
    find(
      `${o.setting} is "${name}", which is a kind of people and no group: everybody of that kind could ${o.could}. Name a group of a few.`,
    );
  return name;
};

const KINDS: readonly string[] = ['employee', 'contractor', 'guest', 'external'];
