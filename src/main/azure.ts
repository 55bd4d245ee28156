/** Who Sotto is to Azure. Loaded only where something asks for it: the vendor's packages are large. */
import type { TokenCredential } from '@azure/identity';
import type { AzureConfig } from '../config.ts';
import type { Clock, Log, Random } from '../core/ports.ts';

export interface Azure {
  credential(): Promise<TokenCredential>;
  /** A source of bearers for one scope, kept until shortly before each ends. */
  bearer(scope: string): Promise<() => Promise<string>>;
}

export const createAzure = (o: {
  readonly config: AzureConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}): Azure => {
  const { identity, authorityHost } = o.config;
  const load = () => import('../adapters/azure/credential.ts');
  let made: Promise<TokenCredential> | undefined;
  const credential = (): Promise<TokenCredential> => {
    made ??= load().then(({ createAzureCredential }) => createAzureCredential({ ...identity, authorityHost }));
    return made;
  };
  return {
    credential,
    bearer: async (scope) => {
      const { createTokenSource } = await load();
      const { clock, random, log } = o;
      return createTokenSource({ credential: await credential(), scope, clock, random, log });
    },
  };
};
