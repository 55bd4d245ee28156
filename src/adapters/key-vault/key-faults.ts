/** What an operator is told where the key that wraps the data key cannot be used. */
import { SottoError } from '../../core/errors.ts';
import { alike, type FaultKind, type VaultFault } from './faults.ts';

/** The key, the vault's name for `az`, its address. */
interface Where {
  readonly key: string;
  readonly vault: string;
  readonly host: string;
}

/** Code `settings` where only a person can mend it by another secret or key, else `secrets-unavailable`. `doing`: the right that was needed. */
export const keyUnavailable = (
  fault: VaultFault,
  doing: 'get' | 'wrapKey' | 'unwrapKey',
  { key, vault, host }: Where,
): SottoError => {
  const { kind, code, cause } = fault;
  const subject = `The data key could not be ${doing === 'unwrapKey' ? 'unwrapped' : 'wrapped'} by the key "${key}"`;
  const sentences: { readonly [K in FaultKind]: string } = {
    absent: `${subject}: ${host} has no such key, or not this version of it. A deleted key can be recovered: az keyvault key recover --vault-name ${vault} --name ${key}`,
    disabled: `${subject}: that version of it is disabled in ${host}. Enable it again, or put a data key into the vault that was wrapped by another version.`,
    forbidden: `${subject}: ${host} does not let Sotto's identity "${doing}" with it (${code}). Give it the role "Key Vault Crypto Service Encryption User" on the vault ${vault}, or the key permissions get, wrapKey and unwrapKey; also see that the vault's firewall lets this machine in.`,
    ...alike(subject, host, fault),
    malformed: `${subject}: ${host} refused what it was sent (${code}). See that the secret "data-key" is whole as "sotto data-key new" printed it, and that the key is an RSA key that may wrap and unwrap.`,
  };
  return new SottoError(kind === 'malformed' ? 'settings' : 'secrets-unavailable', sentences[kind], { cause });
};
