/**
 * How one value is sealed: AES-256-GCM under one fresh random key, which is itself wrapped by the data key (NIST SP 800-38D).
 * Both layers are bound to whom and what the value is for, so that a value moved elsewhere does not open.
 *
 * Format: `s2.KEYID.BODY`, BODY base64url of: nonce of the wrap (12 bytes), wrapped key (32), its tag (16), tag of the
 * value (16), value. The value's own nonce is all zeros: its key seals exactly one value. Wrapping anew changes the key's id
 * and the first 60 bytes, and nothing else. One data key wraps at most 2^32 keys under random nonces; rotating it once a
 * year keeps even a busy company far below. `s1` was the same but bound to no record; it is still opened.
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import type { SealContext } from '../../core/ports.ts';
import { ID_LENGTH } from './data-key.ts';
import { createFresh } from './fresh.ts';

const CIPHER = 'aes-256-gcm';
const FORMATS = ['s2', 's1'] as const;
type Format = (typeof FORMATS)[number];
export const FORMAT: Format = 's2';

const NONCE = 12;
const KEY = 32;
const TAG = 16;
const WRAP = NONCE + KEY + TAG;
const HEAD = WRAP + TAG;
const TAG_LENGTH = { authTagLength: TAG };
const VALUE_NONCE = Buffer.alloc(NONCE);

/** Bytes of a value. A reply is a few KiB; what is larger is a mistake. */
export const MOST_BYTES = 256 * 1024;
const MOST_TEXT = Math.ceil(((MOST_BYTES + HEAD + 1) * 4) / 3) + 64;

const ID_START = FORMAT.length + 1;
const ID_END = ID_START + ID_LENGTH;

/** A sealed value taken apart; nothing of it is proved yet. */
export interface Envelope {
  readonly format: Format;
  readonly keyId: string;
  readonly bytes: Buffer;
}

/** Every part with its length before it, so that no two contexts give the same bytes; UTF-16 keeps every string apart. */
const bind = (format: Format, layer: 'key' | 'value', context: SealContext): Buffer => {
  const { tenant, person, purpose, record = '' } = context;
  const bound = `${format}:${layer}:${tenant.length}:${tenant}${person.length}:${person}${purpose.length}:${purpose}`;
  return Buffer.from(format === 's1' ? bound : `${bound}${record.length}:${record}`, 'utf16le');
};

const encrypt = (key: KeyObject, nonce: Buffer, aad: Buffer, plain: Buffer): { sealed: Buffer; tag: Buffer } => {
  const cipher = createCipheriv(CIPHER, key, nonce, TAG_LENGTH).setAAD(aad);
  const sealed = cipher.update(plain);
  cipher.final();
  return { sealed, tag: cipher.getAuthTag() };
};

/** Null where the tag does not fit; nothing of the value is used before that is known. */
const decrypt = (key: KeyObject, nonce: Buffer, aad: Buffer, sealed: Buffer, tag: Buffer): Buffer | null => {
  try {
    const decipher = createDecipheriv(CIPHER, key, nonce, TAG_LENGTH).setAAD(aad).setAuthTag(tag);
    const plain = decipher.update(sealed);
    decipher.final();
    return plain;
  } catch {
    return null;
  }
};

const newNonceAndKey = createFresh(NONCE + KEY);
const newNonce = createFresh(NONCE);

interface DataKey {
  readonly id: string;
  readonly wrap: KeyObject;
}

const written = ({ format, keyId, bytes }: Envelope): string => `${format}.${keyId}.${bytes.toString('base64url')}`;

export const sealBytes = (dataKey: DataKey, context: SealContext, value: Buffer): string => {
  const fresh = newNonceAndKey();
  const nonce = fresh.subarray(0, NONCE);
  const key = fresh.subarray(NONCE);
  const wrapped = encrypt(dataKey.wrap, nonce, bind(FORMAT, 'key', context), key);
  const body = encrypt(createSecretKey(key), VALUE_NONCE, bind(FORMAT, 'value', context), value);
  const bytes = Buffer.concat([nonce, wrapped.sealed, wrapped.tag, body.tag, body.sealed]);
  key.fill(0);
  return written({ format: FORMAT, keyId: dataKey.id, bytes });
};

const formatOf = (text: string): Format | undefined => FORMATS.find((format) => text.startsWith(`${format}.`));

/** Under which key a value says that it was sealed, and in which format; null: it is no sealed value. Reads the beginning only. */
export const labelOf = (text: string): Omit<Envelope, 'bytes'> | null => {
  const format = formatOf(text);
  if (format === undefined || text.length > MOST_TEXT || text[ID_END] !== '.') return null;
  return { format, keyId: text.slice(ID_START, ID_END) };
};

/** Null where it is no sealed value. Takes only the one spelling that sealing gives: spare bits of the last letter must not vary. */
export const envelopeOf = (text: string): Envelope | null => {
  const label = labelOf(text);
  if (label === null) return null;
  const body = text.slice(ID_END + 1);
  const bytes = Buffer.from(body, 'base64url');
  return bytes.length <= HEAD || bytes.toString('base64url') !== body ? null : { ...label, bytes };
};

/** The value's own key. Whoever takes it overwrites it. */
const unwrap = ({ format, bytes }: Envelope, { wrap }: DataKey, context: SealContext): Buffer | null =>
  decrypt(
    wrap,
    bytes.subarray(0, NONCE),
    bind(format, 'key', context),
    bytes.subarray(NONCE, NONCE + KEY),
    bytes.subarray(NONCE + KEY, WRAP),
  );

/** Null where it was altered or is bound to another context. */
export const openBytes = (envelope: Envelope, dataKey: DataKey, context: SealContext): Buffer | null => {
  const key = unwrap(envelope, dataKey, context);
  if (key === null) return null;
  const { format, bytes } = envelope;
  const own = createSecretKey(key);
  key.fill(0);
  return decrypt(own, VALUE_NONCE, bind(format, 'value', context), bytes.subarray(HEAD), bytes.subarray(WRAP, HEAD));
};

/** The same value, its key wrapped by `to`. Null where the wrap does not open. */
export const wrapAnew = (envelope: Envelope, from: DataKey, to: DataKey, context: SealContext): string | null => {
  const key = unwrap(envelope, from, context);
  if (key === null) return null;
  const { format, bytes } = envelope;
  const nonce = newNonce();
  const wrapped = encrypt(to.wrap, nonce, bind(format, 'key', context), key);
  key.fill(0);
  return written({
    format,
    keyId: to.id,
    bytes: Buffer.concat([nonce, wrapped.sealed, wrapped.tag, bytes.subarray(WRAP)]),
  });
};
