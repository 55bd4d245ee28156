/**
 * Seals values for the store: AES-256-GCM under one fresh random key per value, which is itself wrapped by the data key
 * (NIST SP 800-38D). Both layers are bound to whom and what the value is for, so that a value moved elsewhere does not open.
 *
 * Format: `s1.KEYID.BODY`, BODY base64url of: nonce of the wrap (12 bytes), wrapped key (32), its tag (16), tag of the
 * value (16), value. The value's own nonce is all zeros: its key seals exactly one value. One data key wraps at most
 * 2^32 keys under random nonces; rotating it once a year keeps even a busy company far below.
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { SottoError } from '../../core/errors.ts';
import type { SealContext, Sealer, Secret } from '../../core/ports.ts';
import { type DataKeys, ID_LENGTH, readDataKeys } from './data-key.ts';
import { createFresh } from './fresh.ts';

const CIPHER = 'aes-256-gcm';
const FORMAT = 's1';
const NONCE = 12;
const KEY = 32;
const TAG = 16;
const HEAD = NONCE + KEY + TAG + TAG;
const TAG_LENGTH = { authTagLength: TAG };
const VALUE_NONCE = Buffer.alloc(NONCE);

/** Bytes of a value. A reply is a few KiB; what is larger is a mistake. */
const MOST_BYTES = 256 * 1024;
const MOST_TEXT = Math.ceil(((MOST_BYTES + HEAD + 1) * 4) / 3) + 64;

const PREFIX = `${FORMAT}.`;
const ID_END = PREFIX.length + ID_LENGTH;

/** First byte of the plain value: how the rest is encoded. A text with half a character would not survive UTF-8. */
const UTF8 = 0;
const UTF16 = 1;

const encode = (plain: string): Buffer => {
  if (plain.isWellFormed()) return Buffer.from(String.fromCharCode(UTF8) + plain);
  return Buffer.concat([Buffer.of(UTF16), Buffer.from(plain, 'utf16le')]);
};

const decode = (bytes: Buffer): string => bytes.toString(bytes[0] === UTF16 ? 'utf16le' : 'utf8', 1);

/** Every part with its length before it, so that no two contexts give the same bytes; UTF-16 keeps every string apart. */
const bind = (layer: 'key' | 'value', { tenant, person, purpose }: SealContext): Buffer =>
  Buffer.from(
    `${FORMAT}:${layer}:${tenant.length}:${tenant}${person.length}:${person}${purpose.length}:${purpose}`,
    'utf16le',
  );

const encrypt = (key: KeyObject, nonce: Buffer, aad: Buffer, plain: Buffer): { sealed: Buffer; tag: Buffer } => {
  const cipher = createCipheriv(CIPHER, key, nonce, TAG_LENGTH).setAAD(aad);
  const sealed = cipher.update(plain);
  cipher.final();
  return { sealed, tag: cipher.getAuthTag() };
};

/** Throws where the tag does not fit; nothing of the value is used before that is known. */
const decrypt = (key: KeyObject, nonce: Buffer, aad: Buffer, sealed: Buffer, tag: Buffer): Buffer => {
  const decipher = createDecipheriv(CIPHER, key, nonce, TAG_LENGTH).setAAD(aad).setAuthTag(tag);
  const plain = decipher.update(sealed);
  decipher.final();
  return plain;
};

const newNonceAndKey = createFresh(NONCE + KEY);

const sealWith = ({ current }: DataKeys, context: SealContext, plain: string): string => {
  const value = encode(plain);
  if (value.length > MOST_BYTES) {
    throw new SottoError(
      'store-unavailable',
      `A value of ${value.length} bytes is too large to be kept; the most is ${MOST_BYTES}. Nothing was sealed.`,
    );
  }
  const fresh = newNonceAndKey();
  const nonce = fresh.subarray(0, NONCE);
  const key = fresh.subarray(NONCE);
  const wrapped = encrypt(current.wrap, nonce, bind('key', context), key);
  const body = encrypt(createSecretKey(key), VALUE_NONCE, bind('value', context), value);
  const bytes = Buffer.concat([nonce, wrapped.sealed, wrapped.tag, body.tag, body.sealed]);
  key.fill(0);
  return `${FORMAT}.${current.id}.${bytes.toString('base64url')}`;
};

const openWith = ({ byId }: DataKeys, context: SealContext, text: string): string | null => {
  if (text.length > MOST_TEXT) return null;
  if (!text.startsWith(PREFIX) || text[ID_END] !== '.') return null;
  const dataKey = byId.get(text.slice(PREFIX.length, ID_END));
  const body = text.slice(ID_END + 1);
  const bytes = Buffer.from(body, 'base64url');
  // Only the one spelling that sealing gives: no other letters, and spare bits of the last one must not vary.
  if (dataKey === undefined || bytes.length <= HEAD || bytes.toString('base64url') !== body) return null;
  try {
    const key = decrypt(
      dataKey.wrap,
      bytes.subarray(0, NONCE),
      bind('key', context),
      bytes.subarray(NONCE, NONCE + KEY),
      bytes.subarray(NONCE + KEY, NONCE + KEY + TAG),
    );
    const plain = decrypt(
      createSecretKey(key),
      VALUE_NONCE,
      bind('value', context),
      bytes.subarray(HEAD),
      bytes.subarray(HEAD - TAG, HEAD),
    );
    key.fill(0);
    return decode(plain);
  } catch {
    return null; // The tag does not fit: altered, or bound to another context.
  }
};

const fingerprintWith = (key: KeyObject, value: string): string =>
  createHmac('sha256', key).update(value).digest('hex').slice(0, 32);

export interface RotatingSealer extends Sealer {
  /** Takes the data key's new state after a rotation; refuses a malformed one with code `settings` and keeps the old. */
  rotate(dataKey: Secret): void;
}

/** Refuses a data key that is not 32 bytes of base64 with code `settings`. Values of more than 256 KiB are not sealed (`store-unavailable`). */
export const createSealer = (o: { readonly dataKey: Secret }): RotatingSealer => {
  let keys = readDataKeys(o.dataKey);
  return {
    seal: (context, plain) => sealWith(keys, context, plain),
    open: (context, sealed) => openWith(keys, context, sealed),
    fingerprint: (value) => fingerprintWith(keys.current.fingerprint, value),
    fingerprints: (value) => {
      const { current, byId } = keys;
      const others = [...byId.values()].filter(({ id }) => id !== current.id);
      return [current, ...others].map(({ fingerprint }) => fingerprintWith(fingerprint, value));
    },
    rotate: (dataKey) => {
      keys = readDataKeys(dataKey);
    },
  };
};
