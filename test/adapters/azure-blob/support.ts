/** The adapter between the stand-ins for Entra and for a container, with waits that are over at once. */
import { afterEach, expect } from '@jest/globals';
import { createAzureCredential } from '../../../src/adapters/azure/credential.ts';
import { type BlobPlaceOptions, createBlobPlace } from '../../../src/adapters/azure-blob/place.ts';
import type { BackupPlace } from '../../../src/core/backup-ports.ts';
import { type BlobOptions, type BlobStandIn, createBlobStandIn } from '../../stand-ins/azure/blob.ts';
import { type AzureStage, CLIENT, openAzureStage, TENANT } from '../../stand-ins/azure/stage.ts';
import { STORAGE_SCOPE } from '../../support/azurite.ts';

export const YEAR_MS = 365 * 24 * 60 * 60_000;

export interface BlobStage {
  readonly azure: AzureStage;
  readonly blob: BlobStandIn;
  readonly place: BackupPlace;
  /** Waits that were asked for between attempts, ms. */
  readonly waits: readonly number[];
  make(over?: Partial<BlobPlaceOptions>): BackupPlace;
  close(): Promise<void>;
}

const openBlobStage = async (
  o: Partial<Pick<BlobOptions, 'locks' | 'rights' | 'now'>> & { readonly auditLockMs?: number } = {},
): Promise<BlobStage> => {
  const azure = await openAzureStage({ scopes: [STORAGE_SCOPE] });
  const now = o.now ?? Date.now;
  const blob = await createBlobStandIn({
    certificate: azure.certificate,
    tenant: TENANT,
    issued: azure.authority.issued,
    rights: o.rights ?? ['read', 'write', 'delete', 'lock'],
    locks: o.locks ?? true,
    now,
  });
  const credential = createAzureCredential({
    kind: 'workload-identity',
    tenantId: TENANT,
    clientId: CLIENT,
    tokenFile: azure.tokenFile,
    unsafeAuthorityHost: azure.authority.url,
    ca: azure.certificate.cert,
  });
  const waits: number[] = [];
  const make = (over: Partial<BlobPlaceOptions> = {}): BackupPlace =>
    createBlobPlace({
      url: blob.url,
      unsafeStandIn: true,
      credential,
      auditLockMs: o.auditLockMs ?? YEAR_MS,
      clock: {
        now,
        sleep: async (ms) => {
          waits.push(ms);
        },
      },
      random: { id: () => 'id', fraction: () => 0.5 },
      ca: azure.certificate.cert,
      ...over,
    });
  return {
    azure,
    blob,
    place: make(),
    waits,
    make,
    close: async () => {
      await blob.close();
      await azure.close();
    },
  };
};

/** Stages of a suite, closed after each test; none may have been asked what a container is never asked. */
export const openStages = (): typeof openBlobStage => {
  const stages: BlobStage[] = [];
  afterEach(async () => {
    const over = stages.splice(0);
    for (const stage of over) await stage.close();
    expect(over.flatMap(({ blob }) => blob.offences())).toEqual([]);
  });
  return async (...o) => {
    const stage = await openBlobStage(...o);
    stages.push(stage);
    return stage;
  };
};
