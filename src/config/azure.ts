/** How Sotto proves itself to Azure, for Key Vault, Graph and, as a managed identity, Teams. */
import { resolve } from 'node:path';
import { GUID, isLoopback, type Reading, standInUrl } from './findings.ts';

export type AzureIdentity =
  | { readonly kind: 'managed-identity'; readonly clientId: string | null }
  | {
      readonly kind: 'workload-identity';
      readonly tenantId: string;
      readonly clientId: string;
      readonly tokenFile: string;
    }
  /** The file holds the certificate and its private key. */
  | {
      readonly kind: 'client-certificate';
      readonly tenantId: string;
      readonly clientId: string;
      readonly certificateFile: string;
    }
  /** Between stand-ins only. */
  | {
      readonly kind: 'unsafe-client-secret';
      readonly tenantId: string;
      readonly clientId: string;
      readonly secret: string;
    };

export interface AzureConfig {
  readonly identity: AzureIdentity;
  /** A stand-in for Entra's sign-in, https on loopback; null: Entra itself. */
  readonly unsafeAuthorityHost: string | null;
  /** Which of Azure's clouds, by the addresses of the vault and of the places of backups; the public one where there are none. */
  readonly cloud: 'public' | 'us-government' | 'china';
}

/** The names are those that Azure's own tools use. */
export const readAzure = (reading: Reading): AzureConfig => {
  const unsafeAuthorityHost = standInUrl(reading, 'AZURE_AUTHORITY_HOST', 'Entra', ['https:']);
  const vault = reading.optional('SOTTO_VAULT') ?? '';
  const key = reading.optional('SOTTO_DATA_KEY_WRAPPED_BY') ?? '';
  const local = Object.entries({ SOTTO_VAULT: vault, SOTTO_DATA_KEY_WRAPPED_BY: key }).filter(([, url]) =>
    isLoopback(url, ['https:']),
  );
  for (const [name] of unsafeAuthorityHost === null ? local : []) {
    reading.find(
      `${name} is a stand-in, and AZURE_AUTHORITY_HOST is not set: a token of the real Entra would be sent to it. Set both or neither.`,
    );
  }
  return Object.freeze({
    unsafeAuthorityHost,
    cloud: readCloud(reading),
    identity: Object.freeze(readIdentity(reading, unsafeAuthorityHost)),
  });
};

const CLOUDS: readonly (readonly [RegExp, AzureConfig['cloud']])[] = [
  [/\.usgovcloudapi\.net$/, 'us-government'],
  [/\.(?:azure|chinacloudapi)\.cn$/, 'china'],
  [/\.(?:azure|windows)\.net$/, 'public'],
];

/** One identity is at home in one cloud, so that everything in Azure must be in the same. */
const readCloud = ({ optional, list, find }: Reading): AzureConfig['cloud'] => {
  const addresses = [
    optional('SOTTO_VAULT') ?? '',
    optional('SOTTO_DATA_KEY_WRAPPED_BY') ?? '',
    ...list(optional('SOTTO_BACKUP_TO') ?? ''),
  ];
  const clouds = new Set(
    addresses
      .filter((address) => URL.canParse(address))
      .flatMap((address) => CLOUDS.filter(([ending]) => ending.test(new URL(address).hostname)))
      .map(([, cloud]) => cloud),
  );
  if (clouds.size > 1)
    find(
      'SOTTO_VAULT, SOTTO_DATA_KEY_WRAPPED_BY and SOTTO_BACKUP_TO are in different clouds of Azure, and no identity is known in both. Choose places in one cloud.',
    );
  return [...clouds][0] ?? 'public';
};

const readIdentity = ({ optional, find }: Reading, unsafeAuthorityHost: string | null): AzureIdentity => {
  const tenantId = optional('AZURE_TENANT_ID');
  const clientId = optional('AZURE_CLIENT_ID');
  const tokenFile = optional('AZURE_FEDERATED_TOKEN_FILE');
  const certificateFile = optional('AZURE_CLIENT_CERTIFICATE_PATH');
  const secret = optional('AZURE_CLIENT_SECRET');
  for (const [name, value] of [
    ['AZURE_TENANT_ID', tenantId],
    ['AZURE_CLIENT_ID', clientId],
  ] as const) {
    if (value !== null && !GUID.test(value)) find(`${name} is "${value}". It is a GUID.`);
  }
  if (secret !== null && unsafeAuthorityHost === null) {
    find(
      'AZURE_CLIENT_SECRET is in the environment, where other processes can read it. Use a managed identity, workload identity (AZURE_FEDERATED_TOKEN_FILE) or a certificate (AZURE_CLIENT_CERTIFICATE_PATH); a client secret is taken between stand-ins only.',
    );
  }
  if (optional('AZURE_CLIENT_CERTIFICATE_PASSWORD') !== null) {
    find(
      'AZURE_CLIENT_CERTIFICATE_PASSWORD is in the environment, where other processes can read it. Write the private key into the file without a password, readable by Sotto alone, and unset it.',
    );
  }
  const ways = [
    ...(tokenFile === null ? [] : ['AZURE_FEDERATED_TOKEN_FILE']),
    ...(certificateFile === null ? [] : ['AZURE_CLIENT_CERTIFICATE_PATH']),
    ...(secret === null ? [] : ['AZURE_CLIENT_SECRET']),
  ];
  const [way] = ways;
  if (way === undefined) return { kind: 'managed-identity', clientId };
  if (ways.length > 1) find(`${ways.join(' and ')} are set, and Sotto signs in by one of them. Unset the others.`);
  if (tenantId === null || clientId === null) {
    find(`AZURE_TENANT_ID and AZURE_CLIENT_ID must be set beside ${way}: they say who signs in, and where.`);
    return { kind: 'managed-identity', clientId };
  }
  if (certificateFile !== null)
    return { kind: 'client-certificate', tenantId, clientId, certificateFile: resolve(certificateFile) };
  if (tokenFile !== null) return { kind: 'workload-identity', tenantId, clientId, tokenFile };
  return { kind: 'unsafe-client-secret', tenantId, clientId, secret: secret ?? '' };
};
