/** Who Sotto is to Azure. Loaded only where something asks for it: the vendor's packages are large. */
import type { TokenCredential } from '../adapters/azure/credential.ts';
import type { AzureConfig } from '../config.ts';
import type { Clock, Random } from '../core/ports.ts';

/** A source of bearers for one scope, each kept until shortly before it ends. */
export type Bearer = () => Promise<string>;

export interface Azure {
  credential(): Promise<TokenCredential>;
  /** In the name of Sotto itself. */
  bearer(scope: string): Promise<Bearer>;
  /** In the name of an app registration, by a secret of the vault that may change while it runs. */
  bearerOf(o: {
    readonly tenantId: string;
    readonly clientId: string;
    readonly secret: () => Promise<string>;
    readonly scope: string;
  }): Promise<Bearer>;
}

export const createAzure = (o: {
  readonly config: AzureConfig;
  readonly clock: Clock;
  readonly random: Random;
}): Azure => {
  const { clock, random } = o;
  const { identity, authorityHost, cloud } = o.config;
  const load = () => import('../adapters/azure/credential.ts');
  let made: Promise<TokenCredential> | undefined;
  const credential = (): Promise<TokenCredential> => {
    made ??= load().then(({ createAzureCredential }) =>
      createAzureCredential(
        identity.kind === 'managed-identity'
          ? {
              kind: identity.kind,
              ...(identity.clientId === null ? {} : { clientId: identity.clientId }),
              authorityHost,
              cloud,
            }
          : { ...identity, authorityHost, cloud },
      ),
    );
    return made;
  };
  return {
    credential,
    bearer: async (scope) => {
      const { createTokenSource } = await load();
      return createTokenSource({ credential: await credential(), scope, clock, random });
    },
    bearerOf: async ({ tenantId, clientId, secret, scope }) => {
      const { createAzureCredential, createTokenSource } = await load();
      let source: { readonly by: string; readonly token: Bearer } | undefined;
      return async () => {
        const by = await secret();
        if (source?.by !== by) {
          const own = createAzureCredential({
            kind: 'client-secret',
            tenantId,
            clientId,
            secret: by,
            authorityHost,
            cloud,
          });
          source = { by, token: createTokenSource({ credential: own, scope, clock, random }) };
        }
        return source.token();
      };
    },
  };
};
