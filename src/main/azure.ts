/** Who Sotto is to Azure. Loaded only where something asks for it: the vendor's packages are large. */
import type { TokenCredential } from '../adapters/azure/credential.ts';
import { createCertificateFile } from '../adapters/files/certificate-file.ts';
import type { AzureConfig } from '../config.ts';
import type { Clock, Log, Metrics, Random, Secret } from '../core/ports.ts';

/** A source of bearers for one scope, each kept until shortly before it ends. */
export type Bearer = () => Promise<string>;

export interface Azure {
  credential(): Promise<TokenCredential>;
  /** In the name of Sotto itself. */
  bearer(scope: string): Promise<Bearer>;
  /**
   * In the name of another identity that this machine vouches for: a managed identity, by its client id, or where the machine proves itself by a federated token, the
   * app that trusts that.
   */
  bearerAs(o: { readonly clientId: string; readonly scope: string }): Promise<Bearer>;
  /** In the name of an app registration, by a secret of the vault that may change while it runs. */
  bearerOf(o: {
    readonly tenantId: string;
    readonly clientId: string;
    readonly by: 'client-secret' | 'client-certificate';
    /** Of the secret. */
    readonly name: string;
    readonly secret: () => Promise<Secret>;
    readonly scope: string;
  }): Promise<Bearer>;
}

export const createAzure = (o: {
  readonly config: AzureConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}): Azure => {
  const { clock, random, log, metrics } = o;
  const { identity, unsafeAuthorityHost, cloud } = o.config;
  const tools = { unsafeAuthorityHost, cloud, clock, log, metrics };
  const load = async () => ({
    ...(await import('../adapters/azure/credential.ts')),
    ...(await import('../adapters/azure/rotating.ts')),
  });
  let made: Promise<TokenCredential> | undefined;
  const credential = (): Promise<TokenCredential> => {
    made ??= load().then(({ createAzureCredential, createRotatingCredential }) => {
      if (identity.kind === 'client-certificate') {
        const { tenantId, clientId, certificateFile: path } = identity;
        const secret = createCertificateFile({ path, clock, log });
        return createRotatingCredential({
          by: identity.kind,
          tenantId,
          clientId,
          name: 'certificate',
          secret,
          ...tools,
        });
      }
      if (identity.kind === 'unsafe-client-secret')
        return createAzureCredential({ ...identity, kind: 'client-secret', unsafeAuthorityHost, cloud });
      if (identity.kind !== 'managed-identity')
        return createAzureCredential({ ...identity, unsafeAuthorityHost, cloud });
      const named = identity.clientId === null ? {} : { clientId: identity.clientId };
      return createAzureCredential({ kind: identity.kind, ...named, unsafeAuthorityHost, cloud });
    });
    return made;
  };
  return {
    credential,
    bearer: async (scope) => {
      const { createTokenSource } = await load();
      return createTokenSource({ credential: await credential(), scope, clock, random });
    },
    bearerAs: async ({ clientId, scope }) => {
      const { createAzureCredential, createTokenSource } = await load();
      const where = { unsafeAuthorityHost, cloud };
      const named =
        identity.kind === 'workload-identity'
          ? createAzureCredential({ ...identity, clientId, ...where })
          : createAzureCredential({ kind: 'managed-identity', clientId, ...where });
      return createTokenSource({ credential: named, scope, clock, random });
    },
    bearerOf: async ({ scope, ...own }) => {
      const { createRotatingCredential, createTokenSource } = await load();
      return createTokenSource({ credential: createRotatingCredential({ ...own, ...tools }), scope, clock, random });
    },
  };
};
