/** Key Vault's adapter between the stand-ins, with a clock that the test drives. */

import { createAzureCredential } from '../../../src/adapters/azure/credential.ts';
import { createKeyVaultSecrets, type KeyVaultOptions } from '../../../src/adapters/key-vault/secrets.ts';
import { createMetrics } from '../../../src/adapters/metrics/metrics.ts';
import type { Clock, LogFields } from '../../../src/core/ports.ts';
import { type AzureStage, CLIENT, openAzureStage, TENANT } from '../../stand-ins/azure/stage.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';

export const TTL_MS = 60_000;

export interface Event extends LogFields {
  readonly level: 'info' | 'warn' | 'error';
  readonly event: string;
}

export interface VaultStage {
  readonly azure: AzureStage;
  readonly clock: FakeClock;
  /** What was logged so far. */
  readonly events: readonly Event[];
  /** Prometheus' text. */
  readonly metrics: () => Promise<string>;
  /** A further adapter on the same vault, which knows nothing yet. */
  readonly make: (over?: Partial<KeyVaultOptions>) => ReturnType<typeof createKeyVaultSecrets>;
}

/** Stages of this file; each has a vault of its own. */
export const openVaultStage = async (o: { readonly tokenSeconds?: number } = {}): Promise<VaultStage> => {
  const clock = createFakeClock();
  const azure = await openAzureStage({ now: () => clock.now(), ...o });
  const events: Event[] = [];
  const note =
    (level: Event['level']) =>
    (event: string, fields: LogFields = {}): void => {
      events.push({ level, event, ...fields });
    };
  const metrics = createMetrics();
  /** Waits between attempts are over at once; all other waiting is up to the test. */
  const hasty: Clock = { now: () => clock.now(), sleep: async () => undefined };
  return {
    azure,
    clock,
    events,
    metrics: () => metrics.render(),
    make: (over = {}) =>
      createKeyVaultSecrets({
        url: azure.vault.url,
        credential: createAzureCredential({
          kind: 'workload-identity',
          tenantId: TENANT,
          clientId: CLIENT,
          tokenFile: azure.tokenFile,
          unsafeAuthorityHost: azure.authority.url,
          ca: azure.certificate.cert,
        }),
        unsafeStandIn: true,
        ca: azure.certificate.cert,
        clock: hasty,
        random: { id: () => 'id', fraction: () => 0.5 },
        log: { info: note('info'), warn: note('warn'), error: note('error') },
        metrics,
        ttlMs: TTL_MS,
        ...over,
      }),
  };
};
