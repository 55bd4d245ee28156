/**
 * A data key wrapped by a key that never leaves Key Vault (RSA-OAEP-256 by the vault's own `wrapKey` and `unwrapKey`). Whoever has
 * the wrapped text alone has nothing; whoever may ask the vault to unwrap it is seen in the vault's log, and can be cut off there.
 */
import { CryptographyClient, KeyClient, type KeyVaultKey, logger } from '@azure/keyvault-keys';
import { SottoError } from '../../core/errors.ts';
import { within } from '../bounded/waiting.ts';
import { vaultName } from './address.ts';
import { faultOf } from './faults.ts';
import { type KeyAddress, keyAddress, readWrapped, writeWrapped } from './key-address.ts';
import { keyUnavailable } from './key-faults.ts';
import { bounded, uncached, type VaultCredential } from './vault.ts';

const ALGORITHM = 'RSA-OAEP-256';

const KEY_BYTES = 32;

/** One call, ms. The vault answers in tens of ms, one with a module of hardware in hundreds. */
const CALL_MS = 5_000;

export interface KeyWrapping {
  /**
   * The data key in base64. Refuses with `secrets-unavailable` where the vault does not do it now, with `settings` where it never
   * will: wrapped by another key, altered, or no data key.
   */
  unwrap(wrapped: string): Promise<string>;
  /** Wraps a data key (base64) by the newest version of the key. */
  wrap(dataKey: string): Promise<string>;
}

/** Refuses with `settings` an address that is not a key's in Key Vault. */
export const createKeyWrapping = (o: {
  /** `https://NAME.vault.azure.net/keys/KEY` */
  readonly keyUrl: string;
  readonly unsafeStandIn: boolean;
  readonly credential: VaultCredential;
  readonly ca?: string | undefined;
  readonly callMs?: number;
}): KeyWrapping => {
  // Its loggers print requests where AZURE_LOG_LEVEL says so: they get nowhere to write to.
  for (const one of Object.values(logger)) one.log = () => undefined;
  const address = keyAddress({ url: o.keyUrl, unsafeStandIn: o.unsafeStandIn });
  const ms = o.callMs ?? CALL_MS;
  const where = { key: address.name, vault: vaultName(address.vault), host: address.vault.host };
  const credential = uncached(o.credential);
  const options = {
    retryOptions: { maxRetries: 0 },
    redirectOptions: { handleRedirects: false, maxRetries: 0 },
    additionalPolicies: [{ policy: bounded(ms), position: 'perRetry' as const }],
    ...(o.unsafeStandIn ? { disableChallengeResourceVerification: true } : {}),
    ...(o.ca === undefined ? {} : { tlsOptions: { ca: o.ca } }),
  };

  const call = async <T>(
    doing: 'get' | 'wrapKey' | 'unwrapKey',
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    try {
      return await within({ ms }, work);
    } catch (error) {
      throw keyUnavailable(faultOf(error), doing, where);
    }
  };

  /** Without the key itself, so that nothing is asked of it beforehand and everything is done by the vault. */
  const remote = (version: string): CryptographyClient =>
    new CryptographyClient(named(address, version), credential, options);

  return {
    unwrap: async (wrapped) => {
      const { version, bytes } = readWrapped(address, wrapped);
      const { result } = await call('unwrapKey', (abortSignal) =>
        remote(version).unwrapKey(ALGORITHM, bytes, { abortSignal }),
      );
      const dataKey = Buffer.from(result);
      result.fill(0);
      try {
        if (dataKey.length === KEY_BYTES) return dataKey.toString('base64');
      } finally {
        dataKey.fill(0);
      }
      throw new SottoError(
        'settings',
        'What the secret "data-key" holds was unwrapped, and is not 32 bytes, so it is no data key. Make one with "sotto data-key new --wrap KEYURL" and put it in the vault.',
      );
    },
    wrap: async (dataKey) => {
      const client = new KeyClient(address.vault.origin, credential, options);
      const { properties } = await call('get', (abortSignal) => client.getKey(address.name, { abortSignal }));
      const version = properties.version ?? '';
      const plain = Buffer.from(dataKey, 'base64');
      const { result } = await call('wrapKey', (abortSignal) =>
        remote(version).wrapKey(ALGORITHM, plain, { abortSignal }),
      );
      plain.fill(0);
      return writeWrapped(address, { version, bytes: result });
    },
  };
};

const named = ({ vault, name }: KeyAddress, version: string): KeyVaultKey => ({
  id: `${vault.origin}/keys/${name}/${version}`,
  name,
  properties: { id: `${vault.origin}/keys/${name}/${version}`, name, vaultUrl: vault.origin, version },
});
