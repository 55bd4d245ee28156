import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { SottoError } from '../../core/errors.ts';
import type { Secret } from '../../core/ports.ts';

/** A log's keys outlive few rotations before a new origin begins. */
const MAX_KEYS = 16;

export interface Keys {
  readonly sign: KeyObject;
  /** The current one first. */
  readonly verify: readonly KeyObject[];
}

/** Key objects are made once: building one costs several times what using it does (engine requirement 23). */
export const readKeys = (secret: Secret): Keys => {
  const verify = [...new Set([secret.current, ...secret.accepted])].slice(0, MAX_KEYS).map((pem) => {
    const key = privateKey(pem);
    return createPublicKey(key);
  });
  return { sign: privateKey(secret.current), verify };
};

const privateKey = (pem: string): KeyObject => {
  let key: KeyObject | null = null;
  try {
    key = createPrivateKey({ key: pem, format: 'pem' });
  } catch {
    // The cause is left out: a parser's message may quote what it read.
  }
  if (key?.asymmetricKeyType !== 'ed25519')
    throw new SottoError(
      'settings',
      'The secret audit-signing-key is not an Ed25519 private key in PEM (PKCS#8), so nothing could be recorded and nothing is answered. Make one with: openssl genpkey -algorithm ed25519',
    );
  return key;
};

/** A public key, or one or several in PEM, one after the other as `public-key.pem` holds them. Refuses with code `settings`. */
export const readPublicKeys = (given: string | KeyObject): readonly KeyObject[] => {
  const pems = typeof given === 'string' ? given : publicPem(given);
  const blocks = pems.match(/-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]{1,1024}-----END PUBLIC KEY-----/g) ?? [];
  const keys = blocks.slice(0, MAX_KEYS).map((pem) => {
    try {
      return createPublicKey(pem);
    } catch {
      return null;
    }
  });
  const good = keys.filter((key): key is KeyObject => key?.asymmetricKeyType === 'ed25519');
  if (good.length === 0 || good.length < keys.length)
    throw new SottoError(
      'settings',
      'The audit log cannot be verified without its public key: give the Ed25519 public key in PEM (SPKI), as in public-key.pem beside the log.',
    );
  return good;
};

export const publicPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
