import { createPrivateKey, createPublicKey, hash, type KeyObject } from 'node:crypto';
import { SottoError } from '../../core/errors.ts';
import type { Secret } from '../../core/ports.ts';

/**
 * Keys that one log may have had. A key a day lasts for eleven years, and all of them fill half a MiB of `public-key.pem`; which
 * of them signed a checkpoint costs 0.2 s to find out at worst, and one try where it is the one that signed before.
 */
export const MOST_KEYS = 4_096;

/** That a vault holds at once. */
const MOST_ACCEPTED = 16;

export interface Keys {
  readonly sign: KeyObject;
  /** Fingerprint of the key that signs. */
  readonly name: string;
  /** The current one first. */
  readonly verify: readonly KeyObject[];
}

/**
 * Key objects are made once: building one costs several times what using it does (engine requirement 23). An older value that is no
 * key signed nothing, so it is passed over; only a current one that is none is refused, with code `settings`.
 */
export const readKeys = (secret: Secret): Keys => {
  const pems = [...new Set([secret.current, ...secret.accepted])].slice(0, MOST_ACCEPTED);
  const sign = signingKey(secret.current);
  if (sign === null)
    throw new SottoError(
      'settings',
      'The secret audit-signing-key is not an Ed25519 private key in PEM (PKCS#8), so nothing could be recorded and nothing is answered. Make one with: openssl genpkey -algorithm ed25519',
    );
  const verify = pems.flatMap((pem) => {
    const key = signingKey(pem);
    return key === null ? [] : [createPublicKey(key)];
  });
  return { sign, name: fingerprintOf(createPublicKey(sign)), verify };
};

/** Keys of one process: its log may end under any of those that it signed with. */
const MOST_KNOWN = 64;

export const stillKnown = (next: Keys, before: Keys): readonly KeyObject[] => {
  const known = new Map([...next.verify, ...before.verify].map((key) => [fingerprintOf(key), key]));
  return [...known.values()].slice(0, MOST_KNOWN);
};

/** Names a public key: SHA-256 over its SPKI, hex. */
export const fingerprintOf = (key: KeyObject): string => hash('sha256', key.export({ type: 'spki', format: 'der' }));

const signingKey = (pem: string): KeyObject | null => {
  try {
    const key = createPrivateKey({ key: pem, format: 'pem' });
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    // The cause is left out: a parser's message may quote what it read.
    return null;
  }
};

/** Whether it is an Ed25519 private key in PEM. */
export const isSigningKey = (pem: string): boolean => signingKey(pem) !== null;

const BLOCK = /-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]{1,1024}-----END PUBLIC KEY-----/g;

/** A public key, or one or several in PEM, one after the other as `public-key.pem` holds them. Refuses with code `settings`. */
export const readPublicKeys = (given: string | KeyObject): readonly KeyObject[] => {
  const pems = typeof given === 'string' ? given : publicPem(given);
  const blocks = pems.match(BLOCK) ?? [];
  const keys = blocks.slice(0, MOST_KEYS).map((pem) => {
    try {
      return createPublicKey(pem);
    } catch {
      return null;
    }
  });
  const good = keys.filter((key): key is KeyObject => key?.asymmetricKeyType === 'ed25519');
  if (good.length === 0 || good.length < blocks.length)
    throw new SottoError(
      'settings',
      `The audit log cannot be verified without its public key: give the Ed25519 public key in PEM (SPKI), as in public-key.pem beside the log, and ${MOST_KEYS} at most.`,
    );
  return good;
};

export const publicPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
