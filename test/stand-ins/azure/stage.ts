/** An authority and a vault that know each other, with one application that may read secrets. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuthorityOptions, type AuthorityStandIn, createAuthorityStandIn } from './authority.ts';
import { type Certificate, createCertificate, trusting } from './certificate.ts';
import { createVaultStandIn, type VaultStandIn } from './vault.ts';

export const TENANT = '11111111-2222-3333-4444-555555555555';
export const CLIENT = '66666666-7777-8888-9999-000000000000';
export const CLIENT_SECRET = 'client~secret-that-nobody-may-see';
const ASSERTION = 'header.federated-token-that-nobody-may-see.signature';

export interface AzureStage {
  readonly certificate: Certificate;
  readonly authority: AuthorityStandIn;
  readonly vault: VaultStandIn;
  /** A file with the application's federated token. */
  readonly tokenFile: string;
  /**
   * What a process of its own needs to find and trust the two: `sotto serve` started with these settings reads its
   * secrets from the stand-in, by workload identity.
   */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export const openAzureStage = async (
  o: {
    /** Drives the vault's creation times. */
    readonly now?: () => number;
    readonly tokenSeconds?: number;
    /** Further names that the certificate is good for. */
    readonly names?: readonly string[];
    /** Further scopes that the application may ask for. */
    readonly scopes?: readonly string[];
    /** What tokens look like. */
    readonly mint?: AuthorityOptions['mint'];
  } = {},
): Promise<AzureStage> => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-azure-'));
  const certificate = await createCertificate(o.names);
  const tokenFile = join(folder, 'federated-token');
  writeFileSync(tokenFile, `${ASSERTION}\n`, { mode: 0o600 });
  const authority = await createAuthorityStandIn({
    certificate,
    tenant: TENANT,
    clients: [
      {
        id: CLIENT,
        secret: CLIENT_SECRET,
        assertion: ASSERTION,
        managed: true,
        scopes: ['https://vault.azure.net/.default', ...(o.scopes ?? [])],
      },
    ],
    ...(o.tokenSeconds === undefined ? {} : { tokenSeconds: o.tokenSeconds }),
    ...(o.mint === undefined ? {} : { mint: o.mint }),
  });
  const vault = await createVaultStandIn({
    certificate,
    tenant: TENANT,
    authorityUrl: authority.url,
    issued: authority.issued,
    rights: { [CLIENT]: ['get', 'list'] },
    now: o.now ?? Date.now,
  });
  return {
    certificate,
    authority,
    vault,
    tokenFile,
    environment: {
      ...trusting(certificate, join(folder, 'stand-in.pem')),
      SOTTO_VAULT: vault.url,
      AZURE_AUTHORITY_HOST: authority.url,
      AZURE_TENANT_ID: TENANT,
      AZURE_CLIENT_ID: CLIENT,
      AZURE_FEDERATED_TOKEN_FILE: tokenFile,
    },
    close: async () => {
      await vault.close();
      await authority.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
